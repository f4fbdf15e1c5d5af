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
     * The wall clock, by which a pool notices that the machine has slept: a monotonic clock may stand still meanwhile. Used
     * for nothing else.
     *
     * @return milliseconds since some fixed point; always 0, as by default, if that is not to be noticed
     */
    default long wallMillis() {
        return 0;
    }

    /**
     * The system's monotonic clock, {@link System#nanoTime}, and its wall clock.
     *
     * @return the default ticker
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
