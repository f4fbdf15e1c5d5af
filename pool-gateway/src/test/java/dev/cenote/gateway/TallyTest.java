package dev.cenote.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TallyTest {

    private static final long MILLI = 1_000_000;

    private final AtomicLong now = new AtomicLong(5 * MILLI);
    private final Tally tally = new Tally(now::get);

    @Test
    void whatEndsBeforeTheBeginOrAfterTheEndDoesNotCount() {
        tally.fellDue();
        tally.ended(null, 0);
        tally.begin();
        tally.fellDue();
        tally.ended(null, 0);
        tally.end();
        tally.fellDue();
        tally.ended("late", 0);

        assertThat(tally.due()).isEqualTo(1);
        assertThat(tally.times().getTotalCount()).isEqualTo(1);
        assertThat(tally.errors()).isEmpty();
    }

    @Test
    void timesCountFromWhenALoginWasDue() {
        tally.begin();
        now.addAndGet(40 * MILLI);
        tally.ended(null, 2 * MILLI);

        assertThat(tally.times().getMaxValue() / MILLI).isEqualTo(43);
    }

    @Test
    void eachTenthOfASecondHasItsOwnCounts() {
        tally.begin();
        now.addAndGet(50 * MILLI);
        tally.ended(null, 50 * MILLI);
        now.addAndGet(60 * MILLI);
        tally.ended("HTTP 503", 0);
        now.addAndGet(210 * MILLI);
        tally.ended(null, 325 * MILLI);
        now.addAndGet(80 * MILLI);
        tally.end();

        assertThat(tally.timeline())
                .containsExactly(
                        new Tally.Interval(0, 0.1, 1, 0, 5 * MILLI),
                        new Tally.Interval(0.1, 0.2, 0, 1, 0),
                        new Tally.Interval(0.2, 0.3, 0, 0, 0),
                        new Tally.Interval(0.3, 0.4, 1, 0, 0));
        assertThat(tally.seconds()).isEqualTo(0.4);
    }

    @Test
    void errorsAreCountedByKindAndTimed() {
        tally.begin();
        for (String error : List.of("a", "b", "a")) {
            now.addAndGet(10 * MILLI);
            tally.ended(error, 0);
        }
        now.addAndGet(10 * MILLI);
        tally.ended(null, 0);
        now.addAndGet(25 * MILLI);
        tally.end();

        assertThat(tally.errors()).isEqualTo(Map.of("a", 2L, "b", 1L));
        assertThat(tally.errorSpanNanos()).isEqualTo(20 * MILLI);
        assertThat(tally.longestGapNanos()).isEqualTo(40 * MILLI);
    }
}
