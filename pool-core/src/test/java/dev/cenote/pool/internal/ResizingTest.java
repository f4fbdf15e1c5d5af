package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.internal.slot.IdleStore;
import dev.cenote.pool.internal.slot.Slot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A pool becomes larger or smaller while it is in use. */
class ResizingTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration TENTH = Duration.ofMillis(100);
    private final ManualExecutor executor = new ManualExecutor();

    @Test
    @Tag("P1")
    @Tag("F46")
    void aResizeBelowWhatIsLeasedTakesNothingAwayAndIsTakenBackWithoutATrace() {
        try (TestPool test = new TestPool(it -> it.maxSize(4))) {
            List<Lease<Thing>> leases = test.acquire(4);
            test.resize(new PoolLimits(2, 0, 10));
            test.resize(new PoolLimits(2, 0, 10));
            leases.forEach(lease -> lease.get().use());
            leases.get(0).close();
            assertThat(test.stats().destroyed(DestroyReason.SHRUNK)).isEqualTo(1);
            assertThat(test.stats().total()).isEqualTo(3);
            test.resize(new PoolLimits(3, 0, 10));
            leases.forEach(Lease::close);
            assertThat(test.stats().destroyed()).isEqualTo(1);
            assertThat(test.stats().idle()).isEqualTo(3);
        }
    }

    @Test
    @Tag("P5")
    @Tag("F46")
    void aResizeUpwardsServesThoseWhoWait() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            List<CompletableFuture<Lease<Thing>>> waiters =
                    List.of(test.pool.acquireAsync(), test.pool.acquireAsync(), test.pool.acquireAsync());
            test.resize(test.pool.config().limits()); // to the same: nothing happens
            assertThat(waiters).noneMatch(CompletableFuture::isDone);
            test.resize(new PoolLimits(3, 0, 10));
            assertThat(waiters.subList(0, 2)).allMatch(CompletableFuture::isDone);
            assertThat(waiters.get(2)).isNotDone();
            held.close();
            waiters.forEach(waiter -> waiter.thenAccept(Lease::close));
            assertThat(waiters.get(2)).isDone();
        }
    }

    @Test
    @Tag("P1")
    @Tag("F46")
    void resizedAgainAndAgainUnderLoadAPoolKeepsItsLastBound() throws Exception {
        try (TestPool test = new TestPool(it -> it.maxSize(4))) {
            CountDownLatch working = new CountDownLatch(3);
            Runnable work = () -> {
                for (int i = 0; i < 500; i++) {
                    try (Lease<Thing> lease = test.acquire()) {
                        lease.get().use();
                    }
                }
                working.countDown();
            };
            Interleaving.atOnce(work, work, work, () -> {
                for (int i = 0; working.getCount() > 0; i++) {
                    test.resize(new PoolLimits(1 + i % 4, 0, 10));
                }
            });
            test.resize(new PoolLimits(2, 0, 10));
            assertThat(test.stats().total()).isLessThanOrEqualTo(2);
            test.acquire(2).forEach(Lease::close);
        }
    }

    @Test
    void aPoolThatIsTooLargeOnlyForACreateThatThenFailsIsOpen() {
        try (TestPool test = TestPool.validating(executor, it -> it.maxSize(3))) {
            List<Lease<Thing>> leases = test.acquireMade(2);
            test.factory.failNextCreate(new IllegalStateException("down"));
            leases.get(0).close();
            test.advance(Duration.ofMillis(250), 8);
            test.pool.warmUp(3);
            test.pool.tryAcquire();
            assertThat(test.stats().creating()).isEqualTo(1);
            assertThat(test.stats().validating()).isEqualTo(1);
            test.resize(new PoolLimits(2, 0, 10));
            executor.runAll();
            test.pool.tryAcquire().orElseThrow().close();
            leases.get(1).close();
        }
    }

    @Test
    @Tag("P1")
    @Tag("F85")
    void whatAnInterruptedCallerHeldForAMomentWhileThePoolShrankGoes() throws Exception {
        List<Runnable> whilePopped = new ArrayList<>();
        try (TestPool test = new TestPool(
                Runnable::run, it -> it.maxSize(2).validateIfIdleFor(TENTH).validator(thing -> true), config -> {
                    return TestPool.withStore(config, store -> new IdleStore<>() {
                        @Override
                        public void push(Slot<Thing> slot) {
                            if (!whilePopped.isEmpty()) {
                                whilePopped.remove(0).run();
                            }
                            store.push(slot);
                        }

                        @Override
                        public Slot<Thing> pop() {
                            return store.pop();
                        }

                        @Override
                        public boolean isEmpty() {
                            return store.isEmpty();
                        }
                    });
                })) {
            List<Lease<Thing>> both = test.acquire(2);
            both.get(1).close();
            test.pass(SECOND);
            test.pass(SECOND); // it is to be checked now
            whilePopped.add(() -> test.resize(new PoolLimits(1, 0, 10)));
            Thread.currentThread().interrupt();
            assertThat(catchThrowable(test.pool::acquire)).isInstanceOf(InterruptedException.class);
            assertThat(test.stats().idle()).isZero();
            both.get(0).close();
        }
    }
}
