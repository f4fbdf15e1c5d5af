package dev.cenote.bench.results;

import dev.cenote.latency.Latency;
import dev.cenote.latency.RawResults;
import dev.cenote.peers.Peers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * How long callers wait, how evenly they are served, and what that costs: measured by the latency tool.
 *
 * @param name of its folder and its place on the page
 * @param threads so many callers
 * @param size of the pool
 * @param warmUp seconds that are not recorded, a round: until the JVM's compilers, which share the processors, are done
 * @param seconds that are recorded, a round
 * @param rounds for each pool
 * @param options of the tool
 */
record Waits(String name, int threads, int size, int warmUp, int seconds, int rounds, List<String> options) {

    static final List<Waits> ALL = List.of(
            forObjects(8, 2),
            forObjects(32, 4),
            forObjects(64, 8),
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
                    6, // as many as pools, so that each is once the first
                    List.of(
                            "--embedded-postgres",
                            "--setup=docs/benchmarks/transactions.sql",
                            "--query=SELECT transact()",
                            "--pools=cenote-jdbc,cenote-jdbc-eventual,hikaricp,agroal-jdbc,vibur-dbcp,dbcp2")));

    static Waits forObjects(int threads, int size, String... more) {
        List<String> options = new ArrayList<>(List.of("--work=174ns"));
        options.addAll(List.of(more));
        return new Waits("waits-" + threads + "-on-" + size, threads, size, 6, 5, 4, options);
    }

    /** Measures all pools and keeps the result; false if one failed, which the result then says. */
    boolean measure(Effort effort, Path raw) throws IOException {
        Path folder = folder(raw.resolve(Results.thisJdk()));
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        boolean isFull = effort == Effort.FULL;
        List<String> arguments = new ArrayList<>(List.of(
                "--threads=" + threads,
                "--size=" + size,
                "--seconds=" + (isFull ? seconds : 0.1),
                "--warm-up=" + (isFull ? warmUp : 0.1),
                "--rounds=" + (isFull ? rounds : 1),
                "--jvm=-Xmx1g",
                "--out=" + folder));
        arguments.addAll(options);
        return Latency.run(arguments.toArray(String[]::new)) == 0;
    }

    /** What was measured on that JDK, for the page; empty if nothing was. */
    String table(Path jdk) throws IOException {
        Path folder = folder(jdk);
        return Files.exists(folder) ? "\n```text\n" + RawResults.text(folder) + "```\n\n" : "";
    }

    private Path folder(Path jdk) {
        return jdk.resolve(name);
    }
}
