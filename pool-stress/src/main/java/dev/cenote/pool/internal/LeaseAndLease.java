package dev.cenote.pool.internal;

import dev.cenote.pool.Lease;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * P2: two threads want the one idle object. One has it.
 *
 * <p>A claim is a CAS of the slot's word. The broken variant looks first, and writes then.
 */
public final class LeaseAndLease {

    private LeaseAndLease() {}

    /** The pool. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one has it")
    @Outcome(id = "1, 1", expect = Expect.FORBIDDEN, desc = "both have it")
    @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "it is idle, and nobody has it")
    @State
    public static class Real {
        private final DefaultPool<Object> pool = Pools.ofOne();

        public Real() {
            pool.tryAcquire().orElseThrow().close();
        }

        @Actor
        public void one(II_Result r) {
            r.r1 = count(pool.tryAcquire());
        }

        @Actor
        public void other(II_Result r) {
            r.r2 = count(pool.tryAcquire());
        }

        private static int count(Optional<Lease<Object>> lease) {
            return lease.isPresent() ? 1 : 0;
        }
    }

    /** A claim is a CAS. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one has it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "both have it, or nobody has")
    @State
    public static class Model {
        private final AtomicBoolean isIdle = new AtomicBoolean(true);

        @Actor
        public void one(II_Result r) {
            r.r1 = isIdle.compareAndSet(true, false) ? 1 : 0;
        }

        @Actor
        public void other(II_Result r) {
            r.r2 = isIdle.compareAndSet(true, false) ? 1 : 0;
        }
    }

    /** A claim that looks first and writes then, without a CAS. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one has it")
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE_INTERESTING, desc = "BROKEN AS MEANT: both have it")
    @State
    public static class Broken {
        private volatile boolean isIdle = true;

        private int claim() {
            if (!isIdle) {
                return 0;
            }
            Pools.gap();
            isIdle = false;
            return 1;
        }

        @Actor
        public void one(II_Result r) {
            r.r1 = claim();
        }

        @Actor
        public void other(II_Result r) {
            r.r2 = claim();
        }
    }
}
