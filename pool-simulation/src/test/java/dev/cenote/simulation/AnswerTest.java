package dev.cenote.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.Fairness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerTest {

    private static final Target TARGET = new Target(0.99, Duration.ofMillis(5));

    private static Outcome outcome(int size, double p99Millis, int timeouts) {
        Duration p99 = Duration.ofNanos((long) (p99Millis * 1e6));
        return new Outcome(size, 1_000, Duration.ZERO, p99, p99, Duration.ZERO, timeouts, 0, 0, size, 0.5);
    }

    /** Sizes from 1 on, with those percentiles; the worst case is twice as bad, the best one half. */
    private static Answer answer(double... p99) {
        List<Answer.Point> points = new ArrayList<>();
        for (int i = 0; i < p99.length; i++) {
            Outcome assumed = outcome(i + 1, p99[i], 0);
            points.add(new Answer.Point(
                    assumed, List.of(assumed, outcome(i + 1, p99[i] / 2, 0), outcome(i + 1, p99[i] * 2, 0))));
        }
        return new Answer(Fairness.STRICT, 10, points);
    }

    @Test
    void theSmallestSizeIsTheOneFromWhichOnAllMeetTheTarget() {
        Answer answer = answer(100, 4, 8, 4, 2);
        assertThat(answer.smallest(TARGET)).hasValue(4);
        assertThat(answer.smallestAtBest(TARGET)).hasValue(2);
        assertThat(answer.smallestAtWorst(TARGET)).hasValue(5);
        assertThat(answer(100, 50).smallest(TARGET)).isEmpty();
    }

    @Test
    void callersThatGetNothingMissTheTarget() {
        assertThat(TARGET.isMet(outcome(3, 1, 10))).isTrue();
        assertThat(TARGET.isMet(outcome(3, 1, 11))).isFalse();
    }

    @Test
    void theKneeIsWhereTheCurveBends() {
        assertThat(answer(1_000, 300, 100, 10, 8, 7, 6, 5).knee()).hasValue(4);
        assertThat(answer(8, 8, 8, 8).knee()).isEmpty();
        assertThat(answer(8, 4).knee()).isEmpty();
    }
}
