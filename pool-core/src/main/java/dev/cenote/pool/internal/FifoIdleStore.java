package dev.cenote.pool.internal;

import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** The slot that has been idle longest comes first. */
final class FifoIdleStore<T> extends IdleStore<T> {

    private final ConcurrentLinkedQueue<Slot<T>> queue = new ConcurrentLinkedQueue<>();

    @Override
    void push(Slot<T> slot) {
        queue.add(slot);
    }

    @Override
    @Nullable
    Slot<T> pop() {
        return queue.poll();
    }

    @Override
    void pushBack(ArrayDeque<Slot<T>> popped) {
        queue.addAll(popped);
    }
}
