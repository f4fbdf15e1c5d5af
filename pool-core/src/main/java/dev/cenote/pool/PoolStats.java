package dev.cenote.pool;

import java.io.Serializable;
import java.time.Duration;
import java.util.Map;

/**
 * A picture of a pool and its history. The numbers of objects are derived from the states of the pool's slots. Each slot
 * is read once, so the numbers never add up to more than exist. In a quiet pool they are exact: {@code created - destroyed -
 * detached = total} and {@code acquired - released = leased}.
 *
 * <p>Immutable, and serializable. The pool makes instances; further accessors may be added.
 *
 * @since 0.9.0
 */
public interface PoolStats extends Serializable {

    /**
     * The pool's name.
     *
     * @return {@link PoolBuilder#name}
     * @since 0.9.0
     */
    String name();

    // --- the limits, as they are now

    /**
     * The most objects that may exist.
     *
     * @return {@link PoolLimits#maxSize}
     * @since 0.9.0
     */
    int maxSize();

    /**
     * How many idle objects are kept ready.
     *
     * @return {@link PoolLimits#minIdle}
     * @since 0.9.0
     */
    int minIdle();

    /**
     * How many callers may wait for a release.
     *
     * @return {@link PoolLimits#maxWaiters}
     * @since 0.9.0
     */
    int maxWaiters();

    // --- the present

    /**
     * Objects that exist: idle, leased, validating and retiring ones.
     *
     * @return how many
     * @since 0.9.0
     */
    int total();

    /**
     * Objects that lie ready.
     *
     * @return how many
     * @since 0.9.0
     */
    int idle();

    /**
     * Objects in their holders' hands.
     *
     * @return how many
     * @since 0.9.0
     */
    int leased();

    /**
     * Objects that are being validated or reset.
     *
     * @return how many
     * @since 0.9.0
     */
    int validating();

    /**
     * Objects that are being destroyed.
     *
     * @return how many
     * @since 0.9.0
     */
    int retiring();

    /**
     * Objects that are being made.
     *
     * @return how many
     * @since 0.9.0
     */
    int creating();

    /**
     * Callers in the queue.
     *
     * @return how many
     * @since 0.9.0
     */
    int waiters();

    /**
     * For how long the caller at the head of the queue has waited.
     *
     * @return zero if nobody waits
     * @since 0.9.0
     */
    Duration oldestWait();

    /**
     * Tells whether callers that nothing else can serve fail at once, since creates have failed for as long as {@link
     * PoolBuilder#failFastAfter} says. It stays true until a create succeeds, though now and then a caller waits for the next
     * try.
     *
     * @return true in an outage that has lasted for so long
     * @since 0.9.0
     */
    boolean isFailingFast();

    /**
     * Tells whether the pool is suspended ({@link Pool#suspend}, {@link Pool#drain}).
     *
     * @return true until it is resumed
     * @since 0.9.0
     */
    boolean isSuspended();

    /**
     * Tells whether the pool is closed, or closing.
     *
     * @return true from the first {@link Pool#shutdown} or {@link Pool#close} on
     * @since 0.9.0
     */
    boolean isClosed();

    // --- what has become of objects

    /**
     * Objects made so far, late ones and those that a validator rejected at once included.
     *
     * @return how many
     * @since 0.9.0
     */
    long created();

    /**
     * Objects destroyed so far, by reason.
     *
     * @return a reason that never occurred is missing; unmodifiable
     * @since 0.9.0
     */
    Map<DestroyReason, Long> destroyedBy();

    /**
     * Objects destroyed so far.
     *
     * @return the sum over all reasons
     * @since 0.9.0
     */
    default long destroyed() {
        return destroyedBy().values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * Objects destroyed so far for one reason.
     *
     * @param reason the reason
     * @return how many
     * @since 0.9.0
     */
    default long destroyed(DestroyReason reason) {
        return destroyedBy().getOrDefault(reason, 0L);
    }

    /**
     * Objects that left the pool alive.
     *
     * @return how many
     * @since 0.9.0
     */
    long detached();

    /**
     * Creates that failed or took too long.
     *
     * @return how many
     * @since 0.9.0
     */
    long creationFailures();

    /**
     * Validations of idle objects, resets and validations of released ones, so far.
     *
     * @return how many
     * @since 0.9.0
     */
    long validations();

    /**
     * Validations and resets that failed or took too long.
     *
     * @return how many
     * @since 0.9.0
     */
    long validationFailures();

    // --- what has become of callers

    /**
     * Leases given out.
     *
     * @return how many
     * @since 0.9.0
     */
    long acquired();

    /**
     * Leases that have ended in any way.
     *
     * @return how many
     * @since 0.9.0
     */
    long released();

    /**
     * Leases given out to callers that had to wait, or for which an object was made or validated.
     *
     * @return how many of {@link #acquired}
     * @since 0.9.0
     */
    long missed();

    /**
     * Leases given out to callers that had to wait. An object that the caller's own thread makes, because the executor runs tasks
     * in place or by {@link Factory#creatingOnCaller}, is no wait.
     *
     * @return how many of {@link #missed}
     * @since 0.9.0
     */
    long waited();

    /**
     * Callers that were in the queue and have left it in any way: with a lease, with an exception, or by themselves. A caller that
     * made its object itself ({@link Factory#creatingOnCaller}) counts, too.
     *
     * @return how many
     * @since 0.9.0
     */
    long queued();

    /**
     * Callers whose time was up.
     *
     * @return how many
     * @since 0.9.0
     */
    long timeouts();

    /**
     * Callers turned away because the queue was full.
     *
     * @return how many
     * @since 0.9.0
     */
    long refused();

    /**
     * Callers that failed because no object could be made ({@link CreateFailedException}).
     *
     * @return how many
     * @since 0.9.0
     */
    long failed();

    /**
     * Callers that left: interrupted, or their future cancelled.
     *
     * @return how many
     * @since 0.9.0
     */
    long cancelled();

    /**
     * Leases that were reported as leaked ({@link PoolBuilder#leakThreshold}).
     *
     * @return how many
     * @since 0.9.0
     */
    long leaks();

    /**
     * How often a lease was ended that was dead already, because its holder had ended it or because the pool had taken it back.
     * The first close after an invalidate or a detach is not counted.
     *
     * @return how many
     * @since 0.9.0
     */
    long staleCloses();

    /**
     * The share of leases that were given out without waiting, creating or validating.
     *
     * @return 0 to 1; 1 if there were no leases yet
     * @since 0.9.0
     */
    default double hitRate() {
        return acquired() == 0 ? 1 : (double) (acquired() - Math.min(missed(), acquired())) / acquired();
    }

    // --- how long it took

    /**
     * How long callers waited, from their arrival to their return, since the pool was opened. Callers that were served at once
     * count as zero. Callers that timed out, were cancelled or failed are included; those that were turned away at once are not.
     *
     * @return the times of all callers
     * @since 0.9.0
     */
    PoolTimes waitTimes();

    /**
     * The same for the last 60 to 70 seconds.
     *
     * @return the times of all callers of that time
     * @since 0.9.0
     */
    PoolTimes recentWaitTimes();

    /**
     * How long leases were held that have ended, since the pool was opened: of one lease in so many as {@link
     * PoolBuilder#useTimes} says.
     *
     * @return none unless the setting is given
     * @since 0.9.0
     */
    PoolTimes useTimes();

    /**
     * How long it took to make an object, its validation included if {@link PoolBuilder#validateOnCreate} is set, for each object
     * of {@link #created}.
     *
     * @return the times since the pool was opened
     * @since 0.9.0
     */
    PoolTimes createTimes();

    /**
     * How long validations and resets took that have ended, whether the object was found good or not; but for those of new objects,
     * which are part of {@link #createTimes}, and those on the caller's own thread ({@link Validator#onCaller}), which read no clock.
     *
     * @return the times since the pool was opened
     * @since 0.9.0
     */
    PoolTimes validationTimes();

    /**
     * The counts that tell why a caller has to wait, in one line.
     *
     * @return text for a log
     * @since 0.9.0
     */
    default String summary() {
        return "leased " + leased() + ", idle " + idle() + ", creating " + creating() + ", validating " + validating()
                + ", retiring " + retiring() + " of at most " + maxSize() + "; waiters " + waiters();
    }
}
