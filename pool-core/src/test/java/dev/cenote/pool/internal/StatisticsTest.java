package dev.cenote.pool.internal;

import static dev.cenote.pool.internal.Interleaving.calling;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.PoolStats;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Counts are exact in a quiet pool, and never impossible in a busy one. */
class StatisticsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    @Tag("P15")
    void countsAreExactInAQuietPool() throws Exception {
        try (TestPool test = new TestPool(it -> it.maxSize(3))) {
            Runnable work = () -> {
                for (int i = 0; i < 3_000; i++) {
                    Lease<Thing> lease = test.acquire();
                    lease.get().use();
                    if (i % 100 == 0) {
                        lease.invalidate();
                    } else {
                        lease.close();
                    }
                }
            };
            Interleaving.atOnce(work, work, work, work);
            assertThat(test.stats().acquired()).isEqualTo(12_000);
            assertThat(test.stats().released()).isEqualTo(12_000);
            assertThat(test.stats().destroyed(DestroyReason.INVALIDATED)).isEqualTo(120);
            assertThat(test.stats().total()).isEqualTo(test.stats().created() - 120);
        }
    }

    private static void checkPossible(PoolStats stats) {
        assertThat(stats.idle() + stats.leased() + stats.validating() + stats.retiring())
                .isEqualTo(stats.total());
        assertThat(stats.total() + stats.creating()).isBetween(0, 3);
        assertThat(stats.waiters()).isBetween(0, 2);
        assertThat(stats.acquired() - stats.released()).isEqualTo(stats.leased());
        assertThat(stats.created() - stats.destroyed() - stats.detached()).isEqualTo(stats.total());
    }

    @Test
    @Tag("P15")
    @Tag("F50")
    void noPictureOfAPoolInUseIsImpossible() throws Exception {
        try (TestPool test = new TestPool(it -> it.maxSize(3))) {
            CountDownLatch working = new CountDownLatch(2);
            Runnable work = () -> {
                for (int i = 0; i < 20_000; i++) {
                    Lease<Thing> lease = test.acquire();
                    if (i % 16 == 0) {
                        lease.invalidate();
                    } else {
                        lease.close();
                    }
                }
                working.countDown();
            };
            Interleaving.atOnce(work, work, () -> {
                for (int i = 0; working.getCount() > 0; i++) {
                    checkPossible(test.stats());
                    test.resize(new PoolLimits(3, i % 2, 10));
                }
            });
        }
    }

    @Test
    @Tag("F51")
    void theMeanWaitIsThatOfAllWhoWaitedWhateverBecameOfThem() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire(); // waited for no time, since it was made in place
            CompletableFuture<Lease<Thing>> served = test.pool.acquireAsync();
            test.advance(SECOND);
            held.close();
            assertThat(test.pool.acquireAsync(SECOND.multipliedBy(3))).isNotDone();
            test.advance(SECOND.multipliedBy(3));
            CompletableFuture<Lease<Thing>> cancelled = test.pool.acquireAsync();
            test.advance(SECOND.multipliedBy(2));
            cancelled.cancel(false);
            AtomicReference<Thread> thread = new AtomicReference<>();
            CompletableFuture<Lease<Thing>> interrupted = calling(() -> {
                thread.set(Thread.currentThread());
                return test.pool.acquire();
            });
            Await.until(() -> thread.get() != null);
            TestPool.awaitParked(List.of(thread.get()), 1);
            test.advance(SECOND.multipliedBy(4));
            thread.get().interrupt();
            Await.until(interrupted::isDone);
            served.join().close();
            for (int i = 0; i < 100; i++) {
                test.acquire().close(); // who found something at once did not wait
            }
            assertThat(test.stats().queued()).isEqualTo(5);
            assertThat(test.stats().waitTimes().count()).isEqualTo(105);
            assertThat(test.stats().waitTimes().countUpTo(Duration.ZERO)).isEqualTo(101);
            assertThat(test.stats().waitTimes().total()).isEqualTo(SECOND.multipliedBy(10));
            assertThat(test.stats().waitTimes().p90()).isZero();
            assertThat(test.stats().waitTimes().max()).isEqualTo(SECOND.multipliedBy(4));
        }
    }

    @Test
    void statsTellTheShareThatDidNotWait() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            assertThat(test.stats().hitRate()).isEqualTo(1);
            test.acquire().close(); // made for it
            test.acquire().close();
            test.acquire().close();
            test.acquire().close();
            assertThat(test.stats().missed()).isEqualTo(1);
            assertThat(test.stats().hitRate()).isEqualTo(0.75);
            assertThat(test.stats().queued()).isEqualTo(1);
        }
    }

    @Test
    void statsTellWhoHadToWaitFromWhoseObjectWasMadeInPlace() throws Exception {
        try (Pool<Object> pool =
                Pool.builder(Object::new).maxSize(2).executor(Runnable::run).build()) {
            Lease<Object> blocking = pool.acquire();
            Lease<Object> async = pool.acquireAsync().get();
            assertThat(pool.stats().missed()).isEqualTo(2);
            assertThat(pool.stats().waited()).isZero();
            CompletableFuture<Lease<Object>> queued = pool.acquireAsync();
            blocking.close();
            queued.get().close();
            async.close();
            assertThat(pool.stats().missed()).isEqualTo(3);
            assertThat(pool.stats().waited()).isEqualTo(1);
        }
    }

    @Test
    @Tag("P15")
    void whatIsDestroyedOrValidatedCountsAsExisting() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(2).minIdle(2))) {
            executor.runAll();
            test.acquire().invalidate();
            assertThat(test.stats().retiring()).isEqualTo(1);
            assertThat(test.stats().total()).isEqualTo(2);
            executor.runAll();
        }
    }
}
