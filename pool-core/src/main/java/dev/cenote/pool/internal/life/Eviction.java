package dev.cenote.pool.internal.life;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.Ticker;
import dev.cenote.pool.internal.run.Nanos;
import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.slot.IdleStore;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.slot.Slots;
import dev.cenote.pool.internal.stats.Journal;
import dev.cenote.pool.internal.wait.Gate;
import java.util.ArrayDeque;

/**
 * Ends the life of objects that have reached {@code maxLifetime}, are to be replaced, or are too many since {@code maxSize} was
 * lowered.
 *
 * <p><b>Invariants</b> (under the pool's lock):
 *
 * <ol>
 *   <li>P13: objects that wait for their replacement, and objects that are being destroyed because they have expired, are
 *       together no more than {@code maxConcurrentRetirements} when another one is added. Where there is room the
 *       replacement comes first. Leased objects that were only marked do not count, or a lease that is held for long would
 *       keep all others alive; the housekeeper marks no more than that number at a time. Objects that are to be replaced
 *       within a given time ({@link #replaceAllWithin}) have ends of life spread over it, and are not held back.
 *   <li>When the lock is free, and more objects exist than may, those being destroyed left out: the gate is {@link
 *       Gate#OVERSIZE}, and nothing is idle, or it is on its way to {@link #trim}: a thread that makes a slot idle reads the
 *       gate after that.
 * </ol>
 */
public final class Eviction<T> {

    private final int most;
    private final PoolLock lock;
    private final Gate gate;
    private final IdleStore<T> idle;
    private final Slots<T> slots;
    private final Retirement<T> retirement;
    private final Ticker ticker;
    private final Journal journal;

    // Guarded by the lock.
    private final ArrayDeque<Slot<T>> awaitingReplacement = new ArrayDeque<>(1);
    private boolean isSpreading; // objects made before spreadBegunAtNanos are replaced one by one, and not held back
    private long spreadBegunAtNanos;

    public Eviction(Parts<T> parts, Retirement<T> retirement) {
        ticker = parts.config().ticker();
        most = parts.config().maxConcurrentRetirements();
        lock = parts.lock();
        gate = parts.gate();
        idle = parts.idle();
        slots = parts.slots();
        journal = parts.journal();
        this.retirement = retirement;
    }

    /** How many replacements are wanted. */
    public int wanted() {
        assert lock.isHeld();
        if (!awaitingReplacement.isEmpty()) {
            long now = ticker.nanos();
            awaitingReplacement.removeIf(slot -> !isAwaiting(slot, now)); // it went meanwhile, in another way
        }
        return awaitingReplacement.size();
    }

    private static boolean isAwaiting(Slot<?> slot, long now) {
        long word = slot.word();
        int state = Slot.state(word);
        return (state == Slot.IDLE || state == Slot.LEASED || state == Slot.VALIDATING)
                && !Slot.isMarked(word, Slot.RETIRE)
                && slot.isExpired(now);
    }

    /** Tells whether the object's end was set by {@link #replaceAllWithin}. */
    public boolean isSpread(Slot<T> slot) {
        return isSpreading
                && slot.expiryReason() == DestroyReason.REPLACED
                && Nanos.isPast(slot.createdAtNanos(), spreadBegunAtNanos);
    }

    public boolean hasRoom() {
        return wanted() + retirement.aged() < most;
    }

    /**
     * Ends the life of an expired object, and returns false; or has it wait for its replacement, if one is needed and there is
     * room for it, and returns true.
     */
    public boolean expire(Slot<T> slot, boolean isNeeded) {
        assert lock.isHeld();
        if (awaitingReplacement.contains(slot)) {
            return true;
        }
        if (isNeeded && wanted() < slots.room()) {
            awaitingReplacement.add(slot);
            return true;
        }
        retire(slot, slot.expiryReason());
        return false;
    }

    /** An object was made: the oldest that waits for a replacement can go. */
    public void created(long now) {
        Slot<T> slot = awaitingReplacement.poll();
        if (slot != null && isAwaiting(slot, now)) {
            retire(slot, slot.expiryReason());
        }
    }

    /** No object can be made at the moment: the old ones are better than none, and may wait again later. */
    public void forget() {
        awaitingReplacement.clear();
    }

    /** Ends the life of a slot's object: now if it is idle, else when it comes back. */
    void retire(Slot<T> slot, DestroyReason reason) {
        assert lock.isHeld();
        long marked = slot.markRetire(reason);
        if (Slot.state(marked) == Slot.IDLE) {
            if (!slot.tryTake(marked, Slot.RETIRING)) {
                throw new AssertionError("bug: somebody took a slot that is marked: " + slot);
            }
            retirement.begin(slot, slot.retireReason());
        }
    }

    /** The same for every object. */
    public void retireAll(DestroyReason reason) {
        slots.forEach(slot -> retire(slot, reason));
    }

    /**
     * Ends the life of every object. But {@code keptIdle} idle ones only expire: each of these waits for its replacement if there
     * is room for one ({@link #expire}). Those beyond {@code maxConcurrentRetirements} stay until the housekeeper expires them.
     */
    public void replaceAll(int keptIdle, long now) {
        isSpreading = false;
        int[] kept = new int[1];
        boolean[] hasRoom = {true}; // asked no more when there is none: nothing below makes room
        slots.forEach(slot -> {
            if (slot.state() != Slot.IDLE || kept[0]++ >= keptIdle) {
                retire(slot, DestroyReason.REPLACED);
                return;
            }
            slot.replaceBy(now);
            hasRoom[0] = hasRoom[0] && hasRoom();
            if (hasRoom[0]) {
                expire(slot, true);
            }
        });
    }

    /** Has every object replaced within that time, one after the other. */
    public void replaceAllWithin(long overNanos, long now) {
        assert lock.isHeld();
        isSpreading = true;
        spreadBegunAtNanos = now;
        int[] done = new int[1];
        int all = slots.occupied();
        slots.forEach(slot -> {
            int state = slot.state();
            if (state == Slot.IDLE || state == Slot.LEASED || state == Slot.VALIDATING) {
                slot.replaceBy(now + overNanos / all * ++done[0]);
            }
        });
    }

    /** Ends the life of an object that is idle. False if it is not, or no longer as it was seen. */
    public boolean tryRetireIdle(Slot<T> slot, long seen, DestroyReason reason) {
        assert lock.isHeld();
        if (Slot.state(seen) != Slot.IDLE || !slot.tryTake(seen, Slot.RETIRING)) {
            return false;
        }
        retirement.begin(slot, reason);
        return true;
    }

    /** Ends a lease and the life of its object. False if the lease is dead. */
    public boolean tryRetireLeased(Slot<T> slot, long leaseWord, DestroyReason reason) {
        boolean wasLive = tryTakeLeased(slot, leaseWord);
        if (wasLive) {
            retirement.begin(slot, reason);
        }
        return wasLive;
    }

    /** Ends a lease, of an object that the caller is to have destroyed. False if the lease is dead. */
    public boolean tryTakeLeased(Slot<T> slot, long leaseWord) {
        assert lock.isHeld();
        long held = journal.held(slot, leaseWord);
        if (!slot.tryEndLease(leaseWord, Slot.RETIRING)) {
            return false;
        }
        journal.used(held);
        return true;
    }

    // --- a maxSize that was lowered

    public boolean isOversize() {
        return -slots.ownRoom() > retirement.occupying();
    }

    /** Destroys idle objects while there are too many, and keeps the gate in step with that. */
    public void trim() {
        assert lock.isHeld();
        if (!isOversize() && !gate.has(Gate.OVERSIZE)) {
            return;
        }
        gate.set(Gate.OVERSIZE); // before the look at the store: a thread that comes to it later sees the gate
        while (isOversize()) {
            Slot<T> slot = idle.take(Slot.RETIRING);
            if (slot == null) {
                return;
            }
            retirement.begin(slot, DestroyReason.SHRUNK);
        }
        gate.clear(Gate.OVERSIZE);
    }

    /**
     * Sets the limits. The caller has to call {@code capacityCameFree} after that. Slots that a smaller pool does not need are
     * dropped, as far as they are empty.
     */
    public void setLimits(PoolLimits limits) {
        slots.setLimits(limits);
        trim();
        if (slots.hasTooMany()) { // a slot in the store can't go, so what is not idle leaves the store
            idle.dropAllButIdle();
            slots.shed();
        }
    }
}
