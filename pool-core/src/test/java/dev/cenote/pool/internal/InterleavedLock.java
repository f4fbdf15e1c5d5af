package dev.cenote.pool.internal;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A lock of which the {@link Interleaver} decides who gets it, and a parking that waits by the test's clock. */
final class InterleavedLock extends ReentrantLock implements PoolLock.Parking {

    private static final long serialVersionUID = 1;

    private final transient Interleaver interleaver;
    private final transient FakeTicker ticker;
    private transient @Nullable Thread owner;
    private final transient Set<Thread> permits = new HashSet<>();
    private transient Runnable beforeGivingBack = () -> {};

    InterleavedLock(Interleaver interleaver, FakeTicker ticker) {
        this.interleaver = interleaver;
        this.ticker = ticker;
    }

    /** What the owner looks at whenever it is about to give the lock back. */
    void setBeforeGivingBack(Runnable check) {
        beforeGivingBack = check;
    }

    private void giveBack() {
        interleaver.check(beforeGivingBack);
        owner = null;
    }

    @Override
    public void lock() {
        interleaver.point();
        take();
    }

    @Override
    public boolean tryLock() {
        if (owner == null) {
            interleaver.point();
        }
        if (owner != null) {
            return false;
        }
        owner = Thread.currentThread();
        return true;
    }

    private void take() {
        if (owner != null) {
            interleaver.await(() -> owner == null, null);
        }
        owner = Thread.currentThread();
    }

    @Override
    public void unlock() {
        if (!isHeldByCurrentThread()) {
            throw new IllegalMonitorStateException();
        }
        giveBack();
        interleaver.point();
    }

    @Override
    public boolean isHeldByCurrentThread() {
        return owner == Thread.currentThread();
    }

    @Override
    public void park(Object blocker, long nanos) {
        Thread thread = Thread.currentThread();
        long end = ticker.nanos() + nanos;
        interleaver.await(() -> permits.contains(thread) || thread.isInterrupted(), () -> end);
        permits.remove(thread);
    }

    @Override
    public void unpark(Thread thread) {
        interleaver.point();
        permits.add(thread);
    }
}
