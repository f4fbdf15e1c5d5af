package dev.cenote.pool.internal;

import java.util.Arrays;

/**
 * Which slot a thread used last: a striped table instead of a thread-local, so that virtual threads can use it and
 * nothing outlives the pool. Threads whose ids differ by a multiple of the number of stripes share one.
 *
 * <p><b>Ordering:</b> racy on purpose: elements are read and written plainly. A hint may be old or wrong and is never
 * authority: whoever follows it claims the slot by a CAS of its word, and by that sees all that the slot's last owner
 * wrote. Even a slot whose construction is not visible yet does no harm: its word then reads as zero, which is EMPTY.
 *
 * <p>Stripes are 128 bytes apart, so that threads on two cores do not share a line.
 */
final class Hints<T> {

    private static final int STRIPES =
            Integer.highestOneBit(Math.max(64, 8 * Runtime.getRuntime().availableProcessors()) * 2 - 1);
    private static final int STRIDE_SHIFT = 5; // 32 references of 4 bytes, or more

    private final boolean areKept;
    private final Slot<T> none = new Slot<>(-1); // EMPTY for ever
    private final Slot<T>[] slots = newArray((STRIPES + 1) << STRIDE_SHIFT);

    /**
     * @param areKept false where hints are not wanted: then there is never one
     */
    Hints(boolean areKept) {
        this.areKept = areKept;
        Arrays.fill(slots, none);
    }

    /** What a thread finds that has no hint: a slot that can't be leased. */
    Slot<T> none() {
        return none;
    }

    Slot<T> get(long threadId) {
        return slots[position(threadId)];
    }

    void set(long threadId, Slot<T> slot) {
        if (areKept && get(threadId) != slot) {
            slots[position(threadId)] = slot;
        }
    }

    private static int position(long threadId) {
        return (((int) threadId & (STRIPES - 1)) + 1) << STRIDE_SHIFT;
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of one generic type can't be made otherwise
    private static <T> Slot<T>[] newArray(int length) {
        return new Slot[length];
    }
}
