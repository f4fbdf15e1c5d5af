package dev.cenote.bench.results;

import dev.cenote.peers.Machine;
import dev.cenote.peers.Peer;
import dev.cenote.peers.Peers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.openjdk.jmh.annotations.Mode;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command. */
@Command(
        name = "bench-results",
        mixinStandardHelpOptions = true,
        version = "Cenote 0.1.0-SNAPSHOT",
        description =
                "Measures this pool, its peers and the machine's limits on this JDK, keeps their figures, and writes"
                        + " the tables of the documentation from all that were kept.")
public final class Results implements Callable<Integer> {

    /** The folder of what was measured, beside the page; each JDK has one in it. */
    static final String FIGURES = "figures";

    /** Where the page is. */
    static final Path DOCS = Path.of("docs", "benchmarks");

    private static final String PAGE = "README.md";

    @Parameters(paramLabel = "CASE", arity = "0..*", description = "what to measure; all if none is named")
    private List<String> names = new ArrayList<>();

    @Option(names = "--quick", description = "so short that it only shows that it works")
    private boolean isQuick;

    @Option(names = "--tables", description = "measure nothing, write tables and plots only")
    private boolean isTablesOnly;

    @Option(names = "--list", description = "print the cases, and who is left out of which and why")
    private boolean isList;

    @Option(
            names = "--into",
            paramLabel = "FOLDER",
            description =
                    "where the page and the figures are (default: docs/benchmarks; with --quick, a copy of the page"
                            + " in a folder of its own)")
    private Path folder;

    @Spec
    private CommandSpec spec;

    private Results() {}

    /**
     * Runs it.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Results()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if (folder == null) {
            folder = isQuick ? newFolder() : DOCS;
        }
        bringPage(folder);
        List<Case> cases = Cases.all();
        List<Waits> waits = new ArrayList<>(Waits.ALL);
        for (String name : names) {
            if (cases.stream().noneMatch(it -> it.name().equals(name))
                    && waits.stream().noneMatch(it -> it.name().equals(name))) {
                throw new ParameterException(spec.commandLine(), "there is no case '" + name + "' on this JDK");
            }
        }
        cases.removeIf(it -> !names.isEmpty() && !names.contains(it.name()));
        waits.removeIf(it -> !names.isEmpty() && !names.contains(it.name()));
        if (isList) {
            cases.forEach(it -> System.out.println(
                    it.name() + ": " + it.able().stream().map(Peer.Named::id).toList()
                            + (it.leftOut().isEmpty() ? "" : ", left out: " + it.leftOut())));
            waits.forEach(it -> System.out.println(it.name() + ": by bin/latency "
                    + String.join(" ", it.options())
                    + (it.options().stream().anyMatch(option -> option.startsWith("--pools")) ? "" : ", every pool")));
            return CommandLine.ExitCode.OK;
        }
        boolean isComplete = true;
        Effort effort = isQuick ? Effort.QUICK : Effort.FULL;
        if (!isTablesOnly) {
            Path raw = Files.createTempDirectory(Files.createDirectories(Path.of("results")), "bench-results-");
            for (Case it : cases) {
                isComplete &= measure(it, effort, folder.resolve(FIGURES));
            }
            for (Waits it : waits) {
                isComplete &= it.measure(effort, folder.resolve(FIGURES), raw.resolve(it.name()));
            }
        }
        writeTables(folder);
        return isComplete ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    /** Copies the page into a folder that has none. */
    static void bringPage(Path folder) throws IOException {
        Files.createDirectories(folder);
        if (!Files.exists(folder.resolve(PAGE))) {
            Files.copy(DOCS.resolve(PAGE), folder.resolve(PAGE));
        }
    }

    /** A new folder, for what is too short to be documented. */
    static Path newFolder() throws IOException {
        Path folder = Files.createTempDirectory("cenote-benchmarks");
        System.out.println("Results go to " + folder);
        return folder;
    }

    /** Measures a case and keeps the result; false if a pool failed, which the result then says. */
    static boolean measure(Case original, Effort effort, Path kept) throws Exception {
        Measurement measurement = new Measurement(original, effort);
        Case what = measurement.what();
        Machine machine = Machine.here(System.getProperty("java.class.path"));
        String date = LocalDate.now().toString();
        Measurement.Outcome outcome = measurement.run();

        Map<String, String> rows = new LinkedHashMap<>();
        Map<String, String> leftOut = new LinkedHashMap<>(what.leftOut());
        boolean isComplete = true;
        for (Peer.Named peer : what.able()) {
            rows.put(peer.id(), peer.name());
            long there = outcome.figures().stream()
                    .filter(figure -> figure.pool().equals(peer.id()) && figure.forks().length >= effort.rounds())
                    .count();
            if (there < what.columns().size()) {
                leftOut.put(peer.name(), "failed where there is no figure, or no spread");
                isComplete = false;
            }
        }
        if (!Peers.hasVirtualThreads()) {
            leftOut.put("Stormpot", "needs a JDK 21 or newer");
        }
        Run run = new Run(
                date,
                "bin/bench-results " + what.name() + (effort == Effort.FULL ? "" : " --quick"),
                machine,
                outcome.unit(),
                what.mode() == Mode.Throughput,
                outcome.iterations(),
                what.columns(),
                rows,
                what.limit().map(Peer.Named::id).orElse(""),
                leftOut);
        new Result(run, outcome.figures()).write(file(kept.resolve(thisJdk()), what.name()));
        return isComplete;
    }

    /** Where a case's figures are in the folder of a JDK. */
    static Path file(Path jdk, String name) {
        return jdk.resolve(name + ".json");
    }

    /** The folder of what is measured on this JDK. */
    static String thisJdk() {
        return "jdk-" + Runtime.version().feature();
    }

    /** Writes the page in that folder anew, and draws its pictures. */
    static void writeTables(Path folder) throws IOException {
        Path page = folder.resolve(PAGE);
        Files.writeString(
                page, new Tables(folder.resolve(FIGURES), folder.resolve(Tables.PLOTS)).fill(Files.readString(page)));
        Path waits = file(folder.resolve(FIGURES).resolve("jdk-25"), "transactions-64-on-8");
        if (Files.exists(waits)) {
            LatencyPicture.draw(waits, folder.resolve(Tables.PLOTS).resolve("waits-of-transactions.svg"));
        }
    }
}
