package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.Fairness;
import dev.cenote.pool.IdleOrder;
import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolBuilder;
import dev.cenote.pool.PoolException;
import dev.cenote.pool.PoolLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random programs: a few threads acquire in every way, release, close twice, invalidate, detach, cancel, are
 * interrupted, report faults, warm up, drain, resize, suspend, invalidate all, replace the factory and close, while the factory fails and the validator
 * rejects at random and the clock goes on; then the {@link Oracle} looks. The seed of a program that fails is in the
 * message: {@code -Dcenote.seed=…} runs that one alone.
 */
class RandomProgramsTest {

    private static final int PROGRAMS = Integer.getInteger("cenote.programs", 1_500);
    private static final int THREADS = 3;
    private static final int STEPS = 60;

    private static ExecutorService threads;

    @BeforeAll
    static void startThreads() {
        threads = Executors.newCachedThreadPool();
    }

    @AfterAll
    static void stopThreads() {
        threads.shutdown();
    }

    @Test
    @Timeout(120)
    void everyPromiseThatCanBeSeenHoldsAfterRandomPrograms() throws Exception {
        Long only = Long.getLong("cenote.seed");
        long first = only != null ? only : System.nanoTime();
        int programs = only != null ? 1 : PROGRAMS;
        System.out.println("random programs: " + programs + ", seeds from " + first);
        for (long seed = first; seed < first + programs; seed++) {
            try {
                new Program(seed).run();
            } catch (Throwable thrown) {
                throw new AssertionError("seed " + seed, thrown);
            }
        }
    }

    private static final class Program {
        private final SplittableRandom random;
        private final TestPool test;
        private final int maxSize;
        private final boolean mayClose;
        private final Queue<Throwable> violations = new ConcurrentLinkedQueue<>();
        private final AtomicInteger running = new AtomicInteger(THREADS);

        Program(long seed) {
            random = new SplittableRandom(seed);
            maxSize = 1 + random.nextInt(4);
            mayClose = random.nextInt(4) == 0;
            SplittableRandom chance = random.split();
            int sickness = random.nextInt(3) == 0 ? 10 : 0;
            boolean hasWorkers = random.nextBoolean();
            test = new TestPool(hasWorkers ? threads : Runnable::run, builder -> configure(builder, chance, sickness));
            test.factory.everyCreate = () -> {
                if (sickness > 0 && oneIn(chance, sickness)) {
                    throw new IllegalStateException("a create fails");
                }
            };
        }

        private void configure(PoolBuilder<Thing> builder, SplittableRandom chance, int sickness) {
            builder.maxSize(maxSize)
                    .maxWaiters(random.nextInt(5))
                    .minIdle(random.nextInt(2))
                    .idleOrder(random.nextBoolean() ? IdleOrder.LIFO : IdleOrder.FIFO)
                    .fairness(random.nextBoolean() ? Fairness.STRICT : Fairness.eventual(Duration.ofMillis(1)))
                    .maxUses(random.nextInt(3) * 5)
                    .maxLifetime(Duration.ofMillis(random.nextInt(3) * 50))
                    .idleTimeout(Duration.ofMillis(random.nextInt(3) * 20))
                    .failFastAfter(random.nextInt(3))
                    .maxConcurrentCreates(1 + random.nextInt(4))
                    .maxConcurrentRetirements(1 + random.nextInt(2))
                    .leakThreshold(Duration.ofMillis(random.nextInt(2) * 20))
                    .detectStalls(random.nextBoolean());
            if (random.nextInt(4) == 0) {
                builder.sizingPolicy(peaks -> peaks[0] % 4);
            }
            if (random.nextBoolean()) {
                builder.validateIfIdleFor(Duration.ofMillis(random.nextInt(2) * 10))
                        .keepaliveTime(Duration.ofMillis(random.nextInt(2) * 30))
                        .validateOnRelease(random.nextBoolean())
                        .validator(thing -> {
                            thing.use();
                            return sickness == 0 || !oneIn(chance, sickness);
                        });
            }
        }

        private static boolean oneIn(SplittableRandom chance, int n) {
            synchronized (chance) {
                return chance.nextInt(n) == 0;
            }
        }

        void run() throws Exception {
            List<Future<?>> workers = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                SplittableRandom own = random.split();
                workers.add(threads.submit(() -> {
                    try {
                        work(own);
                    } finally {
                        running.decrementAndGet();
                    }
                }));
            }
            while (running.get() > 0) {
                test.advance(Duration.ofMillis(1));
                Thread.yield();
            }
            for (Future<?> worker : workers) {
                worker.get();
            }
            assertThat(violations).isEmpty();
            settle();
            if (!test.pool.isClosed()) {
                drain();
            }
            test.close();
        }

        /** Lets the tasks and callbacks that are under way end; a lease that was lost would hang this. */
        private void settle() {
            test.pool.resume();
            Await.until(() -> {
                test.advance(Duration.ofMillis(1));
                var stats = test.stats();
                return stats.waiters() + stats.validating() + stats.retiring() + stats.creating() + stats.leased() == 0;
            });
        }

        /** No capacity is lost: as many as may exist can be had at once. */
        private void drain() {
            test.resize(new PoolLimits(maxSize, 0, 100));
            List<Lease<Thing>> all = new ArrayList<>();
            while (all.size() < maxSize) {
                CompletableFuture<Lease<Thing>> next = test.pool.acquireAsync();
                Await.until(() -> {
                    test.advance(Duration.ofMillis(1));
                    return next.isDone();
                });
                if (!next.isCompletedExceptionally()) { // the factory may fail
                    all.add(next.join());
                }
            }
            all.forEach(Lease::close);
            settle();
        }

        private void work(RandomGenerator own) {
            List<Lease<Thing>> held = new ArrayList<>();
            List<Lease<Thing>> stale = new ArrayList<>();
            for (int step = 0; step < STEPS; step++) {
                try {
                    step(own, held, stale);
                } catch (PoolException | InterruptedException expected) {
                    assertThat(expected).isNotNull();
                }
            }
            Thread.interrupted();
            held.forEach(Lease::close);
        }

        private void step(RandomGenerator own, List<Lease<Thing>> held, List<Lease<Thing>> stale)
                throws InterruptedException {
            Duration shortly = Duration.ofMillis(own.nextInt(4));
            switch (own.nextInt(24)) {
                case 0, 1, 2 -> held.add(used(test.pool.acquire(shortly)));
                case 3 -> held.add(used(test.pool.acquireUninterruptibly(shortly)));
                case 4, 5 -> test.pool.tryAcquire().ifPresent(lease -> held.add(used(lease)));
                case 6 ->
                    test.pool
                            .acquireAsync(shortly)
                            .thenAccept(lease -> used(lease).close());
                case 7 -> {
                    CompletableFuture<Lease<Thing>> future = test.pool.acquireAsync(shortly);
                    Thread.yield();
                    if (!future.cancel(false) && !future.isCompletedExceptionally()) {
                        held.add(used(future.join()));
                    }
                }
                case 8, 9, 10, 11, 12 -> end(held, stale, Lease::close);
                case 13 -> end(held, stale, Lease::invalidate);
                case 14 -> stale.forEach(Lease::close);
                case 15 -> {
                    for (Lease<Thing> lease : stale) {
                        lease.invalidate();
                    }
                }
                case 16 -> test.resize(new PoolLimits(1 + own.nextInt(4), 0, own.nextInt(5)));
                case 17 -> {
                    test.pool.suspend();
                    Thread.yield();
                    test.pool.resume();
                }
                case 18 -> {
                    if (own.nextInt(4) == 0) {
                        Thread.currentThread().interrupt();
                    } else {
                        test.pool.invalidateAll();
                    }
                }
                case 19 -> end(held, stale, lease -> lease.invalidate(new IllegalStateException("a fault")));
                case 20 ->
                    test.pool
                            .warmUp(1)
                            .whenComplete(
                                    (warm, failure) -> test.pool.tryAcquire().ifPresent(Lease::close));
                case 21 -> {
                    CompletableFuture<Void> empty = test.pool.drain();
                    Thread.yield();
                    test.pool.resume();
                    empty.cancel(false);
                }
                case 22 -> test.pool.invalidateAll(Duration.ofMillis(own.nextInt(20)));
                default -> {
                    if (own.nextInt(4) == 0) {
                        test.pool.replaceFactory(test.factory);
                    } else if (mayClose && own.nextInt(8) == 0) {
                        test.pool.shutdown(Duration.ofMillis(own.nextInt(10)));
                    }
                }
            }
        }

        private void end(List<Lease<Thing>> held, List<Lease<Thing>> stale, Consumer<Lease<Thing>> how) {
            if (!held.isEmpty()) {
                Lease<Thing> lease = held.remove(held.size() - 1);
                how.accept(lease);
                stale.add(lease);
            }
        }

        /** Uses a leased object, unless the closing pool has revoked it. */
        private Lease<Thing> used(Lease<Thing> lease) {
            if (!mayClose) {
                try {
                    lease.get().use();
                } catch (Throwable thrown) {
                    violations.add(thrown);
                }
            }
            return lease;
        }
    }
}
