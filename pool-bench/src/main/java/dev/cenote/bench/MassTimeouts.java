package dev.cenote.bench;

import dev.cenote.pool.CreateFailedException;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolBuilder;
import dev.cenote.pool.PoolException;
import dev.cenote.pool.PoolFullException;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.PoolTimeoutException;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Prints what a pool does for thousands at once: how late time-outs are told, how long a shutdown holds its caller, what a
 * call costs that fails at once, how long a large pool takes to fill, how much heap is left when it has shrunk, and how long callers
 * wait where one call of user code hangs.
 */
public final class MassTimeouts {

    private static final int ROUNDS = 3;
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private MassTimeouts() {}

    /**
     * Runs it.
     *
     * @param args none
     * @throws Exception if a pool does not do what it should
     */
    public static void main(String[] args) throws Exception {
        for (int round = 1; round <= ROUNDS; round++) {
            System.out.printf("round %d of %d%n", round, ROUNDS);
            for (int leased : new int[] {10, 1_000}) {
                timeOuts(leased, 1_000);
                timeOuts(leased, 5_000);
            }
            blockedTimeOuts(1_000, 1_000);
            shutdown(50_000);
            failures(5_000);
            fill(16_000);
            fill(128_000);
            shrink(1_000_000);
            firstCheckHangs();
            firstCreateHangs();
        }
    }

    private static PoolBuilder<Object> builder(int size) {
        return Pool.builder(Object::new).maxSize(size).maxWaiters(1_000_000).maxConcurrentCreates(16);
    }

    private static List<Lease<Object>> leaseAll(Pool<Object> pool, int count) throws Exception {
        List<Lease<Object>> leases = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            leases.add(pool.acquire());
        }
        return leases;
    }

    private static void timeOuts(int leased, int futures) throws Exception {
        try (Pool<Object> pool = builder(leased).build()) {
            List<Lease<Object>> leases = leaseAll(pool, leased);
            CountDownLatch told = new CountDownLatch(futures);
            AtomicLong latest = new AtomicLong();
            for (int i = 0; i < futures; i++) {
                long due = System.nanoTime() + TIMEOUT.toNanos();
                CompletableFuture<Lease<Object>> unused = pool.acquireAsync(TIMEOUT)
                        .whenComplete((lease, thrown) -> {
                            latest.accumulateAndGet(System.nanoTime() - due, Math::max);
                            told.countDown();
                        });
            }
            told.await();
            print(
                    "%,d leased, %,d futures with 2 s: the latest is told %.1f ms late",
                    leased, futures, latest.get() / 1e6);
            leases.forEach(Lease::close);
        }
    }

    private static void blockedTimeOuts(int leased, int threads) throws Exception {
        try (Pool<Object> pool = builder(leased).build()) {
            List<Lease<Object>> leases = leaseAll(pool, leased);
            AtomicLong latest = new AtomicLong();
            List<Thread> waiting = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                Thread thread = new Thread(() -> {
                    long due = System.nanoTime() + TIMEOUT.toNanos();
                    try {
                        pool.acquireUninterruptibly(TIMEOUT).close();
                    } catch (PoolTimeoutException expected) {
                        latest.accumulateAndGet(System.nanoTime() - due, Math::max);
                    }
                });
                thread.start();
                waiting.add(thread);
            }
            for (Thread thread : waiting) {
                thread.join();
            }
            print(
                    "%,d leased, %,d threads with 2 s: the latest is back %.1f ms late",
                    leased, threads, latest.get() / 1e6);
            leases.forEach(Lease::close);
        }
    }

    private static void shutdown(int futures) throws Exception {
        try (Pool<Object> pool = builder(1_000).build()) {
            List<Lease<Object>> leases = leaseAll(pool, 1_000);
            CountDownLatch told = new CountDownLatch(futures);
            for (int i = 0; i < futures; i++) {
                CompletableFuture<Lease<Object>> unused =
                        pool.acquireAsync(Duration.ofMinutes(1)).whenComplete((lease, thrown) -> told.countDown());
            }
            long begin = System.nanoTime();
            CompletableFuture<Void> closed = pool.shutdown(Duration.ofMinutes(1));
            long held = System.nanoTime() - begin;
            told.await();
            print(
                    "shutdown with %,d futures: holds its caller for %.1f ms, all told after %.1f ms",
                    futures, held / 1e6, (System.nanoTime() - begin) / 1e6);
            leases.forEach(Lease::close);
            closed.join();
        }
    }

    /** What one failure costs a lone caller, the median of many. */
    private static void failures(int leased) throws Exception {
        try (Pool<Object> pool = builder(leased).build();
                Pool<Object> full = builder(leased).maxWaiters(0).build()) {
            List<Lease<Object>> leases = leaseAll(pool, leased);
            leases.addAll(leaseAll(full, leased));
            print(
                    "%,d leased: a time-out of zero costs %.1f µs",
                    leased, micros(() -> pool.acquireUninterruptibly(Duration.ZERO)));
            print("%,d leased: a full queue costs %.1f µs", leased, micros(() -> full.acquireUninterruptibly(TIMEOUT)));
            long begin = System.nanoTime();
            for (int i = 0; i < 1_000; i++) {
                pool.stats();
            }
            print("%,d leased: statistics cost %.1f µs", leased, (System.nanoTime() - begin) / 1e6);
            leases.forEach(Lease::close);
        }
        boolean[] isDown = new boolean[1];
        try (Pool<Object> down = Pool.builder(() -> {
                    if (isDown[0]) {
                        throw new IllegalStateException("down");
                    }
                    return new Object();
                })
                .maxSize(leased)
                .maxConcurrentCreates(16)
                .build()) {
            List<Lease<Object>> leases = leaseAll(down, leased);
            isDown[0] = true;
            leases.forEach(Lease::invalidate);
            while (!down.stats().isFailingFast()) {
                try {
                    down.acquireUninterruptibly(Duration.ofMillis(100));
                } catch (PoolException expected) {
                    TimeUnit.MILLISECONDS.sleep(1);
                }
            }
            print(
                    "once %,d were leased: a failed create costs %.1f µs",
                    leased, micros(() -> {
                        try {
                            return down.acquireUninterruptibly(Duration.ofMillis(100));
                        } catch (CreateFailedException | PoolTimeoutException | PoolFullException expected) {
                            throw expected;
                        }
                    }));
        }
    }

    private interface Call {
        Lease<Object> run();
    }

    private static double micros(Call failing) {
        long[] nanos = new long[20_000];
        for (int i = 0; i < nanos.length; i++) {
            long begin = System.nanoTime();
            try {
                failing.run().close();
                throw new IllegalStateException("it should have failed");
            } catch (PoolException expected) {
                nanos[i] = System.nanoTime() - begin;
            }
        }
        long[] warm = Arrays.copyOfRange(nanos, nanos.length / 2, nanos.length);
        Arrays.sort(warm);
        return warm[warm.length / 2] / 1e3;
    }

    private static void fill(int size) throws Exception {
        long begin = System.nanoTime();
        try (Pool<Object> pool =
                builder(size).minIdle(size).idleTimeout(Duration.ZERO).build()) {
            while (pool.stats().idle() < size) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            print("minIdle = maxSize = %,d: filled in %.2f s", size, (System.nanoTime() - begin) / 1e9);
        }
    }

    private static void shrink(int size) throws Exception {
        long before = usedAfterCollection();
        try (Pool<Object> pool =
                Pool.builder(Object::new).maxSize(size).executor(Runnable::run).build()) {
            List<Lease<Object>> leases = leaseAll(pool, size);
            long full = usedAfterCollection();
            leases.forEach(Lease::close);
            leases = null;
            pool.resize(new PoolLimits(10, 0, 10));
            while (pool.stats().total() > 10) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
            print(
                    "%,d objects: %.1f MB of heap; once shrunk to 10: %.1f MB",
                    size, (full - before) / 1e6, (usedAfterCollection() - before) / 1e6);
            Reference.reachabilityFence(pool);
        }
    }

    /** Ten idle objects are to be checked, and the first check hangs. */
    private static void firstCheckHangs() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        AtomicBoolean isFirst = new AtomicBoolean(true);
        try (Pool<Object> pool = Pool.builder(Object::new)
                .maxSize(10)
                .validator(object -> {
                    if (isFirst.getAndSet(false)) {
                        over.await();
                    }
                    return true;
                })
                .validateIfIdleFor(Duration.ofMillis(100))
                .build()) {
            leaseAll(pool, 10).forEach(Lease::close);
            TimeUnit.MILLISECONDS.sleep(300);
            callers("the first check of ten idle objects hangs", pool);
            over.countDown();
        }
    }

    private static void firstCreateHangs() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        AtomicBoolean isFirst = new AtomicBoolean(true);
        try (Pool<Object> pool = Pool.builder(() -> {
                    if (isFirst.getAndSet(false)) {
                        over.await();
                    }
                    return new Object();
                })
                .maxSize(10)
                .build()) {
            callers("the first create of ten hangs", pool);
            over.countDown();
        }
    }

    /** Four callers, one after the other, each of whom keeps what it gets. */
    private static void callers(String what, Pool<Object> pool) {
        List<String> waits = new ArrayList<>();
        List<Lease<Object>> leases = new ArrayList<>();
        for (int caller = 0; caller < 4; caller++) {
            long begin = System.nanoTime();
            String outcome = "";
            try {
                leases.add(pool.acquireUninterruptibly(Duration.ofSeconds(1)));
            } catch (PoolException failure) {
                outcome = " (failed)";
            }
            waits.add(String.format(Locale.ROOT, "%.1f%s", (System.nanoTime() - begin) / 1e6, outcome));
        }
        print("%s: four callers with 1 s wait for %s ms", what, String.join(", ", waits));
        leases.forEach(Lease::close);
    }

    private static long usedAfterCollection() {
        System.gc();
        System.gc(); // what the first has found unreachable through references is free only now
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, "  " + format + "%n", values);
    }
}
