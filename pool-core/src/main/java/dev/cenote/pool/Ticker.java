package dev.cenote.pool;

/**
 * The pool's clock. Only differences count, and they may overflow, as with {@link System#nanoTime}.
 *
 * <p>It may be read under the pool's lock: it must not block, throw, or call the pool.
 */
@FunctionalInterface
public interface Ticker {

    /**
     * The time.
     *
     * @return nanoseconds since some fixed point
     */
    long nanos();

    /**
     * The system's monotonic clock, {@link System#nanoTime}.
     *
     * @return the default ticker
     */
    static Ticker system() {
        return System::nanoTime;
    }
}
