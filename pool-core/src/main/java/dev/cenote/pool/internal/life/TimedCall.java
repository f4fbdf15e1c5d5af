package dev.cenote.pool.internal.life;

import dev.cenote.pool.Factory;
import dev.cenote.pool.internal.run.Nanos;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.slot.Slot.Grant;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One call of user code, in a list of {@link TimedCalls}, which guards it by the pool's lock. */
final class TimedCall<T> {

    static final int GONE = -1;
    private static final long MOST_DOUBT_NANOS = Duration.ofSeconds(3).toNanos();

    final Slot<T> slot;

    // Guarded by the lock.
    int round; // the circuit breaker's, of a create
    boolean isToValidate; // of a reset: what comes next
    boolean isOfRelease; // of a check: its object comes from a lease
    boolean isCallers; // of a create: it runs on the thread of the caller that is to have its object

    @Nullable
    Grant<T> grant; // what that caller got

    boolean isSuspect; // of a check: it is under way because something else has failed
    int index; // among those that are under way, or GONE
    boolean hasEntered;
    long enteredAtNanos;
    long deadlineNanos; // once it has entered
    long doubtNanos; // extra time, because the start of a pause is only known to within a tick
    long begunAtNanos; // later, if the process stood still
    long slowAtNanos;
    boolean covers;

    @Nullable
    Made<T> made;

    @Nullable
    Thread thread;

    boolean isOurThread;
    boolean interrupted;
    boolean outdated;
    boolean isStray;

    TimedCall(Slot<T> slot) {
        this.slot = slot;
    }

    /** It runs on this thread from now on. */
    void enter(long now, long deadline) {
        thread = Thread.currentThread();
        hasEntered = true;
        enteredAtNanos = now;
        deadlineNanos = deadline;
    }

    /** It is slow after so long, if not before. */
    void beSlowAfter(long nanos) {
        slowAtNanos = Nanos.earlier(slowAtNanos, begunAtNanos + nanos);
    }

    /** The process has stood still since that instant, for so long at least and at most. */
    void postpone(long atLeastNanos, long atMostNanos, long since) {
        if (covers && Nanos.isPast(begunAtNanos, since)) {
            begunAtNanos += atLeastNanos;
            slowAtNanos += atLeastNanos;
        }
        if (hasEntered && Nanos.isPast(enteredAtNanos, since)) {
            long doubt = Math.min(atMostNanos - atLeastNanos, MOST_DOUBT_NANOS - doubtNanos);
            doubtNanos += doubt; // bounded, or one that hangs would have more time for ever
            deadlineNanos += atLeastNanos + doubt;
        }
    }

    /** When it is overdue or slow, or the given instant if that is earlier. */
    long nextDeadline(long instant) {
        long earliest = hasEntered ? Nanos.earlier(instant, deadlineNanos) : instant;
        return covers ? Nanos.earlier(earliest, slowAtNanos) : earliest;
    }

    /** For how long its user code has run. */
    long ran(long now) {
        return hasEntered ? now - enteredAtNanos : 0;
    }

    /** Takes what was noted; the caller owns it now. Null if nothing was noted, or if it was taken before. */
    @Nullable
    Made<T> takeMade() {
        Made<T> taken = made;
        made = null;
        return taken;
    }

    /** Asks it to hurry, if it runs on a thread of the pool's. */
    void interrupt() {
        if (thread != null && isOurThread) {
            interrupted |= !thread.isInterrupted(); // else it is somebody else's interrupt, and stays
            thread.interrupt();
        }
    }

    /** What a create has made, and by what. */
    record Made<T>(T object, Factory<T> by) {}
}
