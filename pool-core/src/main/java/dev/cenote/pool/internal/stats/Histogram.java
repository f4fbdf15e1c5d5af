package dev.cenote.pool.internal.stats;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts times in buckets whose width is at most 1/16 of their value: sixteen linear buckets for each power of two, as in Gil
 * Tene's HdrHistogram. The sixteen of a power of two are made with the first time among them. So a histogram takes 32 bytes as
 * long as there is no time, one or two KB as a rule, and 10 KB at most.
 *
 * <p>Thread-safe without a lock. Racy on purpose: a summary read while others record may miss what is being recorded.
 */
public final class Histogram {

    private static final int SUB_BITS = 4;
    private static final int SUB_BUCKETS = 1 << SUB_BITS;
    private static final int UNIT_BITS = 12;

    private final AtomicReference<Content> made = new AtomicReference<>(); // with the first time

    private static final class Content {
        final AtomicReferenceArray<AtomicLongArray> rows = new AtomicReferenceArray<>(Long.SIZE - SUB_BITS);
        /** The sum of all times in units of 2^12 ns, which lasts for a million years, and that of what is less than a unit. */
        final LongAdder sumOfUnits = new LongAdder();

        final LongAdder sumOfRests = new LongAdder();
        final LongAccumulator max = new LongAccumulator(Math::max, 0);
        final LongAdder recorded = new LongAdder();
        volatile Summary last = new Summary(0, BucketTimes.NONE);
    }

    private record Summary(long recorded, BucketTimes times) {}

    public void record(long nanos) {
        long time = Math.max(0, nanos);
        Content known = made.get();
        Content content = known != null ? known : make();
        int bucket = bucket(time);
        AtomicLongArray row = content.rows.get(bucket >> SUB_BITS);
        (row != null ? row : makeRow(content, bucket >> SUB_BITS)).getAndIncrement(bucket & SUB_BUCKETS - 1);
        content.sumOfUnits.add(time >>> UNIT_BITS);
        content.sumOfRests.add(time & (1L << UNIT_BITS) - 1);
        content.max.accumulate(time);
        content.recorded.increment();
    }

    private Content make() {
        Content empty = new Content();
        Content first = made.compareAndExchange(null, empty);
        return first != null ? first : empty;
    }

    private static AtomicLongArray makeRow(Content content, int row) {
        AtomicLongArray empty = new AtomicLongArray(SUB_BUCKETS);
        AtomicLongArray first = content.rows.compareAndExchange(row, null, empty);
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
    public BucketTimes summary() {
        Content content = made.get();
        if (content == null) {
            return BucketTimes.NONE;
        }
        // Read before counting: a time that is recorded meanwhile changes the sum, so the next call counts again.
        long before = content.recorded.sum();
        Summary known = content.last;
        if (known.recorded != before) {
            known = new Summary(before, count(content));
            content.last = known;
        }
        return known.times;
    }

    private static BucketTimes count(Content content) {
        long longest = content.max.get();
        long[] counts = new long[bucket(longest) + 1];
        for (int i = 0; i < counts.length; i++) {
            AtomicLongArray row = content.rows.get(i >> SUB_BITS);
            counts[i] = row == null ? 0 : row.get(i & SUB_BUCKETS - 1);
        }
        Duration total = Duration.ofNanos(1L << UNIT_BITS)
                .multipliedBy(content.sumOfUnits.sum())
                .plusNanos(content.sumOfRests.sum());
        return BucketTimes.of(counts, total, Duration.ofNanos(longest));
    }
}
