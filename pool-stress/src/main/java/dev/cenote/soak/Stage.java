package dev.cenote.soak;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Lets the first so many workers run, and the others rest; none, for a look at a quiet pool. */
final class Stage {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private int resting; // guarded by the lock
    private volatile int active;
    private volatile boolean isOver;

    /** Whether this worker is to run now. */
    boolean isFor(int worker) {
        return worker < active;
    }

    int active() {
        return active;
    }

    boolean isOver() {
        return isOver;
    }

    /** Rests until it is this worker's turn again, or all is over. An interrupt does not end the rest. */
    void rest(int worker) {
        lock.lock();
        try {
            resting++;
            changed.signalAll();
            while (!isFor(worker) && !isOver) {
                changed.awaitUninterruptibly();
            }
            resting--;
        } finally {
            lock.unlock();
        }
    }

    void let(int workers) {
        lock.lock();
        try {
            active = workers;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void end() {
        lock.lock();
        try {
            isOver = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Stops all. False if for so long none comes to rest of those that have not yet: each may wait for all that stand before it. */
    boolean clear(int workers, long seconds) throws InterruptedException {
        lock.lock();
        try {
            active = 0;
            int before = resting;
            long left = TimeUnit.SECONDS.toNanos(seconds);
            while (resting < workers) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
                if (resting > before) {
                    before = resting;
                    left = TimeUnit.SECONDS.toNanos(seconds);
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
