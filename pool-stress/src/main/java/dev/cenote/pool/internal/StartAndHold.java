package dev.cenote.pool.internal;

import dev.cenote.pool.Fairness;
import dev.cenote.pool.internal.run.Nanos;
import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.run.Turn;
import dev.cenote.pool.internal.slot.Hints;
import dev.cenote.pool.internal.wait.Gate;
import dev.cenote.pool.internal.wait.WaitQueue;
import dev.cenote.pool.internal.wait.Waiter;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * P5: a newcomer is held back, since a thread that was served before it has not run yet, or the thread that called that one has not gone
 * on; and both go on. The last one of them and the newcomer see each other, so the newcomer does not wait for threads that run already.
 *
 * <p>The newcomer sets the gate, and after that reads how many threads are starting; the thread that starts takes itself off that
 * count, and after that reads the gate. The broken variant reads the gate first.
 */
public final class StartAndHold {

    private StartAndHold() {}

    /** A queue from which one thread was served that has not run yet. */
    private static class Queue {
        final PoolLock lock = new PoolLock();
        final Gate gate = new Gate(lock, new Hints<>(lock, false));
        final WaitQueue<Object> queue = new WaitQueue<>(lock, Fairness.STRICT, gate);
        final Waiter.Blocked<Object> served = waiter();
        private boolean calls;

        static Waiter.Blocked<Object> waiter() {
            Waiter.Blocked<Object> waiter = new Waiter.Blocked<>(new Turn(), 0, Nanos.FOREVER);
            waiter.noteWait();
            return waiter;
        }

        Queue() {
            lock.run(() -> queue.add(served));
        }

        void serve() {
            lock.run(() -> {
                queue.starts(served);
                queue.remove(served);
                lock.call(new Turn());
                calls = queue.beginCall();
            });
        }

        final void start() {
            if (queue.runs(served)) {
                lock.run(queue::endHold);
            }
        }

        final void goOn() {
            if (calls && queue.endCall()) {
                lock.run(queue::endHold);
            }
        }
    }

    /** r1: whether the newcomer is still held back when both are done. */
    @JCStressTest
    @Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "it looked by itself, or the other one looks for it")
    @Outcome(id = "1", expect = Expect.FORBIDDEN, desc = "held back behind a thread that runs")
    @State
    public static class RealHold extends Queue {
        private final Waiter.Blocked<Object> newcomer = waiter();

        public RealHold() {
            serve();
        }

        @Actor
        public void run() {
            start();
        }

        @Actor
        public void callAndGoOn() {
            goOn();
        }

        @Actor
        public void queueUp() {
            lock.run(() -> {
                queue.add(newcomer);
                boolean unused = queue.holdsBack(newcomer);
            });
        }

        @Arbiter
        public void look(I_Result r) {
            r.r1 = gate.has(Gate.HELD_BACK) ? 1 : 0;
        }
    }

    /** The thread runs while the thread that serves it has not unlinked another waiter. r1: whether the gate is open at the end. */
    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "nobody waits, and newcomers may take what is idle")
    @Outcome(id = "0", expect = Expect.FORBIDDEN, desc = "nobody waits, and newcomers have to queue")
    @State
    public static class RealLast extends Queue {
        private final Waiter.Blocked<Object> last = waiter();

        public RealLast() {
            serve();
            lock.run(() -> queue.add(last));
        }

        @Actor
        public void run() {
            start();
        }

        @Actor
        public void callAndGoOn() {
            goOn();
        }

        @Actor
        public void unlink() {
            lock.run(() -> queue.remove(last));
        }

        @Arbiter
        public void look(I_Result r) {
            r.r1 = gate.bits() == 0 ? 1 : 0;
        }
    }

    /** r1: the newcomer is held back. r2: the thread that starts looks for it. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "it looked by itself, or the other one looks for it")
    @Outcome(id = "1, 0", expect = Expect.FORBIDDEN, desc = "held back behind a thread that runs")
    @State
    public static class Model {
        private final AtomicInteger starting = new AtomicInteger(1);
        private volatile int gate;

        @Actor
        public void queueUp(II_Result r) {
            gate = 1;
            r.r1 = starting.get();
        }

        @Actor
        public void run(II_Result r) {
            starting.decrementAndGet();
            r.r2 = gate;
        }
    }

    /** The gate is read before the count is lowered. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "it looked by itself, or the other one looks for it")
    @Outcome(
            id = "1, 0",
            expect = Expect.ACCEPTABLE_INTERESTING,
            desc = "BROKEN AS MEANT: held back behind a thread that runs")
    @State
    public static class Broken {
        private final AtomicInteger starting = new AtomicInteger(1);
        private volatile int gate;

        @Actor
        public void queueUp(II_Result r) {
            Pools.halfGap();
            gate = 1;
            r.r1 = starting.get();
            Pools.halfGap();
        }

        @Actor
        public void run(II_Result r) {
            r.r2 = gate;
            Pools.gap();
            starting.decrementAndGet();
        }
    }
}
