package dev.cenote.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** When a pool has reached its steady rate. */
class FirstSecondTest {

    private static final int FULL = 1_000;
    private final int[] turns = new int[FirstSecond.SLICES];

    @Test
    void aRateThatIsSteadyFromTheBeginningNeedsNoTime() {
        Arrays.fill(turns, FULL);
        turns[7] = 100; // once held up
        assertThat(FirstSecond.steadyFrom(turns, FULL)).isZero();
    }

    @Test
    void whatIsSlowForLongEndsWhereATenthOfASecondIsFastEnough() {
        Arrays.fill(turns, FULL);
        Arrays.fill(turns, 0, 50, FULL / 2);
        assertThat(FirstSecond.steadyFrom(turns, FULL)).isEqualTo(48);
        turns[100] = turns[101] = 0;
        assertThat(FirstSecond.steadyFrom(turns, FULL)).isEqualTo(101);
    }
}
