package dev.cenote.simulation;

import dev.cenote.pool.Factory;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolTimeoutException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.DoubleUnaryOperator;

/**
 * Callers on real threads, each of which comes at its own instant and does its own work, whatever the size of the pool is. Some come
 * at random, and in each second a burst comes.
 *
 * @param dueNanos when each caller comes
 * @param work how much each does, in units of {@link Use}
 */
record RealLoad(long[] dueNanos, double[] work) {

    private static final long SPACING_NANOS = 500_000;
    private static final int CALLERS = 160; // more than ever wait and hold at once

    /** What a caller does with its object. */
    @FunctionalInterface
    interface Use<T> {
        void use(T object, double work) throws Exception;
    }

    /**
     * What callers saw, by their own clock and count, and the recording of it.
     *
     * @param latePercentile how late the machine let them come
     * @param waits of all, also of those whose time was up
     */
    record Run(Recording recording, long latePercentile, Waits waits, int timeouts) {

        Duration wait(double share) {
            return Duration.ofNanos(waits.percentile(share));
        }
    }

    /**
     * @param burst so many come in the middle of each second, half a millisecond apart
     * @param work from a random number below 1
     */
    static RealLoad of(long seed, int seconds, double perSecond, int burst, DoubleUnaryOperator work) {
        SplittableRandom random = new SplittableRandom(seed);
        Longs due = new Longs();
        List<Double> works = new ArrayList<>();
        for (double at = 0; at < seconds; at += Scenario.exponential(random.nextDouble()) / perSecond) {
            due.add((long) (at * 1e9));
        }
        for (int second = 0; second < seconds; second++) {
            for (int i = 0; i < burst; i++) {
                due.add(second * 1_000_000_000L + 500_000_000 + i * SPACING_NANOS);
            }
        }
        for (int i = 0; i < due.size(); i++) {
            works.add(work.applyAsDouble(random.nextDouble()));
        }
        return new RealLoad(
                Arrays.stream(due.toArray()).sorted().toArray(),
                works.stream().mapToDouble(Double::doubleValue).toArray());
    }

    <T> Run run(Factory<T> factory, int size, Duration timeout, Use<T> use, Path file)
            throws IOException, InterruptedException {
        long[] late = new long[dueNanos.length];
        long[] waited = new long[dueNanos.length];
        AtomicInteger timeouts = new AtomicInteger();
        AtomicInteger next = new AtomicInteger();
        AtomicInteger broken = new AtomicInteger();
        try (Pool<T> pool = Pool.builder(factory)
                .name("size " + size)
                .maxSize(size)
                .acquireTimeout(timeout)
                .build()) {
            pool.warmUp(size).join();
            List<Thread> threads = new ArrayList<>();
            try (var recording = pool.recordTo(file, 1)) {
                long begin = System.nanoTime() + 100_000_000;
                for (int i = 0; i < CALLERS; i++) {
                    Thread thread = new Thread(() -> {
                        for (int call = next.getAndIncrement(); call < dueNanos.length; call = next.getAndIncrement()) {
                            late[call] = awaitInstant(begin + dueNanos[call]);
                            long came = System.nanoTime();
                            try (Lease<T> lease = pool.acquire()) {
                                waited[call] = System.nanoTime() - came;
                                use.use(lease.get(), work[call]);
                            } catch (PoolTimeoutException expected) {
                                waited[call] = System.nanoTime() - came;
                                timeouts.incrementAndGet();
                            } catch (Exception unexpected) {
                                broken.incrementAndGet();
                            }
                        }
                    });
                    thread.start();
                    threads.add(thread);
                }
                for (Thread thread : threads) {
                    thread.join();
                }
                if (broken.get() > 0 || recording.lost() > 0) {
                    throw new IllegalStateException(broken + " calls failed, " + recording.lost() + " events lost");
                }
            }
        }
        Arrays.sort(late);
        Waits waits = new Waits();
        Arrays.stream(waited).forEach(waits::add);
        return new Run(Recording.read(file), late[(int) (late.length * 0.95)], waits, timeouts.get());
    }

    /** Returns how late it is then. */
    private static long awaitInstant(long instant) {
        long left = instant - System.nanoTime();
        while (left > 0) {
            LockSupport.parkNanos(left);
            left = instant - System.nanoTime();
        }
        return -left;
    }

    static void park(long nanos) {
        awaitInstant(System.nanoTime() + nanos);
    }
}
