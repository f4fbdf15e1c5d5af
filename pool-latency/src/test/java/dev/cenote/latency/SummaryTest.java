package dev.cenote.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SummaryTest {

    private static final double WITHIN_A_PERCENT = 0.01;

    @TempDir
    Path folder;

    @Test
    void oneLongWaitDecidesTheLongestOfAllButNotThatOfTheMedianRound() throws IOException {
        Summary summary = new Summary("pool");
        addRound(summary, 1, 3_000, 2_000);
        addRound(summary, 2, 900_000, 1_000);
        addRound(summary, 3, 500, 5_000);

        assertThat((double) summary.result().longestNanos()).isCloseTo(900_000, within(900_000 * WITHIN_A_PERCENT));
        assertThat(summary.result().longestInMedianRound()).isCloseTo(5_000, within(5_000 * WITHIN_A_PERCENT));
    }

    @Test
    void ofTwoRoundsTheMedianIsHalfwayBetween() throws IOException {
        Summary summary = new Summary("pool");
        addRound(summary, 1, 3_000);
        addRound(summary, 2, 1_000);

        assertThat(summary.result().longestInMedianRound()).isCloseTo(2_000, within(2_000 * WITHIN_A_PERCENT));
    }

    /** A round with one wait in each of its intervals. */
    private void addRound(Summary summary, int round, long... waits) throws IOException {
        Path file = folder.resolve(round + ".hlog");
        try (WaitLog log = new WaitLog(Files.newOutputStream(file))) {
            for (int i = 0; i < waits.length; i++) {
                Histogram histogram = Caller.newHistogram();
                histogram.recordValue(waits[i]);
                log.add(histogram, Caller.newHistogram(), i * 100L, i * 100L + 100);
            }
        }
        Outcome outcome = new Outcome("pool", round, null, new long[] {waits.length}, 0, 0, 1, 1, -1, List.of(), null);
        summary.add(outcome, file);
    }
}
