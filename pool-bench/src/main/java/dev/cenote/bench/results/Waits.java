package dev.cenote.bench.results;

import dev.cenote.latency.KeptFigures;
import dev.cenote.latency.Latency;
import dev.cenote.peers.Peer;
import dev.cenote.peers.Peers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How long callers wait, how evenly they are served, and what that costs: measured by the latency tool.
 *
 * @param name of its file and its place on the page
 * @param threads so many callers
 * @param size of the pool
 * @param warmUp seconds that are not recorded, a round: until the JVM's compilers, which share the processors, are done
 * @param seconds that are recorded, a round
 * @param rounds for each pool
 * @param options of the tool
 */
record Waits(String name, int threads, int size, int warmUp, int seconds, int rounds, List<String> options) {

    /** What a caller computes with an object: about 100 tokens of JMH's {@code Blackhole.consumeCPU}. */
    static final String WORK = "174ns";

    static final List<Waits> ALL = List.of(
            forObjects(8, 2, everyPool()),
            forObjects(32, 4, everyPool()),
            forObjects(64, 8, everyPool()),
            forObjects(
                    256,
                    16,
                    "--pools=cenote-strict,cenote-eventual-1-ms,hikaricp-bag,vibur,vibur-fair,reactor-pool"
                            + (Peers.hasVirtualThreads() ? ",stormpot" : "")),
            new Waits(
                    "transactions-64-on-8",
                    64,
                    8,
                    15,
                    10,
                    7, // as many as pools, so that each is once the first
                    List.of(
                            "--embedded-postgres",
                            "--setup=docs/benchmarks/transactions.sql",
                            "--query=SELECT transact()",
                            "--pools=cenote-jdbc,cenote-jdbc-eventual,hikaricp,agroal-jdbc,beecp,vibur-dbcp,dbcp2")));

    private static Waits forObjects(int threads, int size, String pools) {
        return new Waits("waits-" + threads + "-on-" + size, threads, size, 4, 4, 5, List.of("--work=" + WORK, pools));
    }

    private static String everyPool() {
        return Peers.all().stream()
                .map(Peer.Named::id)
                .collect(Collectors.joining(",", "--pools=park-and-unpark,", ""));
    }

    /**
     * Measures all pools and keeps the figures; false if one failed, which they then say.
     *
     * @param kept the folder of the figures
     * @param raw a folder that does not exist, for the tool's page and the logs that it is drawn from
     */
    boolean measure(Effort effort, Path kept, Path raw) throws IOException {
        boolean isFull = effort == Effort.FULL;
        List<String> arguments = new ArrayList<>(List.of(
                "--threads=" + threads,
                "--size=" + size,
                "--seconds=" + (isFull ? seconds : 0.1),
                "--warm-up=" + (isFull ? warmUp : 0.1),
                "--rounds=" + (isFull ? rounds : 1),
                "--jvm=-Xms1g",
                "--jvm=-Xmx1g",
                "--jvm=-XX:+AlwaysPreTouch",
                "--out=" + raw));
        if (isFull) {
            arguments.add("--only-when-quiet");
        }
        arguments.addAll(options);
        int exitCode = Latency.run(arguments.toArray(String[]::new));
        if (Files.exists(raw)) {
            KeptFigures.keep(raw, Results.file(kept.resolve(Results.thisJdk()), name));
        }
        return exitCode == 0;
    }
}
