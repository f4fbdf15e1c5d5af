package dev.cenote.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;

class ReportTest {

    @Test
    void eachFigureThatATargetMayBeAboutHasABand() {
        Recording calls = Scenario.poisson(1, 6, 20_000, 1_000, random -> 5e6 * Scenario.exponential(random));
        Arrays.fill(calls.calls().timeout, 10_000_000);
        Assumption assumption = Assumption.of(calls, 5);
        Answer answer = Answer.of(calls, List.of(6), Replay.Settings.of(calls, 6), assumption, 1);
        List<Outcome> all = answer.points().get(0).all();
        ToIntFunction<Outcome> timeouts = Outcome::timeouts;
        int least = all.stream().mapToInt(timeouts).min().orElseThrow();
        int most = all.stream().mapToInt(timeouts).max().orElseThrow();
        assertThat(least).isLessThan(most);
        String text = new Report(calls, assumption, List.of(answer), null).text();
        assertThat(text)
                .contains("band of p99 ", "band of p99.9", "band of timeouts")
                .contains(" " + least + " … " + most + " ");
    }

    @Test
    void aServerThatGetsLessDoneWithMoreUsesIsSaidToBeOutsideTheBandWithoutAFit() {
        Recording steady = Scenario.poisson(1, 6, 2_000, 1_000, random -> 5e6);
        assertThat(Assumption.of(steady, 0).text()).contains("A server that gets less done");
    }
}
