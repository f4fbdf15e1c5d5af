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

/** P10: two threads close one lease. */
public final class DoubleClose {

    private DoubleClose() {}

    /** The pool: r1 counts the releases, r2 the stale closes. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "one releases, and the other is counted")
    @Outcome(expect = Expect.FORBIDDEN, desc = "released twice, or never")
    @State
    public static class Real {
        private final DefaultPool<Object> pool = Pools.ofOne();
        private final Lease<Object> lease = pool.tryAcquire().orElseThrow();

        @Actor
        public void one() {
            lease.close();
        }

        @Actor
        public void other() {
            lease.close();
        }

        @Arbiter
        public void look(II_Result r) {
            r.r1 = (int) pool.stats().released();
            r.r2 = (int) pool.stats().staleCloses();
        }
    }

    /** P10 and P2: a stale close races with the next owner's acquire; r1 tells whether that one's lease is live. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "the next owner keeps the object")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the stale close has freed it")
    @State
    public static class Stale {
        private final DefaultPool<Object> pool = Pools.ofOne();
        private final Lease<Object> stale = pool.tryAcquire().orElseThrow();
        private Lease<Object> next;

        public Stale() {
            stale.close();
        }

        @Actor
        public void closeAgain() {
            stale.close();
        }

        @Actor
        public void acquire() {
            next = pool.tryAcquire().orElseThrow();
        }

        @Arbiter
        public void look(II_Result r) {
            r.r1 = pool.tryAcquire().isEmpty() && next.get() != null ? 1 : 0;
            r.r2 = (int) pool.stats().staleCloses();
        }
    }

    /** A release that looks first and writes then, without a CAS. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "one releases")
    @Outcome(id = "2, 0", expect = Expect.ACCEPTABLE_INTERESTING, desc = "BROKEN AS MEANT: released twice")
    @State
    public static class Broken {
        private volatile boolean isLeased = true;
        private final AtomicInteger releases = new AtomicInteger();

        private void release() {
            if (isLeased) {
                isLeased = false;
                releases.incrementAndGet();
            }
        }

        @Actor
        public void one() {
            release();
        }

        @Actor
        public void other() {
            release();
        }

        @Arbiter
        public void look(II_Result r) {
            r.r1 = releases.get();
        }
    }
}
