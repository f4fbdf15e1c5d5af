package dev.cenote.pool.internal.run;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Arithmetic of times: lengths in nanoseconds, and instants of a ticker, whose differences may overflow. */
public final class Nanos {

    /** Longer than any process lives, and short enough that adding it to an instant never makes it look past. */
    public static final long FOREVER = Long.MAX_VALUE / 2;

    private Nanos() {}

    /** A length in nanoseconds, at most {@link #FOREVER}. */
    public static long nanos(Duration duration) {
        return Math.min(FOREVER, TimeUnit.NANOSECONDS.convert(duration));
    }

    /**
     * The length that a caller gave, in nanoseconds, at most {@link #FOREVER}.
     *
     * @throws NullPointerException if there is none
     * @throws IllegalArgumentException if it is negative
     */
    public static long given(String argument, @Nullable Duration length) {
        if (length == null) {
            throw new NullPointerException(argument + " must be a duration of zero or longer, but was null");
        }
        if (length.isNegative()) {
            throw new IllegalArgumentException(argument + " must be zero or longer, but was " + length);
        }
        return nanos(length);
    }

    /** A length in milliseconds, for a text: the longest that there is where it is longer. */
    public static long millis(Duration duration) {
        return TimeUnit.MILLISECONDS.convert(duration);
    }

    /** A length in nanoseconds, where zero stands for never. */
    public static long nanosOrNever(Duration duration) {
        return duration.isZero() ? FOREVER : nanos(duration);
    }

    /** A multiple of a length, at most {@link #FOREVER}. */
    public static long times(int factor, long length) {
        return length >= FOREVER / factor ? FOREVER : length * factor;
    }

    public static boolean isPast(long instant, long now) {
        return now - instant >= 0;
    }

    public static long earlier(long instant, long other) {
        return instant - other < 0 ? instant : other;
    }

    /** A lifetime shortened by up to the given share of it. */
    public static long jittered(long lifetime, double share, RandomGenerator random) {
        return lifetime == FOREVER ? FOREVER : lifetime - (long) (lifetime * share * random.nextDouble());
    }

    /** A length up to a fifth shorter or longer, or for ever. */
    public static long aboutAsLong(long length, RandomGenerator random) {
        return length == FOREVER ? FOREVER : (long) (length * (0.8 + 0.4 * random.nextDouble()));
    }

    /** A random length up to the given one: "full jitter", after AWS's "Exponential Backoff And Jitter". */
    public static long fullJitter(long length, RandomGenerator random) {
        return random.nextLong(length + 1);
    }
}
