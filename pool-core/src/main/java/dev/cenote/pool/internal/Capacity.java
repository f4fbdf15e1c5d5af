package dev.cenote.pool.internal;

import dev.cenote.pool.PoolLimits;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * <b>What:</b> the slots, and which of them are empty. An object exists only in a slot that was reserved here first
 * (P1).
 *
 * <p><b>Invariants</b> (under the pool's lock): a slot is in {@code empty} exactly while its state is EMPTY; so the
 * objects that exist are the slots less the empty ones, and there is no count beside them (P15). Slots are never
 * removed: the counts of their generations are part of the pool's history.
 *
 * <p><b>Ordering:</b> the array is volatile and replaced when it grows; a slot is in it before its index is published by
 * the idle store.
 */
final class Capacity<T> {

    private final PoolLock lock;
    private final ArrayDeque<Slot<T>> empty = new ArrayDeque<>(1);
    private volatile Slot<T>[] slots = newArray(4);
    private volatile int count;

    private volatile PoolLimits limits;

    Capacity(PoolLock lock, PoolLimits limits) {
        this.lock = lock;
        this.limits = limits;
    }

    PoolLimits limits() {
        return limits;
    }

    void setLimits(PoolLimits next) {
        assert lock.isHeld();
        limits = next;
    }

    /** Slots that hold an object, or soon will, or did until just now. */
    int occupied() {
        assert lock.isHeld();
        return count - empty.size();
    }

    /** How many more objects may exist; negative after the limit was lowered. */
    int room() {
        return limits.maxSize() - occupied();
    }

    /** An empty slot, moved to CREATING, or null if there is no room. */
    @Nullable
    Slot<T> reserve() {
        assert lock.isHeld();
        if (room() <= 0) {
            return null;
        }
        Slot<T> slot = empty.isEmpty() ? grow() : empty.pop();
        slot.move(Slot.EMPTY, Slot.CREATING);
        return slot;
    }

    /** Takes back a slot whose object is gone, or was never made. */
    void vacate(Slot<T> slot) {
        assert lock.isHeld();
        slot.empty();
        empty.push(slot);
    }

    /** Takes back the slot of an object that leaves alive. False if the lease is dead. */
    boolean tryDetach(Slot<T> slot, long leaseWord) {
        assert lock.isHeld();
        if (!slot.tryDetach(leaseWord)) {
            return false;
        }
        empty.push(slot);
        return true;
    }

    private Slot<T> grow() {
        Slot<T>[] old = slots;
        int index = count;
        if (index == old.length) {
            slots = Arrays.copyOf(old, index + index / 2);
        }
        Slot<T> slot = new Slot<>(index);
        slots[index] = slot;
        count = index + 1; // publishes the element to forEach
        return slot;
    }

    /** How many slots there are, empty ones included. */
    int count() {
        return count;
    }

    Slot<T> at(int index) {
        return slots[index];
    }

    /** Every slot there is, empty ones included. Needs no lock. */
    void forEach(Consumer<Slot<T>> action) {
        int known = count;
        Slot<T>[] all = slots;
        for (int i = 0; i < known; i++) {
            action.accept(all[i]);
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of one generic type can't be made otherwise
    private static <T> Slot<T>[] newArray(int length) {
        return new Slot[length];
    }
}
