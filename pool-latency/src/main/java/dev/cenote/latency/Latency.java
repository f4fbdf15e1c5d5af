package dev.cenote.latency;

import dev.cenote.peers.Machine;
import dev.cenote.peers.Quiet;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command. */
@Command(
        name = "latency",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        version = "Cenote 0.1.0-SNAPSHOT",
        description =
                "Measures how long callers wait for an object of this pool and of others, each in a process of its"
                        + " own, and writes a table and a page. See docs/latency.md.")
public final class Latency implements Callable<Integer> {

    private static final int MOST_PLATFORM_THREADS = 10_000;
    private static final String DEFAULT = " (default: ${DEFAULT-VALUE})";

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--pools",
            paramLabel = "NAME",
            split = ",",
            description = "which pools: names or beginnings of names, with commas between (default: all);"
                    + " a wrong one shows which there are, limits of the machine among them")
    private List<String> pools;

    @Option(names = "--threads", defaultValue = "32", description = "callers" + DEFAULT)
    private int threads;

    @Option(names = "--virtual", description = "callers are virtual threads; needs a JDK 21 or newer")
    private boolean isVirtual;

    @Option(names = "--size", defaultValue = "8", description = "objects in the pool" + DEFAULT)
    private int size;

    @Option(
            names = "--work",
            paramLabel = "TIME",
            defaultValue = "0ns",
            converter = TimeSpan.Converter.class,
            description = "a caller computes that long with the object, such as 200ns or 1.5ms" + DEFAULT)
    private TimeSpan work;

    @Option(
            names = "--pause",
            paramLabel = "TIME",
            defaultValue = "0ns",
            converter = TimeSpan.Converter.class,
            description = "and then sleeps that long with it, as a caller that waits for a server" + DEFAULT)
    private TimeSpan pause;

    @Option(
            names = "--yield",
            description = "and then lets other threads run, without which virtual threads that never block are alone")
    private boolean isYielding;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "open loop: so many requests a second fall due, of all callers together, and a wait lasts from"
                            + " then on; 0 is a closed loop, in which each caller asks again when it has released"
                            + DEFAULT)
    private double rate;

    @Option(names = "--seconds", paramLabel = "S", defaultValue = "10", description = "recorded, a round" + DEFAULT)
    private double seconds;

    @Option(names = "--warm-up", paramLabel = "S", defaultValue = "3", description = "seconds before that" + DEFAULT)
    private double warmUp;

    @Option(names = "--rounds", defaultValue = "1", description = "how often, pool after pool each time" + DEFAULT)
    private int rounds;

    @Option(
            names = "--only-when-quiet",
            description = "begin each round when other programs leave the processors alone; give up after two minutes")
    private boolean isQuietWanted;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "30s",
            converter = TimeSpan.Converter.class,
            description = "of an acquire" + DEFAULT)
    private TimeSpan timeout;

    @Option(names = "--jdbc", paramLabel = "URL", description = "pool connections to this database; not with the next")
    private String jdbc;

    @Option(names = "--embedded-postgres", description = "pool connections to a PostgreSQL that is started for it")
    private boolean isEmbedded;

    @Option(names = "--user", description = "of the database, if the URL does not say it")
    private String user;

    @Option(
            names = "--password",
            arity = "0..1",
            interactive = true,
            description = "of the database; without a value it is asked for")
    private String password;

    @Option(names = "--query", paramLabel = "SQL", defaultValue = "SELECT 1", description = "run each turn" + DEFAULT)
    private String query;

    @Option(
            names = "--setup",
            paramLabel = "FILE",
            description = "statements that are run on the database once, before all else")
    private Path setup;

    @Option(
            names = "--driver-path",
            paramLabel = "PATH",
            description = "jars or folders of another driver than PostgreSQL's and H2's, as a class path")
    private String driverPath;

    @Option(
            names = "--jvm",
            paramLabel = "ARGUMENT",
            description = "for the JVMs that measure, such as --jvm=-Xmx1g; may be given again")
    private List<String> jvmArguments = List.of();

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "new folder for raw results and the page (default: results/latency-TIME)")
    private Path out;

    @Option(
            names = "--again",
            paramLabel = "FOLDER",
            description = "measure nothing; make table and page again from the raw results there")
    private Path again;

    private Latency() {}

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
     * @return 0; 1 if a pool failed, 2 if an argument is wrong
     */
    public static int run(String... args) {
        return new CommandLine(new Latency()).execute(args);
    }

    @Override
    public Integer call() throws Exception {
        if (again != null) {
            expect(Files.isRegularFile(again.resolve(Run.FILE)), "--again", again, "a folder with " + Run.FILE);
            return report(again);
        }
        checkRanges();
        Path folder = out != null ? out : Path.of("results", "latency-" + timeStamp());
        expect(!Files.exists(folder), "--out", folder, "a folder that does not exist yet");
        if (!isEmbedded) {
            return measure(folder, jdbc);
        }
        try (EmbeddedPostgres server = EmbeddedPostgres.start()) {
            return measure(folder, server.getJdbcUrl("postgres", "postgres"));
        }
    }

    private void checkRanges() {
        expectWithin("--threads", threads, 1, isVirtual ? 1_000_000 : MOST_PLATFORM_THREADS);
        expectWithin("--size", size, 1, 100_000);
        expectWithin("--rate", rate, 0, 1e8);
        expectWithin("--seconds", seconds, 0.1, 86_400);
        expectWithin("--warm-up", warmUp, 0, 3_600);
        expectWithin("--rounds", rounds, 1, 1_000);
        expectWithinSeconds("--work", work, 0, 10);
        expectWithinSeconds("--pause", pause, 0, 10);
        expectWithinSeconds("--timeout", timeout, 0.25, 3_600); // HikariCP takes no less
        int jdk = Runtime.version().feature();
        expect(!isVirtual || jdk >= Threads.FIRST_JDK_WITH_VIRTUAL, "--virtual", "JDK " + jdk, "JDK 21 or newer");
        String shown = jdbc == null ? null : Secrets.masked(jdbc);
        expect(jdbc == null || jdbc.startsWith("jdbc:"), "--jdbc", shown, "a URL that begins with jdbc:");
        expect(jdbc == null || !isEmbedded, "--jdbc", shown, "either that or --embedded-postgres");
        expect(setup == null || Files.isRegularFile(setup), "--setup", setup, "a file");
        for (String path : driverPath == null ? new String[0] : driverPath.split(File.pathSeparator)) {
            expect(Files.exists(Path.of(path.replaceAll("\\*$", ""))), "--driver-path", path, "what exists");
        }
        for (String option : List.of("--user", "--password", "--query", "--setup", "--driver-path")) {
            boolean isGiven = spec.commandLine().getParseResult().hasMatchedOption(option);
            expect(!isGiven || jdbc != null || isEmbedded, option, "given", "a database, by --jdbc");
        }
    }

    private void expectWithin(String option, double value, double least, double most) {
        expect(
                value >= least && value <= most,
                option,
                Figures.plain(value),
                Figures.plain(least) + " to " + Figures.plain(most));
    }

    private void expectWithinSeconds(String option, TimeSpan value, double least, double most) {
        expect(
                value.nanos() >= least * 1e9 && value.nanos() <= most * 1e9,
                option,
                Figures.plain(value.nanos() / 1e9) + "s",
                Figures.plain(least) + "s to " + Figures.plain(most) + "s");
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

    private Integer measure(Path folder, String url) throws IOException, InterruptedException {
        Settings settings = new Settings(
                threads,
                isVirtual,
                size,
                work.nanos(),
                pause.nanos(),
                isYielding,
                warmUp,
                seconds,
                rate,
                timeout.nanos() / 1_000_000,
                url == null ? null : new Database(url, user, password, query));
        Map<String, String> names = names(settings);
        String sql = setupSql();
        String classPath = Child.classPath(driverPath);
        String command = Secrets.masked(
                "bin/latency", spec.commandLine().getParseResult().originalArgs());
        String date = ZonedDateTime.now().truncatedTo(ChronoUnit.SECONDS).toString();
        Files.createDirectories(folder);
        new Run(command, date, settings.shown(), rounds, names, Machine.here(classPath)).write(folder);

        measure(new ArrayList<>(names.keySet()), settings, sql, folder, new Child(classPath, jvmArguments));
        return report(folder);
    }

    /** With a database there is a round 0 that is not counted: the first pool would pay for what is cold. */
    private void measure(List<String> turn, Settings settings, String sql, Path folder, Child child)
            throws IOException, InterruptedException {
        boolean isCold = settings.database() != null;
        Progress progress = new Progress(
                System.out,
                CommandLine.Help.Ansi.AUTO.enabled(),
                rounds * turn.size() + (isCold ? 1 : 0),
                warmUp + seconds);
        if (isCold) {
            var order = new Measurement.Order(settings, turn.get(0), 0, folder.toString(), sql);
            String failure = measure(order, child, progress).failure();
            expect(
                    failure == null || !failure.startsWith(Measurement.SETUP_FAILED),
                    "--setup",
                    setup,
                    "what the database runs: " + failure);
        }
        for (int round = 1; round <= rounds; round++) {
            for (String pool : turn) {
                measure(new Measurement.Order(settings, pool, round, folder.toString(), null), child, progress);
            }
            Collections.rotate(turn, -1); // tables and caches grow: no pool is to be the first in each round
        }
    }

    private Outcome measure(Measurement.Order order, Child child, Progress progress)
            throws IOException, InterruptedException {
        String title =
                order.pool() + ", " + (order.round() == 0 ? "not counted" : "round " + order.round() + " of " + rounds);
        if (isQuietWanted) {
            Quiet.here().await();
        }
        Outcome outcome = child.run(order, line -> progress.tell(title, line));
        progress.end(title, outcome);
        return outcome;
    }

    private String setupSql() {
        try {
            return setup == null ? null : Files.readString(setup);
        } catch (IOException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Invalid value for option '--setup': '" + setup + "', expected a text in UTF-8, but: " + e,
                    e);
        }
    }

    /** Of the pools that are wanted, by what is typed for them. */
    private Map<String, String> names(Settings settings) {
        try {
            Map<String, String> names = new LinkedHashMap<>();
            (pools == null ? Contestants.all(settings) : Contestants.chosen(settings, pools))
                    .forEach((typed, peer) -> names.put(typed, peer.name()));
            return names;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(), "Invalid value for option '--pools': " + e.getMessage(), e);
        }
    }

    /** Returns 1 if a pool failed. */
    private static int report(Path folder) throws IOException {
        Run run = Run.read(folder);
        List<Summary> summaries = run.summaries(folder);
        System.out.println();
        System.out.print(Table.of(run, summaries.stream().map(Summary::result).toList()));
        Path page = folder.resolve("report.html");
        Report.write(page, run, summaries);
        System.out.println("\nThe report is in " + page + ", raw results beside it.");
        return summaries.stream().allMatch(summary -> summary.failures.isEmpty())
                ? CommandLine.ExitCode.OK
                : CommandLine.ExitCode.SOFTWARE;
    }
}
