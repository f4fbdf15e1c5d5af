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
 * P10 and P2: a lease is closed a second time while the next owner acquires. That one keeps the object.
 *
 * <p>The word's generation grows with each lease, so a lease that has ended never matches it again. The broken variant
 * has states and no generation.
 */
public final class StaleCloseAndAcquire {

    private StaleCloseAndAcquire() {}

    /** The pool. r1: the next owner's lease is live, and the only one. r2: the stale closes. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "the next owner keeps the object")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the stale close has freed it")
    @State
    public static class Real {
        private final DefaultPool<Object> pool = Pools.ofOne();
        private final Lease<Object> stale = pool.tryAcquire().orElseThrow();
        private Lease<Object> next;

        public Real() {
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

    /** State and generation in one word. r1: leased. r2: freed by the stale close. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "the next owner keeps the object")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the stale close has freed it")
    @State
    public static class Model {
        private static final int IDLE = 1;
        private static final int LEASED = 2;
        private static final int NEXT_GENERATION = 8;
        private final AtomicInteger word = new AtomicInteger(NEXT_GENERATION + IDLE);

        @Actor
        public void closeAgain(II_Result r) {
            r.r2 = word.compareAndSet(NEXT_GENERATION + LEASED, NEXT_GENERATION + IDLE) ? 1 : 0;
        }

        @Actor
        public void acquire(II_Result r) {
            r.r1 = word.compareAndSet(NEXT_GENERATION + IDLE, 2 * NEXT_GENERATION + LEASED) ? 1 : 0;
        }
    }

    /** The state alone. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "the next owner keeps the object")
    @Outcome(
            id = "1, 1",
            expect = Expect.ACCEPTABLE_INTERESTING,
            desc = "BROKEN AS MEANT: the stale close has freed it")
    @State
    public static class Broken {
        private static final int IDLE = 1;
        private static final int LEASED = 2;
        private final AtomicInteger state = new AtomicInteger(IDLE);

        @Actor
        public void closeAgain(II_Result r) {
            r.r2 = state.compareAndSet(LEASED, IDLE) ? 1 : 0;
        }

        @Actor
        public void acquire(II_Result r) {
            r.r1 = state.compareAndSet(IDLE, LEASED) ? 1 : 0;
        }
    }
}
