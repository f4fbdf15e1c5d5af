package dev.cenote.pool.internal.life;

import dev.cenote.pool.internal.run.Alarm;
import dev.cenote.pool.internal.run.Help;
import dev.cenote.pool.internal.run.Nanos;
import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.slot.Slot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls of user code of one kind (create, validate, reset, destroy) that are under way, each with the slot that it works for.
 *
 * <p><b>States</b> of a call: begun (its task waits for a thread) → entered (user code runs) → over. From each state it can be
 * abandoned; the user code of an abandoned call is a stray until it returns.
 *
 * <p><b>Invariants</b> (all under the pool's lock):
 *
 * <ol>
 *   <li>A call ends once: by {@link #finish} on its own thread, or by {@link #abandon}, and gives its slot to what ended it.
 *   <li>The time-out counts from {@link #enter}: the wait for a thread is not the user code's.
 *   <li>An abandoned call is interrupted under the lock, while it runs; so the interrupt can't hit what its thread does next.
 *   <li>P14: a call covers one waiter until it is slow ({@link UsualTime}) or outdated, and nobody after that.
 * </ol>
 */
public final class TimedCalls<T> {

    private static final Logger LOG = LoggerFactory.getLogger(TimedCalls.class);

    private final PoolLock lock;
    private final Alarm alarm;
    private final long timeoutNanos;
    private final Runnable tellStuck;

    // Guarded by the lock.
    private final List<TimedCall<T>> running = new ArrayList<>(); // in no order
    private int outdated; // how many of them
    private int idle; // how many of them cover nobody: outdated or slow
    private @Nullable Strays strays; // none until one strays
    private UsualTime usual = UsualTime.UNKNOWN;

    /**
     * @param what the calls are, for the log
     * @param consequence what the pool does when so many hang that no other one may begin
     */
    TimedCalls(Parts<?> parts, Duration timeout, String what, String consequence) {
        this(
                parts.lock(),
                parts.alarm(),
                Nanos.nanos(timeout),
                () -> LOG.error(
                        "Pool '{}': {} that took longer than {} ms have not returned, though they were interrupted,"
                                + " and hold twice as many threads as maxSize; {} until one of them does"
                                + Help.on("calls-that-hang"),
                        parts.config().name(),
                        what,
                        Nanos.millis(timeout),
                        consequence));
    }

    /** @param tellStuck tells the log why no more calls begin */
    TimedCalls(PoolLock lock, Alarm alarm, long timeoutNanos, Runnable tellStuck) {
        this.tellStuck = tellStuck;
        this.lock = lock;
        this.alarm = alarm;
        this.timeoutNanos = timeoutNanos;
    }

    /** How many are under way, without outdated ones. */
    public int running() {
        assert lock.isHeld();
        return running.size() - outdated;
    }

    /** How many are under way, outdated ones included: each occupies a slot. */
    public int occupying() {
        assert lock.isHeld();
        return running.size();
    }

    /** How many are under way for which a waiter should wait: neither outdated nor slow. */
    public int covering() {
        assert lock.isHeld();
        return running.size() - idle;
    }

    /** Tells whether so many calls hang that no other one may begin ({@link Strays}). */
    public boolean isStuck(int maxSize) {
        return strays != null && strays.areTooMany(running.size(), maxSize);
    }

    /** Tells whether another one may begin. If not, the log is told why. */
    boolean mayBegin(int maxSize) {
        return strays == null || strays.letBegin(running.size(), maxSize);
    }

    /** What those that are under way will bring is not wanted any more; they run on and hold their slots. */
    void outdateAll() {
        assert lock.isHeld();
        for (TimedCall<T> call : running) {
            call.outdated = true;
            call.covers = false;
        }
        outdated = running.size();
        idle = running.size();
    }

    /** Those that have become slow cover nobody any more. False if there are none. */
    public boolean noteSlow(long now) {
        assert lock.isHeld();
        int before = idle;
        for (TimedCall<T> call : running) {
            if (call.covers && Nanos.isPast(call.slowAtNanos, now)) {
                call.covers = false;
                idle++;
            }
        }
        return idle > before;
    }

    /**
     * A caller with this time-out waits. Calls that have run for too long for it cover nobody any more, also if they were begun
     * for others. False if there are none.
     */
    public boolean hasten(long callerNanos, long now) {
        assert lock.isHeld();
        if (covering() == 0) {
            return false;
        }
        long slowAfter = usual.slowAfter(callerNanos);
        running.forEach(call -> call.beSlowAfter(slowAfter));
        boolean areSlow = noteSlow(now);
        running.stream().filter(call -> call.covers).forEach(call -> alarm.noLaterThan(call.slowAtNanos));
        return areSlow;
    }

    /**
     * A caller that does not wait has come, and may come again. Calls that have run for too long for it cover nobody any more.
     */
    public void hastenForTry(long now) {
        assert lock.isHeld();
        long slowAfter = usual.slowForTryAfter();
        running.forEach(call -> call.beSlowAfter(slowAfter));
        noteSlow(now);
    }

    /** It has done well, and that is how long such calls take. */
    void noteDuration(TimedCall<T> call, long now) {
        assert lock.isHeld();
        if (call.doubtNanos == 0) { // else the process stood still meanwhile
            usual = usual.noting(now - call.enteredAtNanos);
        }
    }

    /**
     * The process has stood still until now, for so long at least and at most: what was under way used up no time meanwhile.
     */
    public void postpone(long atLeastNanos, long atMostNanos, long now) {
        assert lock.isHeld();
        long began = now - atLeastNanos; // or earlier: what has begun since then did so afterwards
        running.forEach(call -> call.postpone(atLeastNanos, atMostNanos, began));
    }

    /** Forgets a call. Returns false if it was forgotten before. */
    private boolean remove(TimedCall<T> call) {
        if (call.index == TimedCall.GONE) {
            return false;
        }
        TimedCall<T> last = running.remove(running.size() - 1);
        if (last != call) {
            running.set(call.index, last);
            last.index = call.index;
        }
        call.index = TimedCall.GONE;
        outdated -= call.outdated ? 1 : 0;
        idle -= call.covers ? 0 : 1;
        return true;
    }

    /** Begins one that brings nobody an object. */
    TimedCall<T> begin(Slot<T> slot) {
        assert lock.isHeld();
        TimedCall<T> call = new TimedCall<>(slot);
        call.index = running.size();
        running.add(call);
        idle++;
        return call;
    }

    /**
     * Begins one that may bring somebody an object.
     *
     * @param callerNanos how much time the caller has for whom it is begun; {@link Nanos#FOREVER} if there is none
     */
    TimedCall<T> begin(Slot<T> slot, long now, long callerNanos) {
        TimedCall<T> call = begin(slot);
        call.covers = true;
        idle--;
        call.begunAtNanos = now;
        call.slowAtNanos = now + usual.slowAfter(callerNanos);
        alarm.noLaterThan(call.slowAtNanos);
        return call;
    }

    /** Begins a call that the user's own thread makes at once, and that is not to be interrupted. */
    TimedCall<T> beginOnCaller(Slot<T> slot, long now) {
        TimedCall<T> call = begin(slot);
        entered(call, now);
        return call;
    }

    private void entered(TimedCall<T> call, long now) {
        call.enter(now, now + timeoutNanos);
        alarm.noLaterThan(call.deadlineNanos);
    }

    /** The call now runs on this thread. The pool may interrupt it unless it is a caller's. False if it was abandoned before. */
    boolean enter(TimedCall<T> call, long now) {
        lock.lock();
        try {
            if (call.index == TimedCall.GONE) {
                return false;
            }
            entered(call, now);
            call.isOurThread = !call.isCallers;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** A create has made this object, and now only validates it. It must end by that instant. */
    void noteMade(TimedCall<T> call, TimedCall.Made<T> made, long deadlineNanos) {
        lock.run(() -> {
            call.made = made;
            call.deadlineNanos = Nanos.earlier(call.deadlineNanos, deadlineNanos);
            alarm.noLaterThan(call.deadlineNanos);
        });
    }

    /**
     * The call is over.
     *
     * @param tookInterrupt it ended by an {@link InterruptedException} on a thread that is not the pool's; so an interrupt
     *     that the thread still has is another one
     * @return true if its slot is still its own
     */
    boolean finish(TimedCall<T> call, boolean tookInterrupt) {
        assert lock.isHeld();
        call.thread = null;
        if (call.interrupted && !tookInterrupt) {
            Thread.interrupted(); // it was ours, and meant for the call
        }
        return remove(call);
    }

    /** The thread of a call is free: its user code has returned, and what it brought is gone if it came too late. */
    void noteReturned(TimedCall<T> call) {
        assert lock.isHeld();
        if (call.isStray && strays != null) {
            call.isStray = false;
            strays.returned();
        }
    }

    /** Ends a call from outside; its slot is now the caller's. */
    void abandon(TimedCall<T> call) {
        assert lock.isHeld();
        if (!remove(call)) {
            throw new AssertionError("bug: abandoned what is not running");
        }
        if (call.thread != null) {
            call.isStray = true;
            strays = strays != null ? strays : new Strays(lock, tellStuck);
            strays.left();
        }
        call.interrupt();
    }

    /** Asks every call to hurry. */
    void interruptAll() {
        assert lock.isHeld();
        running.forEach(TimedCall::interrupt);
    }

    /** Tells whether the calling thread is inside one of these calls. */
    public boolean isInside() {
        assert lock.isHeld();
        return running.stream().anyMatch(call -> call.thread == Thread.currentThread());
    }

    /** Those that have taken too long. */
    List<TimedCall<T>> overdue(long now) {
        assert lock.isHeld();
        return running.stream()
                .filter(call -> call.hasEntered && Nanos.isPast(call.deadlineNanos, now))
                .toList();
    }

    List<TimedCall<T>> all() {
        assert lock.isHeld();
        return List.copyOf(running);
    }

    /** When the first of them is overdue or slow, or the given instant if that is earlier. */
    public long nextDeadline(long instant) {
        assert lock.isHeld();
        long earliest = instant;
        for (TimedCall<T> call : running) {
            earliest = call.nextDeadline(earliest);
        }
        return earliest;
    }
}
