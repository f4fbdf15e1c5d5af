package dev.cenote.pool.internal.slot;

import dev.cenote.pool.IdleOrder;
import dev.cenote.pool.internal.slot.Slot.Grant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The slots that may be idle, in the order in which they are to be handed out. Lock-free.
 *
 * <p>Being in the store is a hint; the slot's word decides. A slot that was leased by way of a {@link Hints hint}, or
 * evicted, stays in the store until it is popped.
 *
 * <p><b>Invariants:</b>
 *
 * <ol>
 *   <li>A slot is in the store at most once: only the thread that has set {@link Slot#STORED} pushes it, and only the thread
 *       that has popped it clears that mark, or pushes it back.
 *   <li>An idle slot is in the store, or on its way there, or in the hands of the thread that popped it (P5).
 * </ol>
 *
 * <p><b>Ordering:</b> mark and state are one word, so there is none to argue. A thread that pops a slot that is not idle clears
 * the mark by a CAS. If that fails because the slot has become idle meanwhile, the thread has an idle slot, and deals with it. A
 * thread that makes a slot idle sees in the same CAS whether it is stored, and pushes it if it is not.
 */
public abstract class IdleStore<T> {

    public static <T> IdleStore<T> of(IdleOrder order, Slots<T> slots) {
        return switch (order) {
            case LIFO -> new Lifo<>(slots);
            case FIFO -> new Fifo<>();
        };
    }

    /** Pushes a slot; the caller has just marked it as stored, or has popped it and left it marked. */
    public abstract void push(Slot<T> slot);

    /** Pops a slot, which stays marked as stored until the caller has leased, taken or dropped it, or pushed it back. */
    public abstract @Nullable Slot<T> pop();

    /** False if it held something a moment ago, perhaps no longer idle. */
    public abstract boolean isEmpty();

    /** Pushes slots that were popped one after the other, so that they come in the same order again. */
    public void pushBack(ArrayDeque<Slot<T>> popped) {
        popped.descendingIterator().forEachRemaining(this::push);
    }

    /**
     * Drops every entry that is not idle. Called under the pool's lock: meanwhile idle slots are not in the store, and who
     * misses them comes to the lock and looks again (P5).
     */
    public final void dropAllButIdle() {
        ArrayDeque<Slot<T>> stillIdle = new ArrayDeque<>();
        for (Slot<T> slot = pop(); slot != null; slot = pop()) {
            for (; ; ) {
                long seen = slot.word();
                if (Slot.state(seen) == Slot.IDLE) {
                    stillIdle.add(slot);
                    break;
                }
                if (slot.tryDrop(seen)) {
                    break;
                }
            }
        }
        pushBack(stillIdle);
    }

    /** Leases the next idle slot, unless that needs a check: then it is pushed back, and the answer is null. */
    public final @Nullable Grant<T> lease() {
        return lease(List.of(), 0);
    }

    /**
     * Leases the next idle slot that needs no check. Those before it that do are set aside, still popped; when there are so many
     * of them, the answer is null.
     */
    public final @Nullable Grant<T> lease(Collection<Slot<T>> unchecked, int most) {
        for (Slot<T> slot = pop(); slot != null; slot = pop()) {
            for (; ; ) {
                long seen = slot.word();
                if (Slot.state(seen) != Slot.IDLE) {
                    if (slot.tryDrop(seen)) {
                        break; // leased by its hint, or evicted: the thread that makes it idle again pushes it
                    }
                } else if (Slot.isMarked(seen, Slot.CHECK | Slot.RETIRE)) {
                    if (most == 0) {
                        push(slot);
                        return null;
                    }
                    unchecked.add(slot);
                    if (unchecked.size() >= most) {
                        return null;
                    }
                    break;
                } else {
                    long leaseWord = slot.tryLeasePopped(seen);
                    if (leaseWord != 0) {
                        return new Grant<>(slot, leaseWord);
                    }
                }
            }
        }
        return null;
    }

    /**
     * Leases the next idle slot. One that needs a check is leased, too, and checked then: if that is in vain, its lease has ended,
     * and the next slot is tried. If the life of an object is over, it is pushed back, and the answer is null.
     */
    public final @Nullable Grant<T> lease(Predicate<Grant<T>> check) {
        for (Slot<T> slot = pop(); slot != null; slot = pop()) {
            for (; ; ) {
                long seen = slot.word();
                if (Slot.state(seen) != Slot.IDLE) {
                    if (slot.tryDrop(seen)) {
                        break;
                    }
                } else if (Slot.isMarked(seen, Slot.RETIRE)) {
                    push(slot);
                    return null;
                } else {
                    long leaseWord = slot.tryLeasePopped(seen);
                    if (leaseWord != 0) {
                        Grant<T> grant = new Grant<>(slot, leaseWord);
                        if (!Slot.isMarked(seen, Slot.CHECK) || check.test(grant)) {
                            return grant;
                        }
                        break;
                    }
                }
            }
        }
        return null;
    }

    /** Takes the next idle slot for something else than a lease, marked or not. */
    public final @Nullable Slot<T> take(int to) {
        for (Slot<T> slot = pop(); slot != null; slot = pop()) {
            for (; ; ) {
                long seen = slot.word();
                if (Slot.state(seen) != Slot.IDLE) {
                    if (slot.tryDrop(seen)) {
                        break;
                    }
                } else if (slot.tryTakePopped(seen, to)) {
                    return slot;
                }
            }
        }
        return null;
    }

    /**
     * A stack: the slot that was pushed last comes first. R. K. Treiber, "Systems Programming: Coping with
     * Parallelism", IBM RJ 5118, 1986, linked through the slots themselves.
     *
     * <p><b>States:</b> the head is a tag (upper half) and the index of the top slot plus one (lower half), zero if there is
     * none.
     *
     * <p><b>Invariants:</b> a slot's {@code nextIndex} changes only while the slot is off the stack. Each push and each pop
     * changes the tag.
     *
     * <p><b>Linearization:</b> push and pop: their successful CAS of the head.
     *
     * <p><b>Ordering:</b> {@code nextIndex} is written before the CAS that puts the slot onto the stack, and read after the
     * head was. Racy on purpose: it may be read while another thread pops and pushes the slot again, but then the tag has
     * changed and the CAS fails. Without the tag the CAS could succeed with a stale next index (ABA), and lose what was
     * pushed meanwhile. The slot itself may have been dropped by then, and another one made at its index ({@link Slots}): the
     * same tag tells. A tag of 32 bits comes round after four thousand million operations between two instructions.
     */
    public static final class Lifo<T> extends IdleStore<T> {

        private static final long INDEX = 0xFFFF_FFFFL;
        private static final long NEXT_TAG = 1L << 32;

        private final Slots<T> slots;
        private final AtomicLong head = new AtomicLong();

        public Lifo(Slots<T> slots) {
            this.slots = slots;
        }

        @Override
        public void push(Slot<T> slot) {
            for (; ; ) {
                long seen = head.get();
                slot.nextIndex = (int) (seen & INDEX);
                if (head.compareAndSet(seen, tagAfter(seen) | (slot.index + 1))) {
                    return;
                }
            }
        }

        @Override
        @Nullable
        public Slot<T> pop() {
            for (; ; ) {
                long seen = head.get();
                int top = (int) (seen & INDEX);
                if (top == 0) {
                    return null;
                }
                Slot<T> slot = slots.at(top - 1);
                if (slot == null) {
                    continue; // popped and dropped since the head was read, so the head has changed
                }
                if (head.compareAndSet(seen, tagAfter(seen) | slot.nextIndex)) {
                    return slot;
                }
            }
        }

        @Override
        public boolean isEmpty() {
            return (head.get() & INDEX) == 0;
        }

        private static long tagAfter(long seen) {
            return (seen & ~INDEX) + NEXT_TAG;
        }
    }

    /** The slot that has been idle longest comes first. */
    private static final class Fifo<T> extends IdleStore<T> {

        private final ConcurrentLinkedQueue<Slot<T>> queue = new ConcurrentLinkedQueue<>();

        @Override
        public void push(Slot<T> slot) {
            queue.add(slot);
        }

        @Override
        @Nullable
        public Slot<T> pop() {
            return queue.poll();
        }

        @Override
        public boolean isEmpty() {
            return queue.isEmpty();
        }

        @Override
        public void pushBack(ArrayDeque<Slot<T>> popped) {
            queue.addAll(popped);
        }
    }
}
