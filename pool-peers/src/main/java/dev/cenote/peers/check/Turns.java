package dev.cenote.peers.check;

import dev.cenote.peers.Maker;
import dev.cenote.peers.Peer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** Eight threads in a loop on two items for two seconds: the longest wait, the median, and the least and most served. */
final class Turns implements Check {

    private static final int THREADS = 8;
    private static final int SIZE = 2;
    private static final long WARM_UP_NANOS = 1_000_000_000;
    private static final long NANOS = 2_000_000_000;
    private static final long LONGEST = 60_000_000_000L;

    @Override
    public String title() {
        return "longest wait, median; least/most";
    }

    @Override
    public String run(Peer.Named kind) throws Exception {
        try (Peer peer = kind.kind().open(SIZE, new Maker())) {
            turns(peer, WARM_UP_NANOS);
            List<Histogram> waits = turns(peer, NANOS);
            long[] turns =
                    waits.stream().mapToLong(Histogram::getTotalCount).sorted().toArray();
            Histogram all = new Histogram(LONGEST, 2);
            waits.forEach(all::add);
            return String.format(
                    Locale.ROOT,
                    "%.1f ms, %.1f µs; %.2f of %,d",
                    all.getMaxValue() / 1e6,
                    all.getValueAtPercentile(50) / 1e3,
                    (double) turns[0] / turns[THREADS - 1],
                    Arrays.stream(turns).sum());
        }
    }

    /** Each thread's waits. */
    private static List<Histogram> turns(Peer peer, long nanos) throws InterruptedException {
        List<Histogram> waits = new ArrayList<>();
        Callers callers = new Callers();
        long end = System.nanoTime() + nanos;
        for (int i = 0; i < THREADS; i++) {
            Histogram mine = new Histogram(LONGEST, 2);
            waits.add(mine);
            callers.start(() -> {
                for (long now = System.nanoTime(); now - end < 0; now = System.nanoTime()) {
                    Object handle = peer.acquire(10_000);
                    mine.recordValue(Math.min(LONGEST, System.nanoTime() - now));
                    work();
                    peer.release(handle);
                }
                return null;
            });
        }
        callers.join(15_000);
        return waits;
    }

    /** Some 200 ns under the lease. */
    private static void work() {
        for (int i = 0; i < 8; i++) {
            Thread.onSpinWait();
        }
    }
}
