package dev.cenote.pool.internal.life;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.internal.run.Nanos;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class UsualTimeTest {

    private static final long MILLI = Duration.ofMillis(1).toNanos();
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private UsualTime usual = UsualTime.UNKNOWN;

    private void note(int times, long nanos) {
        for (int i = 0; i < times; i++) {
            usual = usual.noting(nanos);
        }
    }

    @Test
    void aCallerThatDoesNotWaitFindsACallSlowAfterTwiceTheMedianWithinBounds() {
        note(3, 40 * MILLI);
        assertThat(usual.slowForTryAfter()).isEqualTo(80 * MILLI);
        note(15, MILLI);
        assertThat(usual.slowForTryAfter()).isEqualTo(10 * MILLI);
    }

    @Test
    @Tag("F61")
    void whateverIsUsualACallerThatDoesNotWaitFindsACallSlowAfterASecond() {
        assertThat(usual.slowForTryAfter()).isEqualTo(SECOND);
        note(2, 5 * SECOND);
        assertThat(usual.slowForTryAfter()).isEqualTo(SECOND);
        note(15, 5 * SECOND);
        assertThat(usual.slowForTryAfter()).isEqualTo(SECOND);
    }

    @Test
    void aCallerWithTimeFindsACallSlowAfterATenthOfItOrTwiceWhatIsUsual() {
        assertThat(usual.slowAfter(Nanos.FOREVER)).isEqualTo(SECOND);
        assertThat(usual.slowAfter(5 * SECOND)).isEqualTo(SECOND / 2);
        note(3, 600 * MILLI);
        assertThat(usual.slowAfter(5 * SECOND)).isEqualTo(1_200 * MILLI);
        assertThat(usual.slowAfter(2 * SECOND)).isEqualTo(SECOND);
    }
}
