package dev.cenote.pool.internal;

import dev.cenote.pool.Lease;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * P7: the head of the queue is cancelled while it is served. The object is its own, or the next one's.
 *
 * <p>A future is completed once. Who was to complete it with a lease, and comes too late, ends the lease, and so passes
 * the object on. The broken variant does not notice that it came too late.
 */
public final class HandoffAndCancel {

    private HandoffAndCancel() {}

    /** The pool: r1 what the first waiter got, r2 what the second got. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "served before the cancel")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "cancelled, and the next one served")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the object is lost, or has two owners")
    @State
    public static class Real {
        private final DefaultPool<Object> pool = Pools.ofOne();
        private final Lease<Object> held = pool.tryAcquire().orElseThrow();
        private final CompletableFuture<Lease<Object>> first = pool.acquireAsync();
        private final CompletableFuture<Lease<Object>> second = pool.acquireAsync();

        @Actor
        public void release() {
            held.close();
        }

        @Actor
        public void cancel() {
            first.cancel(false);
        }

        @Arbiter
        public void look(II_Result r) {
            r.r1 = !first.isDone() ? 2 : first.isCompletedExceptionally() ? 0 : 1;
            r.r2 = second.isDone() ? 1 : 0;
        }
    }

    /** The future is completed once; who could not deliver gives back. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "delivered, or given back")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the object is lost, or has two owners")
    @State
    public static class Model {
        private final AtomicBoolean isCompleted = new AtomicBoolean();

        @Actor
        public void release(II_Result r) {
            r.r2 = isCompleted.compareAndSet(false, true) ? 0 : 1;
        }

        @Actor
        public void cancel(II_Result r) {
            r.r1 = isCompleted.compareAndSet(false, true) ? 0 : 1;
        }
    }

    /** Who could not deliver does not notice. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "delivered")
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE_INTERESTING, desc = "BROKEN AS MEANT: the object is lost")
    @State
    public static class Broken {
        private final AtomicBoolean isCompleted = new AtomicBoolean();

        @Actor
        public void release() {
            isCompleted.compareAndSet(false, true); // its result tells whether it was delivered; nobody looks
        }

        @Actor
        public void cancel(II_Result r) {
            r.r1 = isCompleted.compareAndSet(false, true) ? 0 : 1;
        }
    }
}
