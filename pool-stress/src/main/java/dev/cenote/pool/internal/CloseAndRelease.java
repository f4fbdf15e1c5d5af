package dev.cenote.pool.internal;

import dev.cenote.pool.Lease;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * P12: a pool is closed while its last object is released. The object is destroyed once, and the pool ends.
 *
 * <p>A release that saw the gate open finds its word marked, and comes under the lock; or it made the slot idle before
 * closing looked at it. The broken variant has no mark, and reads the gate before it makes the slot idle.
 */
public final class CloseAndRelease {

    private CloseAndRelease() {}

    /** The pool. r1: how often the object was destroyed. r2: the pool has ended. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "destroyed, and the pool has ended")
    @Outcome(
            expect = Expect.FORBIDDEN,
            desc = "the object is left over or was destroyed twice, or the pool does not end")
    @State
    public static class Real {
        private final DefaultPool<Object> pool = Pools.ofOne();
        private final Lease<Object> held = pool.tryAcquire().orElseThrow();
        private CompletableFuture<Void> end;

        @Actor
        public void release() {
            held.close();
        }

        @Actor
        public void close() {
            end = pool.shutdown(Pools.LONG);
        }

        @Arbiter
        public void look(II_Result r) {
            r.r1 = (int) pool.stats().destroyed();
            r.r2 = end.isDone() ? 1 : 0;
        }
    }

    /** Idle first, then a look at the gate; the gate first, then a look at the slot. r1, r2: who destroys it. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "destroyed by the one or the other")
    @Outcome(expect = Expect.FORBIDDEN, desc = "left over, or destroyed twice")
    @State
    public static class Model {
        private final AtomicBoolean isIdle = new AtomicBoolean();
        private volatile boolean isClosed;

        @Actor
        public void release(II_Result r) {
            isIdle.set(true);
            r.r1 = isClosed && isIdle.compareAndSet(true, false) ? 1 : 0;
        }

        @Actor
        public void close(II_Result r) {
            isClosed = true;
            r.r2 = isIdle.compareAndSet(true, false) ? 1 : 0;
        }
    }

    /** The release reads the gate too early. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "destroyed by the one or the other")
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE_INTERESTING, desc = "BROKEN AS MEANT: left over in a closed pool")
    @State
    public static class Broken {
        private final AtomicBoolean isIdle = new AtomicBoolean();
        private volatile boolean isClosed;

        @Actor
        public void release(II_Result r) {
            if (isClosed) {
                r.r1 = 1;
            } else {
                Pools.gap();
                isIdle.set(true);
            }
        }

        @Actor
        public void close(II_Result r) {
            Pools.halfGap();
            isClosed = true;
            r.r2 = isIdle.compareAndSet(true, false) ? 1 : 0;
            Pools.halfGap();
        }
    }
}
