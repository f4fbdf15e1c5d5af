package dev.cenote.latency;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What this process has taken from the machine so far.
 *
 * @param nanos when that was
 * @param cpuNanos time on processors, of all its threads
 * @param switches context switches of the threads that live, wanted or not; -1 where the system does not tell
 */
record Costs(long nanos, long cpuNanos, long switches) {

    private static final Path TASKS = Path.of("/proc/self/task");

    static Costs now() throws IOException {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return new Costs(System.nanoTime(), system.getProcessCpuTime(), switchesSoFar());
    }

    /** Processors that were kept busy since then. */
    double processorsSince(Costs before) {
        return (double) (cpuNanos - before.cpuNanos) / (nanos - before.nanos);
    }

    /** Context switches a second since then; -1 where the system does not tell. */
    double switchesPerSecondSince(Costs before) {
        return switches < 0 ? -1 : (switches - before.switches) * 1e9 / (nanos - before.nanos);
    }

    private static long switchesSoFar() throws IOException {
        if (!Files.isDirectory(TASKS)) {
            return -1;
        }
        long sum = 0;
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
            for (Path task : tasks) {
                sum += switchesOf(task);
            }
        }
        return sum;
    }

    private static long switchesOf(Path task) {
        try {
            return Files.readAllLines(task.resolve("status")).stream()
                    .filter(line -> line.contains("ctxt_switches:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
        } catch (IOException e) {
            return 0; // the thread has just ended
        }
    }
}
