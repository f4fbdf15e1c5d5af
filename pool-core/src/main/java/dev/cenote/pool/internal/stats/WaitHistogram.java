package dev.cenote.pool.internal.stats;

import dev.cenote.pool.WaitTimes;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts times in buckets whose width is at most 1/16 of their value, in 8 KB whatever comes, and in none as long as nothing does. Sixteen linear buckets for
 * each power of two, as in Gil Tene's HdrHistogram.
 *
 * <p>Thread-safe without a lock. Racy on purpose: a summary read while others record may miss what is being recorded.
 */
public final class WaitHistogram {

    private static final int SUB_BITS = 4;
    private static final int SUB_BUCKETS = 1 << SUB_BITS;
    private static final int UNIT_BITS = 12;
    private static final double[] SHARES = {0.5, 0.9, 0.99, 0.999};
    private static final WaitTimes NONE =
            new WaitTimes(0, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);

    private final AtomicReference<AtomicLongArray> made = new AtomicReference<>(); // with the first time
    /** The sum of all times in units of 2^12 ns, which lasts for a million years, and that of what is less than a unit. */
    private final LongAdder sumOfUnits = new LongAdder();

    private final LongAdder sumOfRests = new LongAdder();
    private final LongAccumulator max = new LongAccumulator(Math::max, 0);
    private final LongAdder recorded = new LongAdder();
    private volatile Summary last = new Summary(0, count());

    private record Summary(long recorded, WaitTimes times) {}

    public void record(long nanos) {
        long time = Math.max(0, nanos);
        AtomicLongArray buckets = made.get();
        (buckets != null ? buckets : make()).getAndIncrement(bucket(time));
        sumOfUnits.add(time >>> UNIT_BITS);
        sumOfRests.add(time & (1L << UNIT_BITS) - 1);
        max.accumulate(time);
        recorded.increment();
    }

    private AtomicLongArray make() {
        AtomicLongArray empty = new AtomicLongArray((Long.SIZE - SUB_BITS) * SUB_BUCKETS);
        AtomicLongArray first = made.compareAndExchange(null, empty);
        return first != null ? first : empty;
    }

    /** Below 16 the value itself; above, the exponent and the four bits after the leading one. */
    static int bucket(long nanos) {
        int shift = Math.max(0, Long.SIZE - 1 - SUB_BITS - Long.numberOfLeadingZeros(nanos | 1));
        return (shift << SUB_BITS) + (int) (nanos >>> shift);
    }

    /** The largest value of a bucket. */
    static long upperEnd(int bucket) {
        int shift = Math.max(0, (bucket >> SUB_BITS) - 1);
        long leading = bucket - ((long) shift << SUB_BITS);
        return ((leading + 1) << shift) - 1;
    }

    /** Made anew only if something was recorded since the last one. */
    public WaitTimes summary() {
        long before =
                recorded.sum(); // what is not counted now makes the next one count anew, for it is not in this yet
        Summary known = last;
        if (known.recorded != before) {
            known = new Summary(before, count());
            last = known;
        }
        return known.times;
    }

    private WaitTimes count() {
        AtomicLongArray buckets = made.get();
        if (buckets == null) {
            return NONE;
        }
        long longest = max.get();
        long[] counts = new long[bucket(longest) + 1];
        long total = 0;
        for (int i = 0; i < counts.length; i++) {
            counts[i] = buckets.get(i);
            total += counts[i];
        }
        Duration[] percentiles = new Duration[SHARES.length];
        int bucket = 0;
        long seen = counts[0];
        for (int i = 0; i < SHARES.length; i++) {
            long rank = (long) Math.ceil(total * SHARES[i]);
            while (seen < rank) {
                seen += counts[++bucket];
            }
            percentiles[i] = Duration.ofNanos(Math.min(upperEnd(bucket), longest));
        }
        return new WaitTimes(
                total,
                Duration.ofNanos(1L << UNIT_BITS).multipliedBy(sumOfUnits.sum()).plusNanos(sumOfRests.sum()),
                Duration.ofNanos(longest),
                percentiles[0],
                percentiles[1],
                percentiles[2],
                percentiles[3]);
    }
}
