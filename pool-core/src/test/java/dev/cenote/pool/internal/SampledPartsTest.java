package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SampledPartsTest {

    private static final int CYCLES = 60;

    /** Which of so many parts of ten seconds are recorded, asked for twice in each. */
    private static List<Integer> recorded(int oneIn) {
        FakeTicker ticker = new FakeTicker();
        long began = ticker.nanos();
        SampledParts parts = new SampledParts(oneIn, 1);
        return IntStream.range(0, CYCLES * oneIn)
                .filter(part -> {
                    boolean isAtFirst = parts.contains(ticker.nanos() - began);
                    ticker.advance(SampledParts.LENGTH.minusNanos(1));
                    assertThat(parts.contains(ticker.nanos() - began)).isEqualTo(isAtFirst);
                    ticker.advance(SampledParts.LENGTH.minus(SampledParts.LENGTH.minusNanos(1)));
                    return isAtFirst;
                })
                .boxed()
                .toList();
    }

    @Test
    void oneInSoManyIsRecordedAndTheFirstOneIs() {
        List<Integer> recorded = recorded(6);
        assertThat(recorded).hasSize(CYCLES).startsWith(0);
        for (int cycle = 0; cycle < CYCLES; cycle++) {
            assertThat(recorded.get(cycle) / 6).isEqualTo(cycle);
        }
    }

    /** With one part in six it would else be the same ten seconds of each minute, with the job that runs in them, or without. */
    @Test
    void eachPartOfTheMinuteHasItsTurn() {
        assertThat(recorded(6).stream().map(part -> part % 6)).contains(0, 1, 2, 3, 4, 5);
    }

    @Test
    void allAreRecordedIfAllShallBe() {
        assertThat(recorded(1)).hasSize(CYCLES);
    }
}
