package dev.cenote.pool.internal.stats;

import dev.cenote.pool.PoolTimes;
import dev.cenote.pool.internal.run.Nanos;
import java.io.Serial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * What a {@link Histogram} held at one moment. {@code zeros} counts the times that are zero. The counts are those of the other
 * buckets, from the first to the last that holds a time.
 */
public final class BucketTimes implements PoolTimes {

    @Serial
    private static final long serialVersionUID = 1;

    public static final BucketTimes NONE = new BucketTimes(0, 1, new long[0], Duration.ZERO, Duration.ZERO);

    private final long zeros;
    private final int first;
    private final long[] counts;
    private final Duration total;
    private final Duration max;
    private final long count;

    private BucketTimes(long zeros, int first, long[] counts, Duration total, Duration max) {
        this.zeros = zeros;
        this.first = first;
        this.counts = counts;
        this.total = total;
        this.max = max;
        count = zeros + Arrays.stream(counts).sum();
    }

    /** @param all the counts of the buckets from that of zero on */
    static BucketTimes of(long[] all, Duration total, Duration max) {
        int from = 1;
        int to = all.length;
        while (to > from && all[to - 1] == 0) {
            to--;
        }
        while (from < to && all[from] == 0) {
            from++;
        }
        long[] counts = from >= to ? new long[0] : Arrays.copyOfRange(all, from, to);
        return new BucketTimes(all.length == 0 ? 0 : all[0], from, counts, total, max);
    }

    /** The same and so many times that are zero. */
    public BucketTimes andZero(long times) {
        return times == 0 ? this : new BucketTimes(zeros + times, first, counts, total, max);
    }

    /** Those of both. */
    public BucketTimes plus(BucketTimes other) {
        long[] sum = new long[Math.max(first + counts.length, other.first + other.counts.length)];
        addTo(sum);
        other.addTo(sum);
        return of(sum, total.plus(other.total), max.compareTo(other.max) > 0 ? max : other.max);
    }

    private void addTo(long[] sum) {
        sum[0] += zeros;
        for (int i = 0; i < counts.length; i++) {
            sum[first + i] += counts[i];
        }
    }

    @Override
    public long count() {
        return count;
    }

    @Override
    public Duration total() {
        return total;
    }

    @Override
    public Duration max() {
        return max;
    }

    private Duration upTo(int index) {
        return Duration.ofNanos(Math.min(Histogram.upperEnd(first + index), Nanos.nanos(max)));
    }

    @Override
    public Duration percentile(double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share must be 0 to 1, but was " + share);
        }
        long rank = Math.min(count, (long) Math.ceil(count * share));
        long seen = zeros;
        for (int i = 0; i < counts.length; i++) {
            if (seen >= rank && seen > 0) {
                return i == 0 ? Duration.ZERO : upTo(i - 1);
            }
            seen += counts[i];
        }
        return counts.length == 0 ? Duration.ZERO : upTo(counts.length - 1);
    }

    @Override
    public long countUpTo(Duration bound) {
        if (bound.isNegative()) {
            return 0;
        }
        if (bound.compareTo(max) >= 0) {
            return count;
        }
        long nanos = Nanos.nanos(bound);
        long seen = zeros;
        for (int i = 0; i < counts.length && Histogram.upperEnd(first + i) <= nanos; i++) {
            seen += counts[i];
        }
        return seen;
    }

    @Override
    public List<Bucket> buckets() {
        List<Bucket> buckets = new ArrayList<>();
        if (zeros > 0) {
            buckets.add(new Bucket(Duration.ZERO, zeros));
        }
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                buckets.add(new Bucket(upTo(i), counts[i]));
            }
        }
        return List.copyOf(buckets);
    }

    @Override
    public BucketTimes since(PoolTimes earlier) {
        if (!(Objects.requireNonNull(earlier, "earlier") instanceof BucketTimes before)) {
            throw new IllegalArgumentException("earlier must be times that a pool told, but was " + earlier);
        }
        long[] more = new long[first + counts.length];
        more[0] = Math.max(0, zeros - before.zeros);
        int longest = 0;
        for (int i = 0; i < counts.length; i++) {
            int then = first + i - before.first;
            long known = then >= 0 && then < before.counts.length ? before.counts[then] : 0;
            more[first + i] = Math.max(0, counts[i] - known);
            longest = more[first + i] > 0 ? i + 1 : longest;
        }
        Duration added = total.minus(before.total);
        return of(more, added.isNegative() ? Duration.ZERO : added, longest == 0 ? Duration.ZERO : upTo(longest - 1));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BucketTimes it
                && zeros == it.zeros
                && first == it.first
                && Arrays.equals(counts, it.counts)
                && total.equals(it.total)
                && max.equals(it.max);
    }

    @Override
    public int hashCode() {
        return Objects.hash(zeros, first, Arrays.hashCode(counts), total, max);
    }

    @Override
    public String toString() {
        return count == 0
                ? "none"
                : count + " times: mean " + mean() + ", p50 " + p50() + ", p90 " + p90() + ", p99 " + p99() + ", p999 "
                        + p999() + ", max " + max;
    }
}
