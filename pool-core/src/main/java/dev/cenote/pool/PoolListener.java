package dev.cenote.pool;

import java.time.Duration;
import java.util.Optional;

/**
 * Is told what happens in a pool. Every method does nothing by default, so that one overrides what one wants to know.
 *
 * <p>Methods run outside the pool's lock on the thread where it happened, so they should be quick. What they throw is
 * logged and changes nothing. They may call the pool.
 */
public interface PoolListener {

    /**
     * An object was made.
     *
     * @param took how long the factory needed
     */
    default void created(Duration took) {}

    /**
     * An object could not be made.
     *
     * @param cause what the factory threw
     */
    default void createFailed(Throwable cause) {}

    /**
     * An object is gone.
     *
     * @param reason why
     */
    default void destroyed(DestroyReason reason) {}

    /**
     * {@link Factory#destroy} threw; the object counts as destroyed all the same.
     *
     * @param cause what it threw
     */
    default void destroyFailed(Throwable cause) {}

    /** A validator rejected an object, threw or took too long, or {@link Factory#reset} did. */
    default void validationFailed() {}

    /**
     * A holder gave an object up for a fault that may concern others ({@link Lease#invalidate(Throwable)}).
     *
     * @param cause the fault
     */
    default void faultReported(Throwable cause) {}

    /**
     * A lease is held for longer than {@link PoolBuilder#leakThreshold}, or nobody can end it any more. Told once a lease.
     *
     * @param holder who holds it
     * @param isLost true if the garbage collector found it: its object is taken back and destroyed
     * @param acquired the stack of its acquire, if that was sampled
     */
    default void leakSuspected(LeaseHolder holder, boolean isLost, Optional<Throwable> acquired) {}

    /** An acquire's time was up. */
    default void timedOut() {}

    /** An acquire was turned away because the queue was full. */
    default void refused() {}

    /** A lease was ended a second time. */
    default void staleClose() {}

    /** The pool is closed and its last object gone. */
    default void closed() {}
}
