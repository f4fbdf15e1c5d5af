package dev.cenote.pool.internal;

import java.util.concurrent.locks.Condition;

/** A thread that waits on a condition of its own, so that exactly the one that was served wakes up. */
final class BlockedWaiter<T> extends Waiter<T> {

    private final Condition condition;
    final Thread thread = Thread.currentThread();
    /** Woken to compete for an idle object, and not yet back ({@link WaitQueue#wakeHead}). Guarded by the lock. */
    boolean isCompeting;

    BlockedWaiter(PoolLock lock, long now, long timeoutNanos) {
        super(now, timeoutNanos);
        condition = lock.newCondition();
    }

    @Override
    void awaken(PoolLock lock) {
        condition.signal();
    }

    void awakenToCompete() {
        isCompeting = true;
        condition.signal();
    }

    @SuppressWarnings("WaitNotInLoop") // the loop is the caller's, which has more to look at than this
    void await(long nanos) throws InterruptedException {
        condition.awaitNanos(nanos);
    }

    @Override
    long holderId() {
        return thread.getId();
    }
}
