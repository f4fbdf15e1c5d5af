package dev.cenote.pool.internal;

import dev.cenote.pool.Lease;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * P1: the size is lowered from two to one while an object is acquired, or released. When all leases have ended, one object
 * exists.
 *
 * <p>A resize sets the gate to OVERSIZE before it looks at the store; who makes a slot idle reads the gate after that. So
 * one of them sees that there is one too many. The broken variant looks at the store first.
 */
public final class ResizeAndAcquire {

    private ResizeAndAcquire() {}

    private static final class Two {
        private final DefaultPool<Object> pool = Pools.of(Pools.builder().maxSize(2));
        private final Lease<Object> held = pool.tryAcquire().orElseThrow();
        private Lease<Object> other = pool.tryAcquire().orElseThrow();

        void resize() {
            pool.resize(pool.config().limits().withMaxSize(1));
        }
    }

    /** One is leased, one idle. r1: the idle one was leased. r2: what exists when that lease has ended. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "leased, and destroyed on its release")
    @Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "destroyed at once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "two objects where one may be, or none")
    @State
    public static class Real {
        private final Two race = new Two();

        public Real() {
            race.other.close();
        }

        @Actor
        public void resize() {
            race.resize();
        }

        @Actor
        public void acquire() {
            race.other = race.pool.tryAcquire().orElse(null);
        }

        @Arbiter
        public void look(II_Result r) {
            if (race.other != null) {
                r.r1 = 1;
                race.other.close();
            }
            r.r2 = race.held.get() != null ? race.pool.stats().total() : -1;
        }
    }

    /** Both are leased, and one is released. */
    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "destroyed, by the resize or by the release")
    @Outcome(expect = Expect.FORBIDDEN, desc = "two objects where one may be, or none")
    @State
    public static class RealRelease {
        private final Two race = new Two();

        @Actor
        public void resize() {
            race.resize();
        }

        @Actor
        public void release() {
            race.other.close();
        }

        @Arbiter
        public void look(I_Result r) {
            r.r1 = race.held.get() != null
                    ? race.pool
                                    .engine()
                                    .lock
                                    .test(() -> race.pool.engine().slots.occupied() == 1)
                            ? 1
                            : 0
                    : -1;
        }
    }

    /** The gate first, then a look at the store; idle first, then a look at the gate. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one sees the other")
    @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "one too many stays")
    @State
    public static class Model {
        private volatile boolean isOversize;
        private volatile boolean isIdle;

        @Actor
        public void resize(II_Result r) {
            isOversize = true;
            r.r1 = isIdle ? 1 : 0;
        }

        @Actor
        public void release(II_Result r) {
            isIdle = true;
            r.r2 = isOversize ? 1 : 0;
        }
    }

    /** The resize looks at the store, and then sets the gate. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one sees the other")
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE_INTERESTING, desc = "BROKEN AS MEANT: one too many stays")
    @State
    public static class Broken {
        private volatile boolean isOversize;
        private volatile boolean isIdle;

        @Actor
        public void resize(II_Result r) {
            r.r1 = isIdle ? 1 : 0;
            Pools.gap();
            isOversize = true;
        }

        @Actor
        public void release(II_Result r) {
            Pools.halfGap();
            isIdle = true;
            r.r2 = isOversize ? 1 : 0;
            Pools.halfGap();
        }
    }
}
