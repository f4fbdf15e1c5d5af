package dev.cenote.pool.internal.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class NanosTest {

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
        assertThat(Nanos.nanos(Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo(Nanos.FOREVER);
        assertThat(Nanos.nanos(Duration.ofNanos(Nanos.FOREVER - 1))).isEqualTo(Nanos.FOREVER - 1);
        assertThat(Nanos.nanosOrNever(Duration.ZERO)).isEqualTo(Nanos.FOREVER);
        assertThat(Nanos.nanosOrNever(Duration.ofNanos(1))).isEqualTo(1);
    }

    @Test
    void instantsAreComparedAcrossTheOverflow() {
        long late = Long.MAX_VALUE - 1;
        long later = late + 10;
        assertThat(Nanos.isPast(late, later)).isTrue();
        assertThat(Nanos.isPast(later, late)).isFalse();
        assertThat(Nanos.isPast(late, late)).isTrue();
        assertThat(Nanos.earlier(late, later)).isEqualTo(late);
        assertThat(Nanos.earlier(later, late)).isEqualTo(late);
    }

    @Test
    void aJitteredLifetimeIsShorterByUpToTheShare() {
        assertThat(Nanos.jittered(1000, 0.25, LEAST)).isEqualTo(1000);
        assertThat(Nanos.jittered(1000, 0.25, GREATEST)).isCloseTo(750, within(1L));
        assertThat(Nanos.jittered(Nanos.FOREVER, 0.25, GREATEST)).isEqualTo(Nanos.FOREVER);
    }

    @Test
    void aboutAsLongIsWithinAFifth() {
        assertThat(Nanos.aboutAsLong(1000, LEAST)).isEqualTo(800);
        assertThat(Nanos.aboutAsLong(1000, GREATEST)).isCloseTo(1200, within(1L));
        assertThat(Nanos.aboutAsLong(Nanos.FOREVER, LEAST)).isEqualTo(Nanos.FOREVER);
    }

    @Test
    void fullJitterReachesBothEnds() {
        assertThat(Nanos.fullJitter(1000, LEAST)).isZero();
        assertThat(Nanos.fullJitter(1000, GREATEST)).isEqualTo(1000);
        assertThat(Nanos.fullJitter(0, GREATEST)).isZero();
    }
}
