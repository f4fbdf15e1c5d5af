package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.CreateFailedException;
import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.PoolListener;
import dev.cenote.pool.PoolTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Objects that are hard to make. */
class CreationTest {

    // --- the breaker

    /** A pool of one that has made an object and lost it; from now on it can make none. */
    private static TestPool inOutage() {
        TestPool test = new TestPool(it -> it.maxSize(1).acquireTimeout(Duration.ofMinutes(1)));
        test.acquire().invalidate();
        test.factory.everyCreate = () -> {
            throw new IllegalStateException("down");
        };
        return test;
    }

    private static void end(TestPool test) {
        test.factory.everyCreate = () -> {};
    }

    @Test
    void anOutageThatIsShorterThanTheBreakersTimeCostsNoCallerAnError() {
        try (TestPool test = inOutage()) {
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            test.pass(Duration.ofSeconds(9));
            CompletableFuture<Lease<Thing>> newcomer = test.pool.acquireAsync();
            assertThat(waiting).isNotDone();
            assertThat(newcomer).isNotDone();
            assertThat(test.stats().isFailingFast()).isFalse();
            end(test);
            test.pass(Duration.ofSeconds(1));
            waiting.join().close();
            newcomer.join().close();
        }
    }

    @Test
    void whileTheBreakerIsOpenCallersFailAtOnceWithTheRealCause() {
        try (TestPool test = inOutage()) {
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            test.pass(Duration.ofSeconds(12));
            assertThatThrownBy(waiting::join)
                    .hasCauseInstanceOf(CreateFailedException.class)
                    .rootCause()
                    .hasMessage("down");
            assertThatThrownBy(test::acquire).isInstanceOf(CreateFailedException.class);
            assertThat(test.pool.tryAcquire()).isEmpty();
            assertThat(test.stats().waiters()).isZero();
            end(test);
            int ms = 0;
            while (test.pool.acquireAsync().isCompletedExceptionally()) {
                test.pass(Duration.ofMillis(10));
                ms += 10;
            }
            assertThat(ms).as("until the server is back for callers").isLessThanOrEqualTo(1_010);
            assertThat(test.stats().isFailingFast()).isFalse();
        }
    }

    @Test
    void aPoolThatHasNeverMadeAnObjectTellsTheFirstFailureAtOnce() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            test.factory.failNextCreate(new IllegalStateException("wrong password"));
            assertThatThrownBy(test::acquire)
                    .isInstanceOf(CreateFailedException.class)
                    .rootCause()
                    .hasMessage("wrong password");
        }
    }

    @Test
    void aPoolThatMayTakeItsTimeToOpenWaitsForTheServer() {
        try (TestPool test = new TestPool(it -> it.maxSize(1).openTimeout(Duration.ofSeconds(5)))) {
            test.factory.everyCreate = () -> {
                throw new IllegalStateException("not up yet");
            };
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            test.pass(Duration.ofSeconds(4));
            assertThat(waiting).isNotDone();
            test.pass(Duration.ofSeconds(3));
            assertThat(waiting).isCompletedExceptionally();
            end(test);
        }
    }

    @Test
    void createsThatFailTogetherAreOneFailure() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(4).openTimeout(TestPool.NEVER))) {
            List<CompletableFuture<Lease<Thing>>> waiting = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                waiting.add(test.pool.acquireAsync());
                test.factory.failNextCreate(new IllegalStateException("down"));
            }
            executor.runAll();
            assertThat(test.stats().creationFailures()).isEqualTo(4);
            test.pass(Duration.ofMillis(50)); // the longest back-off after one failure
            executor.runAll();
            waiting.forEach(it -> it.join().close());
        }
    }

    @Test
    void afterOneSuccessAllThatAreWantedAreMadeAtOnce() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(
                executor, it -> it.maxSize(8).maxConcurrentCreates(4).openTimeout(TestPool.NEVER))) {
            test.factory.failNextCreate(new IllegalStateException("down"));
            List<CompletableFuture<Lease<Thing>>> waiting = new ArrayList<>();
            waiting.add(test.pool.acquireAsync());
            executor.runAll();
            for (int i = 0; i < 7; i++) {
                waiting.add(test.pool.acquireAsync());
            }
            test.pass(Duration.ofMillis(50));
            assertThat(test.stats().creating()).as("one probe").isEqualTo(1);
            executor.runNext();
            assertThat(test.stats().creating()).isEqualTo(4);
            executor.runAll();
            waiting.forEach(it -> it.join().close());
        }
    }

    @Test
    void anOldFailureIsForgottenWhenNobodyHasAskedForLong() {
        try (TestPool test = inOutage()) {
            CompletableFuture<Lease<Thing>> early = test.pool.acquireAsync(Duration.ofSeconds(1));
            test.pass(Duration.ofSeconds(2));
            assertThat(early).isCompletedExceptionally();
            test.pass(Duration.ofHours(1));
            CompletableFuture<Lease<Thing>> late = test.pool.acquireAsync();
            test.pass(Duration.ofSeconds(5));
            assertThat(late).as("five seconds of failures, not an hour").isNotDone();
            end(test);
            test.pass(Duration.ofSeconds(1));
            late.join().close();
        }
    }

    @Test
    void aProbeThatHangsDoesNotHoldUpTheNextOne() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(2).openTimeout(TestPool.NEVER))) {
            test.factory.failNextCreate(new IllegalStateException("down"));
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            executor.runAll();
            test.pass(Duration.ofMillis(50));
            List<Boolean> served = new ArrayList<>();
            test.factory.onNextCreate(
                    () -> { // hangs, while others go on
                        test.pass(Duration.ofSeconds(2));
                        executor.runNext();
                        served.add(waiting.isDone());
                    });
            executor.runNext();
            assertThat(served).containsExactly(true);
            waiting.join().close();
        }
    }

    @Test
    void aCreateThatBeganBeforeTheLastSuccessSaysNothingWhenItFails() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(4).failFastAfter(Duration.ZERO))) {
            CompletableFuture<Lease<Thing>> first = test.pool.acquireAsync();
            CompletableFuture<Lease<Thing>> second = test.pool.acquireAsync();
            test.factory.onNextCreate(
                    () -> { // under way while another one succeeds
                        executor.runNext();
                        throw new IllegalStateException("late");
                    });
            executor.runNext();
            assertThat(test.stats().isFailingFast()).isFalse();
            executor.runAll();
            first.join().close();
            second.join().close();
        }
    }

    @Test
    void theBreakerOpensInTimeThoughTheNextTryIsFarOff() {
        try (TestPool test = new TestPool(it -> it.maxSize(1)
                .failFastAfter(Duration.ofSeconds(1))
                .createBackoff(Duration.ofSeconds(60), Duration.ofSeconds(60))
                .acquireTimeout(Duration.ofMinutes(5)))) {
            test.acquire().invalidate();
            test.factory.everyCreate = () -> {
                throw new IllegalStateException("down");
            };
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            test.pass(Duration.ofMillis(1_100));
            assertThat(waiting).isCompletedExceptionally();
            end(test);
        }
    }

    @Test
    void anObjectThatWillNotBeLeasedAgainIsNotWaitedForInAnOutage() {
        try (TestPool test = new TestPool(it -> it.maxSize(3).failFastAfter(Duration.ZERO))) {
            List<Lease<Thing>> held = test.acquire(2);
            test.factory.everyCreate = () -> {
                throw new IllegalStateException("down");
            };
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            assertThat(waiting).as("one of the others may come back").isNotDone();
            test.pool.invalidateAll();
            assertThat(waiting).isCompletedExceptionally();
            assertThat(test.pool.acquireAsync()).isCompletedExceptionally();
            held.forEach(Lease::close);
            end(test);
        }
    }

    @Test
    void anObjectThatIsUsedUpIsNotWaitedForInAnOutage() {
        try (TestPool test = new TestPool(it -> it.maxSize(3).maxUses(1).failFastAfter(Duration.ZERO))) {
            Lease<Thing> held = test.acquire();
            test.factory.everyCreate = () -> {
                throw new IllegalStateException("down");
            };
            assertThat(test.pool.acquireAsync()).isCompletedExceptionally();
            held.close();
            end(test);
        }
    }

    @Test
    void thePlaceOfAnObjectThatWillNotBeLeasedAgainIsWaitedForIfThereIsNoOtherRoom() {
        try (TestPool test = new TestPool(it -> it.maxSize(2).failFastAfter(Duration.ZERO))) {
            List<Lease<Thing>> held = test.acquire(2);
            held.remove(0).invalidate();
            test.factory.failNextCreate(new IllegalStateException("down"));
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            test.resize(new PoolLimits(1, 0, 10));
            test.pool.invalidateAll();
            CompletableFuture<Lease<Thing>> newcomer = test.pool.acquireAsync();
            assertThat(waiting).isNotDone();
            assertThat(newcomer).isNotDone();
            test.pass(Duration.ofSeconds(1));
            held.remove(0).close();
            waiting.join().close();
            newcomer.join().close();
        }
    }

    // --- the first objects

    @Test
    void untilTheFactoryHasMadeAnObjectMinIdleIsFilledOneByOne() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test =
                new TestPool(executor, it -> it.maxSize(10).minIdle(4).maxConcurrentCreates(4))) {
            assertThat(test.stats().creating())
                    .as("perhaps with a wrong password")
                    .isEqualTo(1);
            executor.runNext();
            assertThat(test.stats().creating()).isEqualTo(3);
            executor.runAll();
            assertThat(test.stats().idle()).isEqualTo(4);
            test.pool.replaceFactory(test.factory);
            test.pool.invalidateAll();
            assertThat(test.stats().creating())
                    .as("the new one may have another password")
                    .isEqualTo(1);
            executor.runAll();
            assertThat(test.stats().idle()).isEqualTo(4);
        }
    }

    @Test
    void callersAndWarmUpDoNotWaitForTheFirstObject() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test =
                new TestPool(executor, it -> it.maxSize(10).minIdle(1).maxConcurrentCreates(4))) {
            List<CompletableFuture<Lease<Thing>>> waiting =
                    List.of(test.pool.acquireAsync(), test.pool.acquireAsync(), test.pool.acquireAsync());
            assertThat(test.stats().creating()).isGreaterThanOrEqualTo(3);
            executor.runAll();
            waiting.forEach(it -> it.join().close());
        }
        try (TestPool test = new TestPool(executor, it -> it.maxSize(10).maxConcurrentCreates(4))) {
            CompletableFuture<Void> warm = test.pool.warmUp(8);
            assertThat(test.stats().creating()).isEqualTo(4);
            executor.runAll();
            assertThat(warm).isCompleted();
        }
    }

    // --- failures that only a person can mend

    @Test
    void whereTriesAreLeftToCallersNobodyIsStrandedWhenTheLastObjectGoes() {
        try (TestPool test = new TestPool(it -> it.maxSize(2))) {
            Lease<Thing> held = test.acquire();
            test.factory.isWorthRetrying = false;
            test.factory.everyCreate = () -> {
                throw new IllegalStateException("wrong password");
            };
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            test.pass(Duration.ofSeconds(3));
            assertThat(waiting).isNotDone();
            held.invalidate();
            test.pass(Duration.ofSeconds(1));
            assertThat(waiting).isCompletedExceptionally();
            end(test);
        }
    }

    @Test
    void whatIsNotWorthRetryingIsTriedForCallersOnly() {
        AtomicInteger tries = new AtomicInteger();
        TestPool test = new TestPool(it -> it.maxSize(4).minIdle(2).openTimeout(TestPool.NEVER));
        try (test) {
            test.acquire(2).forEach(Lease::close);
            test.factory.isWorthRetrying = false;
            test.factory.everyCreate = () -> {
                tries.incrementAndGet();
                throw new IllegalStateException("wrong password");
            };
            test.pool.invalidateAll();
            assertThat(tries.get()).isPositive();
            int before = tries.get();
            test.pass(Duration.ofMinutes(5));
            assertThat(tries.get()).as("nothing for minIdle").isEqualTo(before);
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            assertThat(waiting).isCompletedExceptionally();
            test.pass(Duration.ofMinutes(5));
            assertThat(tries.get()).as("one for the caller").isEqualTo(before + 1);
            end(test);
            test.acquire().close();
            assertThat(test.stats().idle()).isGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void oneCallerTriesWhenATryIsDueAndTheOthersFailAtOnce() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(4).failFastAfter(Duration.ZERO))) {
            test.factory.failNextCreate(new IllegalStateException("down"));
            CompletableFuture<Lease<Thing>> first = test.pool.acquireAsync();
            executor.runAll();
            assertThat(first).isCompletedExceptionally();
            test.ticker.advance(Duration.ofMillis(50));
            CompletableFuture<Lease<Thing>> trial = test.pool.acquireAsync();
            assertThat(trial).isNotDone();
            assertThat(test.pool.acquireAsync()).isCompletedExceptionally();
            assertThat(test.stats().creating()).isEqualTo(1);
            executor.runAll();
            assertThat(trial).isCompleted();
            trial.join().close();
        }
    }

    @Test
    void aCreateThatIsNotWantedAnyMoreDoesNotKeepTheBreakerFromFailingFast() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(4).failFastAfter(Duration.ZERO))) {
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            Runnable hanging = executor.takeNext();
            test.pool.invalidateAll();
            test.factory.failNextCreate(new IllegalStateException("down"));
            executor.runNext();
            assertThat(waiting).isCompletedExceptionally();
            assertThat(test.pool.acquireAsync()).isCompletedExceptionally();
            assertThat(test.stats().isFailingFast()).isTrue();
            hanging.run();
            executor.runAll();
            test.ticker.advance(Duration.ofSeconds(15));
            assertThat(test.stats().isFailingFast()).as("a try is due").isFalse();
        }
    }

    @Test
    void theEndOfACreateThatIsNotWantedAnyMoreTellsNothingOfTheProbe() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(4).failFastAfter(Duration.ZERO))) {
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            Runnable first = executor.takeNext();
            test.factory.onNextCreate(
                    () -> { // the first one: it is under way when it is outdated
                        test.pool.invalidateAll();
                        test.factory.failNextCreate(new IllegalStateException("down"));
                        executor.runNext(); // made for the waiter by then, and fails
                        test.ticker.advance(Duration.ofMillis(50));
                        test.factory.onNextCreate(() -> {});
                        assertThat(test.pool.acquireAsync())
                                .as("it has the probe begun")
                                .isNotDone();
                    });
            first.run();
            assertThat(waiting).isCompletedExceptionally();
            assertThat(test.stats().creating()).as("the probe").isEqualTo(1);
            assertThat(test.pool.acquireAsync()).isCompletedExceptionally();
            assertThat(test.stats().isFailingFast()).isTrue();
            executor.runAll();
        }
    }

    @Test
    void anObjectThatMayComeBackIsWaitedForThoughTheBreakerIsOpen() {
        try (TestPool test = new TestPool(it -> it.maxSize(2).failFastAfter(Duration.ZERO))) {
            Lease<Thing> held = test.acquire();
            test.factory.failNextCreate(new IllegalStateException("down"));
            CompletableFuture<Lease<Thing>> first = test.pool.acquireAsync();
            CompletableFuture<Lease<Thing>> second = test.pool.acquireAsync();
            assertThat(first).isNotDone();
            held.close();
            first.join().close();
            second.join().close();
        }
    }

    @Test
    void withoutABreakerAFailedCreateFailsNobody() {
        try (TestPool test =
                new TestPool(it -> it.maxSize(1).failFastAfter(TestPool.NEVER).openTimeout(TestPool.NEVER))) {
            IllegalStateException down = new IllegalStateException("down");
            test.factory.failNextCreate(down);
            CompletableFuture<Lease<Thing>> patient = test.pool.acquireAsync(Duration.ofSeconds(60));
            CompletableFuture<Lease<Thing>> hasty = test.pool.acquireAsync(Duration.ofMillis(1));
            assertThat(patient).isNotDone();
            test.factory.failNextCreate(down);
            test.pass(Duration.ofMillis(1));
            assertThatThrownBy(hasty::join).hasCauseInstanceOf(PoolTimeoutException.class);
            test.pass(Duration.ofSeconds(15));
            test.pass(Duration.ofSeconds(15));
            patient.join().close();
        }
    }

    // --- another factory

    @Test
    void theLeastThatIsToBeIdleStaysUntilTheNewFactoryHasMadeTheReplacement() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(6).minIdle(2))) {
            executor.runAll();
            test.acquire(2).forEach(Lease::close);
            executor.runAll();
            test.pool.warmUp(4);
            executor.runAll();
            List<Thing> old = List.copyOf(test.factory.made);
            assertThat(old).hasSize(4);
            test.pool.replaceFactory(test.factory);
            assertThat(test.stats().idle()).isEqualTo(2);
            Lease<Thing> lease = test.acquire();
            assertThat(lease.get().number).as("one that works meanwhile").isLessThan(4);
            executor.runAll();
            test.advance(Duration.ofMillis(100));
            executor.runAll();
            lease.close();
            executor.runAll();
            assertThat(old).allMatch(thing -> thing.destroyed.get() == 1);
            assertThat(test.stats().destroyed(DestroyReason.REPLACED)).isEqualTo(4);
            assertThat(test.stats().idle()).as("as many as are to be idle").isEqualTo(2);
        }
    }

    @Test
    void anOldObjectIsBetterThanNoneWhileTheNewFactoryFails() {
        try (TestPool test = new TestPool(it -> it.maxSize(2).minIdle(1))) {
            Thing old = test.factory.made.get(0);
            test.factory.everyCreate = () -> {
                throw new IllegalStateException("bad credentials");
            };
            test.pool.replaceFactory(test.factory);
            test.advance(Duration.ofSeconds(1));
            try (Lease<Thing> lease = test.acquire()) {
                assertThat(lease.get()).isSameAs(old);
            }
            test.factory.everyCreate = () -> {};
            for (int second = 0; second < 30; second++) {
                test.advance(Duration.ofSeconds(1));
            }
            assertThat(old.destroyed.get()).isEqualTo(1);
            assertThat(test.stats().idle()).isEqualTo(1);
        }
    }

    @Test
    void withoutRoomTheOldObjectGoesFirst() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(1).minIdle(1))) {
            executor.runAll();
            test.pool.replaceFactory(test.factory);
            assertThat(test.stats().retiring()).isEqualTo(1);
            executor.runAll();
            assertThat(test.stats().idle()).isEqualTo(1);
            assertThat(test.stats().created()).isEqualTo(2);
        }
    }

    @Test
    void anInvalidObjectOfTheOldFactoryFailsNobody() {
        ManualExecutor executor = new ManualExecutor();
        AtomicBoolean isOld = new AtomicBoolean(true);
        try (TestPool test = new TestPool(
                executor, it -> it.maxSize(1).validateOnCreate(true).validator(thing -> !isOld.get()))) {
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            test.pool.replaceFactory(test.factory);
            executor.runNext();
            isOld.set(false);
            executor.runAll();
            boolean failed = waiting.isCompletedExceptionally();
            for (int i = 0; i < 100; i++) {
                test.advance(Duration.ofSeconds(1));
                executor.runAll();
            }
            if (!waiting.isCompletedExceptionally()) {
                waiting.join().close();
            }
            assertThat(failed).as("%s", waiting).isFalse();
        }
    }

    @Test
    void whoWaitsIsToldToWhenTheLastObjectGoesDuringAnOutage() {
        try (TestPool test =
                new TestPool(it -> it.maxSize(2).failFastAfter(Duration.ZERO).acquireTimeout(Duration.ofMinutes(2)))) {
            Lease<Thing> lease = test.acquire();
            test.factory.everyCreate = () -> {
                throw new IllegalStateException("down");
            };
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync(Duration.ofMinutes(2));
            for (int i = 0; i < 30; i++) {
                test.advance(Duration.ofSeconds(1)); // failures add up, and the back-off grows
            }
            assertThat(waiting).isNotDone();
            assertThat(test.stats().isFailingFast() || test.stats().creationFailures() > 3)
                    .isTrue();
            while (!test.stats().isFailingFast()) {
                test.advance(Duration.ofMillis(100));
            }
            lease.invalidate();
            CompletableFuture<Lease<Thing>> newcomer = test.pool.acquireAsync();
            boolean newcomerFailed = newcomer.isCompletedExceptionally();
            boolean waiterFailed = waiting.isCompletedExceptionally();
            int ms = 0;
            while (!waiting.isDone() && ms < 60_000) {
                test.advance(Duration.ofMillis(10));
                ms += 10;
            }
            test.factory.everyCreate = () -> {};
            assertThat(newcomerFailed).isTrue();
            assertThat(waiterFailed)
                    .as("waiter failed with the newcomer, not %d ms later", ms)
                    .isTrue();
        }
    }

    @Test
    void whatIsNotWantedAnyMoreCountsAmongTheCreatesAtOnce() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(8).maxConcurrentCreates(1))) {
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            for (int i = 0; i < 7; i++) {
                test.pool.invalidateAll();
            }
            int atOnce = test.stats().creating();
            executor.runAll();
            waiting.join().close();
            assertThat(atOnce).isEqualTo(1);
        }
    }

    @Test
    void aCreateThatTheCloseGivesUpHasNotFailed() {
        ManualExecutor executor = new ManualExecutor();
        List<Throwable> told = new ArrayList<>();
        try (TestPool test = new TestPool(
                executor,
                it -> it.minIdle(1).listener(new PoolListener() {
                    @Override
                    public void createFailed(Throwable cause) {
                        told.add(cause);
                    }
                }))) {
            var unused = test.pool.shutdown(Duration.ofSeconds(10));
            assertThat(told).isEmpty();
        }
    }

    @Test
    void whatIsBeingMadeForNobodyIsAskedToEnd() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(2).maxConcurrentCreates(1))) {
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            test.factory.onNextCreate(() -> {
                test.pool.invalidateAll();
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
                assertThat(test.stats().creating())
                        .as("no second one beside it")
                        .isEqualTo(1);
                throw new InterruptedException();
            });
            executor.runNext();
            assertThat(waiting).isNotDone();
            executor.runAll();
            waiting.join().close();
        }
    }

    // --- how many at once

    @Test
    void asLongAsOneMoreMayBeMadeAtOnceTheNextWaiterHasItMade() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(5).maxConcurrentCreates(2))) {
            List<CompletableFuture<Lease<Thing>>> waiting = new ArrayList<>();
            waiting.add(test.pool.acquireAsync());
            assertThat(test.stats().creating()).isEqualTo(1);
            waiting.add(test.pool.acquireAsync());
            assertThat(test.stats().creating()).isEqualTo(2);
            waiting.add(test.pool.acquireAsync());
            assertThat(test.stats().creating()).isEqualTo(2);
            executor.runAll();
            waiting.forEach(it -> it.join().close());
        }
    }

    @Test
    void whatHasNotBegunWhenItIsNoLongerWantedIsNotMade() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(2).maxConcurrentCreates(1))) {
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            test.pool.invalidateAll();
            executor.runAll();
            assertThat(test.factory.made).hasSize(1);
            waiting.join().close();
        }
    }

    @Test
    void whatIsNoLongerWantedWhenItIsMadeIsDestroyedAndCountsAsThatMeanwhile() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(2).maxConcurrentCreates(1))) {
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            test.factory.onNextCreate(test.pool::invalidateAll);
            executor.runNext();
            assertThat(Thread.interrupted()).as("left over").isFalse();
            assertThat(test.stats().retiring()).isEqualTo(1);
            assertThat(test.stats().creating()).as("for the waiter").isEqualTo(1);
            executor.runAll();
            assertThat(test.stats().destroyed(DestroyReason.REPLACED)).isEqualTo(1);
            waiting.join().close();
        }
    }

    @Test
    void thePoolsOwnInterruptOfAMakingDoesNotOutliveIt() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(2).maxConcurrentCreates(1))) {
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            test.factory.onNextCreate(() -> {
                test.pool.invalidateAll();
                throw new InterruptedException("asked to hurry");
            });
            executor.runNext();
            assertThat(Thread.interrupted()).as("left over").isFalse();
            executor.runAll();
            waiting.join().close();
        }
    }

    // --- time and interrupts

    @Test
    void aValidationOfANewObjectMayTakeItsTime() {
        AtomicBoolean wasSlow = new AtomicBoolean();
        TestPool[] self = new TestPool[1];
        try (TestPool test = new TestPool(it -> it.maxSize(1)
                .validateOnCreate(true)
                .validationTimeout(Duration.ofSeconds(2))
                .validator(thing -> {
                    if (!wasSlow.getAndSet(true)) {
                        self[0].advance(Duration.ofSeconds(1));
                    }
                    return true;
                }))) {
            self[0] = test;
            test.acquire().close();
            assertThat(test.stats().created()).isEqualTo(1);
            assertThat(test.stats().creationFailures()).isZero();
        }
    }

    @Test
    void anInterruptOfTheUsersOwnThreadIsLeftToItsOwner() {
        try (TestPool test = new TestPool(it -> it.maxSize(1).failFastAfter(Duration.ZERO))) {
            test.factory.failNextCreate(new InterruptedException("the user's"));
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            assertThat(Thread.interrupted()).isTrue();
            assertThat(waiting).as("the factory has not failed").isNotDone();
            test.advance(Duration.ofSeconds(15));
            waiting.join().close();
            test.factory.onNextDestroy(() -> {
                throw new InterruptedException("the user's");
            });
            test.acquire().invalidate();
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void whatIsBeingMadeWhenAllAreToBeReplacedOverATimeIsReplacedAtOnce() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(2).maxConcurrentCreates(1))) {
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            test.factory.onNextCreate(() -> test.pool.invalidateAll(Duration.ofHours(1)));
            executor.runAll();
            assertThat(Thread.interrupted()).as("left over").isFalse();
            assertThat(test.factory.made).hasSize(2);
            assertThat(test.factory.made.get(0).destroyed).hasValue(1);
            waiting.join().close();
        }
    }

    @Test
    void aFactoryThatReturnsNullAndANewObjectThatIsNotValidAreToldApart() throws InterruptedException {
        try (Pool<Object> pool = Pool.builder(() -> null)
                .executor(Runnable::run)
                .validateOnCreate(true)
                .validator(it -> true)
                .build()) {
            assertThatThrownBy(pool::acquire).cause().hasMessage("the factory returned null");
        }
        try (Pool<Object> pool = Pool.builder(Object::new)
                .executor(Runnable::run)
                .validateOnCreate(true)
                .validator(it -> false)
                .build()) {
            assertThatThrownBy(pool::acquire).cause().hasMessage("the new object was found not valid");
        }
    }
}
