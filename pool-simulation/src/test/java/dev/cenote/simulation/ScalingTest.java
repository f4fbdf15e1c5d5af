package dev.cenote.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScalingTest {

    /** Calls whose number a second changes from second to second, with a server that scales like that. */
    private static Recording recorded(Server server, int seconds, double least, double most) {
        SplittableRandom random = new SplittableRandom(5);
        Longs arrived = new Longs();
        Longs held = new Longs();
        double at = 0;
        while (at < seconds) {
            double rate = least + (most - least) * ((int) at % 10) / 9;
            at += Scenario.exponential(random.nextDouble()) / rate;
            arrived.add((long) (at * 1e9));
            held.add((long) (4e6 * (0.5 + random.nextDouble())));
        }
        Recording alone = Scenario.of(64, arrived.toArray(), held.toArray());
        double[] work = Arrays.stream(alone.calls().held).asDoubleStream().toArray();
        return Replay.observe(alone, Replay.Settings.of(alone, 64), server, work, 1);
    }

    @ParameterizedTest
    @CsvSource({"0.05, 0", "0.1, 0", "0.02, 0.002"})
    void theLawIsFoundInARecordingOfAServerThatObeysIt(double contention, double crosstalk) {
        Scaling fit = Scaling.of(recorded(Server.scaling(contention, crosstalk), 200, 200, 2_000))
                .orElseThrow();
        for (int running : new int[] {2, 5, 10}) {
            assertThat(fit.server().stretch(running))
                    .isCloseTo(
                            Server.scaling(contention, crosstalk).stretch(running), within(0.12 * running / 10 + 0.05));
        }
        assertThat(fit.atBest().stretch(8)).isLessThanOrEqualTo(fit.server().stretch(8));
        assertThat(fit.atWorst().stretch(8)).isGreaterThanOrEqualTo(fit.server().stretch(8));
    }

    /** Far beyond what was recorded even little crosstalk counts. That none was seen does not say that there is none. */
    @ParameterizedTest
    @CsvSource({"0, 0", "0.05, 0", "0.1, 0", "0, 0.0005"})
    void whatWasNotSeenIsInTheBandAllTheSame(double contention, double crosstalk) {
        Scaling fit = Scaling.of(recorded(Server.scaling(contention, crosstalk), 200, 200, 2_000))
                .orElseThrow();
        assertThat(fit.contentionError()).isPositive();
        assertThat(fit.crosstalkError()).isPositive();
        double far = 4 * fit.most();
        assertThat(fit.atWorst().stretch(far)).isGreaterThan(fit.server().stretch(far));
        assertThat(fit.atWorst().crosstalk()).isPositive();
    }

    @Test
    void holdsThatDoNotGrowAreFoundNotTo() {
        Scaling fit = Scaling.of(recorded(Server.unaffected(), 200, 200, 2_000)).orElseThrow();
        assertThat(fit.server().stretch(8)).isCloseTo(1, within(0.05));
    }

    /** Where holds happen to be long, more leases are out. That is no contention. */
    @ParameterizedTest
    @CsvSource({"200, 20", "300, 8", "2000, 4"})
    void holdsThatHappenToBeLongInASteadyLoadTellNothing(double perSecond, double holdMillis) {
        Recording steady =
                Scenario.poisson(1, 64, 720_000, perSecond, random -> holdMillis * 1e6 * Scenario.exponential(random));
        assertThat(Scaling.of(steady)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void holdsThatHappenToBeLongAreNotTakenForContention(long seed) {
        Recording waves = Scenario.poisson(
                seed, 64, 60_000, at -> at % 10 < 5 ? 150 : 450, random -> 20e6 * Scenario.exponential(random));
        Scaling fit = Scaling.of(waves).orElseThrow();
        assertThat(fit.server().stretch(32)).isCloseTo(1, within(0.2));
        assertThat(fit.most()).isGreaterThan(8);
        assertThat(fit.atWorst().stretch(8)).isLessThan(1.15); // two rates do not tell contention from crosstalk
    }

    @Test
    void aLoadThatIsAlwaysTheSameTellsNothing() {
        assertThat(Scaling.of(recorded(Server.scaling(0.05, 0), 60, 1_000, 1_000)))
                .isEmpty();
        assertThat(Assumption.of(recorded(Server.unaffected(), 60, 1_000, 1_000), 0)
                        .text())
                .contains("--server-cores");
    }

    /** With eventual fairness who came first may be served last. */
    @Test
    void leasesThatBeganOutOfTurnAreCountedInTheOrderInWhichTheyBegan() {
        Recording steady = recorded(Server.unaffected(), 60, 1_000, 1_000);
        Calls.Ending[] leased = {Calls.Ending.LEASED, Calls.Ending.LEASED};
        Calls calls = new Calls(new long[] {0, 1}, new long[] {10, 0}, new long[] {1, 8}, new long[] {99, 99}, leased);
        Recording overtaken = new Recording(steady.settings(), calls, steady.creates(), steady.length(), 0, true);
        assertThat(Assumption.of(overtaken, 0).text()).contains("with 1.00 leases out");
    }
}
