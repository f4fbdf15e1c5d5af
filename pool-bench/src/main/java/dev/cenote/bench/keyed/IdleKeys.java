package dev.cenote.bench.keyed;

import dev.cenote.bench.Heap;
import dev.cenote.pool.KeyedPool;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Prints what keys cost that hold one idle object each, and what is left of keys that were dropped. Needs the serial collector. */
public final class IdleKeys {

    private IdleKeys() {}

    /**
     * Runs it.
     *
     * @param args how many keys, 100,000 by default; then how many seconds all may settle, 20 by default
     * @throws Exception if interrupted
     */
    public static void main(String[] args) throws Exception {
        int keys = args.length > 0 ? Integer.parseInt(args[0]) : 100_000;
        int settling = args.length > 1 ? Integer.parseInt(args[1]) : 20;
        try (KeyedPool<Integer, Object> pool = open(Duration.ofMinutes(10), keys)) {
            use(pool, 10); // what is needed once is not to be counted
            long before = Heap.usedAfterCollection();
            use(pool, keys);
            TimeUnit.SECONDS.sleep(settling);
            long bytes = (Heap.usedAfterCollection() - before) / keys;
            System.out.printf(
                    Locale.ROOT,
                    "%d keys with an idle object each: %d bytes a key, %d threads%n",
                    pool.keys().size(),
                    bytes,
                    threads());
            Reference.reachabilityFence(pool);
        }
        try (KeyedPool<Integer, Object> pool = open(Duration.ofSeconds(1), keys)) {
            use(pool, 10);
            long before = Heap.usedAfterCollection();
            use(pool, keys);
            for (int second = 0; second < 10 * settling && !pool.keys().isEmpty(); second++) {
                TimeUnit.SECONDS.sleep(1);
            }
            System.out.printf(
                    Locale.ROOT,
                    "%d keys dropped, %d left: %.1f bytes a key, %d threads%n",
                    pool.stats().keysDropped(),
                    pool.keys().size(),
                    Math.max(0.0, Heap.usedAfterCollection() - before) / keys,
                    threads());
        }
    }

    private static KeyedPool<Integer, Object> open(Duration idle, int keys) {
        return KeyedPool.<Integer, Object>builder(key -> new Object())
                .maxTotal(keys)
                .maxPerKey(1)
                .keyIdleTimeout(idle)
                .settings((key, it) -> it.idleTimeout(idle).executor(Runnable::run))
                .build();
    }

    private static void use(KeyedPool<Integer, Object> pool, int keys) throws InterruptedException {
        for (int key = 0; key < keys; key++) {
            pool.acquire(key).close();
        }
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("cenote"))
                .count();
    }
}
