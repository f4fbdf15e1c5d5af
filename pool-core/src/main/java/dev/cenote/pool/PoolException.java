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

    private static final SharedText<PoolStats> SUMMARIES = new SharedText<>(PoolStats::summary);

    private final PoolStats stats;

    PoolException(PoolStats stats, @Nullable Throwable cause) {
        super(null, cause);
        this.stats = stats;
    }

    /** What happened, in a few words. */
    abstract String what();

    /** Put together when it is asked for: many callers may fail in one moment, and few look. */
    @Override
    public String getMessage() {
        return "pool '" + stats.name() + "': " + what() + " (" + SUMMARIES.of(stats) + ")";
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
