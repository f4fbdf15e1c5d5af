package dev.cenote.peers;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Strict order by a lock and its condition, which wakes in the order of the waits. */
final class LockHandOff extends Limit {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition handedOver = lock.newCondition();
    private int free;
    private int waiting;
    /** Handed to somebody who was woken and has not gone on yet. */
    private int handed;

    LockHandOff(int size) {
        free = size;
    }

    @Override
    public Object acquire() {
        lock.lock();
        try {
            if (free > 0) {
                free--;
            } else {
                waiting++;
                do { // in any case, lest it take what was handed to one who is on its way
                    handedOver.awaitUninterruptibly();
                } while (handed == 0);
                handed--;
            }
            return this;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void release(Object handle) {
        lock.lock();
        try {
            if (waiting > 0) {
                waiting--;
                handed++;
                handedOver.signal();
            } else {
                free++;
            }
        } finally {
            lock.unlock();
        }
    }
}
