package dev.cenote.pool.internal;

import static dev.cenote.pool.internal.Interleaving.inTurn;
import static dev.cenote.pool.internal.Interleaving.started;
import static dev.cenote.pool.internal.Interleaving.waiting;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.Budget;
import dev.cenote.pool.Fairness;
import dev.cenote.pool.IdleOrder;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Validator;
import dev.cenote.pool.internal.run.Turn;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.slot.Slot.Grant;
import dev.cenote.pool.internal.wait.Gate;
import dev.cenote.pool.internal.wait.WaitQueue;
import dev.cenote.pool.internal.wait.Waiter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Waiters are served in the order in which they queued, and newcomers overtake nobody, or only as long as the
 * fairness allows.
 */
class OrderTest {

    private static final Access BLOCKING =
            new Access(IdleOrder.LIFO, Fairness.STRICT, Access.Way.BLOCKING, false, Access.Home.NOTHING);
    private static final Access ASYNC =
            new Access(IdleOrder.LIFO, Fairness.STRICT, Access.Way.ASYNC, false, Access.Home.NOTHING);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Fairness EVENTUAL = Fairness.eventual(Duration.ofMillis(1));

    @Test
    @Tag("P4")
    void blockingAndAsynchronousWaitersStandInOneQueueAndNobodyOvertakes() {
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
    @Tag("P4")
    void aNewcomerDoesNotTakeAnObjectThatWasJustMadeForTheHead() {
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

    @Test
    @Tag("P4")
    @Tag("F7")
    void aNewcomerTakesNeitherByItsHintNorFromTheStoreWhatWasMeantForTheHead() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            AtomicReference<Lease<Thing>> held = new AtomicReference<>();
            AtomicReference<Optional<Lease<Thing>>> lastHolder = new AtomicReference<>();
            AtomicReference<Optional<Lease<Thing>>> newcomer = new AtomicReference<>();
            AtomicBoolean isReleased = new AtomicBoolean();
            Thread usedItLast = started(() -> {
                test.acquire().close();
                held.set(test.acquire());
                Await.until(isReleased::get);
                lastHolder.set(test.pool.tryAcquire());
            });
            Await.until(() -> held.get() != null);
            CompletableFuture<Lease<Thing>> head = test.pool.acquireAsync();
            inTurn(test, held.get()::close, () -> newcomer.set(test.pool.tryAcquire()), () -> {
                isReleased.set(true);
                waiting(usedItLast);
            });
            Interleaving.join(usedItLast);
            assertThat(newcomer.get()).isEmpty();
            assertThat(lastHolder.get()).isEmpty();
            assertThat(head).isCompleted();
            head.join().close();
        }
    }

    @Test
    @Tag("P4")
    @Tag("F7")
    void aHeadThatWasWokenAndGetsNoProcessorIsNotOvertakenForLongerThanTheBound() {
        try (TestPool test = new TestPool(it -> it.maxSize(1).fairness(Fairness.eventual(Duration.ofMillis(1))))) {
            Engine<Thing> engine = test.pool.engine();
            Waiter.Blocked<Thing> head = new Waiter.Blocked<>(engine.lock.newTurn(), engine.now(), SECOND.toNanos());
            Lease<Thing> held = test.acquire();
            engine.lock.run(() -> engine.queue.add(head));
            held.close(); // wakes the head, whose thread is this one, which has something else to do
            assertThat(engine.gate.has(Gate.COMPETING)).isTrue();
            for (int i = 0; i < 100; i++) {
                test.acquire().close();
            }
            assertThat(head.isSettled()).isFalse();
            test.ticker.advance(Duration.ofMillis(1));
            int turns = 0;
            while (!head.isSettled() && turns < 100) {
                test.acquire().close();
                turns++;
            }
            assertThat(turns).isLessThanOrEqualTo(16);
            Grant<Thing> grant = head.grant();
            assertThat(grant.slot().tryRelease(grant.word(), 0)).isTrue();
            engine.idle.push(grant.slot());
        }
    }

    @Test
    @Tag("P4")
    @Tag("P5")
    void aThreadThatComesStraightBackQueuesBehindOneThatWasServedAndHasNotRunYet() throws Exception {
        try (TestPool test = new TestPool(it -> it.maxSize(2))) {
            Waiter.Blocked<Thing> served = servedButNotRunning(test);
            FutureTask<Lease<Thing>> newcomer = new FutureTask<>(() -> test.pool.acquire(HOUR));
            awaitHeldBack(test, started(newcomer));
            assertThat(isAnythingIdle(test)).isTrue();
            start(test, served);
            newcomer.get().close();
            assertThat(test.pool.engine().gate.bits()).isZero();
            close(served);
        }
    }

    /** The thread that is called takes the processor of the thread that calls it, uses its object, and comes back. */
    @Test
    @Tag("P4")
    @Tag("P5")
    void aThreadThatComesStraightBackQueuesBehindOneThatIsStillOnItsWayOutOfARelease() throws Exception {
        try (TestPool test = new TestPool(it -> it.maxSize(2))) {
            assertThat(isHeldBackBehindARelease(test)).isTrue();
        }
    }

    @Test
    @Tag("P5")
    void nobodyIsHeldBackBehindAReleaseThatMayHaveToSettleABudget() throws Exception {
        try (TestPool test = new TestPool(it -> it.maxSize(2).budget(Budget.of(2)))) {
            assertThat(isHeldBackBehindARelease(test)).isFalse();
        }
    }

    private static boolean isHeldBackBehindARelease(TestPool test) throws Exception {
        Engine<Thing> engine = test.pool.engine();
        Lease<Thing> first = test.acquire();
        Lease<Thing> second = test.acquire();
        AtomicReference<Waiter.Blocked<Thing>> served = new AtomicReference<>();
        AtomicBoolean wasHeldBack = new AtomicBoolean();
        FutureTask<Lease<Thing>> newcomer = new FutureTask<>(() -> test.pool.acquire(HOUR));
        Turn turn = new Turn() {
            @Override
            public void call() {
                start(test, served.get());
                second.close();
                awaitHeldBack(test, started(newcomer));
                wasHeldBack.set(engine.gate.has(Gate.HELD_BACK));
            }
        };
        served.set(queued(test, turn));
        first.close();
        newcomer.get().close();
        assertThat(engine.gate.bits() & ~Gate.WATCHED).isZero();
        close(served.get());
        return wasHeldBack.get();
    }

    @Test
    @Tag("P5")
    @Tag("P6")
    void nobodyIsHeldBackForLongerThanTheBoundNorThanHalfOfItsTimeOut() throws Exception {
        Duration bound = Duration.ofNanos(WaitQueue.LONGEST_HOLD_NANOS);
        for (Duration timeout : List.of(HOUR, bound.dividedBy(2))) {
            try (TestPool test = new TestPool(it -> it.maxSize(2))) {
                Waiter.Blocked<Thing> served = servedButNotRunning(test);
                FutureTask<Lease<Thing>> newcomer = new FutureTask<>(() -> test.pool.acquire(timeout));
                awaitHeldBack(test, started(newcomer));
                test.ticker.advance(timeout.equals(HOUR) ? bound : timeout.dividedBy(2));
                newcomer.get().close(); // its wait ends by itself, in real time, and then it looks
                start(test, served);
                assertThat(test.pool.engine().gate.bits()).isZero();
                close(served);
            }
        }
    }

    @Test
    @Tag("P8")
    @Tag("P9")
    void aCallerThatCannotWaitTakesWhatIsIdleThoughAServedThreadHasNotRunYet() throws Exception {
        for (int maxWaiters : new int[] {0, 1}) {
            try (TestPool test = new TestPool(it -> it.maxSize(2))) {
                Waiter.Blocked<Thing> served = servedButNotRunning(test);
                test.pool.resize(test.pool.config().limits().withMaxWaiters(maxWaiters));
                test.pool.acquire(maxWaiters == 0 ? HOUR : Duration.ZERO).close();
                test.pool.tryAcquire().orElseThrow().close();
                test.pool.acquireAsync(HOUR).join().close();
                start(test, served);
                close(served);
            }
        }
    }

    @Test
    @Tag("P8")
    void aTryGetsWhatIsValidatedInPlaceThoughAServedThreadHasNotRunYet() throws Exception {
        Validator<Thing> validator = thing -> true;
        try (TestPool test =
                new TestPool(it -> it.maxSize(2).validateIfIdleFor(SECOND).validator(validator.onCaller()))) {
            Waiter.Blocked<Thing> served = servedButNotRunning(test);
            test.advance(SECOND);
            boolean[] isToBeChecked = new boolean[1];
            test.pool.engine().slots.forEach(slot -> isToBeChecked[0] |= Slot.isMarked(slot.word(), Slot.CHECK));
            assertThat(isToBeChecked[0]).isTrue();
            test.pool.tryAcquire().orElseThrow().close();
            start(test, served);
            close(served);
        }
    }

    /** Of two objects one is idle, and the other one was lent to a thread that waited for it and does not run. */
    private static Waiter.Blocked<Thing> servedButNotRunning(TestPool test) throws Exception {
        Lease<Thing> first = test.acquire();
        Lease<Thing> second = test.acquire();
        Waiter.Blocked<Thing> waiter = queued(test, new Turn());
        first.close();
        assertThat(waiter.isSettled()).isTrue();
        second.close();
        assertThat(isAnythingIdle(test)).isTrue();
        return waiter;
    }

    /** Of a thread that is another one than this, and does nothing. */
    private static Waiter.Blocked<Thing> queued(TestPool test, Turn turn) throws Exception {
        Engine<Thing> engine = test.pool.engine();
        FutureTask<Waiter.Blocked<Thing>> task =
                new FutureTask<>(() -> new Waiter.Blocked<>(turn, engine.now(), HOUR.toNanos()));
        started(task);
        Waiter.Blocked<Thing> waiter = task.get();
        engine.lock.run(() -> {
            engine.queue.add(waiter);
            waiter.noteWait();
        });
        return waiter;
    }

    private static void awaitHeldBack(TestPool test, Thread newcomer) {
        Await.until(() -> test.pool.engine().gate.has(Gate.HELD_BACK) || !newcomer.isAlive());
    }

    private static void start(TestPool test, Waiter.Blocked<Thing> served) {
        Engine<Thing> engine = test.pool.engine();
        if (engine.queue.runs(served)) {
            engine.lock.run(() -> {
                engine.queue.endHold();
                engine.handoff.capacityCameFree();
            });
        }
    }

    private static void close(Waiter.Blocked<Thing> served) {
        Grant<Thing> grant = served.grant();
        new PooledLease<>(grant.slot(), grant.word()).close();
    }

    private static boolean isAnythingIdle(TestPool test) {
        boolean[] isIdle = new boolean[1];
        test.pool.engine().slots.forEach(slot -> isIdle[0] |= slot.state() == Slot.IDLE);
        return isIdle[0];
    }

    /** What a newcomer gets while a lease is being closed, whose object was not offered to those who wait yet. */
    private static Optional<Lease<Thing>> overtaking(TestPool test, Lease<Thing> lease) throws Exception {
        AtomicReference<Optional<Lease<Thing>>> result = new AtomicReference<>();
        test.pool.engine().lock.lock();
        Thread releaser = waiting(started(lease::close));
        Thread newcomer = waiting(started(() -> result.set(test.pool.tryAcquire())));
        test.pool.engine().lock.unlock();
        releaser.join();
        newcomer.join();
        return result.get();
    }

    @Test
    @Tag("P4")
    void aFutureThatWasOvertakenForLongerThanTheBoundIsNotOvertakenAgain() throws Exception {
        try (TestPool test = new TestPool(it -> it.maxSize(1).fairness(EVENTUAL))) {
            Lease<Thing> held = test.acquire();
            CompletableFuture<Lease<Thing>> waiter = test.pool.acquireAsync();
            test.ticker.advance(SECOND);
            Lease<Thing> overtaker = overtaking(test, held).orElseThrow();
            assertThat(waiter).isNotDone();
            assertThat(overtaking(test, overtaker)).isEmpty();
            assertThat(waiter).isCompleted();
            waiter.join().close();
        }
    }
}
