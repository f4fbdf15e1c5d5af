package dev.cenote.pool;

import java.io.Serial;

/**
 * Every object was leased by a thread that itself waited in this pool, and the caller was the newest of these holders ({@link
 * PoolBuilder#detectStalls}). The message has the stacks of all holders.
 *
 * @serial exclude
 * @since 0.9.0
 */
public final class PoolStalledException extends PoolException {

    @Serial
    private static final long serialVersionUID = 1;

    private final String stacks;

    /**
     * Made by the pool.
     *
     * @param stats the counts
     * @param stacks where the threads wait
     * @since 0.9.0
     */
    public PoolStalledException(PoolStats stats, String stacks) {
        super(stats, null);
        this.stacks = stacks;
    }

    @Override
    String what() {
        return "every object is leased by a thread that waits for another one:" + stacks;
    }
}
