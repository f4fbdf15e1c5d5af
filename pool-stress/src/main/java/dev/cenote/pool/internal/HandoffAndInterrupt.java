package dev.cenote.pool.internal;

import dev.cenote.pool.Fairness;
import dev.cenote.pool.Lease;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * P7: a thread that waits is interrupted while it is served. It has the object, and its interrupt stays set; or it throws,
 * and the next one has the object.
 *
 * <p>An interrupted thread that is settled already has the lease; else it decides under the lock. Interrupt and release come
 * from one actor in either order, the wait from the other; each waits for the other's step before, so both end. The
 * broken variant throws without that look.
 */
public final class HandoffAndInterrupt {

    private HandoffAndInterrupt() {}

    private static final class Wait {
        private final DefaultPool<Object> pool;
        private final Lease<Object> held;
        private CompletableFuture<Lease<Object>> second;
        private volatile Thread waiting;
        private volatile boolean isInterrupted;

        Wait(Fairness fairness) {
            pool = Pools.of(Pools.builder().fairness(fairness));
            held = pool.tryAcquire().orElseThrow();
        }

        void acquire(III_Result r) {
            waiting = Thread.currentThread();
            try {
                r.r1 = pool.acquire(Pools.LONG).get() != null ? 1 : 0;
            } catch (InterruptedException interrupt) {
                r.r3++;
            }
            while (!isInterrupted) {
                Thread.yield(); // lest it hit what this thread does next
            }
            r.r3 += Thread.interrupted() ? 1 : 0;
        }

        void releaseAndInterrupt() {
            while (waiting == null) {
                Thread.yield();
            }
            Pools.linger(10_000);
            second = pool.acquireAsync();
            if (ThreadLocalRandom.current().nextBoolean()) {
                held.close();
                Pools.linger(20_000);
                interrupt();
            } else {
                interrupt();
                Pools.linger(20_000);
                held.close();
            }
        }

        private void interrupt() {
            waiting.interrupt();
            isInterrupted = true;
        }
    }

    /** The pool. r1, r2: who has the object. r3: how often the interrupt was seen. */
    @JCStressTest
    @Outcome(id = "1, 0, 1", expect = Expect.ACCEPTABLE, desc = "served, and the interrupt stays set")
    @Outcome(id = "0, 1, 1", expect = Expect.ACCEPTABLE, desc = "interrupted, and the next one served")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the object is lost or has two owners, or the interrupt is lost")
    @State
    public static class Real {
        private final Wait wait = new Wait(Fairness.STRICT);

        @Actor
        public void acquire(III_Result r) {
            wait.acquire(r);
        }

        @Actor
        public void releaseAndInterrupt() {
            wait.releaseAndInterrupt();
        }

        @Arbiter
        public void look(III_Result r) {
            r.r2 = wait.second.isDone() ? 1 : 0;
        }
    }

    /** The same with eventual fairness: the thread is woken to compete. */
    @JCStressTest
    @Outcome(id = "1, 0, 1", expect = Expect.ACCEPTABLE, desc = "served, and the interrupt stays set")
    @Outcome(id = "0, 1, 1", expect = Expect.ACCEPTABLE, desc = "interrupted, and the next one served")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the object is lost or has two owners, or the interrupt is lost")
    @State
    public static class RealCompeting {
        private final Wait wait = new Wait(Fairness.eventual(Pools.LONG));

        @Actor
        public void acquire(III_Result r) {
            wait.acquire(r);
        }

        @Actor
        public void releaseAndInterrupt() {
            wait.releaseAndInterrupt();
        }

        @Arbiter
        public void look(III_Result r) {
            r.r2 = wait.second.isDone() ? 1 : 0;
        }
    }

    /** Who is interrupted leaves only if nobody has served it yet. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one of the two has it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the object is lost, or has two owners")
    @State
    public static class Model {
        private final AtomicBoolean isSettled = new AtomicBoolean();

        @Actor
        public void handOver(II_Result r) {
            r.r2 = isSettled.compareAndSet(false, true) ? 0 : 1;
        }

        @Actor
        public void interrupt(II_Result r) {
            r.r1 = isSettled.compareAndSet(false, true) ? 0 : 1;
        }
    }

    /** Who is interrupted leaves, and throws. */
    @JCStressTest
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "the next one has it")
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE_INTERESTING, desc = "BROKEN AS MEANT: the object is lost")
    @State
    public static class Broken {
        private final AtomicBoolean isSettled = new AtomicBoolean();

        @Actor
        public void handOver(II_Result r) {
            r.r2 = isSettled.compareAndSet(false, true) ? 0 : 1;
        }

        @Actor
        public void interrupt() {
            isSettled.set(true); // had it been served, it would never know
        }
    }
}
