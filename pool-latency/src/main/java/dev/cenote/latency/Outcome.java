package dev.cenote.latency;

import java.util.Arrays;
import java.util.List;

/**
 * What one process has measured of one pool, beside the log of its waits.
 *
 * @param pool as it is typed
 * @param round 1 or more
 * @param failure why there is nothing else here; null if it went well
 * @param turns of each caller, served in the recorded time
 * @param timeouts acquires that ended without an item
 * @param unbegun requests that were due and not begun in the recorded time
 * @param seconds recorded
 * @param processors kept busy by the whole process
 * @param switchesPerSecond context switches of the whole process; -1 if unknown
 * @param collectors garbage collectors of that JVM
 * @param database server and driver; null for plain objects
 */
record Outcome(
        String pool,
        int round,
        String failure,
        long[] turns,
        long timeouts,
        long unbegun,
        double seconds,
        double processors,
        double switchesPerSecond,
        List<String> collectors,
        String database) {

    static Outcome failed(String pool, int round, String failure) {
        return new Outcome(pool, round, failure, new long[0], 0, 0, 0, 0, -1, List.of(), null);
    }

    long served() {
        return Arrays.stream(turns).sum();
    }

    double turnsPerSecond() {
        return served() / seconds;
    }

    /** Least to most served caller. */
    double fairness() {
        return (double) Arrays.stream(turns).min().orElseThrow()
                / Arrays.stream(turns).max().orElseThrow();
    }
}
