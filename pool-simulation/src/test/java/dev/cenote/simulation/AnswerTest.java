package dev.cenote.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.Fairness;
import dev.cenote.simulation.Calls.Ending;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AnswerTest {

    private static final Target TARGET = new Target(0.99, Duration.ofMillis(5));

    private static Outcome outcome(int size, double p99Millis) {
        Duration p99 = Duration.ofNanos((long) (p99Millis * 1e6));
        return new Outcome(
                size,
                1_000,
                Duration.ZERO,
                p99,
                p99,
                Duration.ZERO,
                0,
                0,
                0,
                size,
                0.5,
                new Outcome.Served(p99, p99, p99));
    }

    /** Sizes from 1 on, with those percentiles; the worst case is twice as bad, the best one half. */
    private static Answer answer(double... p99) {
        List<Answer.Point> points = new ArrayList<>();
        for (int i = 0; i < p99.length; i++) {
            Outcome assumed = outcome(i + 1, p99[i]);
            points.add(new Answer.Point(
                    assumed, List.of(assumed, outcome(i + 1, p99[i] / 2), outcome(i + 1, p99[i] * 2))));
        }
        return new Answer(new Replay.Settings(1, 10, Fairness.STRICT, Duration.ZERO, Duration.ZERO), points);
    }

    @Test
    void theSmallestSizeIsTheOneFromWhichOnAllMeetTheTarget() {
        Answer answer = answer(100, 4, 8, 4, 2);
        assertThat(answer.smallest(TARGET)).hasValue(4);
        assertThat(answer.smallestAtBest(TARGET)).hasValue(2);
        assertThat(answer.smallestAtWorst(TARGET)).hasValue(5);
        assertThat(answer(100, 50).smallest(TARGET)).isEmpty();
    }

    /** A thousand callers; so many of them waited for 6 ms, and so many got nothing after 1 ms. */
    private static Outcome outcome(int late, int unserved, Ending how) {
        Recording at = Scenario.of(3, new long[1_000], new long[1_000]);
        Calls calls = at.calls();
        for (int i = 0; i < late; i++) {
            calls.waited[i] = Duration.ofMillis(6).toNanos();
        }
        for (int i = late; i < late + unserved; i++) {
            calls.waited[i] = Duration.ofMillis(1).toNanos();
            calls.held[i] = Calls.NOTHING;
            calls.ending[i] = how;
        }
        return Outcome.of(at);
    }

    @ParameterizedTest
    @EnumSource(names = {"TIMED_OUT", "REFUSED", "FAILED"})
    void callersThatGetNothingMissTheTargetAsDoThoseThatWaitTooLong(Ending how) {
        assertThat(TARGET.isMet(outcome(10, 0, how))).isTrue();
        assertThat(TARGET.isMet(outcome(0, 10, how))).isTrue();
        assertThat(TARGET.isMet(outcome(5, 5, how))).isTrue();
        assertThat(TARGET.isMet(outcome(11, 0, how))).isFalse();
        assertThat(TARGET.isMet(outcome(0, 11, how))).isFalse();
        assertThat(TARGET.isMet(outcome(6, 5, how))).isFalse();
        assertThat(TARGET.isMet(outcome(9, 9, how))).isFalse();
    }

    @Test
    void theKneeIsWhereTheCurveBends() {
        assertThat(answer(1_000, 300, 100, 10, 8, 7, 6, 5).knee()).hasValue(4);
        assertThat(answer(8, 8, 8, 8).knee()).isEmpty();
        assertThat(answer(8, 4).knee()).isEmpty();
    }
}
