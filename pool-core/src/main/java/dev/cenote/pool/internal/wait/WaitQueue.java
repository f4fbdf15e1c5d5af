package dev.cenote.pool.internal.wait;

import dev.cenote.pool.Fairness;
import dev.cenote.pool.internal.run.Nanos;
import dev.cenote.pool.internal.run.PoolLock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The queue of waiters, the oldest first. It tells everybody else through the {@link Gate} that somebody waits.
 *
 * <p><b>Invariants</b> (all under the pool's lock):
 *
 * <ol>
 *   <li>P4: waiters are linked in the order in which they were added; one leaves from anywhere in O(1) (P7).
 *   <li>The gate's bits {@link Gate#QUEUED}, {@link Gate#QUEUE_FIRST}, {@link Gate#HELD_BACK} and {@link Gate#COMPETING} are as it
 *       says there.
 *   <li>{@code earliestDeadline} is no later than any linked waiter's deadline.
 * </ol>
 */
public final class WaitQueue<T> {

    /** The longest time that a newcomer waits for threads that are starting. */
    public static final long LONGEST_HOLD_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** A caller with less time than this makes no operation slow: a second one would hardly help it. */
    public static final long HASTY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final PoolLock lock;
    private final Gate gate;
    private final long overtakingBoundNanos; // 0: strict
    /** Threads that were served and have not run yet, and threads that are calling those. Raised under the lock. */
    private final AtomicInteger starting = new AtomicInteger();

    /**
     * Since when the competing head has waited. Racy on purpose: a thread that has seen {@link Gate#COMPETING} reads it without
     * the lock, and the gate publishes it to that thread. It may be a later head's by then, and on a 32-bit JVM half of it. Then
     * that look was in vain, and the next one sees it.
     */
    private long competingSinceNanos;

    private @Nullable Waiter<T> head;
    private @Nullable Waiter<T> tail;
    private int size;
    private long earliestDeadline;
    private long leastPatience; // of the waiters since the queue was empty

    public WaitQueue(PoolLock lock, Fairness fairness, Gate gate) {
        this.lock = lock;
        this.gate = gate;
        overtakingBoundNanos = Nanos.nanos(fairness.bound());
    }

    public int size() {
        assert lock.isHeld();
        return size;
    }

    @Nullable
    public Waiter<T> head() {
        assert lock.isHeld();
        return head;
    }

    public void add(Waiter<T> waiter) {
        assert lock.isHeld();
        Waiter<T> last = tail;
        waiter.older = last;
        if (last == null) {
            head = waiter;
            earliestDeadline = waiter.deadlineNanos;
            leastPatience = Nanos.FOREVER;
            gate.set(overtakingBoundNanos == 0 ? Gate.QUEUED | Gate.QUEUE_FIRST : Gate.QUEUED);
        } else {
            last.newer = waiter;
            earliestDeadline = Nanos.earlier(earliestDeadline, waiter.deadlineNanos);
        }
        tail = waiter;
        size++;
        if (waiter.timeoutNanos() >= HASTY_NANOS) {
            leastPatience = Math.min(leastPatience, waiter.timeoutNanos());
        }
    }

    /**
     * The shortest time-out of the waiters for whom a second operation would help ({@link #HASTY_NANOS}). Waiters that have gone since
     * the queue was empty count, too. {@link Nanos#FOREVER} if nobody waits.
     */
    public long leastPatience() {
        assert lock.isHeld();
        return head == null ? Nanos.FOREVER : leastPatience;
    }

    public boolean isLinked(Waiter<T> waiter) {
        assert lock.isHeld();
        return waiter == head || waiter.older != null;
    }

    /** Unlinks a waiter that is linked. The caller settles the waiter. */
    public void remove(Waiter<T> waiter) {
        assert lock.isHeld();
        Waiter<T> older = waiter.older;
        Waiter<T> newer = waiter.newer;
        if (older == null) {
            head = newer;
            gate.clear(Gate.HELD_BACK);
        } else {
            older.newer = newer;
        }
        if (newer == null) {
            tail = older;
        } else {
            newer.older = older;
        }
        waiter.older = null;
        waiter.newer = null;
        size--;
        if (size == 0) {
            gate.clear(Gate.QUEUED);
            openIfAllRun();
        }
    }

    // --- strict order: threads that were served, or that serve, and have yet to come back

    /** The waiter is about to be served, and unlinked after that. A thread that waits counts as starting until it runs. */
    public void starts(Waiter<T> waiter) {
        assert lock.isHeld();
        if (isStrict() && waiter instanceof Waiter.Blocked<T> blocked && blocked.waits()) {
            blocked.isStarting = true;
            starting.incrementAndGet();
        }
    }

    /**
     * The thread of a settled waiter runs. Needs no lock.
     *
     * @return true if the caller has to see to it, under the lock, that {@link #endHold} is called and the waiters are served
     */
    public boolean runs(Waiter.Blocked<T> waiter) {
        if (!waiter.isStarting) {
            return false;
        }
        waiter.isStarting = false;
        return oneLessStarts();
    }

    /**
     * A thread that has given an object back counts as starting while it calls the thread that is served. The called thread often
     * takes the processor of the thread that calls. Then the latter stands ready to run, in no queue.
     *
     * @return true if it is about to call, and {@link #endCall} is to be told after that
     */
    public boolean beginCall() {
        assert lock.isHeld();
        boolean calls = isStrict() && lock.isAboutToCall() && !lock.hasAfterwards(); // a listener may take long
        if (calls) {
            starting.incrementAndGet();
        }
        return calls;
    }

    /** The thread has called, and goes on. Needs no lock. The result is that of {@link #runs}. */
    public boolean endCall() {
        return oneLessStarts();
    }

    private boolean oneLessStarts() {
        if (starting.decrementAndGet() > 0) {
            return false;
        }
        int seen = gate.bits();
        return (seen & Gate.HELD_BACK) != 0 || (seen & (Gate.QUEUED | Gate.QUEUE_FIRST)) == Gate.QUEUE_FIRST;
    }

    /** Nobody is held back any more. The gate opens if nobody waits and no thread is starting. The caller has the waiters served. */
    public void endHold() {
        assert lock.isHeld();
        gate.clear(Gate.HELD_BACK);
        openIfAllRun();
    }

    private void openIfAllRun() {
        if (size == 0 && starting.get() == 0) {
            gate.clear(Gate.QUEUE_FIRST);
        }
    }

    /**
     * Holds back a waiter that has just queued, if it stands alone behind threads that are starting.
     *
     * @return false if it may look at what is idle
     */
    public boolean holdsBack(Waiter<T> waiter) {
        assert lock.isHeld();
        if (starting.get() == 0 || head != waiter || !(waiter instanceof Waiter.Blocked<T>)) {
            return false;
        }
        gate.set(Gate.HELD_BACK);
        if (starting.get() > 0) {
            return true;
        }
        gate.clear(Gate.HELD_BACK);
        return false;
    }

    /** Tells whether a linked waiter has not looked at what is idle, since it is held back. */
    public boolean isHeldBack(Waiter<T> waiter) {
        assert lock.isHeld();
        return head == waiter && gate.has(Gate.HELD_BACK);
    }

    /** Lets newcomers overtake again, if the head has not waited for too long. Eventual fairness only. */
    public void relaxOrder(long now) {
        if (overtakingBoundNanos > 0 && gate.has(Gate.QUEUE_FIRST) && head != null && !isOvertakenTooLong(head, now)) {
            gate.clear(Gate.QUEUE_FIRST);
        }
    }

    /** Lets nobody overtake any more, if the waiter has waited for too long. */
    public void tightenOrder(Waiter<T> waiter, long now) {
        if (isOvertakenTooLong(waiter, now)) {
            gate.set(Gate.QUEUE_FIRST);
        }
    }

    private boolean isOvertakenTooLong(Waiter<T> waiter, long now) {
        return now - waiter.enqueuedAtNanos >= overtakingBoundNanos;
    }

    /** Tells whether the head that is competing has waited for too long. Needs no lock. */
    public boolean isCompetitorOverdue(long now) {
        return now - competingSinceNanos >= overtakingBoundNanos;
    }

    public boolean isStrict() {
        return overtakingBoundNanos == 0;
    }

    /** Wakes a blocked head to compete for what is idle, unless one is on its way. False if the head is a future. */
    public boolean wakeHead() {
        assert lock.isHeld();
        if (!(head instanceof Waiter.Blocked<T> blocked)) {
            return head == null;
        }
        if (!gate.has(Gate.COMPETING)) {
            competingSinceNanos = blocked.enqueuedAtNanos;
            gate.set(Gate.COMPETING);
            blocked.awakenToCompete(lock);
        }
        return true;
    }

    /** The woken waiter is back, or gone. True if it was one; the caller then looks at the idle store. */
    public boolean endCompetition(Waiter<T> waiter) {
        assert lock.isHeld();
        if (!(waiter instanceof Waiter.Blocked<T> blocked) || !blocked.isCompeting) {
            return false;
        }
        blocked.isCompeting = false;
        gate.clear(Gate.COMPETING);
        return true;
    }

    /** The earliest deadline of all waiters, or one that has gone by already. */
    public long earliestDeadline() {
        assert lock.isHeld();
        return earliestDeadline;
    }

    /** All whose deadline is past, the oldest first; then {@link #earliestDeadline} is exact for the rest. */
    public List<Waiter<T>> overdue(long now) {
        assert lock.isHeld();
        List<Waiter<T>> overdue = new ArrayList<>();
        if (head == null || !Nanos.isPast(earliestDeadline, now)) {
            return overdue;
        }
        long earliest = now + Nanos.FOREVER;
        for (Waiter<T> waiter = head; waiter != null; waiter = waiter.newer) {
            if (waiter.isOverdue(now)) {
                overdue.add(waiter);
            } else {
                earliest = Nanos.earlier(earliest, waiter.deadlineNanos);
            }
        }
        earliestDeadline = earliest;
        return overdue;
    }
}
