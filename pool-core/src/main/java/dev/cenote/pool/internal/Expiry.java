package dev.cenote.pool.internal;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** Arithmetic of times: lengths in nanoseconds, and instants of a ticker, whose differences may overflow. */
final class Expiry {

    /** Longer than any process lives, and short enough that adding it to an instant never makes it look past. */
    static final long FOREVER = Long.MAX_VALUE / 2;

    private Expiry() {}

    /** A length in nanoseconds, at most {@link #FOREVER}. */
    static long nanos(Duration duration) {
        return Math.min(FOREVER, TimeUnit.NANOSECONDS.convert(duration));
    }

    /** A length in milliseconds, for a text: the longest that there is where it is longer. */
    static long millis(Duration duration) {
        return TimeUnit.MILLISECONDS.convert(duration);
    }

    /** A length in nanoseconds, where zero stands for never. */
    static long nanosOrNever(Duration duration) {
        return duration.isZero() ? FOREVER : nanos(duration);
    }

    /** A multiple of a length, at most {@link #FOREVER}. */
    static long times(int factor, long length) {
        return length >= FOREVER / factor ? FOREVER : length * factor;
    }

    static boolean isPast(long instant, long now) {
        return now - instant >= 0;
    }

    static long earlier(long instant, long other) {
        return instant - other < 0 ? instant : other;
    }

    /** A lifetime shortened by up to the given share of it. */
    static long jittered(long lifetime, double share, RandomGenerator random) {
        return lifetime == FOREVER ? FOREVER : lifetime - (long) (lifetime * share * random.nextDouble());
    }

    /** A length up to a fifth shorter or longer, or for ever. */
    static long aboutAsLong(long length, RandomGenerator random) {
        return length == FOREVER ? FOREVER : (long) (length * (0.8 + 0.4 * random.nextDouble()));
    }

    /** A random length up to the given one: "full jitter", after AWS's "Exponential Backoff And Jitter". */
    static long fullJitter(long length, RandomGenerator random) {
        return random.nextLong(length + 1);
    }
}
