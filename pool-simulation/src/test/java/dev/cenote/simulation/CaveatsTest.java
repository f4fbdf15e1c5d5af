package dev.cenote.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.Fairness;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a report warns of its own figures. */
class CaveatsTest {

    private static final int SIZE = 6;
    private static final long MILLI = 1_000_000;

    /** What callers of a pool of six did that is busy, but not full. */
    private static Recording busy(long timeoutNanos) {
        Recording calls = Scenario.poisson(1, SIZE, 20_000, 1_000, random -> 5e6 * Scenario.exponential(random));
        Arrays.fill(calls.calls().timeout, timeoutNanos);
        double[] work = Arrays.stream(calls.calls().held).asDoubleStream().toArray();
        return Replay.observe(calls, Replay.Settings.of(calls, SIZE), Server.unaffected(), work, 1);
    }

    private static List<String> notes(Recording recording, Replay.Settings... settings) {
        Assumption assumption = Assumption.of(recording, 0);
        List<Answer> answers = Arrays.stream(settings)
                .map(each -> Answer.of(recording, List.of(each.maxSize()), each, assumption, 1))
                .toList();
        return new Caveats(recording, Outcome.of(recording), answers).notes();
    }

    @Test
    void aReplayThatSeesWhatWasRecordedIsNoWarning() {
        Recording recording = busy(Scenario.TIMEOUT.toNanos());
        assertThat(notes(recording, Replay.Settings.of(recording, SIZE))).isEmpty();
    }

    @Test
    void aReplayWithOtherSettingsIsNotHeldAgainstTheRecording() {
        Recording recording = busy(Scenario.TIMEOUT.toNanos());
        Replay.Settings shortTimeout =
                new Replay.Settings(SIZE, 1_024, Fairness.STRICT, Duration.ofMillis(1), Duration.ZERO);
        Replay.Settings shortQueue = new Replay.Settings(SIZE, 1, Fairness.STRICT, Duration.ZERO, Duration.ZERO);
        assertThat(notes(recording, shortTimeout)).isEmpty();
        assertThat(notes(recording, shortQueue)).isEmpty();
        assertThat(notes(recording, shortQueue, Replay.Settings.of(recording, SIZE)))
                .isEmpty();
    }

    @Test
    void waitsThatTheReplayDoesNotSeeAreAWarning() {
        Recording recording = busy(Scenario.TIMEOUT.toNanos());
        Arrays.setAll(recording.calls().waited, i -> 2 * recording.calls().waited[i]);
        assertThat(notes(recording, Replay.Settings.of(recording, SIZE)))
                .singleElement()
                .asString()
                .startsWith("At the recorded size 6 callers waited ");
    }

    @Test
    void timeoutsThatTheReplayDoesNotSeeAreAWarning() {
        Recording recording = busy(10_000_000);
        assertThat(notes(recording, Replay.Settings.of(recording, SIZE))).isEmpty();
        Arrays.fill(recording.calls().timeout, 14_000_000); // as if threads had been woken late
        assertThat(notes(recording, Replay.Settings.of(recording, SIZE)))
                .singleElement()
                .asString()
                .startsWith("At the recorded size 6 the time of ")
                .endsWith("Trust other sizes no more than that.");
    }

    /** Callers of the replay are served in the step in which an object is released, so nobody can overtake. */
    @Test
    void anOrderThatLetsCallersOvertakeIsSaidNotToBeSimulated() {
        Recording recording = busy(Scenario.TIMEOUT.toNanos());
        Replay.Settings strict = Replay.Settings.of(recording, SIZE);
        Replay.Settings eventual =
                new Replay.Settings(SIZE, 1_024, Fairness.eventual(Duration.ofMillis(5)), Duration.ZERO, Duration.ZERO);
        assertThat(notes(recording, strict, eventual))
                .singleElement()
                .asString()
                .contains("overtake", "not simulated");
        Assumption assumption = Assumption.of(recording, 0);
        assertThat(Answer.of(recording, List.of(SIZE), eventual, assumption, 1).points())
                .isEqualTo(Answer.of(recording, List.of(SIZE), strict, assumption, 1)
                        .points());
    }

    /** Threads that wait for their turn come more often if the pool is larger. The replay has them come as they came. */
    @Test
    void aRecordingOfAFullPoolIsSaidToMakeLargerOnesLookBetter() {
        Recording full = Scenario.of(1, new long[] {0, MILLI, 2 * MILLI}, new long[] {MILLI, MILLI, 1});
        assertThat(notes(full, Replay.Settings.of(full, 1)))
                .anyMatch(note -> note.contains("leased 100 % of the time"));
        Recording busy = busy(Scenario.TIMEOUT.toNanos());
        assertThat(Outcome.of(busy).utilisation()).isBetween(0.8, 0.95);
    }
}
