package dev.cenote.pool.internal;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Which slot a thread used last: a striped table instead of a thread-local, so that virtual threads can use it and
 * nothing outlives the pool. Threads whose ids differ by a multiple of the number of stripes share one.
 *
 * <p>A hint may be wrong and is never authority: whoever follows it claims the slot by its word. Stripes are 128 bytes
 * apart, so that threads on two cores do not share a line.
 */
final class Hints<T> {

    private static final int STRIPES =
            Integer.highestOneBit(Math.max(64, 8 * Runtime.getRuntime().availableProcessors()) * 2 - 1);
    private static final int STRIDE_SHIFT = 5; // 32 references of 4 bytes, or more

    private final AtomicReferenceArray<@Nullable Slot<T>> slots =
            new AtomicReferenceArray<>((STRIPES + 1) << STRIDE_SHIFT);

    @Nullable
    Slot<T> get(long threadId) {
        return slots.get(position(threadId));
    }

    void set(long threadId, Slot<T> slot) {
        int position = position(threadId);
        if (slots.get(position) != slot) {
            slots.set(position, slot);
        }
    }

    private static int position(long threadId) {
        return (((int) threadId & (STRIPES - 1)) + 1) << STRIDE_SHIFT;
    }
}
