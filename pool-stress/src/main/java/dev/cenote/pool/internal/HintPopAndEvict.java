package dev.cenote.pool.internal;

import dev.cenote.pool.Lease;
import dev.cenote.pool.internal.slot.Slot;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * P2 and P3: one idle slot is wanted by way of a hint, by way of the store, and by the housekeeper, which evicts it. One
 * has it.
 *
 * <p>Whichever way they came, they claim it by a CAS of its word from the word they saw idle. Of the three ways, two at a
 * time race here. The broken variant evicts by a write.
 */
public final class HintPopAndEvict {

    private HintPopAndEvict() {}

    /** The pool. r1: 1 if the hint's owner has it. r2: 1 if the other one has it, by way of the store. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one has it")
    @Outcome(expect = Expect.FORBIDDEN, desc = "both have it, or nobody has")
    @State
    public static class RealHintAndPop {
        private final DefaultPool<Object> pool = Pools.ofOne();

        public RealHintAndPop() {
            pool.tryAcquire().orElseThrow().close();
        }

        @Actor
        public void hint(II_Result r) {
            long threadId = Thread.currentThread().getId();
            pool.engine().hints.set(threadId, pool.engine().slots.at(0));
            r.r1 = pool.engine().hints.get(threadId).tryLease() != 0 ? 1 : 0;
        }

        @Actor
        public void pop(II_Result r) {
            r.r2 = pool.engine().idle.lease() != null ? 1 : 0;
        }
    }

    private static final class Evict {
        private final Pools.Clock clock = new Pools.Clock();
        private final DefaultPool<Object> pool =
                Pools.of(Pools.builder().ticker(clock).idleTimeout(Duration.ofMillis(1)));
        private final Object object;
        private Optional<Lease<Object>> lease;

        Evict() {
            Lease<Object> first = pool.tryAcquire().orElseThrow();
            object = first.get();
            first.close();
            pool.housekeep();
            clock.advance(Duration.ofMillis(2));
        }

        void hint() {
            pool.engine()
                    .hints
                    .set(Thread.currentThread().getId(), pool.engine().slots.at(0));
        }

        void look(II_Result r) {
            r.r1 = lease.isEmpty() ? 0 : lease.get().get() == object ? 1 : 2;
            r.r2 = (int) pool.stats().destroyed();
        }
    }

    /** An acquire by way of the hint. r1: 1 if it has the object, 2 if a new one. r2: how many were evicted. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "leased")
    @Outcome(
            id = {"0, 1", "2, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "evicted; there is none at the moment, or a new one")
    @Outcome(expect = Expect.FORBIDDEN, desc = "evicted in its holder's hands, or lost")
    @State
    public static class RealHintAndEvict {
        private final Evict race = new Evict();

        @Actor
        public void acquire() {
            race.hint();
            race.lease = race.pool.tryAcquire();
        }

        @Actor
        public void evict() {
            race.pool.housekeep();
        }

        @Arbiter
        public void look(II_Result r) {
            race.look(r);
        }
    }

    /** An acquire by way of the store. */
    @JCStressTest
    @Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "leased")
    @Outcome(
            id = {"0, 1", "2, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "evicted; there is none at the moment, or a new one")
    @Outcome(expect = Expect.FORBIDDEN, desc = "evicted in its holder's hands, or lost")
    @State
    public static class RealPopAndEvict {
        private final Evict race = new Evict();

        @Actor
        public void acquire() {
            race.pool.engine().hints.set(Thread.currentThread().getId(), new Slot<>(1));
            race.lease = race.pool.tryAcquire();
        }

        @Actor
        public void evict() {
            race.pool.housekeep();
        }

        @Arbiter
        public void look(II_Result r) {
            race.look(r);
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
        public void evict(II_Result r) {
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
        public void evict(II_Result r) {
            if (word.get() == IDLE) {
                Pools.gap();
                word.set(RETIRING);
                r.r2 = 1;
            }
        }
    }
}
