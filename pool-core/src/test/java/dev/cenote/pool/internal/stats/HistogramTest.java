package dev.cenote.pool.internal.stats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.PoolTimes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HistogramTest {

    @Test
    void everyValueIsInABucketThatIsAtMostASixteenthOfItWide() {
        for (long value = 1; value > 0 && value < Long.MAX_VALUE / 3; value = value * 3 / 2 + 1) {
            int bucket = Histogram.bucket(value);
            long lower = bucket == 0 ? 0 : Histogram.upperEnd(bucket - 1) + 1;
            assertThat(value).isBetween(lower, Histogram.upperEnd(bucket));
            assertThat(Histogram.upperEnd(bucket) - lower).isLessThanOrEqualTo(value / 16);
        }
        assertThat(Histogram.bucket(Long.MAX_VALUE)).isEqualTo(Histogram.bucket(Long.MAX_VALUE - 1));
    }

    @Test
    void percentilesAreWithinASixteenth() {
        Histogram histogram = new Histogram();
        for (int i = 1; i <= 10_000; i++) {
            histogram.record(i * 1_000L);
        }
        PoolTimes times = histogram.summary();
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
        PoolTimes times = new Histogram().summary();
        assertThat(times.count()).isZero();
        assertThat(times.p999()).isZero();
        assertThat(times.mean()).isZero();
    }

    @Test
    void theSumOfAllWaitsDoesNotOverflow() {
        Histogram histogram = new Histogram();
        Duration year = Duration.ofDays(365);
        for (int i = 0; i < 1_000; i++) {
            histogram.record(year.toNanos() + 1);
        }
        assertThat(histogram.summary().mean()).isEqualTo(year.plusNanos(1));
    }

    @Test
    void cumulativeBucketsAreNeverTooLarge() {
        Histogram histogram = new Histogram();
        for (int i = 1; i <= 10_000; i++) {
            histogram.record(i * 1_000L);
        }
        PoolTimes times = histogram.summary().andZero(10);
        assertThat(times.countUpTo(Duration.ofNanos(-1))).isZero();
        assertThat(times.countUpTo(Duration.ZERO)).isEqualTo(10);
        assertThat(times.countUpTo(Duration.ofMillis(5)) - 10).isBetween(5_000L * 15 / 16, 5_000L);
        assertThat(times.countUpTo(times.max())).isEqualTo(10_010);
        assertThat(times.countUpTo(Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo(10_010);
        long all = 0;
        for (PoolTimes.Bucket bucket : times.buckets()) {
            all += bucket.count();
            assertThat(times.countUpTo(bucket.upTo())).isEqualTo(all);
        }
        assertThat(all).isEqualTo(10_010);
    }

    @Test
    void theTimesSinceAnEarlierLookAreThoseThatWereRecordedSince() {
        Histogram histogram = new Histogram();
        histogram.record(3_000_000_000L);
        histogram.record(1_000);
        PoolTimes before = histogram.summary();
        assertThat(before.since(before)).isEqualTo(BucketTimes.NONE);
        histogram.record(1_000);
        histogram.record(50);
        PoolTimes since = histogram.summary().andZero(7).since(before);
        assertThat(since.count()).isEqualTo(9);
        assertThat(since.total()).isEqualTo(Duration.ofNanos(1_050));
        assertThat(since.max().toNanos()).isBetween(1_000L, 1_063L);
        assertThat(since.p50()).isZero();
    }

    @Test
    void timesCanBeSerialized() throws Exception {
        Histogram histogram = new Histogram();
        histogram.record(12_345);
        PoolTimes times = histogram.summary().andZero(3);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(times);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(in.readObject()).isEqualTo(times).hasToString(times.toString());
        }
    }
}
