package dev.cenote.pool;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The time of an acquire was up. The cause is the last create failure, if the pool was trying to make an object.
 *
 * @serial exclude
 * @since 0.9.0
 */
public final class PoolTimeoutException extends PoolException {

    @Serial
    private static final long serialVersionUID = 1;

    private static final SharedText<List<LeaseHolder>> HOLDERS = new SharedText<>(List::toString);

    private final Duration timeout;
    private final AcquirePhase phase;
    private final transient @Nullable Supplier<List<LeaseHolder>> findHolders;
    private transient volatile @Nullable List<LeaseHolder> found;
    private @Nullable ArrayList<LeaseHolder> holders; // as serialized

    /**
     * Made by the pool.
     *
     * @param stats the counts
     * @param timeout the time that was given
     * @param phase what the acquire was waiting for
     * @param holders finds the holders that have held their leases longest, when they are asked for
     * @param cause the last create failure, if one matters
     * @since 0.9.0
     */
    public PoolTimeoutException(
            PoolStats stats,
            Duration timeout,
            AcquirePhase phase,
            Supplier<List<LeaseHolder>> holders,
            @Nullable Throwable cause) {
        super(stats, cause);
        this.timeout = timeout;
        this.phase = phase;
        findHolders = holders;
    }

    private List<LeaseHolder> found() {
        List<LeaseHolder> known = found;
        if (known == null) { // racy on purpose: two who ask first may both look
            known = findHolders != null ? findHolders.get() : holders != null ? holders : List.of();
            found = known;
        }
        return known;
    }

    @Serial
    private void writeObject(ObjectOutputStream out) throws IOException {
        holders = new ArrayList<>(found());
        out.defaultWriteObject();
    }

    @Override
    String what() {
        List<LeaseHolder> oldest = found();
        return "no object within " + TimeUnit.MILLISECONDS.convert(timeout) + " ms, " + phase
                + (oldest.isEmpty() ? "" : "; oldest holders " + HOLDERS.of(oldest))
                + (phase == AcquirePhase.WAITING ? "" : staticInitialiser());
    }

    /**
     * What the acquire was waiting for when its time was up.
     *
     * @return the phase
     * @since 0.9.0
     */
    public AcquirePhase phase() {
        return phase;
    }

    /**
     * The holders that had held their leases longest, the oldest first, at most five. Their threads' names are looked up when
     * the holders or the message are first asked for; a thread that has ended by then has none.
     *
     * @return the holders
     * @since 0.9.0
     */
    public List<LeaseHolder> holders() {
        return List.copyOf(found());
    }
}
