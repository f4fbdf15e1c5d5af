package dev.cenote.pool.internal.stats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.internal.TestPool;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RecentTimesTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void whatIsOlderThanAMinuteIsForgotten() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            wait(test, SECOND.multipliedBy(5));
            for (int i = 0; i < 55; i++) {
                test.acquire().close();
                test.advance(SECOND);
            }
            assertThat(test.stats().recentWaitTimes().max()).isEqualTo(SECOND.multipliedBy(5));
            assertThat(test.stats().recentWaitTimes()).isEqualTo(test.stats().waitTimes());
            for (int i = 0; i < 15; i++) {
                test.acquire().close();
                test.advance(SECOND);
            }
            assertThat(test.stats().recentWaitTimes().max()).isZero();
            assertThat(test.stats().recentWaitTimes().count()).isBetween(60L, 71L);
            wait(test, SECOND);
            assertThat(test.stats().recentWaitTimes().max())
                    .isBetween(SECOND, SECOND.multipliedBy(17).dividedBy(16));
            assertThat(test.stats().waitTimes().max()).isEqualTo(SECOND.multipliedBy(5));
        }
    }

    @Test
    void ofAPoolThatSleptNothingIsRecentButWhatCameSince() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            wait(test, SECOND);
            for (int i = 0; i < 5; i++) {
                test.advance(SECOND);
            }
            test.acquire().close();
            for (int i = 0; i < 5; i++) {
                test.advance(SECOND); // it falls asleep
            }
            test.ticker.advance(Duration.ofHours(1));
            assertThat(test.stats().recentWaitTimes().count()).isZero();
            test.acquire().close();
            assertThat(test.stats().recentWaitTimes().count()).isEqualTo(1);
        }
    }

    /** One caller waits for so long. */
    private static void wait(TestPool test, Duration time) {
        var held = test.acquire();
        var waiting = test.pool.acquireAsync();
        test.advance(time);
        held.close();
        waiting.join().close();
    }

    @Test
    void thereAreAFewMarksWheneverTheyAreSet() {
        BucketTimes once = BucketTimes.NONE.andZero(1);
        for (int step : new int[] {1, 3, 9, 11, 59, 61, 1_000}) {
            RecentTimes recent = new RecentTimes();
            for (int i = 1; i < 2_000; i++) {
                recent.mark(SECOND.toNanos() * step * i, once.andZero(i));
                assertThat(recent.marks()).isLessThanOrEqualTo(9);
            }
        }
    }
}
