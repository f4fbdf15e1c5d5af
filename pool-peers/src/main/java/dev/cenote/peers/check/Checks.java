package dev.cenote.peers.check;

import dev.cenote.peers.Peer;
import dev.cenote.peers.Peers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command. */
@Command(
        name = "peers",
        mixinStandardHelpOptions = true,
        version = "Cenote 0.1.0-SNAPSHOT",
        description = "Runs the same checks of fairness and robustness against this pool and its peers.")
public final class Checks implements Callable<Integer> {

    private static final List<Check> CHECKS = List.of(
            new Bound(),
            new Order(),
            new Turns(),
            new StaleRelease(),
            new Parked(),
            new Deadline(),
            new Errors(),
            new SlowDestroy());

    @Option(names = "--only", paramLabel = "TEXT", defaultValue = "", description = "pools whose name has this in it")
    private String only;

    @Option(names = "--alone", hidden = true)
    private String alone;

    private Checks() {}

    /**
     * Runs the checks.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Checks()).execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (alone != null) {
            Peers.all().stream().filter(peer -> peer.name().equals(alone)).forEach(Checks::check);
            return CommandLine.ExitCode.OK;
        }
        System.out.printf(
                "JDK %s, %d processors%n%n",
                System.getProperty("java.version"), Runtime.getRuntime().availableProcessors());
        List<String> heads = new ArrayList<>(List.of("pool"));
        CHECKS.forEach(check -> heads.add(check.title()));
        row(heads);
        row(heads.stream().map(head -> "---").toList());
        int failed = 0;
        for (Peer.Named peer : Peers.all()) {
            if (peer.name().toLowerCase(Locale.ROOT).contains(only.toLowerCase(Locale.ROOT))) {
                failed |= checkInItsOwnProcess(peer);
            }
        }
        return failed;
    }

    /** What one pool leaves behind is not to be laid to another's charge. */
    private static int checkInItsOwnProcess(Peer.Named peer) throws IOException, InterruptedException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Checks.class.getName(),
                        "--alone",
                        peer.name())
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.DISCARD) // of threads that die of what a check wants
                .start()
                .waitFor();
    }

    private static void check(Peer.Named peer) {
        List<String> cells = new ArrayList<>(List.of(peer.name()));
        CHECKS.forEach(check -> cells.add(outcome(check, peer)));
        row(cells);
    }

    private static void row(List<String> cells) {
        System.out.println("| " + String.join(" | ", cells) + " |");
    }

    private static String outcome(Check check, Peer.Named peer) {
        try {
            return check.run(peer);
        } catch (Exception | LinkageError e) {
            return "failed: " + e;
        }
    }
}
