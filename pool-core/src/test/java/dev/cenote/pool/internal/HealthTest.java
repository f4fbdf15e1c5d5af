package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolAdvice;
import dev.cenote.pool.PoolHealth;
import dev.cenote.pool.PoolHealth.Status;
import dev.cenote.pool.PoolHealth.Thresholds;
import dev.cenote.pool.PoolStats;
import dev.cenote.pool.PoolTimes;
import dev.cenote.pool.internal.stats.Histogram;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The verdict on a pool, for each of its reasons. */
class HealthTest {

    private static final String CAN_NOT_BE_MADE =
            "no object can be made: look at the cause in the log, and at failFastAfter and createBackoff";

    private static PoolHealth since(PoolStats before, TestPool test) {
        return PoolHealth.between(before, test.stats(), Thresholds.DEFAULT);
    }

    @Test
    void aPoolThatServesAtOnceIsHealthy() {
        try (TestPool test = new TestPool(it -> it.maxSize(20))) {
            PoolStats before = test.stats();
            assertThat(since(before, test)).isEqualTo(new PoolHealth(Status.HEALTHY, List.of()));
            test.acquire().close();
            before = test.stats();
            for (int i = 0; i < 10; i++) {
                test.acquire().close();
            }
            assertThat(since(before, test).status()).isEqualTo(Status.HEALTHY);
        }
    }

    @Test
    void utilisation() {
        try (TestPool test = new TestPool(it -> it.maxSize(10).minIdle(10))) {
            List<Lease<Thing>> leases = test.acquire(9);
            assertThat(PoolHealth.of(test.stats(), Thresholds.DEFAULT).status()).isEqualTo(Status.HEALTHY);
            leases.add(test.acquire());
            PoolHealth health = PoolHealth.of(test.stats(), Thresholds.DEFAULT);
            assertThat(health.status()).isEqualTo(Status.DEGRADED);
            assertThat(health.reasons())
                    .containsExactly("100 % of the objects are leased, more than 90 %: look at maxSize");
            leases.forEach(Lease::close);
        }
    }

    @Test
    void adviceIsOneMoreReasonAndChangesNoVerdict() {
        PoolHealth healthy = new PoolHealth(Status.HEALTHY, List.of());
        PoolHealth degraded = new PoolHealth(Status.DEGRADED, List.of("too slow"));
        Histogram uses = new Histogram();
        uses.record(20_000_000);
        PoolAdvice advice = PoolAdvice.of(1, uses.summary(), uses.summary(), 4, Duration.ofMillis(5));
        assertThat(healthy.with(Optional.of(advice)))
                .isEqualTo(new PoolHealth(Status.HEALTHY, List.of("size: " + advice)));
        assertThat(degraded.with(Optional.of(advice)))
                .isEqualTo(new PoolHealth(Status.DEGRADED, List.of("too slow", "size: " + advice)));
        assertThat(degraded.with(Optional.empty())).isEqualTo(degraded);
    }

    @Test
    void waitsAndHitRate() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            PoolStats before = test.stats();
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            test.ticker.advance(Duration.ofSeconds(6));
            held.close();
            waiting.join().close();
            PoolHealth health = since(before, test);
            assertThat(health.status()).isEqualTo(Status.DEGRADED);
            assertThat(health.reasons())
                    .containsExactly(
                            "callers wait 6000 ms on average, longer than 5000 ms: look at maxSize",
                            "0 % of the leases were served at once, less than 80 %: look at minIdle and maxSize");
            assertThat(since(test.stats(), test).status())
                    .as("it was quiet since")
                    .isEqualTo(Status.HEALTHY);
        }
    }

    @Test
    void failedValidations() {
        try (TestPool test = new TestPool(
                it -> it.maxSize(20).validateIfIdleFor(Duration.ZERO).validator(thing -> thing.number > 0))) {
            Lease<Thing> first = test.acquire();
            first.close();
            PoolStats before = test.stats();
            Lease<Thing> second = test.acquire();
            assertThat(since(before, test).reasons())
                    .contains(
                            "100 % of the validations failed, more than 10 %: look at maxLifetime, keepaliveTime and the"
                                    + " validator");
            second.close();
        }
    }

    @Test
    void aPoolThatFailsFastIsDegradedAndWithoutAnyObjectItHasFailed() {
        try (TestPool test = new TestPool(it -> it.maxSize(20).failFastAfter(Duration.ZERO))) {
            Lease<Thing> held = test.acquire();
            PoolStats before = test.stats();
            test.factory.everyCreate = () -> {
                throw new IllegalStateException("down");
            };
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            assertThat(since(before, test)).isEqualTo(new PoolHealth(Status.DEGRADED, List.of(CAN_NOT_BE_MADE)));
            waiting.cancel(false);
            held.invalidate();
            assertThat(since(before, test).status()).isEqualTo(Status.FAILED);
            test.factory.everyCreate = () -> {};
            test.advance(Duration.ofSeconds(15));
            before = test.stats();
            test.acquire().close();
            assertThat(since(before, test).reasons()).doesNotContain(CAN_NOT_BE_MADE);
        }
    }

    @Test
    void leaks() {
        try (TestPool test = new TestPool(it -> it.maxSize(20).leakThreshold(Duration.ofSeconds(1)))) {
            PoolStats before = test.stats();
            Lease<Thing> held = test.acquire();
            test.advance(Duration.ofMillis(1));
            test.advance(Duration.ofSeconds(1));
            assertThat(since(before, test).reasons())
                    .contains("1 leases are leaked, more than 0: look for their acquires in the log (leakTraces)");
            held.close();
        }
    }

    @Test
    void aPoolWhoseCallersAllTimeOutHasFailed() {
        try (TestPool test = new TestPool(it -> it.maxSize(20).maxWaiters(100))) {
            List<Lease<Thing>> leases = test.acquire(2);
            test.pool.suspend();
            PoolStats before = test.stats();
            for (int i = 0; i < 100; i++) {
                test.pool.acquireAsync(Duration.ofSeconds(1));
            }
            test.advance(Duration.ofSeconds(1));
            test.pool.resume();
            assertThat(since(before, test))
                    .isEqualTo(new PoolHealth(
                            Status.FAILED,
                            List.of("100 of 100 callers timed out: look at maxSize, acquireTimeout and who holds the"
                                    + " leases")));
            leases.forEach(Lease::close);
            for (int i = 0; i < 9_000; i++) {
                test.acquire().close();
            }
            assertThat(since(before, test).status()).isEqualTo(Status.DEGRADED);
            for (int i = 0; i < 1_000; i++) {
                test.acquire().close();
            }
            assertThat(since(before, test).status()).as("1 % may").isEqualTo(Status.HEALTHY);
        }
    }

    @Test
    void refusedAndFailedCallersCount() {
        try (TestPool test = new TestPool(it -> it.maxSize(1).maxWaiters(0).failFastAfter(Duration.ZERO))) {
            Lease<Thing> held = test.acquire();
            PoolStats before = test.stats();
            assertThat(test.pool.acquireAsync()).isCompletedExceptionally();
            assertThat(since(before, test).reasons())
                    .contains("1 of 1 callers were refused because the queue was full: look at maxWaiters and maxSize");
            test.factory.everyCreate = () -> {
                throw new IllegalStateException("down");
            };
            held.invalidate();
            PoolStats then = test.stats();
            assertThat(test.pool.acquireAsync()).isCompletedExceptionally();
            assertThat(since(then, test).reasons())
                    .contains(
                            CAN_NOT_BE_MADE,
                            "1 of 1 callers failed because no object could be made: look at the cause in the log");
            test.factory.everyCreate = () -> {};
        }
    }

    @Test
    void anIdlePoolWithoutAServerHasFailedAlsoWhileATryIsDue() {
        try (TestPool test = new TestPool(it -> it.maxSize(2).failFastAfter(Duration.ZERO))) {
            test.factory.everyCreate = () -> {
                throw new IllegalStateException("down");
            };
            assertThat(test.pool.acquireAsync()).isCompletedExceptionally();
            PoolStats before = test.stats();
            test.ticker.advance(Duration.ofSeconds(2)); // longer than any back-off: a try is due
            assertThat(since(before, test)).isEqualTo(new PoolHealth(Status.FAILED, List.of(CAN_NOT_BE_MADE)));
            test.factory.everyCreate = () -> {};
        }
    }

    @Test
    void waitersWithNothingComing() {
        try (TestPool test =
                new TestPool(it -> it.maxSize(2).failFastAfter(TestPool.NEVER).openTimeout(TestPool.NEVER))) {
            test.factory.failNextCreate(new IllegalStateException("down"));
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            assertThat(PoolHealth.of(test.stats(), Thresholds.DEFAULT))
                    .isEqualTo(new PoolHealth(
                            Status.FAILED,
                            List.of("1 callers wait, and there is no object and none is being made: the next try is due"
                                    + " within createBackoff")));
            test.advance(Duration.ofSeconds(1));
            waiting.join().close();
        }
    }

    @Test
    void theOldestWaiterCountsThoughNobodyComesBack() {
        try (TestPool test = new TestPool(it -> it.maxSize(20))) {
            List<Lease<Thing>> leases = test.acquire(20);
            PoolStats before = test.stats();
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            test.ticker.advance(Duration.ofSeconds(6));
            assertThat(since(before, test).reasons())
                    .contains(
                            "the oldest of 1 callers that wait has waited for 6000 ms, longer than 5000 ms: look at who"
                                    + " holds the leases, and at maxSize");
            leases.forEach(Lease::close);
            waiting.join().close();
        }
    }

    @Test
    void aPoolThatIsSuspendedOrClosedHasFailed() {
        TestPool test = new TestPool(it -> it.maxSize(2));
        test.pool.suspend();
        assertThat(PoolHealth.of(test.stats(), Thresholds.DEFAULT))
                .isEqualTo(new PoolHealth(
                        Status.FAILED, List.of("the pool is suspended: callers wait until resume() is called")));
        test.pool.resume();
        assertThat(PoolHealth.of(test.stats(), Thresholds.DEFAULT).status()).isEqualTo(Status.HEALTHY);
        test.close();
        assertThat(PoolHealth.of(test.stats(), Thresholds.DEFAULT))
                .isEqualTo(new PoolHealth(Status.FAILED, List.of("the pool is closed")));
    }

    @Test
    void badThresholdsAreNamed() {
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> new Thresholds(1.1, second, 0, 0, 0, 0))
                .hasMessage("utilisation must be 0 to 1, but was 1.1");
        assertThatThrownBy(() -> new Thresholds(1, second, -0.1, 0, 0, 0))
                .hasMessage("hitRate must be 0 to 1, but was -0.1");
        assertThatThrownBy(() -> new Thresholds(1, second, 0, Double.NaN, 0, 0))
                .hasMessage("failedValidations must be 0 to 1, but was NaN");
        assertThatThrownBy(() -> new Thresholds(1, second.negated(), 0, 0, 0, 0))
                .hasMessage("meanWait must be zero or longer, but was PT-1S");
        assertThatThrownBy(() -> new Thresholds(1, second, 0, 0, -1, 0))
                .hasMessage("leaks must be 0 or more, but was -1");
    }

    /** The same but for how many callers have queued, and for how long. */
    private static PoolStats withWaits(PoolStats stats, long queued, Duration total) {
        PoolTimes times = with(PoolTimes.class, stats.waitTimes(), Map.of("total", total));
        return with(PoolStats.class, stats, Map.of("queued", queued, "waitTimes", times));
    }

    private static <S> S with(Class<S> type, S all, Map<String, Object> but) {
        return type.cast(Proxy.newProxyInstance(
                HealthTest.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    Object instead = but.get(method.getName());
                    return instead != null ? instead : method.invoke(all, arguments);
                }));
    }

    @Test
    @Tag("F89")
    void theMeanWaitIsThatOfWhatWasWaitedInBetweenHoweverMuchCameBefore() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            long many = 10_000_000_000L;
            Duration total = Duration.ofSeconds(12_345_678_901L, 234_567_890);
            PoolStats before = withWaits(test.stats(), many, total);
            PoolStats now = withWaits(test.stats(), many + 1, total.plusNanos(1_100_000));
            Thresholds strict = new Thresholds(0.9, Duration.ZERO, 0.8, 0.1, 0, 0);
            assertThat(PoolHealth.between(before, now, strict).reasons())
                    .containsExactly("callers wait 1 ms on average, longer than 0 ms: look at maxSize");
        }
    }
}
