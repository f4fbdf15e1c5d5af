package dev.cenote.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.peers.Peer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.junit.jupiter.api.Test;

/** One caller, on a clock that goes on only when somebody waits. */
class CallerTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final double A_THOUSAND_A_SECOND = 1_000;
    private static final double CLOSED_LOOP = 0;

    private final Caller.Recorders recorders = Caller.Recorders.create();
    private final Recorder waits = recorders.waits().get(Schedule.RECORDED);
    private long now;

    private final Time time = new Time() {
        @Override
        public long nanos() {
            return now;
        }

        @Override
        public void sleepUntil(long nanos) {
            now = Math.max(now, nanos);
        }
    };

    private interface Acquire {
        Object acquire();
    }

    private static Peer peer(Acquire acquire) {
        return new Peer() {
            @Override
            public Object acquire(long timeoutMillis) {
                return acquire.acquire();
            }

            @Override
            public void release(Object handle) {}

            @Override
            public void invalidate(Object handle) {}

            @Override
            public Object item(Object handle) {
                return handle;
            }

            @Override
            public void close() {}
        };
    }

    /** Serves in no time, but for one acquire, which takes half a second. */
    private Peer stalling() {
        AtomicInteger acquires = new AtomicInteger();
        return peer(() -> {
            now += acquires.incrementAndGet() == 200 ? SECOND / 2 : 0;
            return "an item";
        });
    }

    /** Has nothing for anybody, and says so after that time. */
    private Peer empty(long nanos) {
        return peer(() -> {
            now += nanos;
            return null;
        });
    }

    @Test
    void aStallCountsForAllRequestsThatFellDueWhileItLasted() throws Exception {
        Caller.Tally tally = run(A_THOUSAND_A_SECOND, stalling(), 0);

        Histogram histogram = waits.getIntervalHistogram();
        assertThat(tally).isEqualTo(new Caller.Tally(1_000, 0, 0));
        assertThat(histogram.getTotalCount()).isEqualTo(1_000);
        // One waited for 500 ms, the next for 499 ms …
        assertThat(histogram.getCountBetweenValues(MILLI / 2, SECOND)).isEqualTo(500);
        assertThat(histogram.getCountBetweenValues(250 * MILLI, SECOND)).isBetween(248L, 254L);
    }

    @Test
    void aClosedLoopSeesTheSameStallOnce() throws Exception {
        run(CLOSED_LOOP, stalling(), MILLI);

        assertThat(waits.getIntervalHistogram().getCountBetweenValues(MILLI / 2, SECOND))
                .isEqualTo(1);
    }

    @Test
    void whatWasDueAndNotBegunHasWaitedUntilTheEnd() throws Exception {
        Caller.Tally tally = run(A_THOUSAND_A_SECOND, stalling(), 10 * MILLI);

        // A turn takes ten times as long as the rate allows.
        assertThat(tally).isEqualTo(new Caller.Tally(100, 0, 900));
        Histogram histogram = waits.getIntervalHistogram();
        assertThat(histogram.getTotalCount()).isEqualTo(1_000);
        assertThat(histogram.getMaxValue()).isBetween(890 * MILLI, 910 * MILLI);
    }

    @Test
    void whatIsDueInTheWarmUpIsNotCounted() throws Exception {
        Schedule schedule = new Schedule(0, SECOND, 2 * SECOND, 1, A_THOUSAND_A_SECOND);
        Caller.Tally tally = new Caller(0, schedule, time, stalling(), item -> {}, 100, recorders).run(() -> false);

        assertThat(tally).isEqualTo(new Caller.Tally(1_000, 0, 0));
        assertThat(waits.getIntervalHistogram().getMaxValue())
                .as("the stall was before")
                .isZero();
        assertThat(schedule.part(SECOND - 1)).isZero();
        assertThat(schedule.part(SECOND)).isEqualTo(1);
    }

    @Test
    void anAcquireThatFailsBeforeItsTimeIsUpEndsTheMeasuring() {
        assertThatThrownBy(() -> run(CLOSED_LOOP, empty(0), MILLI)).hasMessageContaining("before its time was up");
    }

    @Test
    void aTimeOutIsCountedAndIsAWait() throws Exception {
        Caller.Tally tally = run(CLOSED_LOOP, empty(100 * MILLI), MILLI);

        assertThat(tally).isEqualTo(new Caller.Tally(0, 10, 0));
        assertThat(waits.getIntervalHistogram().getCountBetweenValues(99 * MILLI, 102 * MILLI))
                .isEqualTo(10);
    }

    /** A second after no warm-up, with a time-out of 100 ms, and so much work with each item. */
    private Caller.Tally run(double rate, Peer peer, long workNanos) throws Exception {
        Schedule schedule = new Schedule(0, 0, SECOND, 1, rate);
        Work work = item -> now += workNanos;
        return new Caller(0, schedule, time, peer, work, 100, recorders).run(() -> false);
    }

    /** A caller of a hundred thousand, each of which has a request in a long time. */
    @Test
    void nobodyWaitsForARequestThatIsDueAfterTheEnd() throws Exception {
        Caller.Tally tally = run(0.1, stalling(), 0);

        assertThat(tally).isEqualTo(new Caller.Tally(1, 0, 0));
        assertThat(now).as("the time that went by").isLessThan(10 * SECOND);
    }
}
