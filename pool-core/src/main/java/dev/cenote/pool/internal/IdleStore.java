package dev.cenote.pool.internal;

import dev.cenote.pool.IdleOrder;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * <b>What:</b> the slots that may be idle, in the order in which they are to be handed out. Lock-free.
 *
 * <p>Being in the store is a hint; the slot's word decides. A slot that was leased by way of a {@link Hints hint}, or
 * evicted, stays in the store until it is popped.
 *
 * <p><b>Invariants:</b>
 *
 * <ol>
 *   <li>A slot is in the store at most once: only who has set {@link Slot#STORED} pushes it, and only who has popped it
 *       clears that, or pushes it back.
 *   <li>An idle slot is in the store, or on its way there, or in the hands of one who popped it (P5).
 * </ol>
 *
 * <p><b>Ordering:</b> mark and state are one word, so there is none to argue. Who pops a slot that is not idle clears the
 * mark by a CAS; if that fails because the slot has become idle meanwhile, the popper has an idle slot, and deals with
 * it. Who makes a slot idle sees in the same CAS whether it is stored, and pushes it if not.
 */
abstract class IdleStore<T> {

    static <T> IdleStore<T> of(IdleOrder order, Capacity<T> capacity) {
        return switch (order) {
            case LIFO -> new LifoIdleStore<>(capacity);
            case FIFO -> new FifoIdleStore<>();
        };
    }

    /** Pushes a slot; the caller has just marked it as stored, or has popped it and left it marked. */
    abstract void push(Slot<T> slot);

    /** Pops a slot, which stays marked as stored until the caller has leased, taken or dropped it, or pushed it back. */
    abstract @Nullable Slot<T> pop();

    /** Pushes slots that were popped one after the other, so that they come in the same order again. */
    void pushBack(ArrayDeque<Slot<T>> popped) {
        popped.descendingIterator().forEachRemaining(this::push);
    }

    /**
     * Drops every entry that is not idle. Called under the pool's lock: meanwhile idle slots are not in the store, and who
     * misses them comes to the lock and looks again (P5).
     */
    final void dropAllButIdle() {
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
    final @Nullable Grant<T> lease() {
        return lease(List.of(), 0);
    }

    /**
     * Leases the next idle slot that needs no check. Those before it that do are set aside, still popped; when there are so many
     * of them, the answer is null.
     */
    final @Nullable Grant<T> lease(Collection<Slot<T>> unchecked, int most) {
        for (Slot<T> slot = pop(); slot != null; slot = pop()) {
            for (; ; ) {
                long seen = slot.word();
                if (Slot.state(seen) != Slot.IDLE) {
                    if (slot.tryDrop(seen)) {
                        break; // leased by its hint, or evicted: whoever makes it idle again pushes it
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

    /** Takes the next idle slot for something else than a lease, marked or not. */
    final @Nullable Slot<T> take(int to) {
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
}
