package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.AcquirePhase;
import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What an acquire gives, and what it tells when it gives nothing. */
class AcquiringTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private static AcquirePhase phaseWhenTimeIsUp(TestPool test) {
        PoolTimeoutException[] timeout = new PoolTimeoutException[1];
        assertThatThrownBy(() -> test.pool.acquire(Duration.ZERO))
                .isInstanceOfSatisfying(PoolTimeoutException.class, thrown -> timeout[0] = thrown);
        return timeout[0].phase();
    }

    @Test
    void aTimeoutTellsThatAllWereLeased() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            assertThat(phaseWhenTimeIsUp(test)).isEqualTo(AcquirePhase.WAITING);
            held.close();
        }
    }

    @Test
    void aTimeoutTellsThatAnObjectWasBeingMade() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(1))) {
            assertThat(phaseWhenTimeIsUp(test)).isEqualTo(AcquirePhase.CREATING);
        }
    }

    @Test
    void aTimeoutTellsThatNoneCouldBeMadeAlthoughThereWasRoom() {
        try (TestPool test =
                new TestPool(it -> it.maxSize(2).failFastAfter(TestPool.NEVER).openTimeout(TestPool.NEVER))) {
            Lease<Thing> held = test.acquire();
            test.factory.failNextCreate(new IllegalStateException("down"));
            assertThatThrownBy(() -> test.pool.acquire(Duration.ZERO))
                    .isInstanceOfSatisfying(
                            PoolTimeoutException.class,
                            timeout -> assertThat(timeout.phase()).isEqualTo(AcquirePhase.CREATING))
                    .rootCause()
                    .hasMessage("down");
            held.close();
        }
    }

    @Test
    void aTimeoutTellsThatAnObjectWasBeingValidated() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = TestPool.withAnObjectToValidate(executor)) {
            assertThat(phaseWhenTimeIsUp(test)).isEqualTo(AcquirePhase.VALIDATING);
            executor.runAll();
        }
    }

    @Test
    void aTimeoutInASuspendedPoolTellsThatItWaitedWhateverElseWentOn() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(1))) {
            CompletableFuture<Lease<Thing>> first = test.pool.acquireAsync();
            test.pool.suspend();
            assertThat(test.stats().creating()).isEqualTo(1);
            assertThat(phaseWhenTimeIsUp(test)).isEqualTo(AcquirePhase.WAITING);
            test.pool.resume();
            executor.runAll();
            first.join().close();
        }
    }

    @Test
    void aThreadThatWaitedIsCountedWithItsWait() throws Exception {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = test.pool.acquire();
            CompletableFuture<Void> done = new CompletableFuture<>();
            Thread waiter = new Thread(() -> {
                try {
                    test.pool.acquire().close();
                    done.complete(null);
                } catch (Throwable thrown) {
                    done.completeExceptionally(thrown);
                }
            });
            waiter.start();
            test.awaitWaiters(1);
            TestPool.awaitParked(List.of(waiter), 1);
            test.ticker.advance(Duration.ofMillis(5));
            long waitedBefore = test.stats().waited();
            held.close();
            done.join();
            waiter.join();
            assertThat(test.stats().waitTimes().max()).isBetween(Duration.ofMillis(5), Duration.ofMillis(6));
            assertThat(test.stats().waited() - waitedBefore).isEqualTo(1);
        }
    }

    @Test
    void whatUsesAnObjectGivesWhatItsFunctionGives() throws Exception {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            assertThat(test.pool.<Integer, RuntimeException>withObject(thing -> thing.number + 40))
                    .isEqualTo(40);
            assertThat(test.stats().leased()).isZero();
        }
    }

    @Test
    void theHolderOfALeaseIsKnownHoweverItWasAcquired() throws Exception {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            test.pool.acquireAsync().join().close();
            Lease<Thing> held = test.pool.acquire();
            test.advance(Duration.ofSeconds(1));
            assertThat(test.pool.toString()).contains(Thread.currentThread().getName());
            held.close();
        }
    }

    @Test
    @Tag("P9")
    void anErrorOfThePoolsOwnWhileAThreadQueuesLeavesNobodyInTheQueue() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            int[] looks = {0};
            test.ticker.beforeRead = () -> {
                if (++looks[0] == 2) { // the first is before it queues
                    throw new StackOverflowError("wanted");
                }
            };
            assertThatThrownBy(() -> test.pool.acquire(Duration.ofSeconds(1))).isInstanceOf(StackOverflowError.class);
            test.ticker.beforeRead = () -> {};
            assertThat(test.stats().waiters()).isZero();
            held.close();
            test.acquire().close();
        }
    }

    @Test
    void aTimeOutSaysWhereTheTimeWent() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync(SECOND);
            test.advance(SECOND);
            assertThatThrownBy(waiting::join)
                    .hasCauseInstanceOf(PoolTimeoutException.class)
                    .hasMessageContaining("leased 1")
                    .hasMessageContaining("oldest holders");
            held.close();
        }
    }
}
