package dev.cenote.pool.internal;

import dev.cenote.pool.Factory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * <b>What:</b> the calls of user code of one kind (create, validate, destroy) that are under way, each with the slot it
 * works for and the instant at which the pool stops waiting for it.
 *
 * <p><b>Invariants</b> (all under the pool's lock):
 *
 * <ol>
 *   <li>An operation ends once: by {@link #finish} on its own thread, or by {@link #abandon} when it takes too long. The
 *       slot belongs to whoever ended it.
 *   <li>An abandoned operation is interrupted under the lock, while it still runs; so the interrupt can't hit what its
 *       thread does next.
 * </ol>
 */
final class Operations<T> {

    private static final int GONE = -1;

    private final PoolLock lock;
    private final Alarm alarm;
    private final long timeoutNanos;

    private final List<Operation<T>> running = new ArrayList<>(); // in no order; guarded by the lock
    private int outdated; // how many of them

    /** One call of user code. */
    static final class Operation<T> {
        final Slot<T> slot;
        final long startedNanos;
        private int index; // among those that are under way, or GONE; guarded by the lock
        private long deadlineNanos; // guarded by the lock
        private @Nullable Made<T> made; // guarded by the lock
        private @Nullable Thread thread; // guarded by the lock
        private boolean isOurThread; // guarded by the lock
        private boolean interrupted; // guarded by the lock
        private boolean outdated; // guarded by the lock

        private Operation(Slot<T> slot, long startedNanos, long deadlineNanos) {
            this.slot = slot;
            this.startedNanos = startedNanos;
            this.deadlineNanos = deadlineNanos;
        }
    }

    /** What a create has made, and by what. */
    record Made<T>(T object, Factory<T> by) {}

    Operations(PoolLock lock, Alarm alarm, long timeoutNanos) {
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

    /** What those that are under way will bring is not wanted any more; they run on and hold their slots. */
    void outdateAll() {
        assert lock.isHeld();
        running.forEach(operation -> operation.outdated = true);
        outdated = running.size();
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

    Operation<T> begin(Slot<T> slot, long now) {
        assert lock.isHeld();
        Operation<T> operation = new Operation<>(slot, now, now + timeoutNanos);
        operation.index = running.size();
        running.add(operation);
        alarm.noLaterThan(operation.deadlineNanos);
        return operation;
    }

    /** The same for a call on the user's own thread, which is not to be interrupted. */
    Operation<T> beginHere(Slot<T> slot, long now) {
        Operation<T> operation = begin(slot, now);
        operation.thread = Thread.currentThread();
        return operation;
    }

    /** The operation now runs on this thread, which may be interrupted. False if it was abandoned before it began. */
    boolean enter(Operation<T> operation) {
        lock.lock();
        try {
            operation.thread = Thread.currentThread();
            operation.isOurThread = true;
            return operation.index != GONE;
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

    /** The operation is over. True if its slot is still its own. */
    boolean finish(Operation<T> operation) {
        assert lock.isHeld();
        operation.thread = null;
        if (operation.interrupted) {
            Thread.interrupted(); // it was ours, and meant for the operation
        }
        return remove(operation);
    }

    /** Ends an operation from outside; its slot is now the caller's. */
    void abandon(Operation<T> operation) {
        assert lock.isHeld();
        if (!remove(operation)) {
            throw new AssertionError("bug: abandoned what is not running");
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
            operation.interrupted = true;
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
        return those(operation -> Expiry.isPast(operation.deadlineNanos, now));
    }

    List<Operation<T>> all() {
        assert lock.isHeld();
        return List.copyOf(running);
    }

    private List<Operation<T>> those(Predicate<Operation<T>> wanted) {
        assert lock.isHeld();
        return running.stream().filter(wanted).toList();
    }

    /** The earliest deadline, or the given instant if that is earlier. */
    long nextDeadline(long instant) {
        assert lock.isHeld();
        long earliest = instant;
        for (Operation<T> operation : running) {
            earliest = Expiry.earlier(earliest, operation.deadlineNanos);
        }
        return earliest;
    }
}
