package dev.cenote.pool;

import java.time.Duration;

/**
 * A policy that looks for the size from which on more objects bring no more throughput ({@link SizingPolicy#adaptive}). It keeps
 * state, so each pool needs its own. Thread-safe.
 *
 * @since 0.9.0
 */
public interface AdaptiveSizing extends SizingPolicy {

    /**
     * Tells what a holder did with its object. The pool knows only how long a lease was held, and that contains what the holder did
     * in between. An adapter that knows how long the server needed, such as one that times the calls of a driver, tells it here.
     * Once it does, the pool's own figures are not used any more. {@code cenote-jdbc} tells it of each of its leases, which would
     * count twice if its user did so, too. It costs some ten nanoseconds.
     *
     * @param time that the server needed; zero or longer
     * @param isGood false if it failed, say by a time-out: a failure is no throughput
     * @throws IllegalArgumentException if the time is negative
     * @since 0.9.0
     */
    void used(Duration time, boolean isGood);
}
