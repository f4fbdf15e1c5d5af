package dev.cenote.pool.internal.life;

import dev.cenote.pool.internal.run.Nanos;
import dev.cenote.pool.internal.wait.WaitQueue;
import java.time.Duration;
import java.util.Arrays;

/**
 * How long calls of one kind usually take, and from when on one of them is slow. Guarded by the pool's lock.
 *
 * <p>A call is slow after ten times the median of the recent ones, and not before 100 ms have passed, or a second as long as no
 * call has come back. But it is slow after a tenth of the caller's time, if that is earlier. Where calls usually take long,
 * that tenth is extended to twice the median, or to half of the caller's time if that is less: a caller should not have several
 * objects made for it as a rule. A caller with less than 100 ms makes nothing slow: a second call would hardly help it.
 * For a caller that does not wait but tries again, a call is slow after twice the median, but not before 10 ms
 * have passed, and after a second at the latest: it may come back at any time, and finds nothing meanwhile.
 */
final class UsualTime {

    private static final int RECENT = 15;
    private static final int FEW = 3;
    private static final long SLOW_NANOS = Duration.ofMillis(100).toNanos();
    private static final long SLOW_AT_FIRST_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long SLOW_FOR_TRY_NANOS = Duration.ofMillis(10).toNanos();
    private static final long[] NONE = {};

    /** Of calls of which none has come back; shared by all pools that are not used. */
    static final UsualTime UNKNOWN = new UsualTime();

    private long[] recentNanos = NONE; // a ring
    private int noted;

    /** The same, or a new one in place of {@link #UNKNOWN}, with one more call noted. */
    UsualTime noting(long nanos) {
        UsualTime own = this == UNKNOWN ? new UsualTime() : this;
        own.note(nanos);
        return own;
    }

    private void note(long nanos) {
        if (noted == 0) {
            recentNanos = new long[RECENT];
        }
        recentNanos[noted % RECENT] = Math.max(0, nanos);
        noted = noted == Integer.MAX_VALUE ? RECENT : noted + 1;
    }

    /**
     * After how long a call is slow.
     *
     * @param callerNanos how much time the caller has for whom it was begun; {@link Nanos#FOREVER} if there is none
     */
    long slowAfter(long callerNanos) {
        long median = median();
        long slow = noted == 0 ? SLOW_AT_FIRST_NANOS : Math.max(SLOW_NANOS, Nanos.times(10, median));
        long known = noted < FEW ? 0 : median; // one that hung says nothing of what is usual
        long usual = Math.min(callerNanos / 2, Nanos.times(2, known));
        return callerNanos < WaitQueue.HASTY_NANOS ? slow : Math.min(slow, Math.max(callerNanos / 10, usual));
    }

    /** After how long a call is slow for a caller that does not wait. */
    long slowForTryAfter() {
        return noted < FEW
                ? SLOW_AT_FIRST_NANOS
                : Math.min(SLOW_AT_FIRST_NANOS, Math.max(SLOW_FOR_TRY_NANOS, Nanos.times(2, median())));
    }

    private long median() {
        long[] sorted = Arrays.copyOf(recentNanos, Math.min(noted, RECENT));
        Arrays.sort(sorted);
        return sorted.length == 0 ? 0 : sorted[(sorted.length - 1) / 2]; // of two the shorter
    }
}
