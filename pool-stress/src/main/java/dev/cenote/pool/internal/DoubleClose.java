package dev.cenote.pool.internal;

import dev.cenote.pool.Lease;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * P10: two threads close one lease. One of them ends it.
 *
 * <p>A release is a CAS from the lease's word. The broken variant looks first, and writes then.
 */
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

    /** One CAS ends it. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "one releases, and the other is told")
    @Outcome(expect = Expect.FORBIDDEN, desc = "released twice, or never")
    @State
    public static class Model {
        private final AtomicBoolean isLeased = new AtomicBoolean(true);
        private final AtomicInteger releases = new AtomicInteger();
        private final AtomicInteger staleCloses = new AtomicInteger();

        private void release() {
            (isLeased.compareAndSet(true, false) ? releases : staleCloses).incrementAndGet();
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
            r.r2 = staleCloses.get();
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
                Pools.gap();
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
