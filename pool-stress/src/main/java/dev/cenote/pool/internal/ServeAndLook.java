package dev.cenote.pool.internal;

import dev.cenote.pool.internal.run.Nanos;
import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.run.Turn;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.slot.Slot.Grant;
import dev.cenote.pool.internal.wait.Waiter;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * P7: a waiter is served under the lock, and looks without it whether its wait is over. If it is, the waiter finds the
 * object.
 *
 * <p>That the wait is over is volatile, and written after what came of it. The broken variant writes it before.
 */
public final class ServeAndLook {

    private static final int NOT_YET = 2;

    private ServeAndLook() {}

    /** The waiter. */
    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "served")
    @Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "not served yet")
    @Outcome(id = "0", expect = Expect.FORBIDDEN, desc = "its wait is over, and it has nothing")
    @State
    public static class Real {
        private final PoolLock lock = new PoolLock();
        private final Waiter<Object> waiter = new Waiter.Blocked<>(new Turn(), 0, Nanos.FOREVER);
        private final Grant<Object> grant = new Grant<>(new Slot<>(0), 1);

        @Actor
        public void serve() {
            lock.run(() -> waiter.serve(grant, lock));
        }

        @Actor
        public void look(I_Result r) {
            r.r1 = !waiter.isSettled() ? NOT_YET : waiter.grant() == grant ? 1 : 0;
        }
    }

    /** What came of it is written first. */
    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "served")
    @Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "not served yet")
    @Outcome(id = "0", expect = Expect.FORBIDDEN, desc = "its wait is over, and it has nothing")
    @State
    public static class Model {
        private int grant;
        private volatile boolean isSettled;

        @Actor
        public void serve() {
            grant = 1;
            isSettled = true;
        }

        @Actor
        public void look(I_Result r) {
            r.r1 = isSettled ? grant : NOT_YET;
        }
    }

    /** That the wait is over is written first. */
    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "served")
    @Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "not served yet")
    @Outcome(
            id = "0",
            expect = Expect.ACCEPTABLE_INTERESTING,
            desc = "BROKEN AS MEANT: its wait is over, and it has nothing")
    @State
    public static class Broken {
        private int grant;
        private volatile boolean isSettled;

        @Actor
        public void serve() {
            isSettled = true;
            Pools.gap();
            grant = 1;
        }

        @Actor
        public void look(I_Result r) {
            Pools.halfGap();
            r.r1 = isSettled ? grant : NOT_YET;
        }
    }
}
