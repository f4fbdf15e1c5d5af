package dev.cenote.pool;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * Why an acquire got no object, with the pool's counts at that moment.
 *
 * @serial exclude
 */
public abstract sealed class PoolException extends RuntimeException
        permits CreateFailedException,
                PoolClosedException,
                PoolFullException,
                PoolStalledException,
                PoolTimeoutException {

    @Serial
    private static final long serialVersionUID = 1;

    private final PoolStats stats;

    PoolException(String what, PoolStats stats, @Nullable Throwable cause) {
        super("pool '" + stats.name() + "': " + what + " (" + stats.summary() + ")", cause);
        this.stats = stats;
    }

    /**
     * The pool when it happened.
     *
     * @return the counts
     */
    public PoolStats stats() {
        return stats;
    }
}
