package dev.cenote.pool.internal;

import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolClosedException;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * P12: a pool is closed while somebody acquires. That one has a lease whose object goes when it ends, or fails; nobody is
 * left waiting, and nothing is left over.
 *
 * <p>Closing is one critical section: it shuts the gate, fails those who wait, takes what is idle and marks what is
 * leased. In the broken variant it fails those who wait, and then shuts the gate.
 */
public final class CloseAndAcquire {

    private CloseAndAcquire() {}

    /** The pool, with an idle object. r1: it was leased. r2: how often it was destroyed. r3: the pool has ended. */
    @JCStressTest
    @Outcome(id = "1, 1, 1", expect = Expect.ACCEPTABLE, desc = "leased, and gone with the end of the lease")
    @Outcome(id = "0, 1, 1", expect = Expect.ACCEPTABLE, desc = "the pool was closed first")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the object is left over, or the pool does not end")
    @State
    public static class Real {
        private final DefaultPool<Object> pool = Pools.ofOne();
        private Lease<Object> lease;
        private CompletableFuture<Void> end;

        public Real() {
            pool.tryAcquire().orElseThrow().close();
        }

        @Actor
        public void acquire() {
            try {
                lease = pool.tryAcquire().orElseThrow();
            } catch (PoolClosedException e) {
                // closed first
            }
        }

        @Actor
        public void close() {
            end = pool.shutdown(Pools.LONG);
        }

        @Arbiter
        public void look(III_Result r) {
            if (lease != null) {
                r.r1 = lease.get() != null && !end.isDone() ? 1 : 2;
                lease.close();
            }
            r.r2 = (int) pool.stats().destroyed();
            r.r3 = end.isDone() ? 1 : 0;
        }
    }

    /** The pool, with nothing idle: the acquire waits. r1: it has failed. */
    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "it has failed, in the queue or on its way there")
    @Outcome(id = "0", expect = Expect.FORBIDDEN, desc = "it waits for a pool that is closed")
    @State
    public static class RealWaiter {
        private final DefaultPool<Object> pool = Pools.ofOne();
        private final Lease<Object> held = pool.tryAcquire().orElseThrow();
        private CompletableFuture<Lease<Object>> waiter;

        @Actor
        public void acquire() {
            waiter = pool.acquireAsync();
        }

        @Actor
        public void close() {
            pool.shutdown(Pools.LONG);
        }

        @Arbiter
        public void look(I_Result r) {
            r.r1 = waiter.isCompletedExceptionally() && held.get() != null ? 1 : 0;
        }
    }

    /** The waiter queues, and looks at the gate; the closer shuts the gate, and looks at the queue. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one sees the other")
    @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "it waits for ever")
    @State
    public static class Model {
        private volatile boolean isQueued;
        private volatile boolean isClosed;

        @Actor
        public void acquire(II_Result r) {
            isQueued = true;
            r.r1 = isClosed ? 1 : 0;
        }

        @Actor
        public void close(II_Result r) {
            isClosed = true;
            r.r2 = isQueued ? 1 : 0;
        }
    }

    /** The closer looks at the queue, and then shuts the gate. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one sees the other")
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE_INTERESTING, desc = "BROKEN AS MEANT: it waits for ever")
    @State
    public static class Broken {
        private volatile boolean isQueued;
        private volatile boolean isClosed;

        @Actor
        public void acquire(II_Result r) {
            Pools.halfGap();
            isQueued = true;
            r.r1 = isClosed ? 1 : 0;
            Pools.halfGap();
        }

        @Actor
        public void close(II_Result r) {
            r.r2 = isQueued ? 1 : 0;
            Pools.gap();
            isClosed = true;
        }
    }
}
