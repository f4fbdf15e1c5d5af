package dev.cenote.pool.internal;

import dev.cenote.pool.Factory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The calls of user code of one kind (create, validate, destroy) that are under way, each with the slot that it works for.
 *
 * <p><b>States</b> of an operation: begun (its task waits for a thread) → entered (user code runs) → over. From each state
 * it can be abandoned; the user code of an abandoned operation is a stray until it returns.
 *
 * <p><b>Invariants</b> (all under the pool's lock):
 *
 * <ol>
 *   <li>An operation ends once: by {@link #finish} on its own thread, or by {@link #abandon}. The slot belongs to the one
 *       that ended it.
 *   <li>The time-out counts from {@link #enter}: the wait for a thread is not the user code's.
 *   <li>An abandoned operation is interrupted under the lock, while it still runs; so the interrupt can't hit what its
 *       thread does next.
 *   <li>P14: an operation covers one waiter until it is slow or outdated, and nobody after that ({@link #covering}). It is
 *       slow after ten times the median of the recent ones, and no earlier than after 100 ms (a second, as long as none
 *       has come back); but after a tenth of the caller's time, if that is earlier. Where calls usually take long, the
 *       tenth is extended to twice the median, or half of the caller's time if that is less: as a rule a caller does not
 *       have several objects made for it. A caller with less than 100 ms makes nothing slow: a second call would hardly
 *       help it.
 * </ol>
 */
final class Operations<T> {

    private static final int GONE = -1;
    private static final int RECENT = 15;
    private static final int FEW = 3;
    private static final long MOST_DOUBT_NANOS = Duration.ofSeconds(3).toNanos();
    private static final long SLOW_NANOS = Duration.ofMillis(100).toNanos();
    private static final long SLOW_AT_FIRST_NANOS = Duration.ofSeconds(1).toNanos();

    private final PoolLock lock;
    private final Alarm alarm;
    private final long timeoutNanos;
    private final Runnable whenStuck;

    // Guarded by the lock.
    private final List<Operation<T>> running = new ArrayList<>(); // in no order
    private int outdated; // how many of them
    private int idle; // how many of them cover nobody: outdated or slow
    private int strays;
    private boolean isToldStuck;
    private final long[] recentNanos = new long[RECENT]; // a ring
    private int recent; // how many have been noted so far

    /** One call of user code. */
    static final class Operation<T> {
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

        private Operation(Slot<T> slot) {
            this.slot = slot;
        }
    }

    /** What a create has made, and by what. */
    record Made<T>(T object, Factory<T> by) {}

    /**
     * @param whenStuck tells the log why no more calls begin
     */
    Operations(PoolLock lock, Alarm alarm, long timeoutNanos, Runnable whenStuck) {
        this.whenStuck = whenStuck;
        this.lock = lock;
        this.alarm = alarm;
        this.timeoutNanos = timeoutNanos;
    }

    /** How many are under way, without outdated ones. */
    int running() {
        assert lock.isHeld();
        return running.size() - outdated;
    }

    /** How many are under way, outdated ones included: each occupies a slot. */
    int occupying() {
        assert lock.isHeld();
        return running.size();
    }

    /** How many are under way for which a waiter should wait: neither outdated nor slow. */
    int covering() {
        assert lock.isHeld();
        return running.size() - idle;
    }

    /**
     * Tells whether so many calls hold a thread, the strays included, that no other one may begin: twice as many as there may
     * be objects. What is to be done when that comes about is done once, until all strays are back.
     */
    boolean isStuck(int maxSize) {
        assert lock.isHeld();
        isToldStuck &= strays > 0;
        boolean isStuck = strays > 0 && strays + running.size() >= 2 * maxSize;
        if (isStuck && !isToldStuck) {
            isToldStuck = true;
            lock.afterwards(whenStuck);
        }
        return isStuck;
    }

    /** What those that are under way will bring is not wanted any more; they run on and hold their slots. */
    void outdateAll() {
        assert lock.isHeld();
        for (Operation<T> operation : running) {
            operation.outdated = true;
            operation.covers = false;
        }
        outdated = running.size();
        idle = running.size();
    }

    /** Those that have become slow cover nobody any more. False if there are none. */
    boolean noteSlow(long now) {
        assert lock.isHeld();
        int before = idle;
        for (Operation<T> operation : running) {
            if (operation.covers && Expiry.isPast(operation.slowAtNanos, now)) {
                operation.covers = false;
                idle++;
            }
        }
        return idle > before;
    }

    /**
     * A caller with so much time now waits, perhaps for one that was begun for somebody else: those that have run for too
     * long for this caller cover nobody any more. False if there are none.
     */
    boolean hasten(long callerNanos, long now) {
        assert lock.isHeld();
        if (covering() == 0) {
            return false;
        }
        long slowAfter = slowAfter(callerNanos);
        for (Operation<T> operation : running) {
            operation.slowAtNanos = Expiry.earlier(operation.slowAtNanos, operation.begunAtNanos + slowAfter);
        }
        boolean areSlow = noteSlow(now);
        for (Operation<T> operation : running) {
            if (operation.covers) {
                alarm.noLaterThan(operation.slowAtNanos);
            }
        }
        return areSlow;
    }

    private long slowAfter(long callerNanos) {
        long median = median();
        long slow = recent == 0 ? SLOW_AT_FIRST_NANOS : Math.max(SLOW_NANOS, Expiry.times(10, median));
        long known = recent < FEW ? 0 : median; // one that hung says nothing of what is usual
        long usual = Math.min(callerNanos / 2, Expiry.times(2, known));
        return callerNanos < SLOW_NANOS ? slow : Math.min(slow, Math.max(callerNanos / 10, usual));
    }

    private long median() {
        long[] sorted = Arrays.copyOf(recentNanos, Math.min(recent, RECENT));
        Arrays.sort(sorted);
        return sorted.length == 0 ? 0 : sorted[(sorted.length - 1) / 2]; // of two the shorter
    }

    /** It has done well, and that is how long such calls take. */
    void noteDuration(Operation<T> operation, long now) {
        assert lock.isHeld();
        if (operation.doubtNanos > 0) {
            return; // the process stood still meanwhile
        }
        recentNanos[recent % RECENT] = Math.max(0, now - operation.enteredAtNanos);
        recent = recent == Integer.MAX_VALUE ? RECENT : recent + 1;
    }

    /** For how long its user code has run. */
    long ran(Operation<T> operation, long now) {
        assert lock.isHeld();
        return operation.hasEntered ? now - operation.enteredAtNanos : 0;
    }

    /**
     * The process has stood still until now, for so long at least and at most: what was under way used up no time meanwhile.
     */
    void postpone(long atLeastNanos, long atMostNanos, long now) {
        assert lock.isHeld();
        long began = now - atLeastNanos; // or earlier: what has begun since then did so afterwards
        for (Operation<T> operation : running) {
            if (operation.covers && Expiry.isPast(operation.begunAtNanos, began)) {
                operation.begunAtNanos += atLeastNanos;
                operation.slowAtNanos += atLeastNanos;
            }
            if (operation.hasEntered && Expiry.isPast(operation.enteredAtNanos, began)) {
                long doubt = Math.min(atMostNanos - atLeastNanos, MOST_DOUBT_NANOS - operation.doubtNanos);
                operation.doubtNanos += doubt; // bounded, or one that hangs would have more time for ever
                operation.deadlineNanos += atLeastNanos + doubt;
            }
        }
    }

    /** Forgets an operation. Returns false if it was forgotten before. */
    private boolean remove(Operation<T> operation) {
        if (operation.index == GONE) {
            return false;
        }
        Operation<T> last = running.remove(running.size() - 1);
        if (last != operation) {
            running.set(operation.index, last);
            last.index = operation.index;
        }
        operation.index = GONE;
        outdated -= operation.outdated ? 1 : 0;
        idle -= operation.covers ? 0 : 1;
        return true;
    }

    boolean isOutdated(Operation<T> operation) {
        assert lock.isHeld();
        return operation.outdated;
    }

    /** Tells whether it was interrupted because the pool does not want it to go on. */
    boolean wasInterrupted(Operation<T> operation) {
        assert lock.isHeld();
        return operation.interrupted;
    }

    boolean hasBegun(Operation<T> operation) {
        assert lock.isHeld();
        return operation.thread != null;
    }

    /** Begins one that brings nobody an object. */
    Operation<T> begin(Slot<T> slot) {
        assert lock.isHeld();
        Operation<T> operation = new Operation<>(slot);
        operation.index = running.size();
        running.add(operation);
        idle++;
        return operation;
    }

    /**
     * Begins one that may bring somebody an object.
     *
     * @param callerNanos how much time the caller has for whom it is begun; {@link Expiry#FOREVER} if there is none
     */
    Operation<T> begin(Slot<T> slot, long now, long callerNanos) {
        Operation<T> operation = begin(slot);
        operation.covers = true;
        idle--;
        operation.begunAtNanos = now;
        operation.slowAtNanos = now + slowAfter(callerNanos);
        alarm.noLaterThan(operation.slowAtNanos);
        return operation;
    }

    /** Begins a call that the user's own thread makes at once, and that is not to be interrupted. */
    Operation<T> beginHere(Slot<T> slot, long now) {
        Operation<T> operation = begin(slot);
        entered(operation, now);
        return operation;
    }

    private void entered(Operation<T> operation, long now) {
        operation.thread = Thread.currentThread();
        operation.hasEntered = true;
        operation.enteredAtNanos = now;
        operation.deadlineNanos = now + timeoutNanos;
        alarm.noLaterThan(operation.deadlineNanos);
    }

    /** The operation now runs on this thread, which may be interrupted. False if it was abandoned before it began. */
    boolean enter(Operation<T> operation, long now) {
        lock.lock();
        try {
            if (operation.index == GONE) {
                return false;
            }
            entered(operation, now);
            operation.isOurThread = true;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** A create has made that, and only looks at it any more, until that instant at the latest. */
    void noteMade(Operation<T> operation, Made<T> made, long deadlineNanos) {
        lock.run(() -> {
            operation.made = made;
            operation.deadlineNanos = Expiry.earlier(operation.deadlineNanos, deadlineNanos);
            alarm.noLaterThan(operation.deadlineNanos);
        });
    }

    /** What was noted, which is the caller's from now on; null if it was not, or is somebody else's already. */
    @Nullable
    Made<T> takeMade(Operation<T> operation) {
        assert lock.isHeld();
        Made<T> made = operation.made;
        operation.made = null;
        return made;
    }

    /**
     * The operation is over.
     *
     * @param tookInterrupt it ended by an {@link InterruptedException} on a thread that is not the pool's; so an interrupt
     *     that the thread still has is another one
     * @return true if its slot is still its own
     */
    boolean finish(Operation<T> operation, boolean tookInterrupt) {
        assert lock.isHeld();
        operation.thread = null;
        if (operation.interrupted && !tookInterrupt) {
            Thread.interrupted(); // it was ours, and meant for the operation
        }
        return remove(operation);
    }

    /** The thread of an operation is free: its user code has returned, and what it brought is gone if it came too late. */
    void noteReturned(Operation<T> operation) {
        assert lock.isHeld();
        strays -= operation.isStray ? 1 : 0;
        operation.isStray = false;
    }

    /** Ends an operation from outside; its slot is now the caller's. */
    void abandon(Operation<T> operation) {
        assert lock.isHeld();
        if (!remove(operation)) {
            throw new AssertionError("bug: abandoned what is not running");
        }
        if (operation.thread != null) {
            operation.isStray = true;
            strays++;
        }
        interrupt(operation);
    }

    /** Asks every operation to hurry. */
    void interruptAll() {
        assert lock.isHeld();
        running.forEach(this::interrupt);
    }

    private void interrupt(Operation<T> operation) {
        if (operation.thread != null && operation.isOurThread) {
            operation.interrupted |= !operation.thread.isInterrupted(); // else it is another one's, who wants it kept
            operation.thread.interrupt();
        }
    }

    /** Tells whether the calling thread is inside one of these calls. */
    boolean isInside() {
        assert lock.isHeld();
        return running.stream().anyMatch(operation -> operation.thread == Thread.currentThread());
    }

    /** Those that have taken too long. */
    List<Operation<T>> overdue(long now) {
        return those(operation -> operation.hasEntered && Expiry.isPast(operation.deadlineNanos, now));
    }

    List<Operation<T>> all() {
        assert lock.isHeld();
        return List.copyOf(running);
    }

    private List<Operation<T>> those(Predicate<Operation<T>> wanted) {
        assert lock.isHeld();
        return running.stream().filter(wanted).toList();
    }

    /** When the first of them is overdue or slow, or the given instant if that is earlier. */
    long nextDeadline(long instant) {
        assert lock.isHeld();
        long earliest = instant;
        for (Operation<T> operation : running) {
            if (operation.hasEntered) {
                earliest = Expiry.earlier(earliest, operation.deadlineNanos);
            }
            if (operation.covers) {
                earliest = Expiry.earlier(earliest, operation.slowAtNanos);
            }
        }
        return earliest;
    }
}
