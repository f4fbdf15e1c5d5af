package dev.cenote.pool.internal.run;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Where one thread waits until another one calls it: a small lock and a condition of its own. A call that comes before the wait
 * is not lost.
 *
 * <p>Threads do not wait on conditions of the pool's lock: {@code signal} would move them to the queue of that lock, whose head
 * alone is woken, and wakes the next one only when it has had the lock and given it back. All wake-ups of a pool would go one
 * after the other, however many objects come free.
 *
 * <p><b>Invariant:</b> {@code isCalled} is guarded by the small lock, which is held for a few instructions only, and with which
 * nobody takes another lock.
 */
public class Turn {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition called = lock.newCondition();
    private boolean isCalled;

    /**
     * Waits until it is called, for so long at most. It may return early, so the caller looks again.
     *
     * @throws InterruptedException if the thread is interrupted before it is called; a later call is kept for the next wait
     */
    public void await(long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            while (!isCalled && left > 0) {
                left = called.awaitNanos(left);
            }
            isCalled = false;
        } finally {
            lock.unlock();
        }
    }

    /** Has the thread that waits here, or is about to, go on. */
    public void call() {
        lock.lock();
        try {
            isCalled = true;
            called.signal();
        } finally {
            lock.unlock();
        }
    }
}
