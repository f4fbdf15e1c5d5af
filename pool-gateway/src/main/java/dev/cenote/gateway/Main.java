package dev.cenote.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code bin/gateway}. */
@Command(
        name = "gateway",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        version = "Cenote 0.1.0-SNAPSHOT",
        description =
                "Logs users in through an HTTP gateway, a TCP server behind it and an embedded PostgreSQL, with pools"
                        + " between them and without, and writes a report. See docs/gateway.md.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:measured",
            "1:what was started failed, or the case 'pool' had errors",
            "2:the options are wrong"
        })
public final class Main implements Callable<Integer> {

    private static final String DEFAULT = " (default: ${DEFAULT-VALUE})";

    /** What the pools' sizes may be, beside the ones that are meant. */
    enum Case {
        POOL("pool"),
        NONE("no pool"),
        SMALL("pool too small"),
        LARGE("pool too large");

        final String what;

        Case(String what) {
            this.what = what;
        }
    }

    @Spec
    private CommandSpec spec;

    @Option(names = "--users", defaultValue = "100000", description = "users in the table" + DEFAULT)
    long users;

    @Option(names = "--clients", defaultValue = "1000", description = "HTTP clients" + DEFAULT)
    int clients;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "3000",
            description =
                    "so many logins a second fall due (open loop); 0: each client logs in again at once" + DEFAULT)
    double rate;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "60",
            description = "recorded, with the pools as they are meant" + DEFAULT)
    double seconds;

    @Option(
            names = "--other-seconds",
            paramLabel = "S",
            defaultValue = "15",
            description = "recorded of each other case, and of each row of --costs" + DEFAULT)
    double otherSeconds;

    @Option(
            names = "--warm-up",
            paramLabel = "S",
            defaultValue = "20",
            description = "seconds before each record, in a closed loop" + DEFAULT)
    double warmUp;

    @Option(
            names = "--timeout",
            paramLabel = "S",
            defaultValue = "10",
            description = "of a login, in seconds" + DEFAULT)
    double timeout;

    @Option(
            names = "--cases",
            split = ",",
            defaultValue = "pool,none,small,large",
            description =
                    "pool: sizes as below; none: no pool at all; small: one connection each; large: 512 each, and as many workers"
                            + DEFAULT)
    Set<Case> cases;

    @Option(names = "--sockets", defaultValue = "32", description = "connections between gateway and server" + DEFAULT)
    int sockets;

    @Option(names = "--sessions", defaultValue = "16", description = "of the database" + DEFAULT)
    int sessions;

    @Option(names = "--workers", defaultValue = "32", description = "threads of the gateway" + DEFAULT)
    int workers;

    @Option(names = "--virtual", description = "virtual threads in both servers; needs a JDK 21 or newer")
    boolean isVirtual;

    @Option(
            names = "--iterations",
            defaultValue = "4096",
            description = "of PBKDF2, with which the users' keys are derived" + DEFAULT)
    int iterations;

    @Option(names = "--plain", description = "clients send the password (Basic), and the server does the iterations")
    boolean isPlain;

    @Option(
            names = "--costs",
            paramLabel = "ITERATIONS",
            split = ",",
            description =
                    "then also logins a second by SCRAM and plain, for each of these, such as 1000,10000,100000,600000")
    Set<Integer> costs = Set.of();

    @Option(
            names = "--chaos",
            paramLabel = "FAULT",
            split = ",",
            arity = "0..1",
            fallbackValue = "database,server,fin,slow",
            description = "then also these faults while the load runs (without a value: ${FALLBACK-VALUE})")
    Set<Fault> chaos = Set.of();

    @Option(
            names = "--fault-seconds",
            paramLabel = "S",
            defaultValue = "12",
            description = "recorded of each fault, from a second before it" + DEFAULT)
    int faultSeconds;

    @Option(
            names = "--data",
            paramLabel = "FOLDER",
            defaultValue = "results/gateway-data",
            description = "of the database; stays, so that the next run has the users" + DEFAULT)
    Path data;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "new folder for the report (default: results/gateway-TIME)")
    Path out;

    @Option(
            names = "--jvm",
            paramLabel = "ARGUMENT",
            description = "for the JVMs of the two servers, such as --jvm=-Xmx1g; may be given again")
    List<String> jvmArguments = List.of();

    private Main() {}

    /**
     * Runs the tool.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    /**
     * As above, and returns the exit code.
     *
     * @param args see {@code --help}
     * @return 0; 1 if something failed, 2 if an argument is wrong
     */
    public static int run(String... args) {
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(args);
    }

    @Override
    public Integer call() throws Exception {
        checkRanges();
        Path folder = out != null ? out : Path.of("results", "gateway-" + timeStamp());
        expect(!Files.exists(folder), "--out", folder, "a folder that does not exist yet");
        Run run = new Run(this, folder);
        try {
            run.measure();
        } catch (Throwable failure) {
            writeWhatThereIs(run, folder, failure);
            throw failure;
        }
        write(run.report().orElseThrow(), folder);
        boolean isGood = run.report().stream()
                .flatMap(report -> report.cases().stream())
                .filter(result -> result.name().equals(Case.POOL.what))
                .allMatch(result -> result.errors().isEmpty());
        return isGood ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private static void writeWhatThereIs(Run run, Path folder, Throwable failure) {
        if (run.report().isPresent()) {
            try {
                write(run.report().get(), folder);
            } catch (IOException unwritten) {
                failure.addSuppressed(unwritten);
            }
        }
    }

    private static void write(Report report, Path folder) throws IOException {
        System.out.print(report.text());
        report.write(folder);
        System.out.println(
                "\nThe report is in " + folder.resolve("report.html") + ", its figures in report.json beside it.");
    }

    private void checkRanges() {
        expectWithin("--users", users, 1, 1_000_000_000);
        expectWithin("--clients", clients, 1, 25_000);
        expectWithin("--rate", rate, 0, 1_000_000);
        expectWithin("--seconds", seconds, 1, 86_400);
        expectWithin("--other-seconds", otherSeconds, 1, 86_400);
        expectWithin("--warm-up", warmUp, 0, 3_600);
        expectWithin("--timeout", timeout, 0.1, 600);
        expectWithin("--sockets", sockets, 1, 10_000);
        expectWithin("--sessions", sessions, 1, Database.MOST_SESSIONS - 10);
        expectWithin("--workers", workers, 1, 10_000);
        expectWithin("--iterations", iterations, 1, 10_000_000);
        expectWithin("--fault-seconds", faultSeconds, 4, 3_600);
        costs.forEach(cost -> expectWithin("--costs", cost, 1, 10_000_000));
        int jdk = Runtime.version().feature();
        expect(!isVirtual || jdk >= Threads.FIRST_JDK_WITH_VIRTUAL, "--virtual", "JDK " + jdk, "JDK 21 or newer");
    }

    private void expectWithin(String option, double value, double least, double most) {
        expect(
                value >= least && value <= most,
                option,
                Text.count(value),
                Text.count(least) + " to " + Text.count(most));
    }

    private void expect(boolean isMet, String option, Object value, String expected) {
        if (!isMet) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Invalid value for option '" + option + "': '" + value + "', expected " + expected);
        }
    }

    private static String timeStamp() {
        return LocalDateTime.now().format(DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss"));
    }

    // --- what was asked for

    String command() {
        return "bin/gateway "
                + String.join(" ", spec.commandLine().getParseResult().originalArgs());
    }

    /** The pools as they are meant. */
    Setup setup(String url) {
        return new Setup(0, 0, url, UserTable.name(iterations), iterations, sockets, sessions, workers, isVirtual);
    }

    /** By case, in order. */
    Map<Case, Setup> setups(String url) {
        Setup meant = setup(url);
        Map<Case, Setup> setups = new LinkedHashMap<>();
        for (Case each : new TreeSet<>(cases)) {
            setups.put(
                    each,
                    switch (each) {
                        case POOL -> meant;
                        case NONE -> meant.withSizes(0, 0, workers);
                        case SMALL -> meant.withSizes(1, 1, workers);
                        case LARGE -> meant.withSizes(512, 512, Math.max(workers, 512));
                    });
        }
        return setups;
    }

    Set<Fault> faults() {
        return chaos.isEmpty() ? Set.of() : EnumSet.copyOf(chaos);
    }
}
