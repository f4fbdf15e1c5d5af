package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.CreateFailedException;
import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.PoolTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * While nothing can be made: a short outage costs no caller an error, in a long one callers fail at once with the
 * cause.
 */
class OutagesTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofMinutes(5);
    private final ManualExecutor executor = new ManualExecutor();

    /** A pool of one that has made an object and lost it; from now on it can make none. */
    private static TestPool inOutage() {
        TestPool test = new TestPool(it -> it.maxSize(1).acquireTimeout(Duration.ofMinutes(1)));
        test.acquire().invalidate();
        test.factory.everyCreate = () -> {
            throw new IllegalStateException("down");
        };
        return test;
    }

    @Test
    @Tag("P21")
    @Tag("F65")
    void anOutageThatIsShorterThanTheBreakersTimeCostsNoCallerAnError() {
        try (TestPool test = inOutage()) {
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            test.pass(Duration.ofSeconds(9));
            CompletableFuture<Lease<Thing>> newcomer = test.pool.acquireAsync();
            assertThat(waiting).isNotDone();
            assertThat(newcomer).isNotDone();
            assertThat(test.stats().isFailingFast()).isFalse();
            test.factory.recover();
            test.pass(Duration.ofSeconds(1));
            waiting.join().close();
            newcomer.join().close();
        }
    }

    @Test
    @Tag("P21")
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
            test.factory.recover();
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
    @Tag("P21")
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
            test.factory.recover();
        }
    }

    @Test
    @Tag("P21")
    @Tag("F65")
    void whileTwoProbesHangCallersFailAtOnce() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(4).failFastAfter(Duration.ZERO))) {
            test.factory.failNextCreate(new IllegalStateException("down"));
            assertThat(test.pool.acquireAsync()).isNotDone();
            executor.runAll();
            test.pass(Duration.ofMillis(100));
            CompletableFuture<Lease<Thing>> first = test.pool.acquireAsync(LONG);
            List<Boolean> failed = new ArrayList<>();
            test.factory.onNextCreate(
                    () -> { // both hang
                        test.factory.onNextCreate(() -> {
                            test.pass(Duration.ofSeconds(4));
                            failed.add(test.pool.acquireAsync(LONG).isCompletedExceptionally());
                        });
                        test.pass(Duration.ofSeconds(2));
                        failed.add(first.isCompletedExceptionally());
                        test.pool.acquireAsync(LONG); // is refused, or has the second probe begin
                        test.pass(Duration.ofMillis(100));
                        executor.runNext();
                    });
            executor.runNext();
            assertThat(failed).containsExactly(true, true);
            executor.runAll();
        }
    }

    @Test
    @Tag("P21")
    @Tag("F65")
    void whenTheBreakerOpensThoseFailWhoWaitBesideACreateThatHangs() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(
                executor,
                it -> it.maxSize(4).failFastAfter(Duration.ofSeconds(10)).createTimeout(LONG))) {
            test.acquireMade(1).get(0).invalidate();
            executor.runAll();
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync(LONG);
            List<Boolean> failed = new ArrayList<>();
            test.factory.onNextCreate(
                    () -> { // it hangs
                        test.factory.everyCreate = () -> {
                            throw new IllegalStateException("down");
                        };
                        for (int i = 0; i < 150; i++) {
                            test.pass(Duration.ofMillis(100));
                            executor.runAll();
                        }
                        failed.add(waiting.isCompletedExceptionally());
                    });
            executor.runNext();
            assertThat(failed).containsExactly(true);
            test.factory.recover();
            executor.runAll();
        }
    }

    @Test
    @Tag("P21")
    @Tag("F65")
    void oneFailureAfterWhichNobodyNeedsACreateIsNoLongOutage() {
        try (TestPool test = new TestPool(it -> it.maxSize(2).createBackoff(SECOND, SECOND))) {
            Lease<Thing> held = test.acquire();
            test.factory.failNextCreate(new IllegalStateException("down"));
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync(LONG);
            assertThat(waiting).isNotDone();
            held.close();
            assertThat(waiting).isCompleted();
            for (int i = 0; i < 60; i++) {
                test.advance(SECOND);
                assertThat(test.stats().isFailingFast()).isFalse();
            }
            waiting.join().close();
        }
    }

    @Test
    @Tag("P21")
    @Tag("F65")
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
    @Tag("F57")
    void anOldFailureIsForgottenWhenNobodyHasAskedForLong() {
        try (TestPool test = inOutage()) {
            CompletableFuture<Lease<Thing>> early = test.pool.acquireAsync(Duration.ofSeconds(1));
            test.pass(Duration.ofSeconds(2));
            assertThat(early).isCompletedExceptionally();
            test.pass(Duration.ofHours(1));
            CompletableFuture<Lease<Thing>> late = test.pool.acquireAsync();
            test.pass(Duration.ofSeconds(5));
            assertThat(late).as("five seconds of failures, not an hour").isNotDone();
            test.factory.recover();
            test.pass(Duration.ofSeconds(1));
            late.join().close();
        }
    }

    @Test
    @Tag("F57")
    void anOldFailureIsToldToNobodyWhoComesWhenItIsOver() {
        try (TestPool test = new TestPool(executor, it -> it.maxSize(1).failFastAfter(Duration.ZERO))) {
            test.factory.failNextCreate(new IllegalStateException("down"));
            CompletableFuture<Lease<Thing>> unlucky = test.pool.acquireAsync();
            executor.runAll();
            assertThat(unlucky).isCompletedExceptionally();
            test.ticker.advance(SECOND);
            CompletableFuture<Lease<Thing>> lucky = test.pool.acquireAsync();
            executor.runAll();
            lucky.join().invalidate();
            executor.runNext();
            CompletableFuture<Lease<Thing>> late = test.pool.acquireAsync(SECOND);
            assertThat(late).as("nobody fails it at once").isNotDone();
            test.advance(SECOND);
            assertThatThrownBy(late::join)
                    .cause()
                    .isInstanceOf(PoolTimeoutException.class)
                    .hasNoCause();
            executor.runAll();
        }
    }

    @Test
    void aCreateThatBeganBeforeTheLastSuccessSaysNothingWhenItFails() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(4).failFastAfter(Duration.ZERO))) {
            test.failACreateThatBeganBeforeTheLastSuccess(
                    executor, () -> assertThat(test.stats().isFailingFast()).isFalse());
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
            test.factory.recover();
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
            test.factory.recover();
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
    @Tag("P21")
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

    @Test
    @Tag("P21")
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
    void objectsThatWorkAreHandedOutWhileCreatesFail() {
        try (TestPool test = new TestPool(it -> it.maxSize(3).validator(thing -> thing.number == 1))) {
            test.acquire(3).forEach(Lease::close);
            test.factory.everyCreate = () -> {
                throw new IllegalStateException("no new ones");
            };
            test.advance(Duration.ofMinutes(1));
            Lease<Thing> lease = test.acquire();
            assertThat(lease.get().number).isEqualTo(1);
            lease.close();
        }
    }
}
