package dev.cenote.pool;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * How many objects a pool needs for what its callers want, told from the last one to two minutes. It is only told: the pool does
 * nothing about it.
 *
 * <p>The pool is taken for a queue with several servers to which callers come at random: M/G/c. How many objects are in use on
 * average is Little's law, the arrival rate times the mean use. The share of callers that wait is Erlang's C formula, and what the
 * variation of uses adds to their waits is the correction of Allen and Cunneen (Arnold Allen, "Probability, Statistics, and Queueing
 * Theory", 2nd edition, 1990, section 5.3.5). Waits beyond that are taken for bursts, and all waits are scaled up by as much as the
 * pool's own waits are longer than the formula says.
 *
 * @param size the smallest {@code maxSize} with which 99 of 100 callers wait no longer than the target
 * @param longestWait how long they then wait at most, by the formula
 * @param maxSize the size that the pool has
 * @param waitNow how long 99 of 100 callers now wait at most, as measured
 * @param target how long they should wait at most
 * @param perSecond how many callers come in a second
 * @param meanUse how long a lease is held on average
 * @param variation the standard deviation of that, divided by the mean
 * @param confidence what the advice is worth
 * @since 0.9.0
 */
public record PoolAdvice(
        int size,
        Duration longestWait,
        int maxSize,
        Duration waitNow,
        Duration target,
        double perSecond,
        Duration meanUse,
        double variation,
        Confidence confidence) {

    /**
     * What an advice is worth.
     *
     * @since 0.9.0
     */
    public enum Confidence {
        /** There were at least 1,000 uses, and waits are what the formula says, by a factor of two. */
        HIGH,
        /** There were at least 200 uses, and waits are up to ten times what the formula says. */
        MEDIUM,
        /**
         * There were fewer uses, or callers come in bursts, or the objects were in use for 95 % of the time or more, so that nobody
         * knows how many callers would come to a larger pool. Record the pool, and replay that: {@link Pool#recordTo}.
         */
        LOW
    }

    private static final double CALLERS = 0.99;
    private static final Duration SHORT = Duration.ofMillis(1); // waits that are shorter are the scheduler's
    private static final double SATURATED = 0.95; // so much of the pool is in use on average
    private static final int LARGEST = 10_000;

    /**
     * Tells what a pool needs.
     *
     * @param perSecond how many callers come in a second; more than 0
     * @param uses how long leases were held; at least one
     * @param waits how long callers waited meanwhile
     * @param maxSize the size that the pool has meanwhile
     * @param target how long 99 of 100 callers should wait at most
     * @return the advice
     * @since 0.9.0
     */
    public static PoolAdvice of(double perSecond, PoolTimes uses, PoolTimes waits, int maxSize, Duration target) {
        double use = nanos(uses.mean());
        double variation = variation(uses);
        double inUse = perSecond * use / 1e9;
        Duration waitNow = waits.percentile(CALLERS);
        double expected = wait(maxSize, inUse, use, variation);
        double bursts = waitNow.compareTo(SHORT) <= 0
                ? 1
                : Math.max(1, (double) nanos(waitNow) / Math.max(expected, (double) nanos(SHORT)));
        int size = Math.max(1, (int) Math.ceil(inUse));
        while (size < LARGEST && !(bursts * wait(size, inUse, use, variation) <= nanos(target))) {
            size++;
        }
        double wait = Math.min(Long.MAX_VALUE / 2.0, bursts * wait(size, inUse, use, variation));
        return new PoolAdvice(
                size,
                Duration.ofNanos((long) wait),
                maxSize,
                waitNow,
                target,
                perSecond,
                uses.mean(),
                variation,
                inUse >= SATURATED * maxSize ? Confidence.LOW : confidence(uses.count(), waitNow, expected));
    }

    private static Confidence confidence(long uses, Duration waitNow, double expected) {
        double more = (double) Math.max(nanos(waitNow), nanos(SHORT)) / Math.max(expected, (double) nanos(SHORT));
        if (uses >= 1_000 && more <= 2 && more >= 0.5) {
            return Confidence.HIGH;
        }
        return uses >= 200 && more <= 10 ? Confidence.MEDIUM : Confidence.LOW;
    }

    /** How long 99 of 100 callers wait at most, in nanoseconds; infinite if the objects are too few for what comes. */
    private static double wait(int size, double inUse, double use, double variation) {
        if (inUse >= size) {
            return Double.POSITIVE_INFINITY;
        }
        double share = waiting(size, inUse);
        double scale = use * (1 + variation * variation) / 2 / (size - inUse);
        return share <= 1 - CALLERS ? 0 : scale * Math.log(share / (1 - CALLERS));
    }

    /** Erlang's C, by way of his B, for which there is a recursion that does not overflow. */
    private static double waiting(int size, double inUse) {
        double blocked = 1;
        for (int n = 1; n <= size; n++) {
            blocked = inUse * blocked / (n + inUse * blocked);
        }
        double busy = inUse / size;
        return blocked / (1 - busy * (1 - blocked));
    }

    private static double variation(PoolTimes uses) {
        double mean = nanos(uses.mean());
        double squares = 0;
        for (PoolTimes.Bucket bucket : uses.buckets()) {
            double middle = nanos(bucket.upTo()) * (1 - 1.0 / 32); // a bucket is at most 1/16 of its value wide
            squares += bucket.count() * (middle - mean) * (middle - mean);
        }
        return mean == 0 ? 0 : Math.sqrt(squares / uses.count()) / mean;
    }

    /**
     * Tells whether the pool is larger than it needs to be, or as large.
     *
     * @return false if more objects are needed
     * @since 0.9.0
     */
    public boolean isEnough() {
        return size <= maxSize;
    }

    /**
     * Such as "6 would do: p99 wait 0.4 ms; 10 are configured (HIGH)".
     *
     * @since 0.9.0
     */
    @Override
    public String toString() {
        double millis = nanos(isEnough() ? longestWait : target) / 1e6;
        return String.format(
                Locale.ROOT,
                isEnough()
                        ? "%d would do: p99 wait %.1f ms; %d are configured (%s)"
                        : "%d are needed for p99 wait %.1f ms; %d are configured (%s)",
                size,
                millis,
                maxSize,
                confidence);
    }

    private static long nanos(Duration length) {
        return TimeUnit.NANOSECONDS.convert(length);
    }
}
