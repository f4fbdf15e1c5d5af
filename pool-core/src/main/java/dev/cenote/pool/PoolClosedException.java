package dev.cenote.pool;

import java.io.Serial;

/**
 * The pool was closed, before the acquire or while the acquire waited.
 *
 * @serial exclude
 */
public final class PoolClosedException extends PoolException {

    @Serial
    private static final long serialVersionUID = 1;

    /**
     * Made by the pool.
     *
     * @param stats the counts
     */
    public PoolClosedException(PoolStats stats) {
        super(stats, null);
    }

    @Override
    String what() {
        return "closed";
    }
}
