package dev.cenote.soak;

import java.time.Duration;

/** What is in use of the heap after a collection, with no pool open: early, and at the end. */
final class Heap {

    private static final double MOST_GROWTH = 0.05;
    private static final Duration EARLY = Duration.ofMinutes(1);
    /** In a run too short for a look after a minute, classes may still be loaded after the first one. */
    private static final long WARM_UP_BYTES = 512 << 10;

    private final Duration early;
    private long firstBytes;
    private Duration firstAt = Duration.ZERO;
    private long lastBytes;

    /** @param isCounted whether the run may end before its time, and so can't wait for a tenth of it */
    Heap(Duration length, boolean isCounted) {
        if (isCounted) {
            early = Duration.ZERO;
            return;
        }
        Duration tenth = length.dividedBy(10);
        early = tenth.compareTo(EARLY) < 0 ? tenth : EARLY;
    }

    /** Looks if it is time to. */
    void look(Duration elapsed, boolean isLast, Violations violations) {
        if (firstBytes == 0 && !isLast && elapsed.compareTo(early) >= 0) {
            firstBytes = usedBytes();
            firstAt = elapsed;
        }
        if (!isLast || firstBytes == 0) {
            return;
        }
        lastBytes = usedBytes();
        double most = firstBytes * MOST_GROWTH;
        if (lastBytes - firstBytes > (early.equals(EARLY) ? most : Math.max(most, WARM_UP_BYTES))) {
            violations.add("memory: " + this);
        }
    }

    private static long usedBytes() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    @Override
    public String toString() {
        if (lastBytes == 0) {
            return "not checked, since no pool was closed between the start and the end";
        }
        return String.format(
                "%,d bytes after %d s, %,d at the end (%+.1f %%)",
                firstBytes, firstAt.toSeconds(), lastBytes, 100.0 * (lastBytes - firstBytes) / Math.max(1, firstBytes));
    }
}
