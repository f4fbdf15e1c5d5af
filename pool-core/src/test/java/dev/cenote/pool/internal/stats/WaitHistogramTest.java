package dev.cenote.pool.internal.stats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.WaitTimes;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WaitHistogramTest {

    @Test
    void everyValueIsInABucketThatIsAtMostASixteenthOfItWide() {
        for (long value = 1; value > 0 && value < Long.MAX_VALUE / 3; value = value * 3 / 2 + 1) {
            int bucket = WaitHistogram.bucket(value);
            long lower = bucket == 0 ? 0 : WaitHistogram.upperEnd(bucket - 1) + 1;
            assertThat(value).isBetween(lower, WaitHistogram.upperEnd(bucket));
            assertThat(WaitHistogram.upperEnd(bucket) - lower).isLessThanOrEqualTo(value / 16);
        }
        assertThat(WaitHistogram.bucket(Long.MAX_VALUE)).isEqualTo(WaitHistogram.bucket(Long.MAX_VALUE - 1));
    }

    @Test
    void percentilesAreWithinASixteenth() {
        WaitHistogram histogram = new WaitHistogram();
        for (int i = 1; i <= 10_000; i++) {
            histogram.record(i * 1_000L);
        }
        WaitTimes times = histogram.summary();
        assertThat(times.count()).isEqualTo(10_000);
        assertThat(times.mean()).isEqualTo(Duration.ofNanos(5_000_500));
        assertThat(times.max()).isEqualTo(Duration.ofMillis(10));
        assertThat(times.p50().toNanos()).isBetween(5_000_000L, 5_000_000L * 17 / 16);
        assertThat(times.p90().toNanos()).isBetween(9_000_000L, 9_000_000L * 17 / 16);
        assertThat(times.p99().toNanos()).isBetween(9_900_000L, 10_000_000L);
        assertThat(times.p999().toNanos()).isBetween(9_990_000L, 10_000_000L);
    }

    @Test
    void withoutValuesAllIsZero() {
        WaitTimes times = new WaitHistogram().summary();
        assertThat(times.count()).isZero();
        assertThat(times.p999()).isZero();
        assertThat(times.mean()).isZero();
    }

    @Test
    void theSumOfAllWaitsDoesNotOverflow() {
        WaitHistogram histogram = new WaitHistogram();
        Duration year = Duration.ofDays(365);
        for (int i = 0; i < 1_000; i++) {
            histogram.record(year.toNanos() + 1);
        }
        assertThat(histogram.summary().mean()).isEqualTo(year.plusNanos(1));
    }
}
