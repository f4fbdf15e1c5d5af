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

/** P7: the head of the queue is cancelled while it is served. The object is its own, or the next one's. */
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
            r.r1 = first.isCompletedExceptionally() ? 0 : 1;
            r.r2 = second.isDone() ? 1 : 0;
        }
    }

    /** A future that forgets to give back what it could not deliver loses the object. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "delivered, or given back")
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE_INTERESTING, desc = "BROKEN AS MEANT: the object is lost")
    @State
    public static class Broken {
        private final CompletableFuture<Object> first = new CompletableFuture<>();
        private boolean isGivenBack;

        @Actor
        public void release() {
            isGivenBack = first.isDone();
            if (!isGivenBack) {
                first.complete(this); // its result tells whether it was delivered; nobody looks
            }
        }

        @Actor
        public void cancel() {
            first.cancel(false);
        }

        @Arbiter
        public void look(II_Result r) {
            r.r1 = first.isCompletedExceptionally() ? 0 : 1;
            r.r2 = isGivenBack ? 1 : 0;
        }
    }
}
