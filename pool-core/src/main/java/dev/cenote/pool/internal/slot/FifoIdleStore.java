package dev.cenote.pool.internal.slot;

import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** The slot that has been idle longest comes first. */
final class FifoIdleStore<T> extends IdleStore<T> {

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
    void pushBack(ArrayDeque<Slot<T>> popped) {
        queue.addAll(popped);
    }
}
