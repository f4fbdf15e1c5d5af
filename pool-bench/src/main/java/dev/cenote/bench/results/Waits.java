package dev.cenote.bench.results;

import dev.cenote.bench.latency.Latency;
import dev.cenote.bench.latency.RawResults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * How long callers wait, how evenly they are served, and what that costs: measured by the latency tool.
 *
 * @param threads so many callers
 * @param size of the pool
 */
record Waits(int threads, int size) {

    static final List<Waits> ALL = List.of(new Waits(8, 2), new Waits(32, 4), new Waits(64, 8));

    /** Of its folder and its place on the page. */
    String name() {
        return "waits-" + threads + "-on-" + size;
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
        return Latency.run(
                        "--threads=" + threads,
                        "--size=" + size,
                        "--work=174ns",
                        "--seconds=" + (effort == Effort.FULL ? 3 : 0.1),
                        "--warm-up=" + (effort == Effort.FULL ? 1 : 0.1),
                        "--rounds=" + (effort == Effort.FULL ? 3 : 1),
                        "--jvm=-Xmx1g",
                        "--out=" + folder)
                == 0;
    }

    /** What was measured on that JDK, for the page; empty if nothing was. */
    String table(Path jdk) throws IOException {
        Path folder = folder(jdk);
        return Files.exists(folder) ? "\n```text\n" + RawResults.text(folder) + "```\n\n" : "";
    }

    private Path folder(Path jdk) {
        return jdk.resolve(name());
    }
}
