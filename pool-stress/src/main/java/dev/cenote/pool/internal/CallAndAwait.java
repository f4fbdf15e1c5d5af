package dev.cenote.pool.internal;

import dev.cenote.pool.internal.run.Turn;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * P5: a thread is called while it begins to wait. It goes on, and sees what was written before the call.
 *
 * <p>A call is remembered under the lock of the {@link Turn} before the condition is signalled, and the thread looks under that lock
 * before it waits. The broken variant only signals.
 */
public final class CallAndAwait {

    private CallAndAwait() {}

    /** r1: whether the wait ended in time. r2: what the caller has written. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "called, before or during the wait")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the call was lost, or came before what it tells of")
    @State
    public static class Real {
        private final Turn turn = new Turn();
        private int grant;

        @Actor
        public void serve() {
            grant = 1;
            turn.call();
        }

        @Actor
        public void queueUp(II_Result r) {
            long began = System.nanoTime();
            try {
                turn.await(TimeUnit.SECONDS.toNanos(20));
            } catch (InterruptedException e) {
                throw new AssertionError("nobody interrupts", e);
            }
            r.r1 = System.nanoTime() - began < TimeUnit.SECONDS.toNanos(10) ? 1 : 0;
            r.r2 = grant;
        }
    }

    /** r1: the wait is not over, though nobody will end it. */
    @JCStressTest
    @Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "called before the wait, or during it")
    @Outcome(id = "1", expect = Expect.FORBIDDEN, desc = "the call was lost")
    @State
    public static class Model {
        private final Object lock = new Object();
        private boolean isCalled;
        private boolean isWaiting;

        @Actor
        public void serve() {
            synchronized (lock) {
                isCalled = true;
                isWaiting = false;
            }
        }

        @Actor
        public void queueUp() {
            synchronized (lock) {
                isWaiting = !isCalled;
            }
        }

        @Arbiter
        public void look(I_Result r) {
            r.r1 = isWaiting ? 1 : 0;
        }
    }

    /** Nothing remembers the call. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "called during the wait")
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "its time was up before the call")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE_INTERESTING, desc = "BROKEN AS MEANT: the call was lost")
    @State
    public static class Broken {
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition called = lock.newCondition();
        private int grant;

        @Actor
        public void serve() {
            grant = 1;
            lock.lock();
            try {
                called.signal();
            } finally {
                lock.unlock();
            }
        }

        @Actor
        public void queueUp(II_Result r) {
            lock.lock();
            try {
                r.r1 = called.awaitNanos(TimeUnit.MILLISECONDS.toNanos(1)) > 0 ? 1 : 0;
                r.r2 = grant;
            } catch (InterruptedException e) {
                throw new AssertionError("nobody interrupts", e);
            } finally {
                lock.unlock();
            }
        }
    }
}
