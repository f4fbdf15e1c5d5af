package dev.cenote.pool.internal.run;

import dev.cenote.pool.Ticker;
import java.lang.ref.PhantomReference;
import java.time.Duration;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The alarm of one pool: when its housekeeper runs next on the {@link HousekeeperThread} that it shares with others.
 * Instants are those of the pool's own ticker.
 *
 * <p><b>Ordering:</b> {@code nextRun} is written before the alarm is put among the thread's changed ones; the thread takes
 * it out, and then reads {@code nextRun}. So it sees each change, or finds the alarm there again.
 */
public final class HousekeeperAlarm implements Alarm {

    /** A ticker that goes more slowly than the system's, or stands still, is asked no more often than that. */
    private static final long SLOW_TICKER_NANOS = Duration.ofMillis(1).toNanos();

    private final HousekeeperThread thread;
    private final Ticker ticker;
    private volatile long nextRun;
    private volatile @Nullable LongConsumer housekeeper; // null before the start, and once stopped
    private volatile boolean isStopped;
    private volatile @Nullable PhantomReference<Object> watch;

    // The thread's own: its place in the schedule.
    long dueNanos;
    long number;
    private long seenStillNanos;
    private long stoodStillNanos; // since the last run

    public HousekeeperAlarm(HousekeeperThread thread, Ticker ticker) {
        this.thread = thread;
        this.ticker = ticker;
        nextRun = ticker.nanos();
        seenStillNanos = thread.stoodStillNanos();
    }

    /** Runs the housekeeper from now on, at once for the first time. */
    public void start(LongConsumer runOnce) {
        housekeeper = runOnce;
        thread.add(this);
    }

    /** The same, and has something done when the owner can't be reached any more while this runs. */
    public void start(LongConsumer runOnce, Object owner, Runnable whenUnreachable) {
        watch = thread.watch(owner, whenUnreachable);
        start(runOnce);
    }

    public void stop() {
        PhantomReference<Object> watching = watch;
        if (watching != null) {
            watching.clear();
            watch = null;
        }
        isStopped = true;
        housekeeper = null; // whoever still has the alarm keeps no pool alive
        thread.remove(this);
    }

    boolean isStopped() {
        return isStopped;
    }

    @Override
    public void noLaterThan(long instant) {
        long before = nextRun;
        if (instant - before < 0) {
            nextRun = instant;
            if (housekeeper != null) {
                try {
                    thread.changed(this, instant - ticker.nanos());
                } catch (Throwable thrown) {
                    nextRun = before; // or no later call would tell the thread
                    throw thrown;
                }
            }
        }
    }

    @Override
    public void next(long instant) {
        nextRun = instant;
    }

    /** As far as the thread overslept: while it is at work for other pools, user code goes on. */
    @Override
    public long lateness(long now) {
        return Math.min(now - nextRun, stoodStillNanos);
    }

    /** How long until the next run; zero or less if it is due. */
    long leftNanos() {
        return nextRun - ticker.nanos();
    }

    /** Runs the housekeeper if it is due. Returns how long until the next run. */
    long runIfDue() {
        long now = ticker.nanos();
        long left = nextRun - now;
        LongConsumer due = housekeeper;
        if (left > 0 || due == null) {
            return Math.max(left, SLOW_TICKER_NANOS);
        }
        long seen = thread.stoodStillNanos();
        stoodStillNanos = seen - seenStillNanos;
        seenStillNanos = seen;
        try {
            due.accept(now);
        } catch (Throwable thrown) {
            nextRun = now + HousekeeperThread.AFTER_FAILURE_NANOS;
            throw thrown;
        }
        return leftNanos();
    }
}
