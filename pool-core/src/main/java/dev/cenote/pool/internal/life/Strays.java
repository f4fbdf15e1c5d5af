package dev.cenote.pool.internal.life;

import dev.cenote.pool.internal.run.PoolLock;

/**
 * Calls of user code that were given up and have not returned: each holds a thread. No other call of its kind begins while those
 * under way and the strays are together twice as many as there may be objects. Guarded by the pool's lock.
 */
final class Strays {

    private final PoolLock lock;
    private final Runnable tell;
    private int count;
    private boolean isTold;

    /** @param tell tells the log why no more calls begin */
    Strays(PoolLock lock, Runnable tell) {
        this.lock = lock;
        this.tell = tell;
    }

    void left() {
        count++;
    }

    void returned() {
        count--;
        isTold &= count > 0;
    }

    boolean areTooMany(int underWay, int maxSize) {
        assert lock.isHeld();
        return count > 0 && count + underWay >= 2 * maxSize;
    }

    /** Tells whether another call may begin. If not, the log is told why, once until all strays are back. */
    boolean letBegin(int underWay, int maxSize) {
        boolean areTooMany = areTooMany(underWay, maxSize);
        if (areTooMany && !isTold) {
            isTold = true;
            lock.afterwards(tell);
        }
        return !areTooMany;
    }
}
