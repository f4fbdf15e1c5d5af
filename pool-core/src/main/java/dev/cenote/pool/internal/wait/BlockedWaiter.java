package dev.cenote.pool.internal.wait;

import dev.cenote.pool.internal.run.PoolLock;

/** A thread that parks until exactly it is woken. */
public final class BlockedWaiter<T> extends Waiter<T> {

    public final Thread thread = Thread.currentThread();
    /** Woken to compete for an idle object, and not yet back ({@link WaitQueue#wakeHead}). Guarded by the lock. */
    boolean isCompeting;

    public BlockedWaiter(long now, long timeoutNanos) {
        super(now, timeoutNanos);
    }

    /** Wakes it, unless it is awake: it has not begun to wait, or this is its own thread. */
    @Override
    void awaken(PoolLock lock) {
        if (waits() && thread != Thread.currentThread()) {
            lock.wake(thread);
        }
    }

    void awakenToCompete(PoolLock lock) {
        isCompeting = true;
        awaken(lock);
    }

    @Override
    public long holderId() {
        return thread.getId();
    }
}
