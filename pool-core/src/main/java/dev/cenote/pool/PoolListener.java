package dev.cenote.pool;

import java.time.Duration;
import java.util.Optional;

/**
 * Receives a pool's events. Every method does nothing by default: override those that you need.
 *
 * <p>A method runs outside the pool's lock, on the thread where the event happened, so it should be quick. An exception that it
 * throws is logged and changes nothing. It may call the pool.
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
     * A holder gave an object up because of a fault that may concern others ({@link Lease#invalidate(Throwable)}).
     *
     * @param cause the fault
     */
    default void faultReported(Throwable cause) {}

    /**
     * A lease is held for longer than {@link PoolBuilder#leakThreshold}, or nobody can end it any more. Called once for a lease.
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

    /** The pool is closed, and its last object is gone. */
    default void closed() {}
}
