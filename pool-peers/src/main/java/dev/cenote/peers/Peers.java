package dev.cenote.peers;

import dev.cenote.pool.Fairness;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
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
public final class Peers implements Callable<Integer> {

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

    private Peers() {}

    /**
     * Runs the checks.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Peers()).execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (alone != null) {
            all().stream().filter(peer -> peer.name().equals(alone)).forEach(Peers::check);
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
        for (Peer.Named peer : all()) {
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
                        Peers.class.getName(),
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

    private static List<Peer.Named> all() {
        List<Peer.Named> all = new ArrayList<>();
        Fairness eventual = Fairness.eventual(Duration.ofMillis(1));
        all.add(new Peer.Named(
                "Cenote, strict", (size, maker) -> new CenotePeer(size, maker, Fairness.STRICT), true, true));
        all.add(new Peer.Named(
                "Cenote, eventual 1 ms", (size, maker) -> new CenotePeer(size, maker, eventual), true, true));
        all.add(new Peer.Named("commons-pool2", (size, maker) -> new CommonsPeer(size, maker, false), true, true));
        all.add(new Peer.Named("commons-pool2, fair", (size, maker) -> new CommonsPeer(size, maker, true), true, true));
        all.add(new Peer.Named("HikariCP's bag", BagPeer::new, false, false));
        if (Runtime.version().feature() >= 21) {
            all.add(new Peer.Named("Stormpot", Peers::stormpot, true, true));
        }
        all.add(new Peer.Named("Vibur", (size, maker) -> new ViburPeer(size, maker, false), true, true));
        all.add(new Peer.Named("Vibur, fair", (size, maker) -> new ViburPeer(size, maker, true), true, true));
        all.add(new Peer.Named("Agroal", AgroalPeer::new, true, false));
        return all;
    }

    /** By name: a compiler older than Stormpot leaves that class out. */
    private static Peer stormpot(int size, Maker maker) throws ReflectiveOperationException {
        return (Peer) Class.forName("dev.cenote.peers.StormpotPeer")
                .getDeclaredConstructor(int.class, Maker.class)
                .newInstance(size, maker);
    }
}
