package dev.cenote.pool;

import java.time.Duration;
import java.util.Optional;

/**
 * Receives a pool's events. Every method does nothing by default: override those that you need.
 *
 * <p>A method runs outside the pool's lock, on the thread where the event happened, so it should be quick. An exception that it
 * throws is logged and changes nothing. It may call the pool.
 *
 * <p>Every object that is made is told once by {@link #created}, and leaves once, by {@link #destroyed} or by {@link #detached}. So
 * their difference is how many objects exist, once the pool is quiet; events of several threads may come in another order than they
 * happened.
 *
 * @since 0.9.0
 */
public interface PoolListener {

    /** The default: a listener that listens to nothing. */
    PoolListener NONE = new PoolListener() {};

    /**
     * An object was made: also one that came too late, or that a validator rejected at once.
     *
     * @param took how long the factory needed, and the validator if {@link PoolBuilder#validateOnCreate} is set
     * @since 0.9.0
     */
    default void created(Duration took) {}

    /**
     * An object could not be made.
     *
     * @param cause what the factory threw
     * @since 0.9.0
     */
    default void createFailed(Throwable cause) {}

    /**
     * An object is gone.
     *
     * @param reason why
     * @since 0.9.0
     */
    default void destroyed(DestroyReason reason) {}

    /**
     * {@link Factory#destroy} threw; the object counts as destroyed all the same.
     *
     * @param cause what it threw
     * @since 0.9.0
     */
    default void destroyFailed(Throwable cause) {}

    /**
     * An object has left the pool alive ({@link Lease#detach}).
     *
     * @since 0.9.0
     */
    default void detached() {}

    /**
     * A validator rejected an object, threw or took too long, or {@link Factory#reset} did.
     *
     * @since 0.9.0
     */
    default void validationFailed() {}

    /**
     * A holder gave an object up because of a fault that may concern others ({@link Lease#invalidate(Throwable)}).
     *
     * @param cause the fault
     * @since 0.9.0
     */
    default void faultReported(Throwable cause) {}

    /**
     * A lease is held for longer than {@link PoolBuilder#leakThreshold}, or nobody can end it any more. Called once for a lease.
     *
     * @param holder who holds it
     * @param isLost true if the garbage collector found it: its object is taken back and destroyed
     * @param acquired the stack of its acquire, if that was sampled
     * @since 0.9.0
     */
    default void leakSuspected(LeaseHolder holder, boolean isLost, Optional<Throwable> acquired) {}

    /**
     * A lease was taken back: it was held for longer than {@link PoolBuilder#maxLeaseTime}, or than the grace of a pool that
     * closes. Its object is destroyed.
     *
     * @param holder who held it
     * @since 0.9.0
     */
    default void revoked(LeaseHolder holder) {}

    /**
     * A lease has ended whose time was measured ({@link PoolBuilder#useTimes}).
     *
     * @param time for how long it was held
     * @since 0.9.0
     */
    default void used(Duration time) {}

    /**
     * A caller that had queued has left the queue, with or without a lease; or one has made its object itself ({@link
     * Factory#creatingOnCaller}).
     *
     * @param time for how long it was in the queue, or made its object
     * @param result what became of it
     * @since 0.9.0
     */
    default void waited(Duration time, WaitResult result) {}

    /**
     * An acquire's time was up.
     *
     * @since 0.9.0
     */
    default void timedOut() {}

    /**
     * An acquire was turned away because the queue was full.
     *
     * @since 0.9.0
     */
    default void refused() {}

    /**
     * An acquire failed because no object could be made.
     *
     * @param cause why not
     * @since 0.9.0
     */
    default void failed(Throwable cause) {}

    /**
     * Creates have begun to fail.
     *
     * @param cause the first failure
     * @since 0.9.0
     */
    default void outageBegan(Throwable cause) {}

    /**
     * A create has succeeded again, or another factory has taken the place of the one whose creates failed.
     *
     * @param lasted for how long creates have failed
     * @since 0.9.0
     */
    default void outageEnded(Duration lasted) {}

    /**
     * A lease was ended a second time.
     *
     * @since 0.9.0
     */
    default void staleClose() {}

    /**
     * The limits were changed.
     *
     * @param limits the new ones
     * @since 0.9.0
     */
    default void resized(PoolLimits limits) {}

    /**
     * The pool was suspended.
     *
     * @since 0.9.0
     */
    default void suspended() {}

    /**
     * The pool was resumed.
     *
     * @since 0.9.0
     */
    default void resumed() {}

    /**
     * The pool is being closed: no caller gets a lease any more.
     *
     * @since 0.9.0
     */
    default void closing() {}

    /**
     * The pool is closed, and its last object is gone.
     *
     * @since 0.9.0
     */
    default void closed() {}
}
