package dev.cenote.pool.internal;

import dev.cenote.pool.IdleOrder;
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
 *   <li>A slot is in the store at most once ({@link Slot#tryMarkStored}).
 *   <li>An idle slot that nobody is working on is in the store (P5).
 * </ol>
 *
 * <p><b>Ordering</b> of the second: who makes a slot idle writes its word, then reads {@code stored}, and pushes if it
 * was false. Who pops writes {@code stored = false}, then reads the word, and deals with the slot if it is idle. All are
 * volatile, hence in one total order: either the popper sees the idle word, or the other sees that the slot is not
 * stored. If both do, the popper's CAS on the word fails or succeeds as for any two acquirers, and the slot is pushed
 * once.
 */
abstract class IdleStore<T> {

    static <T> IdleStore<T> of(IdleOrder order, Capacity<T> capacity) {
        return switch (order) {
            case LIFO -> new LifoIdleStore<>(capacity);
            case FIFO -> new FifoIdleStore<>();
        };
    }

    /** Offers a slot that was just made idle, or that was polled and found idle. */
    final void offer(Slot<T> slot) {
        if (slot.tryMarkStored()) {
            push(slot);
        }
    }

    /** A slot that may be idle. The caller must look at its word: if it is idle, it must lease, take or offer it. */
    final @Nullable Slot<T> poll() {
        Slot<T> slot = pop();
        if (slot != null) {
            slot.unmarkStored();
        }
        return slot;
    }

    /** Takes a slot that can be leased at once. Returns the lease, or null if there is none, or the next needs a check. */
    final @Nullable Grant<T> lease() {
        for (Slot<T> slot = poll(); slot != null; slot = poll()) {
            for (; ; ) {
                long seen = slot.word();
                if (Slot.state(seen) != Slot.IDLE) {
                    break; // leased by hint, or evicted: whoever makes it idle again offers it
                }
                if (Slot.isMarked(seen, Slot.CHECK | Slot.RETIRE)) {
                    offer(slot);
                    return null;
                }
                long leaseWord = slot.tryLease();
                if (leaseWord != 0) {
                    return new Grant<>(slot, leaseWord);
                }
            }
        }
        return null;
    }

    abstract void push(Slot<T> slot);

    abstract @Nullable Slot<T> pop();
}
