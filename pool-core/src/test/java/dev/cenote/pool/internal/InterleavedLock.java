package dev.cenote.pool.internal;

import dev.cenote.pool.internal.run.Turn;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A lock of which the {@link Interleaver} decides who gets it, and turns that wait by the test's clock. */
final class InterleavedLock extends ReentrantLock {

    private static final long serialVersionUID = 1;
    private static final int ONE_WAIT_FOR_NOTHING_IN = 16;

    private final transient Interleaver interleaver;
    private final transient FakeTicker ticker;
    private transient @Nullable Thread owner;
    private final transient Set<Thread> parked = new HashSet<>();
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

    /** A place to wait by the test's clock, sometimes for nothing. */
    Turn newTurn() {
        return new Turn() {
            private boolean isCalled;

            @Override
            public void await(long nanos) throws InterruptedException {
                if (interleaver.chance(ONE_WAIT_FOR_NOTHING_IN)) {
                    interleaver.point();
                    return;
                }
                Thread thread = Thread.currentThread();
                long end = ticker.nanos() + nanos;
                parked.add(thread);
                interleaver.await(() -> isCalled || thread.isInterrupted(), () -> end);
                parked.remove(thread);
                if (!isCalled && Thread.interrupted()) {
                    throw new InterruptedException();
                }
                isCalled = false;
            }

            @Override
            public void call() {
                interleaver.point();
                isCalled = true;
            }
        };
    }

    /** Those who are parked, until they go on. */
    Set<Thread> parked() {
        return parked;
    }
}
