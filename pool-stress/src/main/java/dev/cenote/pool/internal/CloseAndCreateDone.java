package dev.cenote.pool.internal;

import dev.cenote.pool.Factory;
import dev.cenote.pool.Lease;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
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
 * P12 and P3: a pool is closed while an object is being made. What was made is destroyed, the pool ends, and who waits for
 * the object has an answer.
 *
 * <p>A create ends once, under the lock: by the one who made the object, or by closing, which gives it up; then the maker
 * destroys what came too late. In the broken variant the maker looks whether the pool is open, and then puts the object
 * into it.
 */
public final class CloseAndCreateDone {

    private CloseAndCreateDone() {}

    /** A create for a waiter that is ready to run, and whose object is counted until it is destroyed. */
    private static final class Create implements Factory<Object>, Executor {
        private final AtomicInteger alive = new AtomicInteger();
        private Runnable create;
        private final DefaultPool<Object> pool = Pools.of(Pools.builder(this).executor(this));
        private final CompletableFuture<Lease<Object>> waiter = pool.acquireAsync(Pools.LONG);
        private CompletableFuture<Void> end;

        @Override
        public void execute(Runnable task) {
            if (create == null) {
                create = task;
            } else {
                task.run();
            }
        }

        @Override
        public Object create() {
            alive.incrementAndGet();
            return new Object();
        }

        @Override
        public void destroy(Object object) {
            alive.decrementAndGet();
        }

        @Override
        public boolean resets() {
            return false;
        }

        void look(III_Result r) {
            r.r1 = waiter.isDone() ? waiter.isCompletedExceptionally() ? 0 : 1 : 2;
            if (r.r1 == 1) {
                waiter.join().close();
            }
            r.r2 = alive.get();
            r.r3 = end.isDone() ? 1 : 0;
        }
    }

    /** The pool, with a grace. r1: 1 served, 0 failed. r2: how many objects are left. r3: the pool has ended. */
    @JCStressTest
    @Outcome(id = "1, 0, 1", expect = Expect.ACCEPTABLE, desc = "served before the close, and gone with its lease")
    @Outcome(id = "0, 0, 1", expect = Expect.ACCEPTABLE, desc = "closed; if it was made, it is destroyed")
    @Outcome(expect = Expect.FORBIDDEN, desc = "left over, without an answer, or without an end")
    @State
    public static class Real {
        private final Create race = new Create();

        @Actor
        public void make() {
            race.create.run();
        }

        @Actor
        public void close() {
            race.end = race.pool.shutdown(Pools.LONG);
        }

        @Arbiter
        public void look(III_Result r) {
            race.look(r);
        }
    }

    /** Without a grace: the create is given up, and the lease revoked. */
    @JCStressTest
    @Outcome(id = "1, 0, 1", expect = Expect.ACCEPTABLE, desc = "served before the close, and taken back")
    @Outcome(id = "0, 0, 1", expect = Expect.ACCEPTABLE, desc = "closed; if it was made, it is destroyed")
    @Outcome(expect = Expect.FORBIDDEN, desc = "left over, without an answer, or without an end")
    @State
    public static class RealForced {
        private final Create race = new Create();

        @Actor
        public void make() {
            race.create.run();
        }

        @Actor
        public void close() {
            race.end = race.pool.shutdown(Duration.ZERO);
        }

        @Arbiter
        public void look(III_Result r) {
            race.look(r);
        }
    }

    /** The create ends by one CAS. r1, r2: who destroys the object. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "destroyed by the one or the other")
    @Outcome(expect = Expect.FORBIDDEN, desc = "left over, or destroyed twice")
    @State
    public static class Model {
        private final AtomicBoolean isOver = new AtomicBoolean();

        @Actor
        public void make(II_Result r) {
            r.r1 = isOver.compareAndSet(false, true) ? 0 : 1; // too late: nobody else knows of the object
        }

        @Actor
        public void close(II_Result r) {
            r.r2 = isOver.compareAndSet(false, true) ? 0 : 1; // it is in its slot
        }
    }

    /** The maker looks, and then writes. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "destroyed by the one or the other")
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE_INTERESTING, desc = "BROKEN AS MEANT: left over in a closed pool")
    @State
    public static class Broken {
        private volatile boolean isInSlot;
        private volatile boolean isClosed;

        @Actor
        public void make(II_Result r) {
            if (isClosed) {
                r.r1 = 1;
            } else {
                Pools.gap();
                isInSlot = true;
            }
        }

        @Actor
        public void close(II_Result r) {
            Pools.halfGap();
            isClosed = true;
            r.r2 = isInSlot ? 1 : 0;
            Pools.halfGap();
        }
    }
}
