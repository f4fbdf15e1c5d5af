package dev.cenote.bench.results;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
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
                "Measures this pool, its peers and the machine's limits on this JDK, keeps the raw results, and writes the"
                        + " tables of the documentation from all that were kept.")
public final class Results implements Callable<Integer> {

    private static final String RAW = "raw";
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
                    "where the page and the raw results are (default: docs/benchmarks; with --quick, a copy of the page"
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
            folder = Path.of("docs", "benchmarks");
            if (isQuick) {
                Path copy = Files.createTempDirectory("cenote-benchmarks");
                Files.copy(folder.resolve(PAGE), copy.resolve(PAGE));
                folder = copy;
                System.out.println("Results go to " + folder);
            }
        }
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
            for (Case it : cases) {
                isComplete &= measure(it, effort, folder.resolve(RAW));
            }
            for (Waits it : waits) {
                isComplete &= it.measure(effort, folder.resolve(RAW));
            }
        }
        writeTables(folder);
        return isComplete ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    /** Measures a case and keeps the result; false if a pool failed, which the result then says. */
    static boolean measure(Case original, Effort effort, Path raw) throws Exception {
        Measurement measurement = new Measurement(original, effort);
        Case what = measurement.what();
        Machine machine = Machine.here(System.getProperty("java.class.path"));
        String date = LocalDate.now().toString();
        JsonArray results = measurement.run();

        Map<String, String> rows = new LinkedHashMap<>();
        Map<String, String> leftOut = new LinkedHashMap<>(what.leftOut());
        boolean isComplete = true;
        for (Peer.Named peer : what.able()) {
            rows.put(peer.id(), peer.name());
            long there = what.columns().stream()
                    .filter(column -> Tables.find(results, column, peer.id())
                            .filter(result ->
                                    Tables.forks(result.getAsJsonObject("primaryMetric")).length >= effort.rounds(what))
                            .isPresent())
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
                what.columns(),
                rows,
                what.limit().map(Peer.Named::id).orElse(""),
                leftOut);
        Path folder = Files.createDirectories(raw.resolve(thisJdk()));
        Files.writeString(folder.resolve(what.name() + ".json"), new Gson().toJson(results) + "\n");
        Files.writeString(
                folder.resolve(what.name() + ".run.json"),
                new GsonBuilder().setPrettyPrinting().create().toJson(run) + "\n");
        return isComplete;
    }

    /** The folder of what is measured on this JDK. */
    static String thisJdk() {
        return "jdk-" + Runtime.version().feature();
    }

    /** Writes the page in that folder anew, and draws its pictures. */
    static void writeTables(Path folder) throws IOException {
        Path page = folder.resolve(PAGE);
        Files.writeString(
                page, new Tables(folder.resolve(RAW), folder.resolve(Tables.PLOTS)).fill(Files.readString(page)));
    }
}
