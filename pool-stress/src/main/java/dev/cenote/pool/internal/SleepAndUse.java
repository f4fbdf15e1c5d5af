package dev.cenote.pool.internal;

import dev.cenote.pool.Lease;
import dev.cenote.pool.internal.run.Alarm;
import dev.cenote.pool.internal.run.Nanos;
import java.time.Duration;
import java.util.Optional;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * The housekeeper finds nothing changed for a second, and is about to sleep until something is due, while the idle object
 * is leased and released. It sees that, or who uses the object sees that the pool is dormant, and wakes it.
 *
 * <p>The gate is DORMANT before the housekeeper looks at the slots again; a release changes the slot's word before it reads
 * the gate. In the broken variant the housekeeper looks first.
 */
public final class SleepAndUse {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private SleepAndUse() {}

    private static final class Planned implements Alarm {
        private long next;

        @Override
        public void noLaterThan(long instant) {
            next = Nanos.earlier(next, instant);
        }

        @Override
        public void next(long instant) {
            next = instant;
        }

        @Override
        public long lateness(long now) {
            return 0;
        }
    }

    /** A pool that was used two seconds ago. */
    @JCStressTest
    @Outcome(
            id = "1",
            expect = Expect.ACCEPTABLE,
            desc = "the housekeeper comes within a second to see what has changed")
    @Outcome(id = "0", expect = Expect.FORBIDDEN, desc = "it sleeps until the object it saw is to be evicted")
    @State
    public static class Real {
        private final Pools.Clock clock = new Pools.Clock();
        private final Planned alarm = new Planned();
        private final DefaultPool<Object> pool =
                Opening.inPlace(Pools.builder().ticker(clock).config(), alarm);

        public Real() {
            pool.acquireAsync().join().close();
            clock.advance(SECOND);
            pool.housekeep();
            clock.advance(SECOND);
        }

        @Actor
        public void sleep() {
            pool.housekeep();
        }

        @Actor
        public void use() {
            Optional<Lease<Object>> lease = pool.tryAcquire();
            lease.ifPresent(Lease::close);
        }

        @Arbiter
        public void look(I_Result r) {
            r.r1 = alarm.next - clock.nanos() <= SECOND.toNanos() ? 1 : 0;
        }
    }

    /** The two steps of each alone. r1: the user sees that the pool is dormant. r2: the housekeeper sees the change. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one sees the other")
    @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "neither sees the other")
    @State
    public static class Model {
        private volatile int gate;
        private volatile int word;

        @Actor
        public void use(II_Result r) {
            word = 1;
            r.r1 = gate;
        }

        @Actor
        public void sleep(II_Result r) {
            gate = 1;
            r.r2 = word;
        }
    }

    /** The housekeeper looks before it says that it will sleep. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one sees the other")
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE_INTERESTING, desc = "BROKEN AS MEANT: neither sees the other")
    @State
    public static class Broken {
        private volatile int gate;
        private volatile int word;

        @Actor
        public void use(II_Result r) {
            word = 1;
            r.r1 = gate;
        }

        @Actor
        public void sleep(II_Result r) {
            int seen = word;
            gate = 1;
            r.r2 = seen;
        }
    }
}
