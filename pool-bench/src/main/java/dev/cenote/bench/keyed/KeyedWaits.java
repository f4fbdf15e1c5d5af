package dev.cenote.bench.keyed;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * How long callers of light keys wait, with and without a heavy key beside them. 999 light keys are used at random by a few threads,
 * at a rate that is given; a heavy key offers as much as it can, with more callers than it may have objects: some 10,000 times what a light one does.
 * Rates are kept by an open loop: a call that begins late counts from when it should have begun.
 */
public final class KeyedWaits {

    private static final int KEYS = 1_000;
    private static final int PLACES = 32;
    private static final int PER_KEY = 32;
    private static final int LIGHT_THREADS = 24;
    private static final int HEAVY_THREADS = 64;
    private static final long USE_MICROS = 1_000;
    private static final long CONNECT_MICROS = 500;
    private static final int LIGHT_PER_SECOND = 2_000; // of all light keys together

    private KeyedWaits() {}

    /**
     * Runs it for each peer.
     *
     * @param args seconds for each run, 10 by default; then names of peers
     * @throws Exception if interrupted
     */
    public static void main(String[] args) throws Exception {
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 10;
        List<String> peers = args.length > 1
                ? List.of(args).subList(1, args.length)
                : List.of("cenote", "commons-pool2", "httpcore-strict", "httpcore-lax", "httpcore-segmented");
        System.out.printf(
                Locale.ROOT,
                "%d keys, %d places, a use of %d µs, a connect of %d µs, %d light calls a second%n%n"
                        + "| peer | light alone p50 | p99 | with a heavy key p50 | p99 | p99 ratio | failed | heavy calls a second |%n"
                        + "|---|---|---|---|---|---|---|---|%n",
                KEYS,
                PLACES,
                USE_MICROS,
                CONNECT_MICROS,
                LIGHT_PER_SECOND);
        for (String peer : peers) {
            run(peer, false, Math.max(1, seconds / 3)); // warms up
            Outcome alone = run(peer, false, seconds);
            Outcome beside = run(peer, true, seconds);
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %.2f ms | %.2f ms | %.2f ms | %.2f ms | %.1f | %d | %d |%n",
                    peer,
                    alone.millis(50),
                    alone.millis(99),
                    beside.millis(50),
                    beside.millis(99),
                    beside.millis(99) / alone.millis(99),
                    beside.failed,
                    beside.heavy / seconds);
        }
    }

    private record Outcome(Histogram waits, long failed, long heavy) {

        double millis(double percentile) {
            return waits.getValueAtPercentile(percentile) / 1e6;
        }
    }

    private static Outcome run(String name, boolean hasHeavy, int seconds) throws InterruptedException {
        Histogram waits = new ConcurrentHistogram(3);
        AtomicLong failed = new AtomicLong();
        AtomicLong heavy = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        try (KeyedPeer pool = KeyedPeer.open(name, PLACES, PER_KEY, CONNECT_MICROS)) {
            long begin = System.nanoTime();
            long end = begin + TimeUnit.SECONDS.toNanos(seconds);
            for (int i = 0; i < LIGHT_THREADS; i++) {
                int number = i;
                threads.add(new Thread(() -> useLight(pool, number, begin, end, waits, failed)));
            }
            for (int i = 0; hasHeavy && i < HEAVY_THREADS; i++) {
                threads.add(new Thread(() -> useHeavy(pool, end, heavy)));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
        }
        return new Outcome(waits, failed.get(), heavy.get());
    }

    private static void useLight(KeyedPeer pool, int number, long begin, long end, Histogram waits, AtomicLong failed) {
        SplittableRandom random = new SplittableRandom(number);
        long period = TimeUnit.SECONDS.toNanos(LIGHT_THREADS) / LIGHT_PER_SECOND;
        for (long due = begin + period * number / LIGHT_THREADS; due - end < 0; due += period) {
            KeyedPeer.connect(Math.max(0, (due - System.nanoTime()) / 1_000));
            Integer key = 1 + random.nextInt(KEYS - 1);
            try {
                Object handle = pool.acquire(key);
                waits.recordValue(Math.max(0, System.nanoTime() - due));
                KeyedPeer.connect(USE_MICROS);
                pool.release(key, handle);
            } catch (Exception e) {
                failed.incrementAndGet();
                waits.recordValue(System.nanoTime() - due);
            }
        }
    }

    private static void useHeavy(KeyedPeer pool, long end, AtomicLong calls) {
        while (System.nanoTime() - end < 0) {
            try {
                Object handle = pool.acquire(0);
                KeyedPeer.connect(USE_MICROS);
                pool.release(0, handle);
                calls.incrementAndGet();
            } catch (Exception e) {
                // not counted
            }
        }
    }
}
