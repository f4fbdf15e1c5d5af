package dev.cenote.pool.internal.slot;

import dev.cenote.pool.Budget;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.internal.run.PoolLock;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The slots, and which of them are empty. An object exists only in a slot that was reserved here first
 * (P1).
 *
 * <p><b>Invariants</b> (under the pool's lock):
 *
 * <ol>
 *   <li>P16: with a budget that several pools share, each occupied slot holds one place of it, from before it is CREATING until it
 *       is EMPTY.
 *   <li>A slot is in {@code empty} exactly while its state is EMPTY; so the objects that exist are the slots less the empty
 *       ones, and there is no count beside them (P15).
 *   <li>A slot is dropped only while it is EMPTY and not {@link Slot#STORED}. Nothing changes its word any more: nobody owns
 *       it, and the store has no entry that could be popped. A lease of it stays dead for ever (P10), and a hint to it finds
 *       nothing to lease.
 *   <li>A dropped slot leaves a hole at its index, which a new slot may fill. The leases that were given out there stay part
 *       of the pool's history ({@code leasesOfDropped}, P15).
 *   <li>No more slots than {@code maxSize} stay, but for occupied ones and those in the store when the pool shrank.
 * </ol>
 *
 * <p><b>Ordering:</b> {@code slots} and {@code count} are volatile. A new slot is written into the array, then published by
 * {@code count} or, in a hole, by nothing but what its first owner does with it. Readers without the lock:
 *
 * <ul>
 *   <li>{@link #forEach} passes over holes, and over an array that has become shorter than the count was. It may come upon a
 *       slot whose construction is not visible yet; the slot's word then reads as zero, which is EMPTY, and a word that is not
 *       zero was written by an owner, who publishes the rest.
 *   <li>{@link IdleStore#pop} asks for an index that was on the stack when it read the head. Whoever pushed that index did
 *       so after the slot was written into the array, so at least that array is seen. If the slot was dropped since, it was
 *       popped first, and the popper's CAS of the head fails, whatever it finds here: nothing, or a new slot.
 * </ul>
 */
public final class Slots<T> {

    private static final int FEWEST = 4;

    private final PoolLock lock;
    private @Nullable LeaseEnd<T> leaseEnd; // set before the first slot is made
    private Budget.@Nullable Share share; // set before the first slot is reserved; null: no other pool has a say
    private ArrayDeque<Slot<T>> empty = new ArrayDeque<>(1); // guarded by the lock
    private BitSet holes = new BitSet(0); // indexes below count that have no slot; guarded by the lock
    private int kept; // slots that there are; guarded by the lock
    private long leasesOfDropped; // guarded by the lock
    private volatile Slot<T>[] slots = newArray(FEWEST);
    private volatile int count; // one more than the highest index of a slot

    private volatile PoolLimits limits;

    public Slots(PoolLock lock, PoolLimits limits) {
        this.lock = lock;
        this.limits = limits;
    }

    /** What is to end the leases of the slots. */
    public void setLeaseEnd(LeaseEnd<T> leaseEnd) {
        this.leaseEnd = leaseEnd;
    }

    /** Each occupied slot is to hold a place of that share. */
    public void setShare(Budget.Share share) {
        this.share = share;
    }

    public PoolLimits limits() {
        return limits;
    }

    public void setLimits(PoolLimits next) {
        assert lock.isHeld();
        limits = next;
    }

    /** Slots that hold an object, or soon will, or did until just now. */
    public int occupied() {
        assert lock.isHeld();
        return kept - empty.size();
    }

    /** How many more objects this pool's own limit lets exist; negative after it was lowered. */
    public int ownRoom() {
        return limits.maxSize() - occupied();
    }

    /**
     * How many more objects may exist at the moment; negative after the limit was lowered. With a budget that several pools share
     * it can change at any time, whoever holds this pool's lock.
     */
    public int room() {
        int own = ownRoom();
        return share == null || own <= 0 ? own : Math.min(own, share.room());
    }

    /** An empty slot, moved to CREATING, or null if there is no room. */
    @Nullable
    public Slot<T> reserve() {
        assert lock.isHeld();
        if (ownRoom() <= 0 || (share != null && !share.take())) {
            return null;
        }
        Slot<T> slot = empty.isEmpty() ? grow() : empty.pop();
        slot.move(Slot.EMPTY, Slot.CREATING);
        return slot;
    }

    /** Takes back a slot whose object is gone, or was never made. */
    public void vacate(Slot<T> slot) {
        assert lock.isHeld();
        slot.empty();
        becameEmpty(slot);
    }

    private void becameEmpty(Slot<T> slot) {
        keepOrDrop(slot);
        if (share != null) {
            share.giveBack();
        }
    }

    /** Takes back the slot of an object that leaves alive. False if the lease is dead. */
    public boolean tryDetach(Slot<T> slot, long leaseWord) {
        assert lock.isHeld();
        if (!slot.tryDetach(leaseWord)) {
            return false;
        }
        becameEmpty(slot);
        return true;
    }

    private Slot<T> grow() {
        int hole = holes.nextSetBit(0);
        int index = hole < 0 ? count : hole;
        if (index == slots.length) {
            slots = Arrays.copyOf(slots, index + index / 2);
        }
        Slot<T> slot = new Slot<>(index, leaseEnd);
        slots[index] = slot;
        kept++;
        holes.clear(index);
        count = Math.max(count, index + 1);
        return slot;
    }

    // --- slots that a smaller pool does not need

    /** More slots are kept than objects may exist. */
    public boolean hasTooMany() {
        assert lock.isHeld();
        return kept > limits.maxSize();
    }

    /** Drops empty slots while there are too many. Those that are in the store have to stay. */
    public void shed() {
        assert lock.isHeld();
        if (!hasTooMany()) {
            return;
        }
        ArrayDeque<Slot<T>> before = empty;
        empty = new ArrayDeque<>();
        before.forEach(this::keepOrDrop);
    }

    private void keepOrDrop(Slot<T> slot) {
        long word = slot.word();
        if (!hasTooMany() || Slot.isMarked(word, Slot.STORED)) {
            empty.push(slot);
            return;
        }
        leasesOfDropped += Slot.generation(word);
        slots[slot.index] = null;
        holes.set(slot.index);
        kept--;
        cutOffHoles();
    }

    /** Makes an array that ends with holes shorter. */
    private void cutOffHoles() {
        int end = holes.previousClearBit(count - 1) + 1;
        if (end == count) {
            return;
        }
        holes.clear(end, count);
        count = end;
        if (end < slots.length / 4) {
            slots = Arrays.copyOf(slots, Math.max(FEWEST, 2 * end));
            holes = holes.get(0, end);
        }
    }

    /**
     * Counts the slots by their state, each word read once. A plain loop, since callers that fail wait for it.
     *
     * @return the leases that were given out so far
     */
    public long census(int[] inState) {
        assert lock.isHeld();
        long acquired = leasesOfDropped;
        Slot<T>[] all = slots;
        for (int i = 0; i < all.length; i++) {
            Slot<T> slot = all[i];
            if (slot != null) {
                long word = slot.word();
                inState[Slot.state(word)]++;
                acquired += Slot.generation(word);
            }
        }
        return acquired;
    }

    /** Leases an idle slot that needs no check, wherever it lies in the store. Looks from that index on. */
    public Slot.@Nullable Grant<T> leaseReady(int from) {
        assert lock.isHeld();
        Slot<T>[] all = slots;
        for (int i = from; i < all.length; i++) {
            Slot<T> slot = all[i];
            long leaseWord = slot == null ? 0 : slot.tryLease();
            if (slot != null && leaseWord != 0) {
                return new Slot.Grant<>(slot, leaseWord);
            }
        }
        return null;
    }

    /** How many slots are kept, empty ones included. */
    public int kept() {
        assert lock.isHeld();
        return kept;
    }

    /** One more than the highest index of a slot. */
    public int count() {
        return count;
    }

    /** The slot at an index, or null if there is none. Needs no lock. */
    @Nullable
    public Slot<T> at(int index) {
        Slot<T>[] all = slots;
        return index < all.length ? all[index] : null;
    }

    /** All slots, with holes between them and after them, for a loop that has to be fast. Not to be written to. */
    @Nullable
    public Slot<T>[] array() {
        return slots;
    }

    /** Every slot there is, empty ones included. Needs no lock. */
    public void forEach(Consumer<Slot<T>> action) {
        int known = count;
        Slot<T>[] all = slots;
        int end = Math.min(known, all.length);
        for (int i = 0; i < end; i++) {
            Slot<T> slot = all[i];
            if (slot != null) {
                action.accept(slot);
            }
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of one generic type can't be made otherwise
    private static <T> Slot<T>[] newArray(int length) {
        return new Slot[length];
    }
}
