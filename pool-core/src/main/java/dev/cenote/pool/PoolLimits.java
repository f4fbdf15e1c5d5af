package dev.cenote.pool;

/**
 * The limits that can change while the pool runs ({@link Pool#resize}).
 *
 * @param maxSize the most objects that may exist, those being made or destroyed included; 1 to 1,000,000
 * @param minIdle how many idle objects are kept ready, as far as {@code maxSize} allows; 0 to {@code maxSize}
 * @param maxWaiters how many callers may wait for a release; 0 (nobody waits) upwards. Callers for which an object is
 *     being made or validated, or could be made, do not count
 * @since 0.9.0
 */
public record PoolLimits(int maxSize, int minIdle, int maxWaiters) {

    /** The largest {@code maxSize}. */
    public static final int LARGEST_SIZE = 1_000_000;

    /**
     * Checks the ranges.
     *
     * @param maxSize 1 to 1,000,000
     * @param minIdle 0 to {@code maxSize}
     * @param maxWaiters 0 upwards
     * @since 0.9.0
     */
    public PoolLimits {
        if (maxSize < 1 || maxSize > LARGEST_SIZE) {
            throw new IllegalArgumentException("maxSize must be 1 to " + LARGEST_SIZE + ", but was " + maxSize);
        }
        if (minIdle < 0 || minIdle > maxSize) {
            throw new IllegalArgumentException("minIdle must be 0 to maxSize (" + maxSize + "), but was " + minIdle);
        }
        if (maxWaiters < 0) {
            throw new IllegalArgumentException("maxWaiters must be 0 or more, but was " + maxWaiters);
        }
    }

    /**
     * The same with another {@code maxSize}.
     *
     * @param size the new maximum
     * @return new limits
     * @since 0.9.0
     */
    public PoolLimits withMaxSize(int size) {
        return new PoolLimits(size, minIdle, maxWaiters);
    }

    /**
     * The same with another {@code minIdle}.
     *
     * @param idle the new minimum
     * @return new limits
     * @since 0.9.0
     */
    public PoolLimits withMinIdle(int idle) {
        return new PoolLimits(maxSize, idle, maxWaiters);
    }

    /**
     * The same with another {@code maxWaiters}.
     *
     * @param waiters the new bound
     * @return new limits
     * @since 0.9.0
     */
    public PoolLimits withMaxWaiters(int waiters) {
        return new PoolLimits(maxSize, minIdle, waiters);
    }
}
