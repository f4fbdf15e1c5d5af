package dev.cenote.pool.internal;

import dev.cenote.pool.Lease;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * P3: an object's life is ended while it is released. It is destroyed once, and does not come back.
 *
 * <p>The mark stands in the word of the slot: a release that does not know of it fails its CAS, and who sets it sees
 * whether the slot is idle by then. In the broken variant the mark has a field of its own, which a release reads before
 * it makes the slot idle.
 */
public final class RetireAndRelease {

    private RetireAndRelease() {}

    /** The pool. r1: how often it was destroyed. r2: how many objects exist. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "destroyed, by the one or the other")
    @Outcome(expect = Expect.FORBIDDEN, desc = "it lives on, or was destroyed twice")
    @State
    public static class Real {
        private final DefaultPool<Object> pool = Pools.ofOne();
        private final Lease<Object> held = pool.tryAcquire().orElseThrow();

        @Actor
        public void release() {
            held.close();
        }

        @Actor
        public void retire() {
            pool.invalidateAll();
        }

        @Arbiter
        public void look(II_Result r) {
            r.r1 = (int) pool.stats().destroyed();
            r.r2 = pool.stats().total();
        }
    }

    /** State and mark in one word. r1, r2: who destroys it. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "destroyed by the one or the other")
    @Outcome(expect = Expect.FORBIDDEN, desc = "it lives on, or is destroyed twice")
    @State
    public static class Model {
        private static final int IDLE = 1;
        private static final int LEASED = 2;
        private static final int RETIRE = 8;
        private final AtomicInteger word = new AtomicInteger(LEASED);

        @Actor
        public void release(II_Result r) {
            r.r1 = word.compareAndSet(LEASED, IDLE) ? 0 : 1;
        }

        @Actor
        public void retire(II_Result r) {
            int before = word.getAndUpdate(seen -> seen | RETIRE);
            r.r2 = before == IDLE ? 1 : 0;
        }
    }

    /** State and mark in two fields; the release looks at the mark first. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "destroyed by the one or the other")
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE_INTERESTING, desc = "BROKEN AS MEANT: it lives on")
    @State
    public static class Broken {
        private volatile boolean isIdle;
        private volatile boolean isMarked;

        @Actor
        public void release(II_Result r) {
            if (isMarked) {
                r.r1 = 1;
            } else {
                Pools.gap();
                isIdle = true;
            }
        }

        @Actor
        public void retire(II_Result r) {
            Pools.halfGap();
            isMarked = true;
            r.r2 = isIdle ? 1 : 0;
            Pools.halfGap();
        }
    }
}
