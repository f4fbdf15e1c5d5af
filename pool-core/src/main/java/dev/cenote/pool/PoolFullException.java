package dev.cenote.pool;

import java.io.Serial;

/**
 * Every object is leased, and as many callers wait already as {@code maxWaiters} allows.
 *
 * @serial exclude
 * @since 0.9.0
 */
public final class PoolFullException extends PoolException {

    @Serial
    private static final long serialVersionUID = 1;

    private final int maxWaiters;

    /**
     * Made by the pool.
     *
     * @param stats the counts
     * @param maxWaiters the bound that was met
     * @since 0.9.0
     */
    public PoolFullException(PoolStats stats, int maxWaiters) {
        super(stats, null);
        this.maxWaiters = maxWaiters;
    }

    @Override
    String what() {
        return "full: all objects are taken, and as many callers wait as maxWaiters (" + maxWaiters
                + ") allows; a larger maxWaiters lets more of them wait, a larger maxSize serves more at once";
    }
}
