package dev.cenote.pool.internal;

/** A thread that parks until exactly it is woken. */
final class BlockedWaiter<T> extends Waiter<T> {

    final Thread thread = Thread.currentThread();
    /** Woken to compete for an idle object, and not yet back ({@link WaitQueue#wakeHead}). Guarded by the lock. */
    boolean isCompeting;

    BlockedWaiter(long now, long timeoutNanos) {
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
    long holderId() {
        return thread.getId();
    }
}
