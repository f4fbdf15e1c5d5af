package dev.cenote.pool.internal;

import dev.cenote.pool.Lease;
import java.time.Duration;
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
 * P10: a lease is revoked while it is released. One of them ends it; and the next owner of the object, who may come in
 * between, is not the one who was late.
 *
 * <p>The housekeeper ends the lease that it saw, by its word, generation and all. The broken variant ends whatever lease
 * there is by then.
 */
public final class RevokeAndRelease {

    private RevokeAndRelease() {}

    private static final class Late {
        private final Pools.Clock clock = new Pools.Clock();
        private final DefaultPool<Object> pool =
                Pools.of(Pools.builder().ticker(clock).maxLeaseTime(Duration.ofMillis(1)));
        private final Lease<Object> held = pool.tryAcquire().orElseThrow();
        private Lease<Object> next;

        Late() {
            pool.housekeep();
            clock.advance(Duration.ofMillis(2));
        }
    }

    /** The pool. r1: revoked and destroyed. r2: idle. r3: how many leases have ended. */
    @JCStressTest
    @Outcome(id = "1, 0, 1", expect = Expect.ACCEPTABLE, desc = "revoked")
    @Outcome(id = "0, 1, 1", expect = Expect.ACCEPTABLE, desc = "released")
    @Outcome(expect = Expect.FORBIDDEN, desc = "both, or neither")
    @State
    public static class Real {
        private final Late race = new Late();

        @Actor
        public void revoke() {
            race.pool.housekeep();
        }

        @Actor
        public void release() {
            race.held.close();
        }

        @Arbiter
        public void look(III_Result r) {
            r.r1 = (int) race.pool.stats().destroyed();
            r.r2 = race.pool.stats().idle();
            r.r3 = (int) race.pool.stats().released();
        }
    }

    /** The holder releases and acquires again. r1: its new lease, if it has one, is live. r2: revoked and destroyed. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "released, or revoked; no other lease has ended")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the next owner's lease has ended")
    @State
    public static class RealNextOwner {
        private final Late race = new Late();

        @Actor
        public void revoke() {
            race.pool.housekeep();
        }

        @Actor
        public void releaseAndAcquire() {
            race.held.close();
            race.next = race.pool.tryAcquire().orElse(null);
        }

        @Arbiter
        public void look(II_Result r) {
            r.r1 = race.next == null || race.pool.stats().leased() == 1 ? 1 : 0;
            r.r2 = (int) race.pool.stats().destroyed();
        }
    }

    /** The lease that was seen is ended, or none. r1: the first lease was revoked. r2: the second was. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "1, 0"},
            expect = Expect.ACCEPTABLE,
            desc = "released, or revoked; the next owner is safe")
    @Outcome(expect = Expect.FORBIDDEN, desc = "the next owner's lease has ended")
    @State
    public static class Model {
        private final AtomicInteger generation = new AtomicInteger(1); // 0: not leased

        @Actor
        public void revoke(II_Result r) {
            r.r1 = generation.compareAndSet(1, 0) ? 1 : 0;
        }

        @Actor
        public void releaseAndAcquire() {
            if (generation.compareAndSet(1, 0)) {
                generation.set(2);
            }
        }
    }

    /** Whatever lease there is is ended. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "1, 0"},
            expect = Expect.ACCEPTABLE,
            desc = "released, or revoked; the next owner is safe")
    @Outcome(
            id = "0, 1",
            expect = Expect.ACCEPTABLE_INTERESTING,
            desc = "BROKEN AS MEANT: the next owner's lease has ended")
    @State
    public static class Broken {
        private final AtomicInteger generation = new AtomicInteger(1);

        @Actor
        public void revoke(II_Result r) {
            int ended = generation.getAndSet(0);
            r.r1 = ended == 1 ? 1 : 0;
            r.r2 = ended == 2 ? 1 : 0;
        }

        @Actor
        public void releaseAndAcquire() {
            if (generation.compareAndSet(1, 0)) {
                generation.set(2);
            }
        }
    }
}
