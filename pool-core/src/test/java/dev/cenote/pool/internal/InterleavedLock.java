package dev.cenote.pool.internal;

import java.util.Date;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A lock of which the {@link Interleaver} decides who gets it, and whose conditions wait by the test's clock. */
final class InterleavedLock extends ReentrantLock {

    private static final long serialVersionUID = 1;

    private final transient Interleaver interleaver;
    private final transient FakeTicker ticker;
    private transient @Nullable Thread owner;
    private transient Runnable beforeGivingBack = () -> {};

    InterleavedLock(Interleaver interleaver, FakeTicker ticker) {
        this.interleaver = interleaver;
        this.ticker = ticker;
    }

    /** What the owner looks at whenever it is about to give the lock back, to unlock or to wait. */
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
    public Condition newCondition() {
        return new Condition() {
            private boolean isSignalled;

            @Override
            public long awaitNanos(long nanos) throws InterruptedException {
                Thread thread = Thread.currentThread();
                long end = ticker.nanos() + nanos;
                isSignalled = false;
                giveBack();
                interleaver.await(() -> isSignalled || thread.isInterrupted(), () -> end);
                boolean isInterrupted = !isSignalled && Thread.interrupted();
                take();
                if (isInterrupted) {
                    throw new InterruptedException();
                }
                return end - ticker.nanos();
            }

            @Override
            public void signal() {
                isSignalled = true;
            }

            @Override
            public void await() {
                throw new UnsupportedOperationException();
            }

            @Override
            public void awaitUninterruptibly() {
                throw new UnsupportedOperationException();
            }

            @Override
            public boolean await(long time, TimeUnit unit) {
                throw new UnsupportedOperationException();
            }

            @Override
            public boolean awaitUntil(Date deadline) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void signalAll() {
                throw new UnsupportedOperationException();
            }
        };
    }
}
