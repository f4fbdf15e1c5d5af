package dev.cenote.pool.internal;

import dev.cenote.pool.internal.wait.Gate;
import static dev.cenote.pool.internal.Interleaving.inTurn;
import static dev.cenote.pool.internal.Interleaving.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolClosedException;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.PoolListener;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** F41 to F48 of docs/faults.md: bugs that pools have in how they close, change and call back. */
@Timeout(20)
class ClosingFaultsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final ManualExecutor executor = new ManualExecutor();

    @Test
    void f41WhatIsLeasedInTheMomentOfTheCloseIsDestroyedWhenItComesBack() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            test.acquire().close();
            AtomicReference<Lease<Thing>> leased = new AtomicReference<>();
            inTurn(test, () -> test.pool.shutdown(MINUTE), () -> leased.set(test.acquire()));
            Thing thing = leased.get().get();
            thing.use();
            leased.get().close();
            assertThat(thing.destroyed).hasValue(1);
        }
    }

    @Test
    void f41WhoIsOnItsWayToTheQueueInTheMomentOfTheCloseIsTurnedAway() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            AtomicReference<CompletableFuture<Lease<Thing>>> late = new AtomicReference<>();
            inTurn(test, () -> test.pool.shutdown(MINUTE), () -> late.set(test.pool.acquireAsync()));
            held.close();
            assertThatThrownBy(late.get()::get).hasCauseInstanceOf(PoolClosedException.class);
        }
    }

    @Test
    void f42WhatACreateReturnsAfterTheCloseIsDestroyed() {
        try (TestPool test = new TestPool(executor, it -> it.maxSize(2))) {
            CompletableFuture<Lease<Thing>> first = test.pool.acquireAsync();
            CompletableFuture<Lease<Thing>> second = test.pool.acquireAsync();
            test.factory.onNextCreate(() -> test.pool.shutdown(MINUTE)); // in the grace: it ends as it would have
            executor.runAll();
            assertThat(test.factory.made).hasSize(1);
            assertThat(test.stats().destroyed(DestroyReason.CLOSED)).isEqualTo(1);
            assertThat(List.of(first, second)).allMatch(CompletableFuture::isCompletedExceptionally);
        }
    }

    @Test
    void f42WhatACreateReturnsAfterTheGraceIsDestroyed() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            List<CompletableFuture<Void>> closed = new ArrayList<>();
            test.factory.onNextCreate(() -> closed.add(test.pool.shutdown(Duration.ZERO)));
            assertThat(test.pool.acquireAsync()).isCompletedExceptionally();
            assertThat(closed.get(0)).isCompleted();
            assertThat(test.factory.made.get(0).destroyed).hasValue(1);
            assertThat(test.stats().destroyed(DestroyReason.LATE)).isEqualTo(1);
        }
        Thread.interrupted(); // the factory runs on this thread, and was told to hurry
    }

    @Test
    void f43CloseLetsHoldersFinishButWaitsNoLongerThanTheGrace() {
        try (TestPool test = new TestPool(it -> it.maxSize(1).shutdownGrace(MINUTE))) {
            Lease<Thing> held = test.acquire();
            Thread closer = started(test.pool::close);
            Await.until(test.pool::isClosed);
            Interleaving.waiting(closer);
            test.advance(MINUTE.minus(SECOND));
            held.get().use();
            assertThat(closer.isAlive()).isTrue();
            test.advance(SECOND);
            Interleaving.join(closer);
            assertThatThrownBy(held::get).isInstanceOf(IllegalStateException.class);
            assertThat(test.stats().destroyed(DestroyReason.REVOKED)).isEqualTo(1);
        }
    }

    /** User code that may close the pool. */
    enum From {
        FACTORY,
        DESTROY,
        VALIDATOR,
        LISTENER,
        CALLBACK
    }

    @ParameterizedTest
    @EnumSource
    void f44CloseFromTheInsideDoesNotWaitForItself(From from) {
        AtomicReference<TestPool> opened = new AtomicReference<>();
        AtomicInteger calls = new AtomicInteger();
        Runnable close = () -> {
            calls.incrementAndGet();
            opened.get().pool.close();
        };
        PoolListener listener = new PoolListener() {
            @Override
            public void created(Duration took) {
                if (from == From.LISTENER) {
                    close.run();
                }
            }
        };
        try (TestPool test = new TestPool(it -> it.maxSize(1)
                .listener(listener)
                .validateOnRelease(true)
                .validator(thing -> {
                    if (from == From.VALIDATOR) {
                        close.run();
                    }
                    return true;
                }))) {
            opened.set(test);
            if (from == From.FACTORY) {
                test.factory.onNextCreate(close::run);
            } else if (from == From.DESTROY) {
                test.factory.onNextDestroy(close::run);
            }
            CompletableFuture<Lease<Thing>> first = test.pool.acquireAsync();
            CompletableFuture<Void> second = test.pool.acquireAsync().thenAccept(lease -> {
                if (from == From.CALLBACK) {
                    close.run();
                }
                lease.invalidate();
            });
            first.thenAccept(Lease::close);
            assertThat(second).isDone();
            assertThat(calls.get()).isPositive();
            assertThat(test.pool.isClosed()).isTrue();
            assertThat(test.stats().total()).isZero();
        }
        Thread.interrupted(); // the factory runs on this thread, and was told to hurry
    }

    @Test
    void f44TwoThreadsThatCloseAtOnceBothReturnAndNothingIsDestroyedTwice() {
        AtomicInteger ends = new AtomicInteger();
        PoolListener counting = new PoolListener() {
            @Override
            public void closed() {
                ends.incrementAndGet();
            }
        };
        try (TestPool test = new TestPool(it -> it.maxSize(2).listener(counting))) {
            test.acquire(2).forEach(Lease::close);
            inTurn(test, test.pool::close, test.pool::close);
            assertThat(ends).hasValue(1);
            assertThat(test.stats().destroyed(DestroyReason.CLOSED)).isEqualTo(2);
        }
    }

    /** A pool with threads of its own, which has done what pools do. */
    private static WeakReference<Pool<Object>> openedAndClosed(String name) throws Exception {
        Pool<Object> pool = Pool.builder(Object::new).name(name).maxSize(1).build();
        Lease<Object> held = pool.acquire();
        CompletableFuture<Void> waiter = pool.acquireAsync().thenAccept(Lease::invalidate);
        held.close();
        waiter.get();
        pool.close();
        return new WeakReference<>(pool);
    }

    @Test
    void f45AClosedPoolLeavesNoThreadAndCanBeCollected() throws Exception {
        WeakReference<Pool<Object>> pool = openedAndClosed("f45");
        Oracle.checkNoThreadIsLeft("f45");
        CountingFaultsTest.awaitCollected(List.of(pool));
    }

    @Test
    void f46AResizeBelowWhatIsLeasedTakesNothingAwayAndIsTakenBackWithoutATrace() {
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
    void f46AResizeUpwardsServesThoseWhoWait() {
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
    void f46ResizedAgainAndAgainUnderLoadAPoolKeepsItsLastBound() throws Exception {
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
            PromisesTest.atOnce(work, work, work, () -> {
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
    void f47ResumeServesEverybodyWhoWaited() {
        try (TestPool test = new TestPool(it -> it.maxSize(5))) {
            List<Lease<Thing>> held = test.acquire(5);
            List<CompletableFuture<Lease<Thing>>> waiters = new ArrayList<>();
            waiters.add(test.pool.acquireAsync());
            waiters.add(test.pool.acquireAsync());
            test.pool.suspend();
            held.forEach(Lease::close);
            for (int i = 0; i < 3; i++) {
                waiters.add(Interleaving.calling(() -> test.pool.acquire()));
                test.awaitWaiters(3 + i);
            }
            assertThat(waiters).noneMatch(CompletableFuture::isDone);
            test.pool.resume();
            assertThat(test.stats().leased()).isEqualTo(5);
            waiters.forEach(waiter -> Await.until(waiter::isDone));
            waiters.forEach(waiter -> waiter.join().close());
        }
    }

    @Test
    void f48AListenerThatBlocksHoldsUpNobodyElse() {
        CountDownLatch goOn = new CountDownLatch(1);
        PoolListener blocking = new PoolListener() {
            @Override
            public void created(Duration took) {
                Interleaving.awaitUninterruptibly(goOn);
            }
        };
        try (TestPool test =
                new TestPool(Interleaving.THREADS, it -> it.maxSize(2).listener(blocking))) {
            List<Lease<Thing>> leases = test.acquire(2);
            CompletableFuture<Lease<Thing>> waiter = test.pool.acquireAsync();
            leases.get(0).close();
            assertThat(waiter).isCompleted();
            waiter.join().close();
            test.advance(SECOND);
            assertThat(test.stats().leased()).isEqualTo(1);
            goOn.countDown();
            leases.get(1).close();
        }
    }

    @Test
    void f48AListenerMayCallThePool() {
        AtomicReference<TestPool> opened = new AtomicReference<>();
        AtomicInteger served = new AtomicInteger();
        PoolListener calling = new PoolListener() {
            @Override
            public void destroyed(DestroyReason reason) {
                if (reason == DestroyReason.INVALIDATED) {
                    opened.get().acquire().close();
                    served.incrementAndGet();
                }
            }

            @Override
            public void staleClose() {
                opened.get().stats();
                served.incrementAndGet();
            }
        };
        try (TestPool test = new TestPool(it -> it.maxSize(1).listener(calling))) {
            opened.set(test);
            Lease<Thing> lease = test.acquire();
            lease.invalidate();
            lease.close();
            lease.close();
            assertThat(served).hasValue(2);
        }
    }

    @Test
    void whoClosesAndIsInterruptedWaitsNoLongerThanItTakesToDestroyAndKeepsTheInterrupt() {
        try (TestPool test = new TestPool(it -> it.maxSize(1).shutdownGrace(Duration.ofMinutes(1)))) {
            Lease<Thing> held = test.acquire();
            Thread.currentThread().interrupt();
            test.pool.close();
            assertThat(Thread.interrupted()).isTrue();
            assertThatThrownBy(held::get).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aSecondShutdownShortensTheGraceAndNeverLengthensIt() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            CompletableFuture<Void> closed = test.pool.shutdown(Duration.ofSeconds(60));
            test.pool.shutdown(Duration.ofSeconds(10));
            test.pool.shutdown(Duration.ofSeconds(100));
            test.advance(Duration.ofNanos(Duration.ofSeconds(10).toNanos() - 1));
            assertThat(closed).isNotDone();
            test.advance(Duration.ofNanos(1));
            assertThat(closed).isCompleted();
            held.close();
        }
    }

    @Test
    void aSuspendedPoolCloses() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            test.pool.suspend();
            CompletableFuture<Void> closed = test.pool.shutdown(Duration.ofSeconds(60));
            assertThat(test.pool.engine().gate.has(Gate.SUSPENDED)).isFalse();
            held.close();
            assertThat(closed).isCompleted();
        }
    }

    // --- a close by one who holds a lease

    @Test
    void aCloseByAHolderWaitsForItselfUntilTheGraceIsOverAndTheLogSaysSo() {
        List<String> log = RecordedLog.during(() -> {
            Pool<Object> pool = open();
            assertThatCode(() -> pool.withObject(object -> {
                        pool.close();
                        return object;
                    }))
                    .doesNotThrowAnyException();
            assertThat(pool.stats().destroyed(DestroyReason.REVOKED)).isEqualTo(1);
            Pool<Object> other = open();
            other.withObjectAsync(object -> {
                        other.close();
                        return object;
                    })
                    .join();
            assertThat(other.stats().destroyed(DestroyReason.REVOKED)).isEqualTo(1);
        });
        assertThat(log)
                .filteredOn(line -> line.contains("has acquired a lease"))
                .hasSize(2);
    }

    private static Pool<Object> open() {
        return Pool.builder(Object::new).shutdownGrace(Duration.ofMillis(50)).build();
    }
}
