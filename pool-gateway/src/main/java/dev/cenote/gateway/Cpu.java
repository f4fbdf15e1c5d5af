package dev.cenote.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** How much processor time processes have used, user and system, in nanoseconds. */
final class Cpu {

    private static final Path LINUX = Path.of("/proc/self/stat");
    private static final long NANOS_PER_TICK = 10_000_000; // USER_HZ is 100 on all of Linux

    private Cpu() {}

    /** Of a process alone; 0 if it has ended. */
    static long nanos(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().totalCpuDuration())
                .map(Duration::toNanos)
                .orElse(0L);
    }

    /**
     * Of a process and its children, also those that have ended, which only Linux tells: elsewhere a server that makes a
     * process for each session seems to use less than it does.
     */
    static long nanosWithChildren(ProcessHandle process) throws IOException {
        long children =
                process.children().mapToLong(child -> nanos(child.pid())).sum();
        return nanos(process.pid()) + children + nanosOfEndedChildren(process.pid());
    }

    private static long nanosOfEndedChildren(long pid) throws IOException {
        if (!Files.exists(LINUX)) {
            return 0;
        }
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" "); // from the third on
        return (Long.parseLong(fields[13]) + Long.parseLong(fields[14])) * NANOS_PER_TICK;
    }

    /** All of them, as {@link #nanosWithChildren}; 0 of no process. */
    static long nanosWithChildren(Optional<ProcessHandle> process) throws IOException {
        return process.isPresent() ? nanosWithChildren(process.get()) : 0;
    }
}
