package dev.cenote.pool;

import java.io.Serial;
import java.util.concurrent.TimeoutException;

/**
 * No object was there, and one could not be made. The cause is what the factory threw.
 *
 * @serial exclude
 * @since 0.9.0
 */
public final class CreateFailedException extends PoolException {

    @Serial
    private static final long serialVersionUID = 1;

    /**
     * Made by the pool.
     *
     * @param stats the counts
     * @param cause what the factory threw
     * @since 0.9.0
     */
    public CreateFailedException(PoolStats stats, Throwable cause) {
        super(stats, cause);
    }

    @Override
    String what() {
        Throwable cause = getCause();
        return "no object can be made"
                + (cause == null ? "" : ": " + cause.getClass().getName())
                + (cause instanceof TimeoutException ? staticInitialiser() : "");
    }
}
