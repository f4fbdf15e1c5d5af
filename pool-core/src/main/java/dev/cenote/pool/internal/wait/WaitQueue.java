package dev.cenote.pool.internal.wait;

import dev.cenote.pool.Fairness;
import dev.cenote.pool.internal.run.Nanos;
import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.slot.Hints;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * <b>What:</b> the queue of waiters, the oldest first, and the gate that tells everybody else to mind it.
 *
 * <p><b>States</b> of the gate: a set of the bits below. Zero: an acquire may take what is idle, and a release need tell
 * nobody.
 *
 * <p><b>Invariants</b> (all under the pool's lock):
 *
 * <ol>
 *   <li>P4: waiters are linked in the order in which they were added; one leaves from anywhere in O(1) (P7).
 *   <li>QUEUED is set exactly while somebody is linked.
 *   <li>QUEUE_FIRST (nobody may overtake) is set while somebody is linked, always with strict fairness; with eventual
 *       fairness from when the head, or one who releases, finds it overdue until a head is not.
 *   <li>COMPETING is set while one woken head is on its way to compete for what is idle (eventual fairness only). While
 *       it is, releases wake nobody else, but one that finds the head overdue serves it; whoever clears it looks at the
 *       idle store afterwards.
 *   <li>{@code earliestDeadline} is no later than any linked waiter's deadline.
 * </ol>
 *
 * <p>The hints are open exactly while the gate lets newcomers take what is idle.
 *
 * <p><b>Ordering:</b> the gate is volatile, written under the lock, read by everybody. A waiter is linked and the bit
 * set before it looks at the idle store; a releaser offers the slot before it reads the gate: one of them sees the other
 * (P5).
 */
public final class WaitQueue<T> {

    public static final int QUEUED = 1;
    public static final int QUEUE_FIRST = 2;
    public static final int COMPETING = 4;
    public static final int SUSPENDED = 8;
    /** More objects exist than may: a release has to see whether its object is one too many. */
    public static final int OVERSIZE = 16;

    public static final int CLOSED = 32;

    /** Nothing has been used for a while, and the housekeeper sleeps: who is about to use something rouses it first. */
    public static final int DORMANT = 64;

    /** An acquire that sees one of these may not take what is idle. */
    public static final int NO_ACQUIRE = QUEUE_FIRST | SUSPENDED | OVERSIZE | CLOSED | DORMANT;

    private final PoolLock lock;
    private final Hints<T> hints;
    private final long overtakingBoundNanos; // 0: strict
    /**
     * Since when the competing head has waited. Racy on purpose: read without the lock by who has seen COMPETING, for whom
     * the gate publishes it; it may be a later head's by then, and on a 32-bit JVM half of it: then that look was in vain,
     * or comes with the next one.
     */
    private long competingSinceNanos;

    private volatile int gate;
    private @Nullable Waiter<T> head;
    private @Nullable Waiter<T> tail;
    private int size;
    private long earliestDeadline;

    public WaitQueue(PoolLock lock, Fairness fairness, Hints<T> hints) {
        this.lock = lock;
        this.hints = hints;
        overtakingBoundNanos = Nanos.nanos(fairness.bound());
    }

    public int gate() {
        return gate;
    }

    public boolean has(int bit) {
        return (gate & bit) != 0;
    }

    public void set(int bits) {
        assert lock.isHeld();
        if ((gate & bits) != bits) {
            gate |= bits; // not atomic, and need not be: written under the lock only
            hints.setOpen(!has(NO_ACQUIRE));
        }
    }

    public void clear(int bits) {
        assert lock.isHeld();
        if ((gate & bits) != 0) {
            gate &= ~bits;
            hints.setOpen(!has(NO_ACQUIRE));
        }
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
            set(overtakingBoundNanos == 0 ? QUEUED | QUEUE_FIRST : QUEUED);
        } else {
            last.newer = waiter;
            earliestDeadline = Nanos.earlier(earliestDeadline, waiter.deadlineNanos);
        }
        tail = waiter;
        size++;
    }

    public boolean isLinked(Waiter<T> waiter) {
        assert lock.isHeld();
        return waiter == head || waiter.older != null;
    }

    /** Unlinks a waiter that is linked. Whoever calls it settles the waiter. */
    public void remove(Waiter<T> waiter) {
        assert lock.isHeld();
        Waiter<T> older = waiter.older;
        Waiter<T> newer = waiter.newer;
        if (older == null) {
            head = newer;
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
            clear(QUEUED | QUEUE_FIRST);
        }
    }

    /** Lets newcomers overtake again, if the head has not waited for too long. Eventual fairness only. */
    public void relaxOrder(long now) {
        if (overtakingBoundNanos > 0 && has(QUEUE_FIRST) && head != null && !isOvertakenTooLong(head, now)) {
            clear(QUEUE_FIRST);
        }
    }

    /** Lets nobody overtake any more, if the waiter has waited for too long. */
    public void tightenOrder(Waiter<T> waiter, long now) {
        if (isOvertakenTooLong(waiter, now)) {
            set(QUEUE_FIRST);
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
        if (!(head instanceof BlockedWaiter<T> blocked)) {
            return head == null;
        }
        if (!has(COMPETING)) {
            competingSinceNanos = blocked.enqueuedAtNanos;
            set(COMPETING);
            blocked.awakenToCompete(lock);
        }
        return true;
    }

    /** The woken waiter is back, or gone. True if it was one; the caller then looks at the idle store. */
    public boolean isBack(Waiter<T> waiter) {
        assert lock.isHeld();
        if (!(waiter instanceof BlockedWaiter<T> blocked) || !blocked.isCompeting) {
            return false;
        }
        blocked.isCompeting = false;
        clear(COMPETING);
        return true;
    }

    /** The earliest deadline of those who wait, or one that has gone by already. */
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
