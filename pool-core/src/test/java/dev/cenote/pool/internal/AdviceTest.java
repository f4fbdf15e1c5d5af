package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolAdvice;
import dev.cenote.pool.PoolAdvice.Confidence;
import dev.cenote.pool.internal.stats.Histogram;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AdviceTest {

    private static final Duration TARGET = Duration.ofMillis(5);

    /** So many leases a second, for a while, each held for so long. */
    private static void use(TestPool test, int seconds, int perSecond, long millis) {
        for (int second = 0; second < seconds; second++) {
            for (int i = 0; i < perSecond; i++) {
                try (Lease<Thing> lease = test.acquire()) {
                    assertThat(lease.get()).isNotNull();
                }
                test.pool.engine().counters.useTimes.record(TimeUnit.MILLISECONDS.toNanos(millis));
            }
            test.advance(Duration.ofSeconds(1));
        }
    }

    @Test
    void itIsToldFromTheRateAndTheUses() {
        try (TestPool test = new TestPool(it -> it.maxSize(10))) {
            assertThat(test.pool.advice(TARGET)).isEmpty();
            use(test, 130, 50, 20); // one is in use on average
            PoolAdvice advice = test.pool.advice(TARGET).orElseThrow();
            assertThat(advice.perSecond()).isCloseTo(50, within(1.0));
            assertThat(advice.meanUse()).isBetween(Duration.ofMillis(19), Duration.ofMillis(21));
            assertThat(advice.variation()).isLessThan(0.05);
            assertThat(advice.confidence()).isEqualTo(Confidence.HIGH);
            assertThat(advice.size()).isBetween(3, 5);
            assertThat(advice.isEnough()).isTrue();
            assertThat(advice)
                    .hasToString(advice.size() + " would do: p99 wait "
                            + String.format("%.1f", advice.longestWait().toNanos() / 1e6)
                            + " ms; 10 are configured (HIGH)");
            assertThatThrownBy(() -> test.pool.advice(Duration.ofMillis(-1)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void whatWasBeforeTheLastTwoMinutesDoesNotCount() {
        try (TestPool test = new TestPool(it -> it.maxSize(10))) {
            use(test, 130, 50, 20);
            use(test, 130, 5, 20);
            assertThat(test.pool.advice(TARGET).orElseThrow().perSecond()).isCloseTo(5, within(0.5));
        }
    }

    @Test
    void thereIsNoneUntilThePoolHasMeasuredUsesForAMinute() {
        try (TestPool test = new TestPool(it -> it.maxSize(10))) {
            use(test, 5, 300, 20);
            assertThat(test.pool.advice(TARGET)).isEmpty();
            use(test, 60, 300, 20);
            assertThat(test.pool.advice(TARGET).orElseThrow().perSecond()).isCloseTo(300, within(1.0));
        }
    }

    @Test
    void aQuietNightDoesNotCount() {
        try (TestPool test = new TestPool(it -> it.maxSize(10))) {
            use(test, 130, 50, 20);
            test.ticker.advance(Duration.ofHours(8)); // it sleeps
            assertThat(test.pool.advice(TARGET)).isEmpty();
            use(test, 10, 50, 20);
            assertThat(test.pool.advice(TARGET)).isEmpty();
            for (int minute = 0; minute < 3; minute++) {
                use(test, 60, 50, 20);
                assertThat(test.pool.advice(TARGET).orElseThrow().perSecond()).isCloseTo(50, within(1.0));
            }
        }
    }

    /** A pool that sleeps most of the time looks only now and then: it has advice all the same, at each moment. */
    @Test
    void aPoolThatIsUsedNowAndThenHasAdviceAllTheTime() {
        try (TestPool test = new TestPool(it -> it.maxSize(10))) {
            for (int use = 0; use < 20; use++) {
                use(test, 1, 500, 20);
                for (int second = 0; second < 44; second++) {
                    test.ticker.advance(Duration.ofSeconds(1));
                    if (use >= 4) {
                        assertThat(test.pool.advice(TARGET))
                                .as("%d, %d s", use, second)
                                .isPresent();
                    }
                }
            }
        }
    }

    @Test
    void leasesThatNobodyGotAreNoCallers() {
        try (TestPool test = new TestPool(it -> it.maxSize(10))) {
            use(test, 70, 50, 20);
            test.pool.engine().lock.run(() -> test.pool.engine().counters.notGiven += 2_000);
            use(test, 200, 50, 20);
            assertThat(test.pool.advice(TARGET).orElseThrow().perSecond()).isCloseTo(50, within(1.0));
        }
    }

    @Test
    void itIsALineInTheLogOnceADayAndOnlyIfItIsAnotherOne() {
        try (TestPool test = new TestPool(it -> it.maxSize(10))) {
            List<String> lines = RecordedLog.during(() -> {
                use(test, 130, 50, 20);
                for (int day = 0; day < 3; day++) {
                    test.advance(Duration.ofDays(1));
                    use(test, 200, day < 2 ? 50 : 150, 20);
                }
            });
            assertThat(lines)
                    .filteredOn(line -> line.contains("would do: p99 wait"))
                    .hasSize(2);
        }
    }

    @Test
    void moreAreNeededWhereCallersWait() {
        Histogram uses = new Histogram();
        Histogram waits = new Histogram();
        for (int i = 0; i < 2_000; i++) {
            uses.record(20_000_000);
            waits.record(i < 1_000 ? 0 : 30_000_000);
        }
        PoolAdvice advice = PoolAdvice.of(150, uses.summary(), waits.summary(), 4, TARGET);
        assertThat(advice.isEnough()).isFalse();
        assertThat(advice.toString()).contains("are needed for p99 wait 5.0 ms; 4 are configured");
        PoolAdvice tooFew = PoolAdvice.of(1_000, uses.summary(), waits.summary(), 4, TARGET);
        assertThat(tooFew.size()).isGreaterThan(20); // that many are in use on average
    }

    /** A hundred threads that come straight back: what they would want of a larger pool cannot be seen. */
    @Test
    void adviceOfAPoolThatIsInUseAllTheTimeIsWorthLittle() {
        Histogram uses = new Histogram();
        Histogram waits = new Histogram();
        for (int i = 0; i < 10_000; i++) {
            uses.record(10_000_000);
            waits.record(90_000_000);
        }
        for (int perSecond : new int[] {960, 990, 1_000, 1_500}) {
            PoolAdvice advice = PoolAdvice.of(perSecond, uses.summary(), waits.summary(), 10, TARGET);
            assertThat(advice.confidence()).as("%d a second", perSecond).isEqualTo(Confidence.LOW);
        }
    }

    @Test
    void aFewUsesOrBurstsAreWorthLittle() {
        Histogram uses = new Histogram();
        Histogram waits = new Histogram();
        for (int i = 0; i < 100; i++) {
            uses.record(20_000_000);
        }
        assertThat(PoolAdvice.of(5, uses.summary(), waits.summary(), 4, TARGET).confidence())
                .isEqualTo(Confidence.LOW);
        for (int i = 0; i < 5_000; i++) {
            uses.record(20_000_000);
            waits.record(500_000_000);
        }
        assertThat(PoolAdvice.of(50, uses.summary(), waits.summary(), 10, TARGET)
                        .confidence())
                .isEqualTo(Confidence.LOW);
    }
}
