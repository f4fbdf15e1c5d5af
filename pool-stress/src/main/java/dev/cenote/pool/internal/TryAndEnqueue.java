package dev.cenote.pool.internal;

import dev.cenote.pool.Fairness;
import dev.cenote.pool.Lease;
import dev.cenote.pool.internal.slot.Slot;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * P5: a {@code tryAcquire} takes an idle object off the store that it may not have, since that is to be validated, and puts
 * it back, while a waiter queues. The object is validated for the waiter.
 *
 * <p>Who puts an object back reads the gate after that, and then looks into the store for the waiter; the waiter has set
 * the gate before its own look. So either the waiter finds the object, or the other one finds the waiter. The broken
 * variant reads the gate first.
 */
public final class TryAndEnqueue {

    private TryAndEnqueue() {}

    /** A first waiter has one of two objects validated. r1: how many are being validated when a second has queued. */
    @JCStressTest
    @Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "one for each waiter")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a waiter waits beside an idle object that nobody validates")
    @State
    public static class Real {
        private volatile boolean areCallsSlow;
        private final DefaultPool<Object> pool = Pools.of(Pools.builder()
                .maxSize(2)
                .fairness(Fairness.eventual(Pools.LONG))
                .validator(object -> true)
                .validateIfIdleFor(Duration.ZERO)
                .executor(call -> {
                    if (!areCallsSlow) {
                        call.run();
                    }
                }));

        public Real() {
            Lease<Object> first = pool.acquireAsync().join();
            pool.acquireAsync().join().close();
            first.close();
            areCallsSlow = true;
            CompletableFuture<Lease<Object>> unused = pool.acquireAsync();
        }

        @Actor
        public void tryToAcquire() {
            pool.tryAcquire();
        }

        @Actor
        public void enqueue() {
            CompletableFuture<Lease<Object>> unused = pool.acquireAsync();
        }

        @Arbiter
        public void look(I_Result r) {
            pool.engine().slots.forEach(slot -> r.r1 += slot.state() == Slot.VALIDATING ? 1 : 0);
        }
    }

    /** The store has room for one. r1: the waiter found the object. r2: the other one found the waiter. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one finds the other")
    @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "a waiter beside an idle object")
    @State
    public static class Model {
        private final AtomicBoolean store = new AtomicBoolean(true);
        private volatile int gate;

        @Actor
        public void tryToAcquire(II_Result r) {
            if (store.compareAndSet(true, false)) {
                store.set(true);
            }
            r.r2 = gate;
        }

        @Actor
        public void enqueue(II_Result r) {
            gate = 1;
            r.r1 = store.compareAndSet(true, false) ? 1 : 0;
        }
    }

    /** The gate is read before the object is back. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one finds the other")
    @Outcome(
            id = "0, 0",
            expect = Expect.ACCEPTABLE_INTERESTING,
            desc = "BROKEN AS MEANT: a waiter beside an idle object")
    @State
    public static class Broken {
        private final AtomicBoolean store = new AtomicBoolean(true);
        private volatile int gate;

        @Actor
        public void tryToAcquire(II_Result r) {
            if (store.compareAndSet(true, false)) {
                r.r2 = gate;
                Pools.gap();
                store.set(true);
            }
        }

        @Actor
        public void enqueue(II_Result r) {
            Pools.halfGap();
            gate = 1;
            r.r1 = store.compareAndSet(true, false) ? 1 : 0;
            Pools.halfGap();
        }
    }
}
