package dev.cenote.pool.internal;

import dev.cenote.pool.Lease;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * P5: a release races with a waiter that queues. One of them sees the other.
 *
 * <p>Each writes, and then reads what the other writes, all of it volatile; so in their one order the later of the two
 * reads comes after both writes. In the broken variant the fields are plain, and the writes wait in store buffers.
 */
public final class ReleaseAndEnqueue {

    private ReleaseAndEnqueue() {}

    /** The pool. */
    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "the waiter has the object")
    @Outcome(id = "0", expect = Expect.FORBIDDEN, desc = "it waits beside an idle object")
    @State
    public static class Real {
        private final DefaultPool<Object> pool = Pools.ofOne();
        private final Lease<Object> held = pool.tryAcquire().orElseThrow();
        private CompletableFuture<Lease<Object>> waiter;

        @Actor
        public void release() {
            held.close();
        }

        @Actor
        public void enqueue() {
            waiter = pool.acquireAsync();
        }

        @Arbiter
        public void look(I_Result r) {
            r.r1 = waiter.isDone() ? 1 : 0;
        }
    }

    /** The two store-load pairs alone. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one sees the other")
    @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "neither sees the other")
    @State
    public static class Model {
        private volatile int idle;
        private volatile int gate;

        @Actor
        public void release(II_Result r) {
            idle = 1;
            r.r1 = gate;
        }

        @Actor
        public void enqueue(II_Result r) {
            gate = 1;
            r.r2 = idle;
        }
    }

    /** The same without the order: the lost wake-up is there. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one sees the other")
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE_INTERESTING, desc = "BROKEN AS MEANT: neither sees the other")
    @State
    public static class Broken {
        private int idle;
        private int gate;

        @Actor
        public void release(II_Result r) {
            idle = 1;
            r.r1 = gate;
        }

        @Actor
        public void enqueue(II_Result r) {
            gate = 1;
            r.r2 = idle;
        }
    }
}
