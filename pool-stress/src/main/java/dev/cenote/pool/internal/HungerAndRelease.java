package dev.cenote.pool.internal;

import dev.cenote.pool.Budget;
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
 * P18: the only place of a budget is one pool's, whose object is being released while another pool becomes hungry. The object does
 * not stay idle while the other one waits.
 *
 * <p>The pool that has the object is watched (a bit of its gate) before it is looked at for what is idle; a release makes its object
 * idle before it reads the gate. In the broken variant it is looked at first.
 */
public final class HungerAndRelease {

    private HungerAndRelease() {}

    /** Two pools and a budget of one. r1: the one who waited has an object. */
    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "the place went to the pool that was hungry")
    @Outcome(id = "0", expect = Expect.FORBIDDEN, desc = "somebody waits beside an idle object of another pool")
    @State
    public static class Real {
        private final Budget budget = Budget.of(1);
        private final DefaultPool<Object> holder = Pools.of(Pools.builder().budget(budget));
        private final DefaultPool<Object> hungry = Pools.of(Pools.builder().budget(budget));
        private final Lease<Object> held = holder.tryAcquire().orElseThrow();
        private CompletableFuture<Lease<Object>> waiter;

        @Actor
        public void release() {
            held.close();
        }

        @Actor
        public void wantOne() {
            waiter = hungry.acquireAsync(Pools.LONG);
        }

        @Arbiter
        public void look(I_Result r) {
            r.r1 = waiter.isDone() && !waiter.isCompletedExceptionally() ? 1 : 0;
        }
    }

    /** The two steps of each alone. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one sees the other")
    @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "neither sees the other")
    @State
    public static class Model {
        private volatile boolean isIdle;
        private volatile boolean isWatched;

        @Actor
        public void release(II_Result r) {
            isIdle = true;
            r.r1 = isWatched ? 1 : 0;
        }

        @Actor
        public void wantOne(II_Result r) {
            isWatched = true;
            r.r2 = isIdle ? 1 : 0;
        }
    }

    /** The look at what is idle comes first, and the pool is watched after that. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one sees the other")
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE_INTERESTING, desc = "BROKEN AS MEANT: neither sees the other")
    @State
    public static class Broken {
        private volatile boolean isIdle;
        private volatile boolean isWatched;

        @Actor
        public void release(II_Result r) {
            Pools.halfGap();
            isIdle = true;
            r.r1 = isWatched ? 1 : 0;
            Pools.halfGap();
        }

        @Actor
        public void wantOne(II_Result r) {
            boolean seen = isIdle;
            Pools.gap();
            isWatched = true;
            r.r2 = seen ? 1 : 0;
        }
    }
}
