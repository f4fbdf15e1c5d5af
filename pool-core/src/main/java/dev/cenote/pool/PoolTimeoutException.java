package dev.cenote.pool;

import java.io.Serial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An acquire's time was up. The cause is the last create failure, if the pool was trying to make an object.
 *
 * @serial exclude
 */
public final class PoolTimeoutException extends PoolException {

    @Serial
    private static final long serialVersionUID = 1;

    private final Duration timeout;
    private final AcquirePhase phase;
    private final ArrayList<LeaseHolder> holders;

    /**
     * Made by the pool.
     *
     * @param stats the counts
     * @param timeout the time that was given
     * @param phase what it was waiting for
     * @param holders those who have held their leases longest
     * @param cause the last create failure, if one matters
     */
    public PoolTimeoutException(
            PoolStats stats,
            Duration timeout,
            AcquirePhase phase,
            List<LeaseHolder> holders,
            @Nullable Throwable cause) {
        super(stats, cause);
        this.timeout = timeout;
        this.phase = phase;
        this.holders = new ArrayList<>(holders);
    }

    @Override
    String what() {
        return "no object within " + TimeUnit.MILLISECONDS.convert(timeout) + " ms, " + phase
                + (holders.isEmpty() ? "" : "; oldest holders " + holders)
                + (phase == AcquirePhase.WAITING ? "" : staticInitialiser());
    }

    /**
     * What the acquire was waiting for when its time was up.
     *
     * @return the phase
     */
    public AcquirePhase phase() {
        return phase;
    }

    /**
     * Those who had held their leases longest, the oldest first, at most five.
     *
     * @return the holders
     */
    public List<LeaseHolder> holders() {
        return List.copyOf(holders);
    }
}
