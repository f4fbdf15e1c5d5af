package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.AcquirePhase;
import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Fairness;
import dev.cenote.pool.IdleOrder;
import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One absolute deadline covers waiting, creating and validating. */
class DeadlinesTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static Access timed() {
        return new Access(IdleOrder.LIFO, Fairness.STRICT, Access.Way.TIMED, false, Access.Home.NOTHING);
    }

    @Test
    @Tag("P6")
    void acquireEndsAtItsDeadlineWhileTheFactoryHangs() throws Exception {
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
    @Tag("P6")
    void acquireEndsAtItsDeadlineWhileTheValidatorHangs() throws Exception {
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
    @Tag("P6")
    void aWaitOfZeroDoesNotWait() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            assertThatThrownBy(() -> test.pool.acquire(Duration.ZERO)).isInstanceOf(PoolTimeoutException.class);
            assertThat(test.pool.acquireAsync(Duration.ZERO)).isCompletedExceptionally();
            held.close();
        }
    }

    @Test
    @Tag("P6")
    void theLongestTimeDoesNotOverflow() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            CompletableFuture<Lease<Thing>> waiter = test.pool.acquireAsync(Duration.ofSeconds(Long.MAX_VALUE));
            test.advance(Duration.ofDays(365));
            assertThat(waiter).isNotDone();
            held.close();
            waiter.join().close();
        }
    }

    @Test
    @Tag("P6")
    @Tag("F8")
    void aWaiterThatIsWokenAgainAndAgainWaitsNoLongerThanItsTimeOut() throws Exception {
        try (OneWaits it = OneWaits.forAnHour()) {
            for (int i = 0; i < 9; i++) {
                it.test.ticker.advance(Duration.ofMinutes(6));
                it.thread.get().interrupt();
                Await.until(() -> !it.thread.get().isInterrupted());
                TestPool.awaitParked(List.of(it.thread.get()), 1);
            }
            it.test.ticker.advance(Duration.ofMinutes(6));
            it.thread.get().interrupt();
            assertThatThrownBy(it::lease).hasCauseInstanceOf(PoolTimeoutException.class);
            assertThat(it.wasFlagSet).isTrue();
            it.held.close();
        }
    }

    @Test
    @Tag("P6")
    @Tag("F40")
    void whereTheClockOverflowsNothingEndsTooSoonOrTooLate() {
        Duration forEver = Duration.ofSeconds(Long.MAX_VALUE);
        try (TestPool test = new TestPool(it -> it.maxSize(2)
                .idleTimeout(MINUTE)
                .maxLifetime(MINUTE.multipliedBy(10))
                .lifetimeJitter(0)
                .maxLeaseTime(forEver)
                .destroyTimeout(forEver)
                .createTimeout(forEver))) {
            List<Lease<Thing>> held = test.acquire(2);
            CompletableFuture<Lease<Thing>> patient = test.pool.acquireAsync(forEver);
            CompletableFuture<Lease<Thing>> hasty = test.pool.acquireAsync(SECOND);
            CompletableFuture<Lease<Thing>> hastier = test.pool.acquireAsync(Duration.ofMillis(100));
            test.advance(Duration.ofMillis(100));
            assertThat(test.ticker.nanos()).isPositive();
            assertThat(hastier).isCompletedExceptionally();
            assertThat(hasty).isNotDone();
            test.advance(Duration.ofMillis(800)); // past the largest instant, to the smallest ones
            assertThat(test.ticker.nanos()).isNegative();
            assertThat(patient).isNotDone();
            assertThat(hasty).isNotDone();
            test.advance(Duration.ofMillis(100));
            assertThat(hasty).isCompletedExceptionally();
            held.forEach(Lease::close);
            patient.join().close();
            test.advance(SECOND);
            test.advance(MINUTE.minus(SECOND));
            assertThat(test.stats().idle()).isEqualTo(2);
            test.advance(SECOND);
            assertThat(test.stats().destroyed(DestroyReason.EVICTED)).isEqualTo(2);
            assertThat(test.stats().destroyed()).isEqualTo(2);
        }
    }

    @Test
    @Tag("P6")
    @Tag("F58")
    void aWallClockThatIsSetEndsNoWaitAndNoLife() {
        try (TestPool test = new TestPool(it -> it.maxSize(2)
                .idleTimeout(Duration.ofMinutes(1))
                .maxLeaseTime(Duration.ofMinutes(1))
                .leakThreshold(Duration.ofMinutes(1)))) {
            List<Lease<Thing>> held = test.acquire(2);
            CompletableFuture<Lease<Thing>> waiter = test.pool.acquireAsync();
            for (int days : new int[] {1, -2, 400}) {
                test.ticker.sleep(Duration.ofDays(days));
                test.advance(SECOND);
                test.advance(SECOND);
            }
            assertThat(waiter).isNotDone();
            assertThat(test.stats().leaks()).isZero();
            held.forEach(lease -> lease.get().use());
            held.forEach(Lease::close);
            waiter.join().close();
            test.ticker.sleep(Duration.ofDays(1));
            test.advance(SECOND);
            assertThat(test.stats().destroyed()).isZero();
            assertThat(test.stats().waitTimes().max()).isEqualTo(SECOND.multipliedBy(6));
        }
    }
}
