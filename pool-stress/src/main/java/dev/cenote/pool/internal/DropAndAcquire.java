package dev.cenote.pool.internal;

import dev.cenote.pool.Budget;
import dev.cenote.pool.Lease;
import java.time.Duration;
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
 * P20 and P5: the empty pool of a key is dropped while somebody acquires. That one gets an object, and the pool stays; or it is
 * told that the pool is closed, and asks for the next one. It never waits in a pool that was dropped, and no place is lost.
 *
 * <p>To queue, and to look whether somebody queues and then close, are each one critical section. In the broken variant the pool is
 * closed after the look.
 */
public final class DropAndAcquire {

    private DropAndAcquire() {}

    /** A key's pool. r1: 1 served, 2 turned away, 0 waits. r2: the pool was dropped. r3: places that the budget has in the end. */
    @JCStressTest
    @Outcome(id = "1, 0, 1", expect = Expect.ACCEPTABLE, desc = "served by a pool that stays")
    @Outcome(id = "2, 1, 1", expect = Expect.ACCEPTABLE, desc = "dropped first, and turned away")
    @Outcome(expect = Expect.FORBIDDEN, desc = "left waiting, dropped with an object, or a place is lost")
    @State
    public static class Real {
        private final Pools.Clock clock = new Pools.Clock();
        private final AtomicInteger drops = new AtomicInteger();
        private final Budget budget = Budget.of(1);
        private final DefaultPool<Object> pool;
        private CompletableFuture<Lease<Object>> waiter;

        public Real() {
            Engine<Object> engine = new Engine<>(
                    Pools.builder().ticker(clock).budget(budget).config(),
                    Engine.Surroundings.usual(new Pools.Never(), Runnable::run, () -> {}));
            engine.shutdown.setDropAfter(1, (isDropped, last) -> drops.incrementAndGet());
            pool = new DefaultPool<>(engine);
            pool.begin();
            pool.housekeep();
            clock.advance(Duration.ofSeconds(1));
        }

        @Actor
        public void drop() {
            pool.housekeep();
        }

        @Actor
        public void acquire() {
            waiter = pool.acquireAsync(Pools.LONG);
        }

        @Arbiter
        public void look(III_Result r) {
            r.r1 = !waiter.isDone() ? 0 : waiter.isCompletedExceptionally() ? 2 : 1;
            r.r2 = drops.get();
            if (r.r1 == 1) {
                waiter.join().invalidate();
            }
            r.r3 = Pools.of(Pools.builder().budget(budget)).tryAcquire().isPresent() ? 1 : 0;
        }
    }

    /** Each looks and acts in one critical section: one at the gate before it queues, the other at the queue before it drops. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "it queues, or the pool is closed")
    @Outcome(expect = Expect.FORBIDDEN, desc = "it queues in a pool that is closed")
    @State
    public static class Model {
        private final Object lock = new Object();
        private boolean isQueued;
        private boolean isClosed;

        @Actor
        public void acquire(II_Result r) {
            synchronized (lock) {
                isQueued = !isClosed;
                r.r1 = isQueued ? 1 : 0;
            }
        }

        @Actor
        public void drop(II_Result r) {
            synchronized (lock) {
                isClosed = !isQueued;
                r.r2 = isClosed ? 1 : 0;
            }
        }
    }

    /** The thread that drops looks at the queue, and closes in another critical section. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "it queues, or the pool is closed")
    @Outcome(
            id = "1, 1",
            expect = Expect.ACCEPTABLE_INTERESTING,
            desc = "BROKEN AS MEANT: it queues in a pool that is closed")
    @State
    public static class Broken {
        private final Object lock = new Object();
        private boolean isQueued;
        private boolean isClosed;

        @Actor
        public void acquire(II_Result r) {
            Pools.halfGap();
            synchronized (lock) {
                isQueued = !isClosed;
                r.r1 = isQueued ? 1 : 0;
            }
            Pools.halfGap();
        }

        @Actor
        public void drop(II_Result r) {
            boolean isEmpty;
            synchronized (lock) {
                isEmpty = !isQueued;
            }
            Pools.gap();
            synchronized (lock) {
                isClosed = isEmpty;
                r.r2 = isClosed ? 1 : 0;
            }
        }
    }
}
