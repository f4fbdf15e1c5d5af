package dev.cenote.pool;

import java.time.Duration;

/**
 * Who gets a released object while others wait.
 *
 * <p>With {@link #STRICT} the oldest waiter always gets it. With {@link #eventual} the caller that comes first gets it, as long
 * as the oldest waiter has waited less than a bound. After that the oldest waiter gets it, until the queue has drained below the
 * bound. That saves most context switches of a saturated pool, and starves nobody. The idea is that of the starvation mode of
 * Go's {@code sync.Mutex} and of the eventual fairness of WebKit's and Rust's {@code parking_lot}.
 *
 * @param bound how long the oldest waiter may have been overtaken; zero is strict
 * @since 0.9.0
 */
public record Fairness(Duration bound) {

    /** First come, first served. */
    public static final Fairness STRICT = new Fairness(Duration.ZERO);

    /**
     * Checks the bound.
     *
     * @param bound how long the oldest waiter may have been overtaken; zero is strict
     * @since 0.9.0
     */
    public Fairness {
        Settings.zeroOrLonger("fairness bound", bound);
    }

    /**
     * Newcomers may overtake while nobody has waited as long as the bound. The pool notices within sixteen leases of an object
     * that somebody has. To serve n threads that have waited for the bound takes n context switches. So with many threads a
     * longer bound brings more throughput, and longer waits.
     *
     * @param bound longer than zero; 1 ms is a good value
     * @return a fairness with that bound
     * @since 0.9.0
     */
    public static Fairness eventual(Duration bound) {
        return new Fairness(Settings.longerThanZero("fairness bound", bound));
    }

    /**
     * Tells whether nobody is ever overtaken.
     *
     * @return true for {@link #STRICT}
     * @since 0.9.0
     */
    public boolean isStrict() {
        return bound.isZero();
    }
}
