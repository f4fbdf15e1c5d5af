package dev.cenote.pool.internal;

import dev.cenote.pool.Budget;
import dev.cenote.pool.Lease;
import java.util.Optional;
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
 * P2 and P18: an idle object is evicted for another pool while it is leased. The lease has it, or the other pool has its place;
 * and if the lease has it, the other pool has the place when the lease ends.
 *
 * <p>Both claim it by a CAS from the word that they saw idle. The broken variant evicts by a write.
 */
public final class YieldAndLease {

    private YieldAndLease() {}

    /** Two pools and a budget of one. r1: it was leased. r2: the other pool had its place meanwhile. r3: it had it in the end. */
    @JCStressTest
    @Outcome(id = "1, 0, 1", expect = Expect.ACCEPTABLE, desc = "leased, and given up when the lease ended")
    @Outcome(id = "0, 1, 1", expect = Expect.ACCEPTABLE, desc = "evicted")
    @Outcome(expect = Expect.FORBIDDEN, desc = "evicted in its holder's hands, or lost for the one who waits")
    @State
    public static class Real {
        private final Budget budget = Budget.of(1);
        private final DefaultPool<Object> holder = Pools.of(Pools.builder().budget(budget));
        private final DefaultPool<Object> hungry = Pools.of(Pools.builder().budget(budget));
        private Optional<Lease<Object>> lease = Optional.empty();
        private CompletableFuture<Lease<Object>> waiter;

        public Real() {
            holder.tryAcquire().orElseThrow().close();
        }

        @Actor
        public void lease() {
            lease = holder.tryAcquire();
        }

        @Actor
        public void wantOne() {
            waiter = hungry.acquireAsync(Pools.LONG);
        }

        @Arbiter
        public void look(III_Result r) {
            r.r1 = lease.isPresent() && lease.get().get() != null ? 1 : 0;
            r.r2 = waiter.isDone() ? 1 : 0;
            lease.ifPresent(Lease::close);
            r.r3 = waiter.isDone() ? 1 : 0;
        }
    }

    /** A claim is a CAS from what was seen, whoever claims. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one has it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "both have it, or nobody has")
    @State
    public static class Model {
        private static final int IDLE = 1;
        private static final int LEASED = 2;
        private static final int RETIRING = 5;
        private final AtomicInteger word = new AtomicInteger(IDLE);

        @Actor
        public void lease(II_Result r) {
            r.r1 = word.get() == IDLE && word.compareAndSet(IDLE, LEASED) ? 1 : 0;
        }

        @Actor
        public void yieldIt(II_Result r) {
            r.r2 = word.get() == IDLE && word.compareAndSet(IDLE, RETIRING) ? 1 : 0;
        }
    }

    /** The eviction looks, and then writes. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one has it")
    @Outcome(
            id = "1, 1",
            expect = Expect.ACCEPTABLE_INTERESTING,
            desc = "BROKEN AS MEANT: evicted in its holder's hands")
    @State
    public static class Broken {
        private static final int IDLE = 1;
        private static final int LEASED = 2;
        private static final int RETIRING = 5;
        private final AtomicInteger word = new AtomicInteger(IDLE);

        @Actor
        public void lease(II_Result r) {
            Pools.halfGap();
            r.r1 = word.get() == IDLE && word.compareAndSet(IDLE, LEASED) ? 1 : 0;
            Pools.halfGap();
        }

        @Actor
        public void yieldIt(II_Result r) {
            if (word.get() == IDLE) {
                Pools.gap();
                word.set(RETIRING);
                r.r2 = 1;
            }
        }
    }
}
