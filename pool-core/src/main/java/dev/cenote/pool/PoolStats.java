package dev.cenote.pool;

import java.io.Serial;
import java.io.Serializable;
import java.util.Map;

/**
 * A picture of a pool and its history. The numbers of objects are derived from the states of the pool's slots. Each slot
 * is read once, so the numbers never add up to more than exist. In a quiet pool they are exact: {@code created - destroyed -
 * detached = total} and {@code acquired - released = leased}.
 *
 * @param name the pool's name
 * @param maxSize the most objects that may exist
 * @param total objects that exist: idle, leased, validating and retiring ones
 * @param idle objects that lie ready
 * @param leased objects in their holders' hands
 * @param validating objects that are being validated or reset
 * @param retiring objects that are being destroyed
 * @param creating objects that are being made
 * @param waiters callers in the queue
 * @param created objects made so far
 * @param destroyedBy objects destroyed so far, by reason; a reason that never occurred is missing; unmodifiable
 * @param detached objects that left the pool alive
 * @param acquired leases given out
 * @param released leases that have ended in any way
 * @param missed leases given out to callers that had to wait, or for which an object was made or validated
 * @param waited leases given out to callers that had to wait; they are among the missed ones. An object that the caller's own
 *     thread makes, because the executor runs tasks in place, is no wait
 * @param timeouts callers whose time was up
 * @param refused callers turned away because the queue was full
 * @param cancelled callers that left: interrupted, or their future cancelled
 * @param creationFailures creates that failed or took too long
 * @param validations validations of idle objects, resets and validations of released ones, so far
 * @param validationFailures validations and resets that failed or took too long
 * @param leaks leases that were reported as leaked ({@link PoolBuilder#leakThreshold})
 * @param staleCloses how often a lease was ended that was dead already, because its holder had ended it or because the pool
 *     had taken it back. The first close after an invalidate or a detach is not counted
 * @param isFailingFast whether callers that nothing else can serve fail at once, since creates have failed for as long as
 *     {@link PoolBuilder#failFastAfter} says. It is false while the next try is due, which the next caller waits for
 * @param waitTimes how long callers waited
 * @serial exclude
 */
public record PoolStats(
        String name,
        int maxSize,
        int total,
        int idle,
        int leased,
        int validating,
        int retiring,
        int creating,
        int waiters,
        long created,
        Map<DestroyReason, Long> destroyedBy,
        long detached,
        long acquired,
        long released,
        long missed,
        long waited,
        long timeouts,
        long refused,
        long cancelled,
        long creationFailures,
        long validations,
        long validationFailures,
        long leaks,
        long staleCloses,
        boolean isFailingFast,
        WaitTimes waitTimes)
        implements Serializable {

    @Serial
    private static final long serialVersionUID = 1;

    /**
     * Objects destroyed so far.
     *
     * @return the sum over all reasons
     */
    public long destroyed() {
        return destroyedBy.values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * Objects destroyed so far for one reason.
     *
     * @param reason the reason
     * @return how many
     */
    public long destroyed(DestroyReason reason) {
        return destroyedBy.getOrDefault(reason, 0L);
    }

    /**
     * The share of leases that were given out without waiting, creating or validating.
     *
     * @return 0 to 1; 1 if there were no leases yet
     */
    public double hitRate() {
        return acquired == 0 ? 1 : (double) (acquired - Math.min(missed, acquired)) / acquired;
    }

    /**
     * The counts that tell why a caller has to wait, in one line.
     *
     * @return text for a log
     */
    public String summary() {
        return "leased " + leased + ", idle " + idle + ", creating " + creating + ", validating " + validating
                + ", retiring " + retiring + " of at most " + maxSize + "; waiters " + waiters;
    }
}
