package dev.cenote.pool.internal.slot;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * <b>What:</b> a stack: the slot that was pushed last comes first. R. K. Treiber, "Systems Programming: Coping with
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
public final class LifoIdleStore<T> extends IdleStore<T> {

    private static final long INDEX = 0xFFFF_FFFFL;
    private static final long NEXT_TAG = 1L << 32;

    private final Slots<T> capacity;
    private final AtomicLong head = new AtomicLong();

    public LifoIdleStore(Slots<T> capacity) {
        this.capacity = capacity;
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
            Slot<T> slot = capacity.at(top - 1);
            if (slot == null) {
                continue; // popped and dropped since the head was read, so the head has changed
            }
            if (head.compareAndSet(seen, tagAfter(seen) | slot.nextIndex)) {
                return slot;
            }
        }
    }

    private static long tagAfter(long seen) {
        return (seen & ~INDEX) + NEXT_TAG;
    }
}
