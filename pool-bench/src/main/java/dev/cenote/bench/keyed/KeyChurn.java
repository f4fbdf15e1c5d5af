package dev.cenote.bench.keyed;

import dev.cenote.pool.KeyedPool;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/** Keys that are used once and never again, so many a second: prints the heap in use after a collection, every second or so. */
public final class KeyChurn {

    private KeyChurn() {}

    /**
     * Runs it.
     *
     * @param args keys a second, 10,000 by default; then seconds, 30 by default
     * @throws Exception if interrupted
     */
    public static void main(String[] args) throws Exception {
        int rate = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 30;
        try (KeyedPool<Long, Object> pool = KeyedPool.<Long, Object>builder(key -> new Object())
                .maxTotal(100)
                .keyIdleTimeout(Duration.ofMillis(500))
                .settings((key, it) -> it.idleTimeout(Duration.ofMillis(500)).executor(Runnable::run))
                .build()) {
            long begin = System.nanoTime();
            long used = 0;
            for (int second = 1; second <= seconds; second++) {
                for (long last = (long) second * rate; used < last; used++) {
                    long ahead = begin + used * 1_000_000_000L / rate - System.nanoTime();
                    if (ahead > 1_000_000) {
                        LockSupport.parkNanos(ahead);
                    }
                    pool.acquire(used).close();
                }
                long late = System.nanoTime() - begin - second * 1_000_000_000L;
                System.gc();
                System.out.printf(
                        Locale.ROOT,
                        "%3d s: %,d keys used, %,d in the map, %,d KB of heap, %d ms late%n",
                        second,
                        used,
                        pool.keys().size(),
                        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1024,
                        Math.max(0, late / 1_000_000));
            }
        }
    }
}
