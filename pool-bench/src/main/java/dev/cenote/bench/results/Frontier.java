package dev.cenote.bench.results;

import dev.cenote.peers.Peer;
import dev.cenote.peers.Peers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command that measures throughput against the longest wait: this pool with each bound, and its peers. */
@Command(
        name = "frontier",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        version = "Cenote 0.1.0-SNAPSHOT",
        description =
                "Measures the throughput and the longest wait of this pool, with each bound on how long callers may be"
                        + " overtaken, and of its peers, on this JDK. Each round of each pool is a process of its own. It"
                        + " prints for each peer whether a bound has at least its throughput and at most its longest"
                        + " wait, and writes the same, a plot of each case and a CSV of all rounds.")
public final class Frontier implements Callable<Integer> {

    private static final String PREFIX = "frontier-";
    static final String VIRTUAL = "-virtual";
    private static final String DEFAULT = " (default: ${DEFAULT-VALUE})";
    /** What a round takes beside its time: to start a JVM, to fill the pool, and to look whether the machine is quiet. */
    private static final double SECONDS_TO_START = 1.3;

    /** All cases; those of virtual threads need a JDK that has them. */
    static final List<String> CASES = List.of(
            PREFIX + "8-on-2",
            PREFIX + "32-on-4",
            PREFIX + "64-on-8",
            PREFIX + "8-on-2" + VIRTUAL,
            PREFIX + "32-on-4" + VIRTUAL,
            PREFIX + "64-on-8" + VIRTUAL);

    @Parameters(paramLabel = "CASE", arity = "0..*", description = "such as 8-on-2 or 8-on-2-virtual (default: all)")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--pools",
            paramLabel = "NAME",
            split = ",",
            description = "which pools, as bin/latency names them (default: Cenote, strict and with each bound, and all"
                    + " peers)")
    private List<String> pools = List.of();

    @Option(names = "--rounds", defaultValue = "3", description = "how often, pool after pool each time" + DEFAULT)
    private int rounds;

    @Option(names = "--seconds", defaultValue = "2", description = "recorded, a round" + DEFAULT)
    private int seconds;

    @Option(names = "--warm-up", defaultValue = "1", description = "seconds before that" + DEFAULT)
    private int warmUp;

    @Option(names = "--quick", description = "so short that it only shows that it works; into a folder of its own")
    private boolean isQuick;

    @Option(
            names = "--into",
            paramLabel = "FOLDER",
            description = "where the page, the figures and the plots are (default: docs/benchmarks)")
    private Path folder;

    @Spec
    private CommandSpec spec;

    private Frontier() {}

    /**
     * Runs it.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** As above, and returns the exit code. */
    static int run(String... args) {
        CommandLine command = new CommandLine(new Frontier());
        long runs = casesHere().stream().mapToLong(name -> pools(name).size()).sum();
        command.getCommandSpec()
                .usageMessage()
                .footer(String.format(
                        "On this JDK a round of all cases has %d processes. So with 3 rounds of 1 + 2 s it takes some %.0f"
                                + " minutes.",
                        runs, 3 * runs * (3 + SECONDS_TO_START) / 60));
        return command.execute(args);
    }

    @Override
    public Integer call() throws Exception {
        List<String> wanted = names.isEmpty()
                ? casesHere()
                : names.stream().map(name -> PREFIX + name).toList();
        for (String name : wanted) {
            if (!casesHere().contains(name)) {
                throw new ParameterException(
                        spec.commandLine(), "'" + name + "' is none of this JDK's cases: " + casesHere());
            }
        }
        if (folder == null) {
            folder = isQuick ? Results.newFolder() : Results.DOCS;
        }
        Results.bringPage(folder);
        boolean isComplete = true;
        Path figures = folder.resolve(Results.FIGURES);
        Path raw =
                Files.createTempDirectory(isQuick ? folder : Files.createDirectories(Path.of("results")), "frontier-");
        for (String name : wanted) {
            isComplete &= waits(name).measure(isQuick ? Effort.QUICK : Effort.FULL, figures, raw.resolve(name));
        }
        Results.writeTables(folder);
        Path jdk = figures.resolve(Results.thisJdk());
        StringBuilder rows = new StringBuilder(FrontierFigures.CSV_HEAD);
        for (String name : CASES) {
            Path file = Results.file(jdk, name);
            if (Files.exists(file)) {
                rows.append(FrontierFigures.read(file).csv());
            }
        }
        Files.writeString(jdk.resolve("frontier.csv"), rows);
        for (String name : wanted) {
            System.out.println("\n" + name + "\n\n"
                    + FrontierFigures.read(Results.file(jdk, name)).table());
        }
        System.out.println("\nPage, plots and all rounds (" + jdk.resolve("frontier.csv") + ") are in " + folder);
        return isComplete ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private static List<String> casesHere() {
        return CASES.stream()
                .filter(name -> Peers.hasVirtualThreads() || !name.endsWith(VIRTUAL))
                .toList();
    }

    private Waits waits(String name) {
        String[] parts = name.split("-");
        List<String> options = new ArrayList<>(
                List.of("--work=" + Waits.WORK, "--pools=" + String.join(",", pools.isEmpty() ? pools(name) : pools)));
        if (name.endsWith(VIRTUAL)) {
            options.addAll(List.of("--virtual", "--yield"));
        }
        return new Waits(
                name, Integer.parseInt(parts[1]), Integer.parseInt(parts[3]), warmUp, seconds, rounds, options);
    }

    private static List<String> pools(String name) {
        Stream<String> taps = name.endsWith(VIRTUAL) ? Stream.of("stormpot-tap-for-virtual-threads") : Stream.of();
        return Stream.of(
                        Stream.of("cenote-strict"),
                        Peers.bounds().stream().map(Peer.Named::id),
                        Peers.all().stream().map(Peer.Named::id),
                        taps)
                .flatMap(ids -> ids)
                .distinct()
                .toList();
    }
}
