package dev.cenote.pool.internal.wait;

import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.slot.Hints;

/**
 * The one word that every acquire and every release of a pool reads: zero while an acquire may take what is idle, and a
 * release need tell nobody.
 *
 * <p><b>States:</b> a set of the bits below. The hints are open exactly while the gate lets newcomers take what is idle, and
 * nobody records what they take; so a thread that finds a hint need not read the gate.
 *
 * <p><b>Invariants</b> (under the pool's lock):
 *
 * <ol>
 *   <li>{@link #QUEUED} is set exactly while a waiter is linked; {@link WaitQueue} sets it.
 *   <li>{@link #QUEUE_FIRST}: nobody may overtake. With strict fairness it is set while a waiter is linked, and after that until
 *       no thread is starting: every thread that was served while it waited runs again ({@link WaitQueue#starts}), and every
 *       thread that called it at the end of a release goes on ({@link WaitQueue#beginCall}). With eventual fairness it is set
 *       when the head of the queue has waited longer than the bound, and cleared when a newer head has not.
 *   <li>{@link #HELD_BACK}: a newcomer has queued without a look at what is idle, since a thread is starting. The
 *       thread that clears it has the waiters served, or has unlinked this one.
 *   <li>{@link #COMPETING}: one woken head is on its way to compete for what is idle (eventual fairness only). Meanwhile
 *       releases wake nobody else. The thread that clears the bit looks at the idle store afterwards.
 *   <li>{@link #CLOSED} is set by the close of the pool, for ever.
 * </ol>
 *
 * <p><b>Ordering.</b> The gate is volatile. It is written under the lock, and read by everybody. A waiter is linked and its bit
 * is set under the lock, and after that the idle store is looked at. A release makes its slot idle, pushes it onto the store if
 * it is not there, and after that reads the gate; if the gate is not open, it goes to the lock and has the waiters served. Gate,
 * word and store are volatile, so there is one total order of these steps. Either the release reads the gate after the
 * waiter has set it: then the release serves. Or the push comes before the waiter's look at the store: then the waiter finds the
 * slot. So no object lies idle while a waiter waits (P5). If a release read the gate first, a waiter could queue between the two
 * steps, find nothing idle, and wait beside an idle object.
 *
 * <p><b>The exception:</b> strict order only, and only while a thread is starting. Threads may release and acquire in a loop.
 * Then the queue can be empty although other threads want objects: some were served and have not run yet, and others had just
 * released when the thread that they called took their processor. The thread that has the processor would then take turn after
 * turn, thousands of them, though the pool is to serve its callers in turn. So it queues behind them, for {@link
 * WaitQueue#LONGEST_HOLD_NANOS} at most. A served thread counts as starting before it is unlinked, and the thread that calls it
 * before it gives the lock back. When such a thread goes on it takes itself off the count, and after that reads the gate. The
 * newcomer sets {@link #HELD_BACK}, and after that reads the count. Both are volatile: either the newcomer finds the count at
 * zero and looks by itself, or the last one that starts finds the bit and looks. The same holds for {@link #QUEUE_FIRST}, which
 * stays set after the last waiter. One thread writes it, and then reads the count. The other one writes the count, and then reads
 * the gate. So one of them sees the other.
 *
 * <p>A slot that another thread has popped from the store is on its way to a lease, whose end takes the same path. Or that thread
 * pushes the slot back; then it queues itself, or reads the gate and looks under the lock. Every other way in which capacity
 * comes free (invalidate, detach, the end of a create, a validation or a destroy, an eviction, a resize, a resume, a waiter that
 * leaves) is taken under the lock, and ends with a look at the queue.
 */
public final class Gate {

    public static final int QUEUED = 1;
    public static final int QUEUE_FIRST = 2;
    public static final int COMPETING = 4;
    public static final int SUSPENDED = 8;
    /** More objects exist than may: a release has to see whether its object is one too many. */
    public static final int OVERSIZE = 16;

    public static final int CLOSED = 32;

    /** Nothing has been used for a while, and the housekeeper sleeps: a thread that is about to use something rouses it first. */
    public static final int DORMANT = 64;

    /** Other pools of the same budget are hungry: of each object that comes free the budget is asked whether it may stay. */
    public static final int WATCHED = 128;

    /** The head of the queue has not looked at what is idle, and waits for the threads that are starting. */
    public static final int HELD_BACK = 256;

    /** Each lease is recorded, and each end of one. */
    public static final int RECORDED = 512;

    /** An acquire that sees one of these may not take what is idle. */
    public static final int NO_ACQUIRE = QUEUE_FIRST | SUSPENDED | OVERSIZE | CLOSED | DORMANT | WATCHED;

    private static final int NO_HINTS = NO_ACQUIRE | RECORDED;

    private final PoolLock lock;
    private final Hints<?> hints;
    private volatile int bits;

    public Gate(PoolLock lock, Hints<?> hints) {
        this.lock = lock;
        this.hints = hints;
    }

    public int bits() {
        return bits;
    }

    public boolean has(int any) {
        return (bits & any) != 0;
    }

    public void set(int these) {
        assert lock.isHeld();
        if ((bits & these) != these) {
            bits |= these; // not atomic, and need not be: written under the lock only
            hints.setOpen(!has(NO_HINTS));
        }
    }

    public void clear(int these) {
        assert lock.isHeld();
        if ((bits & these) != 0) {
            bits &= ~these;
            hints.setOpen(!has(NO_HINTS));
        }
    }
}
