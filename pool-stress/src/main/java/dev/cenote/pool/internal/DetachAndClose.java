package dev.cenote.pool.internal;

import dev.cenote.pool.Lease;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * P10 and P3: an object is detached while its lease is closed, or its pool. It is the user's, or the pool's.
 *
 * <p>Either ends the lease by a CAS from the lease's word, and one end of a lease succeeds. The broken variant of a detach
 * takes the object if the lease is live, and then ends it.
 */
public final class DetachAndClose {

    private DetachAndClose() {}

    private static int detach(Lease<Object> lease) {
        try {
            return lease.detach() != null ? 1 : 0;
        } catch (IllegalStateException e) {
            return 0; // the lease has ended
        }
    }

    /** The pool. r1: detached. r2: idle. r3: the stale closes. */
    @JCStressTest
    @Outcome(id = "1, 0, 0", expect = Expect.ACCEPTABLE, desc = "the user has it, and the close saw that")
    @Outcome(id = "1, 0, 1", expect = Expect.ACCEPTABLE, desc = "the user has it, and the close did not see why")
    @Outcome(id = "0, 1, 1", expect = Expect.ACCEPTABLE, desc = "the pool has it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "both have it, or nobody has")
    @State
    public static class Real {
        private final DefaultPool<Object> pool = Pools.ofOne();
        private final Lease<Object> held = pool.tryAcquire().orElseThrow();

        @Actor
        public void detach(III_Result r) {
            r.r1 = DetachAndClose.detach(held);
        }

        @Actor
        public void close() {
            held.close();
        }

        @Arbiter
        public void look(III_Result r) {
            r.r2 = pool.stats().idle();
            r.r3 = (int) pool.stats().staleCloses();
        }
    }

    /** The pool is closed without a grace. r1: detached. r2: destroyed. r3: the pool has ended. */
    @JCStressTest
    @Outcome(id = "1, 0, 1", expect = Expect.ACCEPTABLE, desc = "the user has it")
    @Outcome(id = "0, 1, 1", expect = Expect.ACCEPTABLE, desc = "it was taken back, and destroyed")
    @Outcome(
            expect = Expect.FORBIDDEN,
            desc = "the user has what is destroyed, or nobody has it, or the pool does not end")
    @State
    public static class RealPoolClose {
        private final DefaultPool<Object> pool = Pools.ofOne();
        private final Lease<Object> held = pool.tryAcquire().orElseThrow();
        private CompletableFuture<Void> end;

        @Actor
        public void detach(III_Result r) {
            r.r1 = DetachAndClose.detach(held);
        }

        @Actor
        public void close() {
            end = pool.shutdown(Duration.ZERO);
        }

        @Arbiter
        public void look(III_Result r) {
            r.r2 = (int) pool.stats().destroyed();
            r.r3 = end.isDone() ? 1 : 0;
        }
    }

    /** One CAS for either end. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one has it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "both have it, or nobody has")
    @State
    public static class Model {
        private static final int EMPTY = 0;
        private static final int IDLE = 1;
        private static final int LEASED = 2;
        private final AtomicInteger word = new AtomicInteger(LEASED);

        @Actor
        public void detach(II_Result r) {
            r.r1 = word.compareAndSet(LEASED, EMPTY) ? 1 : 0;
        }

        @Actor
        public void close(II_Result r) {
            r.r2 = word.compareAndSet(LEASED, IDLE) ? 1 : 0;
        }
    }

    /** A detach that looks, and then writes. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one has it")
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE_INTERESTING, desc = "BROKEN AS MEANT: detached and in the pool")
    @State
    public static class Broken {
        private static final int EMPTY = 0;
        private static final int IDLE = 1;
        private static final int LEASED = 2;
        private final AtomicInteger word = new AtomicInteger(LEASED);

        @Actor
        public void detach(II_Result r) {
            if (word.get() == LEASED) {
                Pools.gap();
                word.set(EMPTY);
                r.r1 = 1;
            }
        }

        @Actor
        public void close(II_Result r) {
            Pools.halfGap();
            r.r2 = word.compareAndSet(LEASED, IDLE) ? 1 : 0;
            Pools.halfGap();
        }
    }
}
