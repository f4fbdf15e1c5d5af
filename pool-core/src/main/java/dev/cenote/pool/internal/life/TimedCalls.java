package dev.cenote.pool.internal.life;

import dev.cenote.pool.Factory;
import dev.cenote.pool.internal.run.Alarm;
import dev.cenote.pool.internal.run.Nanos;
import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.slot.Slot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The calls of user code of one kind (create, validate, destroy) that are under way, each with the slot that it works for.
 *
 * <p><b>States</b> of a call: begun (its task waits for a thread) → entered (user code runs) → over. From each state
 * it can be abandoned; the user code of an abandoned call is a stray until it returns.
 *
 * <p><b>Invariants</b> (all under the pool's lock):
 *
 * <ol>
 *   <li>A call ends once: by {@link #finish} on its own thread, or by {@link #abandon}. The slot belongs to the one
 *       that ended it.
 *   <li>The time-out counts from {@link #enter}: the wait for a thread is not the user code's.
 *   <li>An abandoned call is interrupted under the lock, while it still runs; so the interrupt can't hit what its
 *       thread does next.
 *   <li>P14: a call covers one waiter until it is slow or outdated, and nobody after that ({@link #covering}). What
 *       slow means: {@link UsualTime}.
 * </ol>
 */
public final class TimedCalls<T> {

    private static final int GONE = -1;
    private static final long MOST_DOUBT_NANOS = Duration.ofSeconds(3).toNanos();

    private final PoolLock lock;
    private final Alarm alarm;
    private final long timeoutNanos;
    private final Runnable whenStuck;

    // Guarded by the lock.
    private final List<Call<T>> running = new ArrayList<>(); // in no order
    private int outdated; // how many of them
    private int idle; // how many of them cover nobody: outdated or slow
    private int strays;
    private boolean isToldStuck;
    private final UsualTime usual = new UsualTime();

    /** One call of user code. */
    static final class Call<T> {
        final Slot<T> slot;

        // Guarded by the lock.
        int round; // the circuit breaker's, of a create
        boolean isToValidate; // of a reset: what comes next
        boolean isOfRelease; // of a check: its object comes from a lease
        private int index; // among those that are under way, or GONE
        private boolean hasEntered;
        private long enteredAtNanos;
        private long deadlineNanos; // once it has entered
        private long doubtNanos; // time that it has more since it is not known when the process stood still
        private long begunAtNanos; // later, if the process stood still
        private long slowAtNanos;
        private boolean covers;
        private @Nullable Made<T> made;
        private @Nullable Thread thread;
        private boolean isOurThread;
        private boolean interrupted;
        private boolean outdated;
        private boolean isStray;

        private Call(Slot<T> slot) {
            this.slot = slot;
        }
    }

    /** What a create has made, and by what. */
    record Made<T>(T object, Factory<T> by) {}

    /**
     * @param whenStuck tells the log why no more calls begin
     */
    TimedCalls(PoolLock lock, Alarm alarm, long timeoutNanos, Runnable whenStuck) {
        this.whenStuck = whenStuck;
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

    /**
     * Tells whether so many calls hold a thread, the strays included, that no other one may begin: twice as many as there may
     * be objects.
     */
    public boolean isStuck(int maxSize) {
        assert lock.isHeld();
        return strays > 0 && strays + running.size() >= 2 * maxSize;
    }

    /** Tells whether another one may begin. If not, the log is told why, once until all strays are back. */
    boolean mayBegin(int maxSize) {
        boolean isStuck = isStuck(maxSize);
        if (isStuck && !isToldStuck) {
            isToldStuck = true;
            lock.afterwards(whenStuck);
        }
        return !isStuck;
    }

    /** What those that are under way will bring is not wanted any more; they run on and hold their slots. */
    void outdateAll() {
        assert lock.isHeld();
        for (Call<T> call : running) {
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
        for (Call<T> call : running) {
            if (call.covers && Nanos.isPast(call.slowAtNanos, now)) {
                call.covers = false;
                idle++;
            }
        }
        return idle > before;
    }

    /**
     * A caller with so much time now waits, perhaps for one that was begun for somebody else: those that have run for too
     * long for this caller cover nobody any more. False if there are none.
     */
    public boolean hasten(long callerNanos, long now) {
        assert lock.isHeld();
        if (covering() == 0) {
            return false;
        }
        long slowAfter = usual.slowAfter(callerNanos);
        for (Call<T> call : running) {
            call.slowAtNanos = Nanos.earlier(call.slowAtNanos, call.begunAtNanos + slowAfter);
        }
        boolean areSlow = noteSlow(now);
        for (Call<T> call : running) {
            if (call.covers) {
                alarm.noLaterThan(call.slowAtNanos);
            }
        }
        return areSlow;
    }

    /**
     * A caller that does not wait has come, and may come again. Calls that have run for too long for it cover nobody any more.
     */
    public void hastenForTry(long now) {
        assert lock.isHeld();
        if (usual.isKnown()) {
            long slowAfter = usual.slowForTryAfter();
            for (Call<T> call : running) {
                call.slowAtNanos = Nanos.earlier(call.slowAtNanos, call.begunAtNanos + slowAfter);
            }
            noteSlow(now);
        }
    }

    /** It has done well, and that is how long such calls take. */
    void noteDuration(Call<T> call, long now) {
        assert lock.isHeld();
        if (call.doubtNanos == 0) { // else the process stood still meanwhile
            usual.note(now - call.enteredAtNanos);
        }
    }

    /** For how long its user code has run. */
    long ran(Call<T> call, long now) {
        assert lock.isHeld();
        return call.hasEntered ? now - call.enteredAtNanos : 0;
    }

    /**
     * The process has stood still until now, for so long at least and at most: what was under way used up no time meanwhile.
     */
    public void postpone(long atLeastNanos, long atMostNanos, long now) {
        assert lock.isHeld();
        long began = now - atLeastNanos; // or earlier: what has begun since then did so afterwards
        for (Call<T> call : running) {
            if (call.covers && Nanos.isPast(call.begunAtNanos, began)) {
                call.begunAtNanos += atLeastNanos;
                call.slowAtNanos += atLeastNanos;
            }
            if (call.hasEntered && Nanos.isPast(call.enteredAtNanos, began)) {
                long doubt = Math.min(atMostNanos - atLeastNanos, MOST_DOUBT_NANOS - call.doubtNanos);
                call.doubtNanos += doubt; // bounded, or one that hangs would have more time for ever
                call.deadlineNanos += atLeastNanos + doubt;
            }
        }
    }

    /** Forgets an call. Returns false if it was forgotten before. */
    private boolean remove(Call<T> call) {
        if (call.index == GONE) {
            return false;
        }
        Call<T> last = running.remove(running.size() - 1);
        if (last != call) {
            running.set(call.index, last);
            last.index = call.index;
        }
        call.index = GONE;
        outdated -= call.outdated ? 1 : 0;
        idle -= call.covers ? 0 : 1;
        return true;
    }

    boolean isOutdated(Call<T> call) {
        assert lock.isHeld();
        return call.outdated;
    }

    /** Tells whether it was interrupted because the pool does not want it to go on. */
    boolean wasInterrupted(Call<T> call) {
        assert lock.isHeld();
        return call.interrupted;
    }

    boolean hasBegun(Call<T> call) {
        assert lock.isHeld();
        return call.thread != null;
    }

    /** Begins one that brings nobody an object. */
    Call<T> begin(Slot<T> slot) {
        assert lock.isHeld();
        Call<T> call = new Call<>(slot);
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
    Call<T> begin(Slot<T> slot, long now, long callerNanos) {
        Call<T> call = begin(slot);
        call.covers = true;
        idle--;
        call.begunAtNanos = now;
        call.slowAtNanos = now + usual.slowAfter(callerNanos);
        alarm.noLaterThan(call.slowAtNanos);
        return call;
    }

    /** Begins a call that the user's own thread makes at once, and that is not to be interrupted. */
    Call<T> beginOnCaller(Slot<T> slot, long now) {
        Call<T> call = begin(slot);
        entered(call, now);
        return call;
    }

    private void entered(Call<T> call, long now) {
        call.thread = Thread.currentThread();
        call.hasEntered = true;
        call.enteredAtNanos = now;
        call.deadlineNanos = now + timeoutNanos;
        alarm.noLaterThan(call.deadlineNanos);
    }

    /** The call now runs on this thread, which may be interrupted. False if it was abandoned before it began. */
    boolean enter(Call<T> call, long now) {
        lock.lock();
        try {
            if (call.index == GONE) {
                return false;
            }
            entered(call, now);
            call.isOurThread = true;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** A create has made that, and only looks at it any more, until that instant at the latest. */
    void noteMade(Call<T> call, Made<T> made, long deadlineNanos) {
        lock.run(() -> {
            call.made = made;
            call.deadlineNanos = Nanos.earlier(call.deadlineNanos, deadlineNanos);
            alarm.noLaterThan(call.deadlineNanos);
        });
    }

    /** What was noted, which is the caller's from now on; null if it was not, or is somebody else's already. */
    @Nullable
    Made<T> takeMade(Call<T> call) {
        assert lock.isHeld();
        Made<T> made = call.made;
        call.made = null;
        return made;
    }

    /**
     * The call is over.
     *
     * @param tookInterrupt it ended by an {@link InterruptedException} on a thread that is not the pool's; so an interrupt
     *     that the thread still has is another one
     * @return true if its slot is still its own
     */
    boolean finish(Call<T> call, boolean tookInterrupt) {
        assert lock.isHeld();
        call.thread = null;
        if (call.interrupted && !tookInterrupt) {
            Thread.interrupted(); // it was ours, and meant for the call
        }
        return remove(call);
    }

    /** The thread of a call is free: its user code has returned, and what it brought is gone if it came too late. */
    void noteReturned(Call<T> call) {
        assert lock.isHeld();
        strays -= call.isStray ? 1 : 0;
        call.isStray = false;
        isToldStuck &= strays > 0;
    }

    /** Ends a call from outside; its slot is now the caller's. */
    void abandon(Call<T> call) {
        assert lock.isHeld();
        if (!remove(call)) {
            throw new AssertionError("bug: abandoned what is not running");
        }
        if (call.thread != null) {
            call.isStray = true;
            strays++;
        }
        interrupt(call);
    }

    /** Asks every call to hurry. */
    void interruptAll() {
        assert lock.isHeld();
        running.forEach(this::interrupt);
    }

    private void interrupt(Call<T> call) {
        if (call.thread != null && call.isOurThread) {
            call.interrupted |= !call.thread.isInterrupted(); // else it is another one's, who wants it kept
            call.thread.interrupt();
        }
    }

    /** Tells whether the calling thread is inside one of these calls. */
    public boolean isInside() {
        assert lock.isHeld();
        return running.stream().anyMatch(call -> call.thread == Thread.currentThread());
    }

    /** Those that have taken too long. */
    List<Call<T>> overdue(long now) {
        return those(call -> call.hasEntered && Nanos.isPast(call.deadlineNanos, now));
    }

    List<Call<T>> all() {
        assert lock.isHeld();
        return List.copyOf(running);
    }

    private List<Call<T>> those(Predicate<Call<T>> wanted) {
        assert lock.isHeld();
        return running.stream().filter(wanted).toList();
    }

    /** When the first of them is overdue or slow, or the given instant if that is earlier. */
    public long nextDeadline(long instant) {
        assert lock.isHeld();
        long earliest = instant;
        for (Call<T> call : running) {
            if (call.hasEntered) {
                earliest = Nanos.earlier(earliest, call.deadlineNanos);
            }
            if (call.covers) {
                earliest = Nanos.earlier(earliest, call.slowAtNanos);
            }
        }
        return earliest;
    }
}
