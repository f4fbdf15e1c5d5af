package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Lease;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each object is destroyed once, never in use, and a destroy that fails or hangs holds up nothing. */
class DestroyingTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private final ManualExecutor executor = new ManualExecutor();
    private final CountDownLatch over = new CountDownLatch(1);

    @Test
    @Tag("P3")
    @Tag("long")
    void invalidateReleaseAndRevokeOfOneLeaseDestroyOnce() throws Exception {
        for (int round = 0; round < 300; round++) {
            try (TestPool test = new TestPool(it -> it.maxSize(1))) {
                Lease<Thing> lease = test.acquire();
                Interleaving.atOnce(lease::close, lease::invalidate, () -> test.pool.shutdown(Duration.ZERO));
                assertThat(test.stats().destroyed()).isEqualTo(1);
            } // and the oracle
        }
    }

    @Test
    @Tag("P3")
    @Tag("long")
    void anObjectIsNotEvictedInTheHandsOfTheOneWhoJustLeasedIt() throws Exception {
        Duration longer = Duration.ofDays(10_000); // than the clock can run here
        try (TestPool test = new TestPool(it -> it.maxSize(1)
                .idleTimeout(SECOND)
                .maxLifetime(Duration.ZERO)
                .createTimeout(longer)
                .destroyTimeout(longer))) {
            CountDownLatch done = new CountDownLatch(1);
            Interleaving.atOnce(
                    () -> {
                        while (done.getCount() > 0) {
                            test.advance(Duration.ofSeconds(2));
                        }
                    },
                    () -> {
                        try {
                            for (int i = 0; i < 3_000 || test.stats().destroyed(DestroyReason.EVICTED) < 20; i++) {
                                try (Lease<Thing> lease = test.pool.acquireUninterruptibly(longer)) {
                                    lease.get().use();
                                }
                            }
                        } finally {
                            done.countDown();
                        }
                    });
        }
    }

    @Test
    @Tag("P3")
    void aLeaseThatIsLiveIsNotDestroyedByClosing() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> lease = test.acquire();
            test.pool.shutdown(Duration.ofSeconds(5));
            test.pool.invalidateAll();
            assertThat(lease.get().destroyed.get()).isZero();
            Thing thing = lease.get();
            lease.close();
            assertThat(thing.destroyed.get()).isEqualTo(1);
        }
    }

    @Test
    @Tag("P9")
    @Tag("F34")
    void aDestroyThatThrowsCostsNoPlaceAndKeepsNoOtherFromBeingDestroyed() {
        try (TestPool test = new TestPool(it -> it.maxSize(3))) {
            test.factory.everyDestroy = () -> {
                throw new AssertionError("made up");
            };
            test.acquire(3).forEach(Lease::close);
            test.pool.invalidateAll();
            assertThat(test.stats().destroyed(DestroyReason.REPLACED)).isEqualTo(3);
            test.acquire(3).forEach(Lease::close);
            assertThat(test.pool.shutdown(MINUTE)).isCompleted();
        }
    }

    @Test
    @Tag("P12")
    @Tag("F34")
    void aDestroyThatHangsKeepsNoOtherFromBeingDestroyedAndCloseWaitsNoLongerThanItsTimeOut() {
        try (TestPool test = new TestPool(executor, it -> it.maxSize(3).destroyTimeout(SECOND))) {
            CompletableFuture<Void> warm = test.pool.warmUp(3);
            executor.runAll();
            assertThat(warm).isCompleted();
            CompletableFuture<Void> closed = test.pool.shutdown(Duration.ZERO);
            Runnable hanging = executor.takeNext();
            executor.runAll();
            assertThat(test.stats().destroyed()).isEqualTo(2);
            assertThat(closed).isNotDone();
            test.advance(SECOND);
            assertThat(closed).isCompleted();
            hanging.run();
        }
    }

    @Test
    @Tag("F82")
    void destroysAtOnceAreBounded() {
        AtomicInteger destroying = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (TestPool test =
                new TestPool(Interleaving.THREADS, it -> it.maxSize(100).maxConcurrentCreates(100))) {
            test.acquire(100).forEach(Lease::close);
            test.factory.everyDestroy = () -> {
                most.accumulateAndGet(destroying.incrementAndGet(), Math::max);
                Interleaving.awaitUninterruptibly(over);
                destroying.decrementAndGet();
            };
            test.pool.invalidateAll();
            Await.until(() -> destroying.get() >= 16);
            over.countDown();
            Await.until(() -> test.stats().retiring() == 0);
            assertThat(most.get()).isLessThanOrEqualTo(16);
        }
    }
}
