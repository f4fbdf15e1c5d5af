package dev.cenote.pool;

/**
 * The pool's clock. Only differences between two readings count, and readings may overflow, as with {@link System#nanoTime}.
 *
 * <p>It may be read under the pool's lock, so it must not block, throw, or call the pool.
 *
 * @since 0.9.0
 */
@FunctionalInterface
public interface Ticker {

    /**
     * The time.
     *
     * @return nanoseconds since some fixed point
     * @since 0.9.0
     */
    long nanos();

    /**
     * The wall clock. A pool uses it for one thing: to notice that the machine has slept, since a monotonic clock may stand
     * still meanwhile.
     *
     * @return milliseconds since some fixed point; always 0, as by default, if the pool should not notice that
     * @since 0.9.0
     */
    default long wallMillis() {
        return 0;
    }

    /**
     * The system's monotonic clock, {@link System#nanoTime}, and its wall clock.
     *
     * @return the default ticker
     * @since 0.9.0
     */
    static Ticker system() {
        return new Ticker() {
            @Override
            public long nanos() {
                return System.nanoTime();
            }

            @Override
            public long wallMillis() {
                return System.currentTimeMillis();
            }
        };
    }
}
