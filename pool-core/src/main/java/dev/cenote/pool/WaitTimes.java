package dev.cenote.pool;

import java.io.Serial;
import java.io.Serializable;
import java.time.Duration;

/**
 * How long callers waited, from their arrival in the queue to their return. Callers that timed out, were cancelled or failed
 * are included. Callers that were served without queueing are not; {@link PoolStats#hitRate} tells their share.
 *
 * <p>Percentiles come from a histogram of fixed memory, whose buckets are at most 1/16 of their value wide. A percentile is the
 * upper end of its bucket, and never more than {@code max}.
 *
 * @param count how many callers waited
 * @param total all their waits together
 * @param max the longest wait
 * @param p50 half waited no longer
 * @param p90 nine of ten waited no longer
 * @param p99 99 % waited no longer
 * @param p999 99.9 % waited no longer
 * @serial exclude
 */
public record WaitTimes(
        long count, Duration total, Duration max, Duration p50, Duration p90, Duration p99, Duration p999)
        implements Serializable {

    @Serial
    private static final long serialVersionUID = 1;

    /**
     * The mean wait of the callers that waited.
     *
     * @return {@code total} divided by {@code count}; zero if nobody waited
     */
    public Duration mean() {
        return count == 0 ? Duration.ZERO : total.dividedBy(count);
    }
}
