package dev.cenote.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.PoolAdvice;
import dev.cenote.pool.internal.stats.Histogram;
import java.time.Duration;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the pool advises while it runs, beside what the replay of the same calls says. */
class AdviceTest {

    private static final Target TARGET = new Target(0.99, Duration.ofMillis(5));

    enum Uses {
        FIXED(random -> 10e6),
        EXPONENTIAL(random -> 10e6 * Scenario.exponential(random)),
        /** Half of the time is in one of twenty uses. */
        MIXED(random -> random < 0.05 ? 100e6 : 5.3e6);

        private final DoubleUnaryOperator nanos;

        Uses(DoubleUnaryOperator nanos) {
            this.nanos = nanos;
        }
    }

    @ParameterizedTest
    @EnumSource
    void theAdviceIsWhatTheReplayFindsGiveOrTakeOne(Uses use) {
        Recording recording = Scenario.poisson(3, 10, 60_000, 500, use.nanos);
        Histogram uses = new Histogram();
        for (long hold : recording.calls().held) {
            uses.record(hold);
        }
        Histogram waits = new Histogram();
        Recording atTen = Replay.observe(
                recording,
                Replay.Settings.of(recording, 10),
                Server.unaffected(),
                Work.of(recording.calls(), Server.unaffected(), 1),
                1);
        for (long wait : atTen.calls().waited) {
            waits.record(wait);
        }
        PoolAdvice advice = PoolAdvice.of(500, uses.summary(), waits.summary(), 10, TARGET.longest());
        int size = 5;
        while (!TARGET.isMet(Replay.run(recording, Replay.Settings.of(recording, size), 1))) {
            size++;
        }
        System.out.printf("%s uses: %s; the replay says %d%n", use, advice, size);
        assertThat(advice.size()).isBetween(size - 1, size + 1);
    }
}
