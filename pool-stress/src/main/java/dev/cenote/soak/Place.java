package dev.cenote.soak;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One object's place in the count of those that exist, from before it is made until after it is destroyed.
 *
 * <p>A pool stops counting a create or a destroy that takes too long, at a moment that can't be seen from outside. So one
 * that has taken half of its time is in doubt: it may be left out of the count, and an object whose create was in doubt
 * is counted again only when it is leased.
 */
final class Place {

    private final AtomicBoolean isCounted = new AtomicBoolean(true);
    private volatile long inDoubtFrom = Long.MAX_VALUE;

    /** Whether the pool may never have taken the object on. */
    volatile boolean isDoubtful;

    /** Whether it is being destroyed, and that by a task of its own: what came too late is destroyed by its create's. */
    volatile boolean isDestroyedByPool;

    /** A create or a destroy begins, for which the pool waits that long. */
    void enter(long timeoutNanos) {
        inDoubtFrom = System.nanoTime() + timeoutNanos / 2;
    }

    /** It has ended. */
    void leave() {
        isDoubtful = isInDoubt(System.nanoTime()) || !isCounted.get();
        inDoubtFrom = Long.MAX_VALUE;
    }

    boolean isInDoubt(long now) {
        long from = inDoubtFrom;
        return from != Long.MAX_VALUE && now - from >= 0;
    }

    /** True for the one who takes it out of the count. */
    boolean uncount() {
        return isCounted.compareAndSet(true, false);
    }

    /** True for the one who puts it back. */
    boolean countAgain() {
        isDoubtful = false;
        return isCounted.compareAndSet(false, true);
    }
}
