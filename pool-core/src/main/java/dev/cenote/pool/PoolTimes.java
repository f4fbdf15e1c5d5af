package dev.cenote.pool;

import java.io.Serial;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * How long something took, each time that it happened: a histogram of fixed memory, whose buckets are at most 1/16 of their value
 * wide. Immutable, and serializable. The pool makes instances; further accessors may be added.
 *
 * @since 0.9.0
 */
public interface PoolTimes extends Serializable {

    /**
     * A bucket of the histogram.
     *
     * @param upTo the longest time that the bucket holds
     * @param count how many times are in it, 1 upwards
     * @serial exclude
     * @since 0.9.0
     */
    record Bucket(Duration upTo, long count) implements Serializable {
        @Serial
        private static final long serialVersionUID = 1;
    }

    /**
     * How many times were recorded.
     *
     * @return 0 upwards
     * @since 0.9.0
     */
    long count();

    /**
     * All times together, to the nanosecond.
     *
     * @return zero or longer
     * @since 0.9.0
     */
    Duration total();

    /**
     * The longest time.
     *
     * @return exact since the pool was opened, else the upper end of a bucket; zero if there was none
     * @since 0.9.0
     */
    Duration max();

    /**
     * The mean time.
     *
     * @return {@code total} divided by {@code count}; zero if there was none
     * @since 0.9.0
     */
    default Duration mean() {
        return count() == 0 ? Duration.ZERO : total().dividedBy(count());
    }

    /**
     * The time that this share of the times did not exceed.
     *
     * @param share 0 to 1; 0.99 for the 99th percentile
     * @return the upper end of the bucket of that time, and never more than {@code max}; zero if there was none
     * @throws IllegalArgumentException if the share is out of range
     * @since 0.9.0
     */
    Duration percentile(double share);

    /**
     * The median.
     *
     * @return half of the times were no longer
     * @since 0.9.0
     */
    default Duration p50() {
        return percentile(0.5);
    }

    /**
     * The 90th percentile.
     *
     * @return nine of ten times were no longer
     * @since 0.9.0
     */
    default Duration p90() {
        return percentile(0.9);
    }

    /**
     * The 99th percentile.
     *
     * @return 99 % of the times were no longer
     * @since 0.9.0
     */
    default Duration p99() {
        return percentile(0.99);
    }

    /**
     * The 99.9th percentile.
     *
     * @return 99.9 % of the times were no longer
     * @since 0.9.0
     */
    default Duration p999() {
        return percentile(0.999);
    }

    /**
     * The cumulative bucket of a histogram with other bounds, such as those of a metrics system.
     *
     * @param bound the upper bound
     * @return how many times were no longer. Of a bucket that the bound divides no time is counted, so a time that is up to 1/16
     *     shorter than the bound may be missing; none is that is longer
     * @since 0.9.0
     */
    long countUpTo(Duration bound);

    /**
     * The buckets in which there is a time.
     *
     * @return the shortest times first; unmodifiable
     * @since 0.9.0
     */
    List<Bucket> buckets();

    /**
     * What was recorded since an earlier look at the same times. Its {@link #max} is the upper end of a bucket.
     *
     * @param earlier what {@link PoolStats} said before
     * @return the difference
     * @since 0.9.0
     */
    PoolTimes since(PoolTimes earlier);
}
