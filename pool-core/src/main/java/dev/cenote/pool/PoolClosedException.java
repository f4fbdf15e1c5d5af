package dev.cenote.pool;

import java.io.Serial;

/**
 * The pool was closed, before the acquire or while the acquire waited.
 *
 * @serial exclude
 * @since 0.9.0
 */
public final class PoolClosedException extends PoolException {

    @Serial
    private static final long serialVersionUID = 1;

    /**
     * Made by the pool.
     *
     * @param stats the counts
     * @since 0.9.0
     */
    public PoolClosedException(PoolStats stats) {
        super(stats, null);
    }

    @Override
    String what() {
        return "closed";
    }
}
