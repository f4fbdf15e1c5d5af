package dev.cenote.pool.internal;

import dev.cenote.pool.Fairness;
import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * P5 and P7: an object is released while the time of the oldest waiter runs out. It is that one's, or the next one's.
 *
 * <p>Both happen under the lock: a waiter is settled once, by the one who unlinks it, so a release finds only waiters that
 * still wait. With eventual fairness a woken waiter that leaves passes the wake-up on. The broken variant is a queue in
 * which a waiter whose time is up stays, and swallows what comes free.
 */
public final class ReleaseAndTimeout {

    private ReleaseAndTimeout() {}

    /** The pool, and the housekeeper that finds the first of two futures overdue. r1, r2: who has the object. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "the first has it, or the next one")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the object is lost, or has two owners")
    @State
    public static class Real {
        private final Pools.Clock clock = new Pools.Clock();
        private final DefaultPool<Object> pool = Pools.of(Pools.builder().ticker(clock));
        private final Lease<Object> held = pool.tryAcquire().orElseThrow();
        private final CompletableFuture<Lease<Object>> first = pool.acquireAsync(Duration.ofMillis(1));
        private final CompletableFuture<Lease<Object>> second = pool.acquireAsync(Pools.LONG);

        public Real() {
            clock.advance(Duration.ofMillis(1));
        }

        @Actor
        public void release() {
            held.close();
        }

        @Actor
        public void expire() {
            pool.housekeep();
        }

        @Arbiter
        public void look(II_Result r) {
            r.r1 = !first.isDone() ? 2 : first.isCompletedExceptionally() ? 0 : 1;
            r.r2 = second.isDone() ? 1 : 0;
        }
    }

    /** The same with a thread that waits for a few microseconds, and a future behind it. */
    private static final class Wait {
        private final DefaultPool<Object> pool;
        private final Lease<Object> held;
        private CompletableFuture<Lease<Object>> second;
        private volatile boolean isAboutToWait;

        Wait(Fairness fairness) {
            pool = Pools.of(Pools.builder().fairness(fairness));
            held = pool.tryAcquire().orElseThrow();
        }

        int acquire() {
            isAboutToWait = true;
            try {
                return pool.acquire(Duration.ofNanos(20_000)).get() != null ? 1 : 0;
            } catch (PoolTimeoutException e) {
                return 0;
            } catch (InterruptedException e) {
                throw new AssertionError("nobody interrupts", e);
            }
        }

        void release() {
            while (!isAboutToWait) {
                Thread.yield();
            }
            Pools.linger(10_000);
            second = pool.acquireAsync();
            Pools.linger(120_000);
            held.close();
        }
    }

    /** A thread that waits, strict fairness. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "the first has it, or the next one")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the object is lost, or has two owners")
    @State
    public static class RealBlocking {
        private final Wait wait = new Wait(Fairness.STRICT);

        @Actor
        public void acquire(II_Result r) {
            r.r1 = wait.acquire();
        }

        @Actor
        public void release() {
            wait.release();
        }

        @Arbiter
        public void look(II_Result r) {
            r.r2 = wait.second.isDone() ? 1 : 0;
        }
    }

    /** A thread that is woken to compete, eventual fairness. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "the first has it, or the next one")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the object is lost, or has two owners")
    @State
    public static class RealCompeting {
        private final Wait wait = new Wait(Fairness.eventual(Pools.LONG));

        @Actor
        public void acquire(II_Result r) {
            r.r1 = wait.acquire();
        }

        @Actor
        public void release() {
            wait.release();
        }

        @Arbiter
        public void look(II_Result r) {
            r.r2 = wait.second.isDone() ? 1 : 0;
        }
    }

    /** A waiter is settled once: a CAS stands for the lock under which the engine does it. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "the first has it, or the next one")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the object is lost, or has two owners")
    @State
    public static class Model {
        private static final int WAITING = 0;
        private static final int SERVED = 1;
        private static final int GONE = 2;
        private final AtomicInteger first = new AtomicInteger(WAITING);

        @Actor
        public void release(II_Result r) {
            r.r2 = first.compareAndSet(WAITING, SERVED) ? 0 : 1;
        }

        @Actor
        public void expire(II_Result r) {
            r.r1 = first.compareAndSet(WAITING, GONE) ? 0 : 1;
        }
    }

    /** The waiter is gone, but stays in the queue, and the release does not look. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "served in time")
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE_INTERESTING, desc = "BROKEN AS MEANT: the object is lost")
    @State
    public static class Broken {
        private volatile boolean isServed;

        @Actor
        public void release() {
            isServed = true; // the head, whatever became of it
        }

        @Actor
        public void expire(II_Result r) {
            r.r1 = isServed ? 1 : 0;
        }
    }
}
