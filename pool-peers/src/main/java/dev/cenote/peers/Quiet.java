package dev.cenote.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/**
 * Whether other programs leave the processors to a measurement. A figure that is made beside other work is not a figure.
 *
 * <p>For a moment this process does nothing, and what others do is read from Linux: how much of one processor they used
 * ({@code /proc/stat}), and for which part of the time some thread waited for a processor ({@code /proc/pressure/cpu}, "pressure
 * stall information").
 */
public class Quiet {

    /** What others may use of one processor, and for which part of the time a thread may wait for one. */
    static final double MOST_BUSY = 0.1;

    static final double MOST_WAITING = 0.05;

    private static final Duration LOOK = Duration.ofMillis(400);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Path stat;
    private final Path pressure;
    private final Duration look;

    Quiet(Path proc, Duration look) {
        stat = proc.resolve("stat");
        pressure = proc.resolve("pressure").resolve("cpu");
        this.look = look;
    }

    /** The machine that this process runs on. */
    public static Quiet here() {
        return new Quiet(Path.of("/proc"), LOOK);
    }

    /**
     * Waits until the machine is quiet. Returns at once where the system does not tell.
     *
     * @throws IOException if it is not after two minutes, with what others do
     */
    public void await() throws IOException, InterruptedException {
        await(PATIENCE);
    }

    void await(Duration patience) throws IOException, InterruptedException {
        long began = System.nanoTime();
        while (Files.isReadable(stat)) {
            Seen seen = look();
            if (seen.isQuiet()) {
                return;
            }
            if (System.nanoTime() - began >= patience.toNanos()) {
                throw new IOException("the machine is busy, so nothing is measured: " + seen);
            }
        }
    }

    Seen look() throws IOException, InterruptedException {
        Times before = times();
        Thread.sleep(look.toMillis());
        return before.until(times());
    }

    /** What the system has counted so far. */
    Times times() throws IOException {
        // Of all processors: user, nice, system, idle, waiting for input or output, interrupts, soft interrupts,
        // stolen.
        long[] ticks = Arrays.stream(Files.readAllLines(stat).get(0).split(" +"))
                .skip(1)
                .limit(8)
                .mapToLong(Long::parseLong)
                .toArray();
        return new Times(System.nanoTime(), Arrays.stream(ticks).sum(), ticks[3] + ticks[4], waitedMicros());
    }

    private long waitedMicros() throws IOException {
        if (!Files.isReadable(pressure)) {
            return 0;
        }
        String some = Files.readAllLines(pressure).get(0);
        return Long.parseLong(some.substring(some.indexOf("total=") + "total=".length()));
    }

    /**
     * What the system has counted until then.
     *
     * @param nanos when that was
     * @param ticks of all processors together
     * @param idleTicks of them
     * @param waitedMicros for how long some thread has waited for a processor; 0 where the kernel does not tell
     */
    record Times(long nanos, long ticks, long idleTicks, long waitedMicros) {

        Seen until(Times after) {
            double all = after.ticks - ticks;
            double busy = all - (after.idleTicks - idleTicks);
            return new Seen(
                    all <= 0 ? 0 : Runtime.getRuntime().availableProcessors() * busy / all,
                    1e3 * (after.waitedMicros - waitedMicros) / Math.max(1, after.nanos - nanos));
        }
    }

    /**
     * What two looks have found.
     *
     * @param busy processors that were in use on average
     * @param waiting the part of the time for which some thread waited for a processor
     */
    record Seen(double busy, double waiting) {

        boolean isQuiet() {
            return busy <= MOST_BUSY && waiting <= MOST_WAITING;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "other programs use %.2f processors (at most %.2f), and some thread waits for a processor %.0f %% of the time"
                            + " (at most %.0f %%)",
                    busy,
                    MOST_BUSY,
                    100 * waiting,
                    100 * MOST_WAITING);
        }
    }
}
