package dev.cenote.pool.internal;

import dev.cenote.pool.WaitTimes;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts times in buckets whose width is at most 1/16 of their value, in 8 KB whatever comes. Sixteen linear buckets for
 * each power of two, as in Gil Tene's HdrHistogram.
 *
 * <p>Thread-safe without a lock. Racy on purpose: a summary read while others record may miss what is being recorded.
 */
final class WaitHistogram {

    private static final int SUB_BITS = 4;
    private static final int SUB_BUCKETS = 1 << SUB_BITS;

    private final AtomicLongArray buckets = new AtomicLongArray((Long.SIZE - SUB_BITS) * SUB_BUCKETS);
    private final LongAdder sum = new LongAdder();
    private final LongAccumulator max = new LongAccumulator(Math::max, 0);

    void record(long nanos) {
        long time = Math.max(0, nanos);
        buckets.getAndIncrement(bucket(time));
        sum.add(time);
        max.accumulate(time);
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

    WaitTimes summary() {
        long[] counts = new long[buckets.length()];
        long total = 0;
        for (int i = 0; i < counts.length; i++) {
            counts[i] = buckets.get(i);
            total += counts[i];
        }
        long longest = max.get();
        return new WaitTimes(
                total,
                Duration.ofNanos(total == 0 ? 0 : sum.sum() / total),
                Duration.ofNanos(longest),
                percentile(counts, total, 0.5, longest),
                percentile(counts, total, 0.9, longest),
                percentile(counts, total, 0.99, longest),
                percentile(counts, total, 0.999, longest));
    }

    private static Duration percentile(long[] counts, long total, double share, long longest) {
        long rank = (long) Math.ceil(total * share);
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= rank && seen > 0) {
                return Duration.ofNanos(Math.min(upperEnd(i), longest));
            }
        }
        return Duration.ZERO;
    }
}
