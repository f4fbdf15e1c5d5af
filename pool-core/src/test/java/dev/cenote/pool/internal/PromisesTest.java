package dev.cenote.pool.internal;

import dev.cenote.pool.internal.run.Nanos;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.AcquirePhase;
import dev.cenote.pool.CreateFailedException;
import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Fairness;
import dev.cenote.pool.IdleOrder;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolClosedException;
import dev.cenote.pool.PoolFullException;
import dev.cenote.pool.PoolListener;
import dev.cenote.pool.PoolTimeoutException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One test or more for each of the promises that the documentation numbers P1 to P15. */
class PromisesTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Access BLOCKING = new Access(IdleOrder.LIFO, Fairness.STRICT, Access.Way.BLOCKING, false);
    private static final Access ASYNC = new Access(IdleOrder.LIFO, Fairness.STRICT, Access.Way.ASYNC, false);

    // --- P1 bound

    @Test
    void p1NoMoreThanMaxSizeExistNotEvenWhileOthersAreBeingDestroyed() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(2).maxConcurrentCreates(8))) {
            List<CompletableFuture<Lease<Thing>>> waiters = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                waiters.add(test.pool.acquireAsync());
            }
            executor.runAll();
            waiters.get(0).join().invalidate();
            waiters.get(1).join().invalidate();
            assertThat(executor.size())
                    .as("two destroys, and no create before they are done")
                    .isEqualTo(2);
            assertThat(test.stats().retiring()).isEqualTo(2);
            executor.runAll();
            waiters.get(2).join().close();
            waiters.get(3).join().close();
            waiters.get(4).join().close();
            assertThat(test.factory.mostExisting()).isEqualTo(2);
        }
    }

    @Test
    void p1AHangingDestroyStopsCountingWhenItsTimeIsUp() throws Exception {
        try (TestPool test =
                new TestPool(Interleaving.THREADS, it -> it.maxSize(1).destroyTimeout(SECOND))) {
            test.lettingCallsHang();
            CountDownLatch hangs = new CountDownLatch(1);
            AtomicReference<Throwable> interrupt = new AtomicReference<>();
            test.factory.onNextDestroy(() -> {
                hangs.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    interrupt.set(e);
                }
            });
            test.acquire().invalidate();
            hangs.await();
            CompletableFuture<Lease<Thing>> waiter = test.pool.acquireAsync();
            assertThat(test.factory.made).hasSize(1);
            test.advance(SECOND);
            waiter.join().close();
            Await.until(() -> interrupt.get() != null);
        }
    }

    @Test
    void p1AHangingCreateStopsCountingAndWhatItReturnsLateIsDestroyed() throws Exception {
        try (TestPool test =
                new TestPool(Interleaving.THREADS, it -> it.maxSize(1).createTimeout(SECOND))) {
            test.lettingCallsHang();
            CountDownLatch hangs = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            test.factory.onNextCreate(() -> {
                hangs.countDown();
                Interleaving.awaitUninterruptibly(goOn);
            });
            CompletableFuture<Lease<Thing>> first = test.pool.acquireAsync();
            hangs.await();
            test.advance(SECOND);
            assertThatThrownBy(first::join).cause().isInstanceOf(CreateFailedException.class);
            test.advance(SECOND); // past the back-off
            CompletableFuture<Lease<Thing>> second = test.pool.acquireAsync();
            Thing inTime = second.join().get();
            goOn.countDown();
            Await.until(() -> test.stats().destroyed(DestroyReason.LATE) == 1);
            assertThat(inTime.destroyed.get()).isZero();
            second.join().close();
        }
    }

    // --- P2 one owner, P3 destroyed once

    @Test
    void p2AnObjectThatIsBeingValidatedIsNobodysElse() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(1).validator(thing -> true))) {
            CompletableFuture<Lease<Thing>> first = test.pool.acquireAsync();
            executor.runAll();
            first.join().close();
            test.advance(Duration.ofSeconds(2));
            CompletableFuture<Lease<Thing>> waiter = test.pool.acquireAsync();
            assertThat(test.stats().validating()).isEqualTo(1);
            assertThat(test.pool.tryAcquire()).isEmpty();
            test.advance(Duration.ofHours(1)); // neither evicted nor expired while somebody looks at it
            assertThat(test.stats().destroyed(DestroyReason.EVICTED)).isZero();
            executor.runAll();
            assertThat(waiter).isCompletedExceptionally(); // its own time was up
        }
    }

    @Test
    @Tag("long")
    void p3InvalidateReleaseAndRevokeOfOneLeaseDestroyOnce() throws Exception {
        for (int round = 0; round < 1_000; round++) {
            try (TestPool test = new TestPool(it -> it.maxSize(1))) {
                Lease<Thing> lease = test.acquire();
                atOnce(lease::close, lease::invalidate, () -> test.pool.shutdown(Duration.ZERO));
                assertThat(test.stats().destroyed()).isEqualTo(1);
            } // and the oracle
        }
    }

    @Test
    @Tag("long")
    void p3AnObjectIsNotEvictedInTheHandsOfTheOneWhoJustLeasedIt() throws Exception {
        Duration longer = Duration.ofDays(10_000); // than the clock can run here
        try (TestPool test = new TestPool(it -> it.maxSize(1)
                .idleTimeout(SECOND)
                .maxLifetime(Duration.ZERO)
                .createTimeout(longer)
                .destroyTimeout(longer))) {
            CountDownLatch done = new CountDownLatch(1);
            atOnce(
                    () -> {
                        while (done.getCount() > 0) {
                            test.advance(Duration.ofSeconds(2));
                        }
                    },
                    () -> {
                        try {
                            for (int i = 0; i < 50_000 || test.stats().destroyed(DestroyReason.EVICTED) < 20; i++) {
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
    void p3ALeaseThatIsLiveIsNotDestroyedByClosing() {
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

    // --- P4 strict FIFO

    @Test
    void p4BlockingAndAsynchronousWaitersStandInOneQueueAndNobodyOvertakes() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            List<Access.Caller> waiters = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                waiters.add((i % 2 == 0 ? BLOCKING : ASYNC).acquire(test));
                test.awaitWaiters(i + 1);
            }
            for (Access.Caller waiter : waiters) {
                held.close();
                assertThat(test.pool.tryAcquire()).as("a newcomer").isEmpty();
                held = waiter.lease();
                assertThat(waiters.stream().filter(it -> !it.outcome().isDone()).count())
                        .as("those behind it")
                        .isEqualTo(waiters.size() - 1 - waiters.indexOf(waiter));
            }
            held.close();
        }
    }

    @Test
    void p4ANewcomerDoesNotTakeAnObjectThatWasJustMadeForTheHead() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(2).maxConcurrentCreates(1))) {
            CompletableFuture<Lease<Thing>> first = test.pool.acquireAsync();
            CompletableFuture<Lease<Thing>> second = test.pool.acquireAsync();
            executor.runNext();
            assertThat(first).isDone();
            assertThat(second).isNotDone();
            executor.runAll();
            first.join().close();
            second.join().close();
        }
    }

    // --- P5 no lost wake-up

    @Test
    @Tag("long")
    void p5NobodyIsLeftWaitingBesideAnIdleObject() throws Exception {
        int rounds = 20_000;
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            AtomicInteger served = new AtomicInteger();
            Runnable turns = () -> {
                for (int i = 0; i < rounds; i++) {
                    try (Lease<Thing> lease = test.pool.acquireUninterruptibly(Duration.ofDays(1))) {
                        lease.get().use();
                        served.incrementAndGet();
                    }
                }
            };
            atOnce(turns, turns, turns);
            assertThat(served.get()).isEqualTo(3 * rounds); // a lost wake-up would hang for a day
        }
    }

    @Test
    @Tag("long")
    void p5AReleaseAndAWaiterThatQueuesAtTheSameTimeSeeEachOther() throws Exception {
        int rounds = 100_000;
        AtomicInteger round = new AtomicInteger();
        AtomicInteger released = new AtomicInteger();
        AtomicReference<Lease<Thing>> held = new AtomicReference<>();
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            atOnce(
                    () -> {
                        for (int i = 1; i <= rounds; i++) {
                            spinUntil(round, i);
                            held.get().close();
                            released.set(i);
                        }
                    },
                    () -> {
                        for (int i = 1; i <= rounds; i++) {
                            held.set(test.acquire());
                            round.set(i);
                            for (int spin = i % 64; spin > 0; spin--) {
                                Thread.onSpinWait(); // a little later each time, to meet the release at every step
                            }
                            CompletableFuture<Lease<Thing>> waiter = test.pool.acquireAsync();
                            spinUntil(released, i);
                            assertThat(waiter)
                                    .as("round %d: nobody releases any more", i)
                                    .isDone();
                            waiter.join().close();
                        }
                    });
        }
    }

    private static void spinUntil(AtomicInteger counter, int value) {
        while (counter.get() < value) {
            Thread.onSpinWait();
        }
    }

    @Test
    void p5EveryWayInWhichAPlaceComesFreeReachesTheWaiter() {
        List<BiConsumer<TestPool, Lease<Thing>>> ways = List.of(
                (test, lease) -> lease.close(),
                (test, lease) -> lease.invalidate(),
                (test, lease) -> test.detach(lease),
                (test, lease) -> test.resize(test.pool.config().limits().withMaxSize(2)),
                (test, lease) -> {
                    test.pool.invalidateAll();
                    lease.close();
                },
                (test, lease) -> {
                    test.factory.failNextCreate(new IllegalStateException("one failure"));
                    lease.invalidate(); // the create for the waiter fails
                    test.advance(SECOND);
                });
        for (var way : ways) {
            try (TestPool test = new TestPool(it -> it.maxSize(1))) {
                Lease<Thing> lease = test.acquire();
                CompletableFuture<Lease<Thing>> waiter = test.pool.acquireAsync();
                way.accept(test, lease);
                assertThat(waiter).isDone();
                if (!waiter.isCompletedExceptionally()) {
                    waiter.join().close();
                }
                lease.close();
            }
        }
    }

    // --- P6 deadlines

    @Test
    void p6AcquireEndsAtItsDeadlineWhileTheFactoryHangs() throws Exception {
        try (TestPool test =
                new TestPool(Interleaving.THREADS, it -> it.maxSize(1).createTimeout(Duration.ofSeconds(60)))) {
            CountDownLatch goOn = new CountDownLatch(1);
            CountDownLatch hangs = new CountDownLatch(1);
            test.factory.onNextCreate(() -> {
                hangs.countDown();
                goOn.await();
            });
            Access.Caller caller = timed().acquire(test, Duration.ofSeconds(2));
            hangs.await();
            test.awaitWaiters(1);
            test.advance(Duration.ofSeconds(2));
            assertThat(caller.failure())
                    .isInstanceOfSatisfying(
                            PoolTimeoutException.class,
                            e -> assertThat(e.phase()).isEqualTo(AcquirePhase.CREATING));
            goOn.countDown();
            test.acquire().close(); // the late object was not lost: it serves the next
            assertThat(test.factory.made).hasSize(1);
        }
    }

    @Test
    void p6AcquireEndsAtItsDeadlineWhileTheValidatorHangs() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        CountDownLatch hangs = new CountDownLatch(1);
        try (TestPool test = new TestPool(
                Interleaving.THREADS,
                it -> it.maxSize(1).validator(thing -> {
                    hangs.countDown();
                    goOn.await();
                    return true;
                }))) {
            test.acquire().close();
            test.advance(Duration.ofSeconds(2));
            Access.Caller caller = timed().acquire(test, SECOND);
            hangs.await();
            test.awaitWaiters(1);
            test.advance(SECOND);
            assertThat(caller.failure())
                    .isInstanceOfSatisfying(
                            PoolTimeoutException.class,
                            e -> assertThat(e.phase()).isEqualTo(AcquirePhase.VALIDATING));
            goOn.countDown();
            Await.until(() -> test.stats().validating() == 0);
        }
    }

    @Test
    void p6AWaitOfZeroDoesNotWait() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            assertThatThrownBy(() -> test.pool.acquire(Duration.ZERO)).isInstanceOf(PoolTimeoutException.class);
            assertThat(test.pool.acquireAsync(Duration.ZERO)).isCompletedExceptionally();
            held.close();
        }
    }

    @Test
    void p6TheLongestTimeDoesNotOverflow() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            CompletableFuture<Lease<Thing>> waiter = test.pool.acquireAsync(Duration.ofSeconds(Long.MAX_VALUE));
            test.advance(Duration.ofDays(365));
            assertThat(waiter).isNotDone();
            held.close();
            waiter.join().close();
        }
    }

    // --- P7 a waiter that leaves

    @Test
    @Tag("long")
    void p7AWaiterThatIsCancelledWhileItIsServedPassesTheObjectOn() throws Exception {
        for (int round = 0; round < 500; round++) {
            try (TestPool test = new TestPool(it -> it.maxSize(1))) {
                Lease<Thing> held = test.acquire();
                CompletableFuture<Lease<Thing>> leaving = test.pool.acquireAsync();
                CompletableFuture<Lease<Thing>> next = test.pool.acquireAsync();
                atOnce(held::close, () -> leaving.cancel(false));
                if (!leaving.isCompletedExceptionally()) {
                    leaving.join().close();
                }
                assertThat(next).as("round %d", round).isDone();
                next.join().close();
            }
        }
    }

    @Test
    @Tag("long")
    void p7AThreadThatIsInterruptedWhileItIsServedGetsAnObjectOrAnExceptionAndKeepsItsFlagRight() throws Exception {
        for (int round = 0; round < 500; round++) {
            try (TestPool test = new TestPool(it -> it.maxSize(1))) {
                Lease<Thing> held = test.acquire();
                AtomicReference<String> wrong = new AtomicReference<>();
                CountDownLatch over = new CountDownLatch(1);
                Thread waiter = new Thread(() -> {
                    try (Lease<Thing> lease = test.pool.acquire()) {
                        lease.get().use();
                    } catch (InterruptedException e) {
                        if (Thread.currentThread().isInterrupted()) {
                            wrong.set("both an InterruptedException and the flag");
                        }
                    } finally {
                        over.countDown();
                    }
                });
                waiter.start();
                test.awaitWaiters(1);
                atOnce(held::close, waiter::interrupt);
                over.await();
                assertThat(wrong.get()).isNull();
                test.acquire().close(); // the object is there for the next
            }
        }
    }

    @Test
    void p7AnInterruptedThreadGetsWhatIsIdleAndDoesNotWait() throws Exception {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            test.acquire().close();
            Thread.currentThread().interrupt();
            Lease<Thing> lease = test.pool.acquire();
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
            assertThatThrownBy(() -> test.pool.acquire()).isInstanceOf(InterruptedException.class);
            assertThat(Thread.interrupted()).isFalse();
            lease.close();
        }
    }

    // --- P8 bounded queue

    @Test
    void p8PastMaxWaitersTheNewestIsRefusedWithTheCounts() {
        try (TestPool test = new TestPool(it -> it.maxSize(1).maxWaiters(3))) {
            Lease<Thing> held = test.acquire();
            List<CompletableFuture<Lease<Thing>>> waiters = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                waiters.add(test.pool.acquireAsync());
            }
            assertThatThrownBy(() -> test.pool.acquire()).isInstanceOfSatisfying(PoolFullException.class, full -> {
                assertThat(full.stats().waiters()).isEqualTo(3);
                assertThat(full.stats().leased()).isEqualTo(1);
            });
            assertThat(waiters).noneMatch(CompletableFuture::isDone);
            held.close();
            waiters.forEach(waiter -> waiter.join().close());
        }
    }

    // --- P9 no user code under a lock

    @Test
    void p9UserCodeRunsWithoutTheLock() {
        AtomicReference<DefaultPool<Thing>> opened = new AtomicReference<>();
        AtomicInteger looks = new AtomicInteger();
        Runnable look = () -> {
            DefaultPool<Thing> pool = opened.get();
            if (pool != null) {
                looks.incrementAndGet();
                if (pool.engine().lock.isHeld()) {
                    throw new AssertionError("P9: the lock is held");
                }
            }
        };
        PoolListener listener = new PoolListener() {
            @Override
            public void created(Duration took) {
                look.run();
            }

            @Override
            public void destroyed(DestroyReason reason) {
                look.run();
            }
        };
        List<Throwable> violations = new ArrayList<>();
        try (TestPool test = new TestPool(
                task -> {
                    look.run();
                    task.run();
                },
                it -> it.maxSize(1).listener(listener).validateOnRelease(true).validator(thing -> {
                    look.run();
                    return true;
                }))) {
            opened.set(test.pool);
            test.factory.everyCreate = guarded(look, violations);
            test.factory.everyDestroy = guarded(look, violations);
            Lease<Thing> held = test.acquire();
            CompletableFuture<Void> waiter = test.pool.acquireAsync().thenAccept(lease -> {
                guarded(look, violations);
                look.run();
                lease.invalidate();
            });
            held.close();
            waiter.join();
            assertThat(violations).isEmpty();
            assertThat(looks.get()).isGreaterThan(6);
        }
    }

    enum Thrown {
        EXCEPTION(new Exception("checked")),
        RUNTIME(new IllegalStateException("unchecked")),
        ERROR(new AssertionError("error")),
        OUT_OF_MEMORY(new OutOfMemoryError("made up")),
        STACK_OVERFLOW(new StackOverflowError("made up")),
        NO_CLASS(new NoClassDefFoundError("made up")),
        INTERRUPT(new InterruptedException("made up"));

        final Throwable throwable;

        Thrown(Throwable throwable) {
            this.throwable = throwable;
        }
    }

    @ParameterizedTest
    @EnumSource(Thrown.class)
    void p9WhateverUserCodeThrowsNoCapacityIsLost(Thrown thrown) {
        ScriptedFactory.Step fail = () -> {
            throw thrown.throwable;
        };
        AtomicInteger sick = new AtomicInteger();
        PoolListener listener = new PoolListener() {
            @Override
            public void created(Duration took) {
                throw ScriptedFactory.<RuntimeException>sneaky(thrown.throwable);
            }
        };
        try (TestPool test = new TestPool(it -> it.maxSize(3)
                .listener(listener)
                .maxWaiters(0)
                .validateOnRelease(true)
                .validator(thing -> {
                    if (sick.getAndDecrement() > 0) {
                        throw ScriptedFactory.<RuntimeException>sneaky(thrown.throwable);
                    }
                    return true;
                }))) {
            test.factory.onNextCreate(fail);
            CompletableFuture<Lease<Thing>> first = test.pool.acquireAsync();
            boolean isInterrupt = Thread.interrupted(); // on this thread, on which the factory runs
            assertThat(isInterrupt).isEqualTo(thrown == Thrown.INTERRUPT);
            if (isInterrupt) {
                assertThat(first).as("the factory has not failed").isNotDone();
                test.advance(SECOND);
                first.join().close();
            } else {
                assertThatThrownBy(first::join).rootCause().isSameAs(thrown.throwable);
                test.advance(SECOND);
            }
            test.factory.onNextDestroy(fail);
            Lease<Thing> lease = test.acquire();
            sick.set(1);
            lease.close();
            Thread.interrupted();
            List<Lease<Thing>> all = test.acquire(3);
            all.forEach(Lease::close);
            assertThat(test.stats().idle()).isEqualTo(3);
        }
    }

    // --- P10 fenced leases

    @Test
    void p10AStaleLeaseTouchesNothingThoughItsObjectHasTheNextOwner() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> stale = test.acquire();
            Thing thing = stale.get();
            stale.close();
            Lease<Thing> live = test.acquire();
            assertThat(live.get()).isSameAs(thing);
            assertThatThrownBy(stale::get).isInstanceOf(IllegalStateException.class);
            stale.close();
            stale.invalidate();
            assertThat(test.pool.tryAcquire()).as("the live lease still has it").isEmpty();
            assertThat(thing.destroyed.get()).isZero();
            assertThat(test.stats().staleCloses()).isEqualTo(2);
            live.close();
        }
    }

    @Test
    @Tag("long")
    void p10OfTwoThreadsThatCloseOneLeaseOneReleases() throws Exception {
        for (int round = 0; round < 500; round++) {
            try (TestPool test = new TestPool(it -> it.maxSize(2))) {
                Lease<Thing> lease = test.acquire();
                atOnce(lease::close, lease::close);
                assertThat(test.stats().staleCloses()).isEqualTo(1);
                assertThat(test.stats().released()).isEqualTo(1);
            }
        }
    }

    @Test
    void p10PastMaxLeaseTimeTheCapacityComesBackAndTheLeaseIsDead() {
        try (TestPool test = new TestPool(it -> it.maxSize(1).maxLeaseTime(Duration.ofSeconds(10)))) {
            Lease<Thing> held = test.acquire();
            Thing thing = held.get();
            CompletableFuture<Lease<Thing>> waiter = test.pool.acquireAsync();
            test.advance(SECOND);
            test.advance(Duration.ofSeconds(9));
            assertThat(waiter).isNotDone();
            test.advance(SECOND);
            assertThat(thing.destroyed.get()).isEqualTo(1);
            assertThatThrownBy(held::get).isInstanceOf(IllegalStateException.class);
            held.close();
            assertThat(waiter.join().get()).isNotSameAs(thing);
            waiter.join().close();
        }
    }

    // --- P11 parked

    @Test
    void p11FiveHundredWaitersAreParked() throws Exception {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                Thread thread = new Thread(() -> test.acquire().close());
                thread.start();
                threads.add(thread);
            }
            test.awaitWaiters(500);
            Await.until(() -> threads.stream().allMatch(it -> it.getState() == Thread.State.TIMED_WAITING));
            var bean = ManagementFactory.getThreadMXBean();
            long[] before = threads.stream()
                    .mapToLong(it -> bean.getThreadCpuTime(it.getId()))
                    .toArray();
            for (int i = 0; i < 1_000; i++) {
                test.pool.housekeep(); // whatever goes on, it does not wake them
                test.stats();
            }
            for (int i = 0; i < before.length; i++) {
                assertThat(bean.getThreadCpuTime(threads.get(i).getId()) - before[i])
                        .isZero();
            }
            held.close();
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    // --- P12 close

    @Test
    void p12CloseIsIdempotentAndLeavesNoThread() throws Exception {
        Pool<Thing> pool =
                Pool.builder(new ScriptedFactory()).name("p12").minIdle(2).build();
        Lease<Thing> lease = pool.acquire();
        lease.close();
        atOnce(pool::close, pool::close);
        pool.close();
        assertThat(pool.shutdown(Duration.ZERO)).isCompleted();
        Oracle.checkNoThreadIsLeft("p12");
    }

    @Test
    void p12CloseFromTheFactoryAListenerAndACallbackEnds() {
        AtomicReference<Pool<Thing>> pool = new AtomicReference<>();
        ScriptedFactory factory = new ScriptedFactory();
        pool.set(Pool.builder(factory).name("p12-factory").build());
        factory.onNextCreate(() -> pool.get().close());
        assertThatThrownBy(() -> pool.get().acquire()).isInstanceOf(PoolClosedException.class);
        Oracle.checkNoThreadIsLeft("p12-factory");

        pool.set(Pool.builder(new ScriptedFactory())
                .name("p12-listener")
                .listener(new PoolListener() {
                    @Override
                    public void created(Duration took) {
                        pool.get().close();
                    }
                })
                .build());
        pool.get().acquireAsync().exceptionally(closed -> null).join();
        pool.get().shutdown(Duration.ZERO).join();
        Oracle.checkNoThreadIsLeft("p12-listener");

        pool.set(Pool.builder(new ScriptedFactory())
                .name("p12-callback")
                .shutdownGrace(Duration.ZERO) // for if the callback runs here, on the holder's own thread
                .build());
        pool.get().acquireAsync().thenAccept(lease -> pool.get().close()).join();
        pool.get().shutdown(Duration.ZERO).join();
        Oracle.checkNoThreadIsLeft("p12-callback");
    }

    @Test
    void p12ACreateThatIsUnderWayWhenThePoolClosesIsNotLeaked() throws Exception {
        try (TestPool test = new TestPool(Interleaving.THREADS, it -> it.maxSize(1))) {
            CountDownLatch hangs = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            test.factory.onNextCreate(() -> {
                hangs.countDown();
                Interleaving.awaitUninterruptibly(goOn);
            });
            CompletableFuture<Lease<Thing>> waiter = test.pool.acquireAsync();
            hangs.await();
            CompletableFuture<Void> closed = test.pool.shutdown(Duration.ofSeconds(5));
            assertThatThrownBy(waiter::join).hasCauseInstanceOf(PoolClosedException.class);
            assertThat(closed).isNotDone();
            goOn.countDown();
            closed.join();
            assertThat(test.factory.made.get(0).destroyed.get()).isEqualTo(1);
        }
    }

    // --- P13 lifetime

    @Test
    void p13LifetimesAreShortenedByUpToTheJitter() {
        long lifetime = Duration.ofMinutes(30).toNanos();
        long shortest = lifetime;
        long longest = 0;
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 10_000; i++) {
            long jittered = Nanos.jittered(lifetime, 0.25, random);
            shortest = Math.min(shortest, jittered);
            longest = Math.max(longest, jittered);
        }
        assertThat(shortest).isBetween((long) (lifetime * 0.75), (long) (lifetime * 0.76));
        assertThat(longest).isBetween((long) (lifetime * 0.99), lifetime);
    }

    @Test
    void p13ABusyObjectIsRetiredWhenItComesBack() {
        try (TestPool test = new TestPool(it -> it.maxSize(1).maxLifetime(Duration.ofMinutes(30)))) {
            Lease<Thing> held = test.acquire();
            Thing thing = held.get();
            test.advance(Duration.ofMinutes(30));
            assertThat(thing.destroyed.get()).isZero();
            held.close();
            assertThat(thing.destroyed.get()).isEqualTo(1);
            assertThat(test.stats().destroyed(DestroyReason.EXPIRED)).isEqualTo(1);
        }
    }

    @Test
    void p13TheReplacementComesFirstAndOnlyAFewAtATime() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(
                executor,
                it -> it.maxSize(10)
                        .minIdle(4)
                        .idleTimeout(Duration.ZERO)
                        .maxConcurrentRetirements(2)
                        .maxLifetime(Duration.ofMinutes(30)))) {
            executor.runAll();
            assertThat(test.stats().idle()).isEqualTo(4);
            test.advance(Duration.ofMinutes(30));
            assertThat(test.stats().creating()).as("replacements under way").isEqualTo(2);
            assertThat(test.stats().idle())
                    .as("none has gone before its replacement is there")
                    .isEqualTo(4);
            executor.runNext();
            assertThat(test.stats().retiring()).isEqualTo(1);
            assertThat(test.stats().idle()).isEqualTo(4);
            for (int i = 0; i < 10; i++) {
                executor.runAll();
                test.pool.housekeep();
                assertThat(test.stats().idle()).isGreaterThanOrEqualTo(4);
                assertThat(test.stats().retiring() + test.stats().creating()).isLessThanOrEqualTo(4);
            }
            executor.runAll();
            assertThat(test.stats().destroyed(DestroyReason.EXPIRED)).isEqualTo(4);
            assertThat(test.stats().total()).isEqualTo(4);
            test.pool.shutdown(Duration.ZERO);
            executor.runAll();
        }
    }

    // --- P14 refill by event

    @Test
    void p14MinIdleIsRestoredByTheLossItself() {
        try (TestPool test = new TestPool(it -> it.maxSize(4).minIdle(2))) {
            assertThat(test.stats().idle()).isEqualTo(2);
            Lease<Thing> lease = test.acquire();
            lease.invalidate();
            assertThat(test.stats().idle()).isEqualTo(2);
            test.pool.invalidateAll();
            assertThat(test.stats().idle()).isEqualTo(2);
            assertThat(test.stats().created()).isEqualTo(5);
        }
    }

    @Test
    void p14AfterAFailureATryIsScheduledAsLongAsSomebodyWaits() {
        TestPool.NoAlarm alarm = new TestPool.NoAlarm();
        ScriptedFactory factory = new ScriptedFactory();
        FakeTicker ticker = new FakeTicker();
        factory.everyCreate = () -> {
            throw new IllegalStateException("down");
        };
        var config = Pool.builder(factory)
                .ticker(ticker)
                .executor(Runnable::run)
                .minIdle(1)
                .maxSize(2)
                .config();
        DefaultPool<Thing> pool = new DefaultPool<>(config, alarm);
        int failures = 1;
        for (int i = 0; i < 12; i++) {
            pool.housekeep();
            Duration wait = Duration.ofNanos(alarm.next - ticker.nanos());
            assertThat(wait).isBetween(Duration.ZERO, Duration.ofSeconds(1));
            assertThat(pool.stats().creationFailures()).isGreaterThanOrEqualTo(failures);
            failures = (int) pool.stats().creationFailures();
            ticker.advance(Duration.ofSeconds(30)); // the longest back-off
        }
        assertThat(failures).isEqualTo(12);
        factory.everyCreate = () -> {};
        pool.housekeep();
        assertThat(pool.stats().idle()).isEqualTo(1);
        pool.shutdown(Duration.ZERO);
    }

    // --- P15 counts

    @Test
    void p15CountsAreExactInAQuietPool() throws Exception {
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
            atOnce(work, work, work, work);
            assertThat(test.stats().acquired()).isEqualTo(12_000);
            assertThat(test.stats().released()).isEqualTo(12_000);
            assertThat(test.stats().destroyed(DestroyReason.INVALIDATED)).isEqualTo(120);
            assertThat(test.stats().total()).isEqualTo(test.stats().created() - 120);
        }
    }

    // --- what the tests share

    private static Access timed() {
        return new Access(IdleOrder.LIFO, Fairness.STRICT, Access.Way.TIMED, false);
    }

    private static ScriptedFactory.Step guarded(Runnable look, List<Throwable> violations) {
        return () -> {
            try {
                look.run();
            } catch (AssertionError violation) {
                violations.add(violation);
            }
        };
    }

    /** Runs all at once, each on a thread of its own, and throws what one of them threw. */
    static void atOnce(Runnable... tasks) throws Exception {
        CyclicBarrier start = new CyclicBarrier(tasks.length);
        List<CompletableFuture<Void>> results = new ArrayList<>();
        for (Runnable task : tasks) {
            CompletableFuture<Void> result = new CompletableFuture<>();
            results.add(result);
            Thread thread = new Thread(() -> {
                try {
                    start.await();
                    task.run();
                    result.complete(null);
                } catch (Throwable thrown) {
                    result.completeExceptionally(thrown);
                }
            });
            thread.setDaemon(true);
            thread.start();
        }
        for (CompletableFuture<Void> result : results) {
            result.get();
        }
    }
}
