package dev.cenote.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.cenote.pool.Fairness;
import dev.cenote.simulation.Calls.Ending;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplayTest {

    private static final long SEED = 1;
    private static final long MILLI = 1_000_000;

    private static Outcome replay(Recording recording, int size) {
        return Replay.run(recording, Replay.Settings.of(recording, size), SEED);
    }

    /** The means are Erlang's: of M/M/c with an offered load of 5. */
    @ParameterizedTest
    @CsvSource({"6, 2.938", "7, 0.810", "8, 0.279", "10, 0.036"})
    void randomArrivalsAndHoldsWaitAsErlangSays(int size, double meanMillis) {
        Recording recording = Scenario.poisson(7, 8, 300_000, 1_000, random -> 5e6 * Scenario.exponential(random));
        Outcome outcome = replay(recording, size);
        assertThat(outcome.mean().toNanos() / 1e6).isCloseTo(meanMillis, Percentage.withPercentage(10));
        assertThat(outcome.utilisation()).isCloseTo(5.0 / size, within(0.02));
        assertThat(outcome.calls()).isEqualTo(300_000);
    }

    @Test
    void theSameArgumentsGiveTheSameOutcome() {
        Recording recording = Scenario.poisson(3, 8, 20_000, 1_000, random -> 7e6 * Scenario.exponential(random));
        assertThat(replay(recording, 7)).isEqualTo(replay(recording, 7)).isNotEqualTo(replay(recording, 9));
    }

    /** Objects die with their tenth use, creates take 1 to 20 ms, some fail, and all sizes are replayed side by side. */
    @Test
    void theSameArgumentsGiveTheSameAnswerWithCreatesAndInParallel() {
        Recording calls = Scenario.poisson(3, 8, 5_000, 1_000, random -> 7e6 * Scenario.exponential(random));
        for (int i = 0; i < 50; i++) {
            calls.creates().at.add(i * 100 * MILLI);
            calls.creates().took.add(i % 10 == 0 ? Recording.Creates.FAILED : (1 + i % 20) * MILLI);
        }
        Recording.Settings shortLived = new Recording.Settings(
                "shortLived",
                8,
                0,
                100,
                Scenario.TIMEOUT,
                Duration.ZERO,
                Duration.ofSeconds(2),
                0.25,
                10,
                4,
                false,
                Fairness.STRICT);
        Recording recording = new Recording(shortLived, calls.calls(), calls.creates(), calls.length(), 0, true);
        Assumption assumption = Assumption.of(recording, 4);
        Replay.Settings settings = Replay.Settings.of(recording, 8);
        Answer answer = Answer.of(recording, List.of(6, 7, 8, 9), settings, assumption, SEED);
        for (int i = 0; i < 5; i++) {
            assertThat(Answer.of(recording, List.of(6, 7, 8, 9), settings, assumption, SEED))
                    .isEqualTo(answer);
        }
        assertThat(answer.points()).allMatch(point -> point.assumed().creates() > 100);
    }

    @Test
    void callersAreServedInOrderAndTimeOutWhenTheyWouldHave() {
        long[] arrived = {0, MILLI, 2 * MILLI, 3 * MILLI};
        long[] held = {10 * MILLI, 10 * MILLI, 10 * MILLI, 10 * MILLI};
        Recording recording = Scenario.of(1, arrived, held);
        Replay.Settings settings = new Replay.Settings(1, 1_024, Fairness.STRICT, Duration.ofMillis(20), Duration.ZERO);
        Outcome outcome = Replay.run(recording, settings, SEED);
        assertThat(outcome.timeouts()).isEqualTo(1);
        assertThat(outcome.p50()).isEqualTo(Duration.ofMillis(9));
        assertThat(outcome.p99()).isEqualTo(Duration.ofMillis(20)); // of the one whose time was up
        assertThat(outcome.mean()).isEqualTo(Duration.ofNanos((0 + 9 + 18 + 20) * MILLI / 4));
    }

    @Test
    void callersAreRefusedBeyondTheBoundOfTheQueue() {
        long[] arrived = {0, 1, 2, 3, 4};
        long[] held = {MILLI, MILLI, MILLI, MILLI, MILLI};
        Recording recording = Scenario.of(1, arrived, held);
        Outcome outcome =
                Replay.run(recording, new Replay.Settings(1, 2, Fairness.STRICT, Duration.ZERO, Duration.ZERO), SEED);
        assertThat(outcome.refusals()).isEqualTo(2);
    }

    /** The object dies with each use, and the next caller waits for a new one, which takes 3 ms to make. */
    @Test
    void objectsAreMadeAsFastAsTheyWere() {
        Recording made = Scenario.of(1, new long[] {MILLI, 10 * MILLI}, new long[] {MILLI, MILLI});
        made.creates().at.add(0);
        made.creates().took.add(3 * MILLI);
        Recording.Settings once = new Recording.Settings(
                "once", 1, 0, 10, Scenario.TIMEOUT, Duration.ZERO, Duration.ZERO, 0, 1, 4, false, Fairness.STRICT);
        Recording recording = new Recording(once, made.calls(), made.creates(), made.length(), 0, true);
        Outcome outcome = replay(recording, 1);
        assertThat(outcome.creates()).isEqualTo(1);
        assertThat(outcome.p99()).isEqualTo(Duration.ofMillis(3));
    }

    @Test
    void noObjectCanBeMadeWhileNoneCouldBeInTheRecording() {
        long[] arrived = {0, 1_000 * MILLI, 60_000 * MILLI};
        Recording calls = Scenario.of(1, arrived, new long[] {MILLI, MILLI, MILLI});
        Recording.Settings once = new Recording.Settings(
                "once", 1, 0, 10, Duration.ofSeconds(1), Duration.ZERO, Duration.ZERO, 0, 1, 4, false, Fairness.STRICT);
        calls.creates().at.add(0);
        calls.creates().took.add(Recording.Creates.FAILED);
        calls.creates().at.add(50_000 * MILLI);
        calls.creates().took.add(MILLI);
        long[] timeout = new long[3];
        Arrays.fill(timeout, 1_000 * MILLI);
        Recording recording = new Recording(
                once,
                new Calls(arrived, new long[3], calls.calls().held, timeout, new Ending[] {
                    Ending.LEASED, Ending.TIMED_OUT, Ending.LEASED
                }),
                calls.creates(),
                Duration.ofSeconds(61),
                0,
                true);
        Outcome outcome = replay(recording, 1);
        assertThat(outcome.timeouts() + outcome.failures()).isEqualTo(1); // the second; the first had the object
    }

    /**
     * With enough objects and one core, all uses share it: an M/M/1 queue with processor sharing, in which ρ / (1 − ρ) run on
     * average.
     */
    @Test
    void aServerWithOneCoreSharesItAmongAll() {
        Recording recording = Scenario.poisson(5, 200, 200_000, 500, random -> 1e6 * Scenario.exponential(random));
        double[] work = Arrays.stream(recording.calls().held).asDoubleStream().toArray();
        Outcome outcome = Outcome.of(
                Replay.observe(recording, Replay.Settings.of(recording, 200), Server.withCores(1), work, SEED));
        assertThat(outcome.utilisation() * 200).isCloseTo(1, within(0.06));
    }

    /** What a server made longer is taken out of the holds, so that the same server makes it as long again. */
    @Test
    void aRecordingOfAServerReplaysToItself() {
        Recording alone = Scenario.poisson(11, 8, 20_000, 1_000, random -> 3e6 * Scenario.exponential(random));
        double[] work = Arrays.stream(alone.calls().held).asDoubleStream().toArray();
        for (Server server : new Server[] {Server.withCores(3), Server.scaling(0.1, 0.01)}) {
            Recording recorded = Replay.observe(alone, Replay.Settings.of(alone, 8), server, work, SEED);
            double[] again = Work.of(recorded.calls(), server, SEED);
            for (int i = 0; i < work.length; i++) {
                assertThat(again[i]).isCloseTo(work[i], within(1_000.0));
            }
            Outcome replayed = Outcome.of(Replay.observe(recorded, Replay.Settings.of(alone, 8), server, again, SEED));
            assertThat(replayed.p99().toNanos())
                    .isCloseTo(Outcome.of(recorded).p99().toNanos(), Percentage.withPercentage(1));
        }
    }

    @Test
    void aCallerThatLeftDoesSoAgainUnlessItIsServedBefore() {
        long[] arrived = {0, MILLI, 2 * MILLI};
        Calls calls = new Calls(
                arrived,
                new long[] {0, 4 * MILLI, 8 * MILLI},
                new long[] {10 * MILLI, Calls.NOTHING, 10 * MILLI},
                new long[] {30_000 * MILLI, 30_000 * MILLI, 30_000 * MILLI},
                new Ending[] {Ending.LEASED, Ending.LEFT, Ending.LEASED});
        Recording recording =
                new Recording(Scenario.settings(1), calls, new Recording.Creates(), Duration.ofMillis(30), 0, true);
        Recording one =
                Replay.observe(recording, Replay.Settings.of(recording, 1), Server.unaffected(), work(calls), SEED);
        assertThat(one.calls().ending).containsExactly(Ending.LEASED, Ending.LEFT, Ending.LEASED);
        assertThat(one.calls().waited[1]).isEqualTo(4 * MILLI);
        Recording two =
                Replay.observe(recording, Replay.Settings.of(recording, 2), Server.unaffected(), work(calls), SEED);
        assertThat(two.calls().ending[1]).isEqualTo(Ending.LEASED);
    }

    private static double[] work(Calls calls) {
        return Work.of(calls, Server.unaffected(), SEED);
    }
}
