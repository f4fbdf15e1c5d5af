package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class ExpiryTest {

    /** A generator that always gives the least or the greatest there is. */
    private record Edge(boolean isGreatest) implements RandomGenerator {
        @Override
        public long nextLong() {
            return isGreatest ? -1 : 0;
        }

        @Override
        public long nextLong(long bound) {
            return isGreatest ? bound - 1 : 0;
        }
    }

    private static final RandomGenerator LEAST = new Edge(false);
    private static final RandomGenerator GREATEST = new Edge(true);

    @Test
    void aLengthThatNoInstantCouldBearIsForEver() {
        assertThat(Expiry.nanos(Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo(Expiry.FOREVER);
        assertThat(Expiry.nanos(Duration.ofNanos(Expiry.FOREVER - 1))).isEqualTo(Expiry.FOREVER - 1);
        assertThat(Expiry.nanosOrNever(Duration.ZERO)).isEqualTo(Expiry.FOREVER);
        assertThat(Expiry.nanosOrNever(Duration.ofNanos(1))).isEqualTo(1);
    }

    @Test
    void instantsAreComparedAcrossTheOverflow() {
        long late = Long.MAX_VALUE - 1;
        long later = late + 10;
        assertThat(Expiry.isPast(late, later)).isTrue();
        assertThat(Expiry.isPast(later, late)).isFalse();
        assertThat(Expiry.isPast(late, late)).isTrue();
        assertThat(Expiry.earlier(late, later)).isEqualTo(late);
        assertThat(Expiry.earlier(later, late)).isEqualTo(late);
    }

    @Test
    void aJitteredLifetimeIsShorterByUpToTheShare() {
        assertThat(Expiry.jittered(1000, 0.25, LEAST)).isEqualTo(1000);
        assertThat(Expiry.jittered(1000, 0.25, GREATEST)).isCloseTo(750, within(1L));
        assertThat(Expiry.jittered(Expiry.FOREVER, 0.25, GREATEST)).isEqualTo(Expiry.FOREVER);
    }

    @Test
    void aboutAsLongIsWithinAFifth() {
        assertThat(Expiry.aboutAsLong(1000, LEAST)).isEqualTo(800);
        assertThat(Expiry.aboutAsLong(1000, GREATEST)).isCloseTo(1200, within(1L));
        assertThat(Expiry.aboutAsLong(Expiry.FOREVER, LEAST)).isEqualTo(Expiry.FOREVER);
    }

    @Test
    void fullJitterReachesBothEnds() {
        assertThat(Expiry.fullJitter(1000, LEAST)).isZero();
        assertThat(Expiry.fullJitter(1000, GREATEST)).isEqualTo(1000);
        assertThat(Expiry.fullJitter(0, GREATEST)).isZero();
    }
}
