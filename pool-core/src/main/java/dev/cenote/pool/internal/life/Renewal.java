package dev.cenote.pool.internal.life;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Ticker;
import dev.cenote.pool.internal.run.Nanos;
import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.slot.Slots;
import java.util.ArrayDeque;

/**
 * <b>What:</b> ends the life of objects that have reached {@code maxLifetime}, a few at a time, and where there is room
 * the replacement comes first (P13).
 *
 * <p><b>Invariants</b> (under the pool's lock): objects that wait for their replacement, and objects that are being
 * destroyed because they have expired, are together no more than {@code maxConcurrentRetirements} when another is added.
 * Leased ones that were only marked do not count, or a lease that is held for long would keep all others alive; the
 * housekeeper marks no more than that number at a time. Objects that are to be replaced within a given time ({@link
 * #replaceAllWithin}) have ends of life spread over it, and are not held back.
 */
public final class Renewal<T> {

    private final int most;
    private final PoolLock lock;
    private final Slots<T> capacity;
    private final Retirement<T> retirement;
    private final Ticker ticker;

    // Guarded by the lock.
    private final ArrayDeque<Slot<T>> awaitingReplacement = new ArrayDeque<>(1);
    private boolean isSpreading; // objects that are no newer than that are replaced at a pace of their own
    private long spreadBegunAtNanos;

    public Renewal(Parts<T> parts, Retirement<T> retirement) {
        ticker = parts.config().ticker();
        most = parts.config().maxConcurrentRetirements();
        lock = parts.lock();
        capacity = parts.capacity();
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
        return wanted() + retirement.underWay(DestroyReason.EXPIRED) + retirement.underWay(DestroyReason.REPLACED)
                < most;
    }

    /** Ends an expired object's life, or has it wait for its replacement if one is needed and fits in: then true. */
    public boolean expire(Slot<T> slot, boolean isNeeded) {
        assert lock.isHeld();
        if (awaitingReplacement.contains(slot)) {
            return true;
        }
        if (isNeeded && wanted() < capacity.room()) {
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
        capacity.forEach(slot -> retire(slot, reason));
    }

    /**
     * The same, but so many idle ones stay until their replacement is there, or, as far as there is no room for it at the
     * moment, until they expire as others do.
     */
    public void replaceAll(int keptIdle, long now) {
        isSpreading = false;
        int[] kept = new int[1];
        boolean[] hasRoom = {true}; // asked no more when there is none: nothing below makes room
        capacity.forEach(slot -> {
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
        int all = capacity.occupied();
        capacity.forEach(slot -> {
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
        assert lock.isHeld();
        if (!slot.tryEndLease(leaseWord, Slot.RETIRING)) {
            return false;
        }
        retirement.begin(slot, reason);
        return true;
    }
}
