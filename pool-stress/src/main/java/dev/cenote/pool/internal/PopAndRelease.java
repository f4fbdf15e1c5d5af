package dev.cenote.pool.internal;

import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.slot.IdleStore;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.slot.Slot.Grant;
import dev.cenote.pool.internal.slot.Slots;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * P5: a slot that was leased by its hint is popped from the idle store while it is released. It is not lost.
 *
 * <p>Whether it is stored stands in the same word as its state: the popper's CAS or the releaser's fails. In the broken
 * variant mark and state are two plain fields, and each side reads before its own write has left the store buffer.
 */
public final class PopAndRelease {

    private PopAndRelease() {}

    /** One slot in a real store, leased by its hint. r1: the popper has it. r2: it is in the store. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "leased, or idle in the store")
    @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "idle, and in no store: lost")
    @Outcome(id = "1, 1", expect = Expect.FORBIDDEN, desc = "leased twice")
    @State
    public static class Real {
        private final PoolLock lock = new PoolLock();
        private final Slots<Object> capacity = new Slots<>(lock, new PoolLimits(1, 0, 0));
        private final IdleStore<Object> store = new IdleStore.Lifo<>(capacity);
        private final Slot<Object> slot;
        private final long leaseWord;
        private Grant<Object> popped;

        public Real() {
            lock.lock();
            slot = capacity.reserve();
            lock.unlock();
            if (slot.makeIdle(Slot.CREATING, 0)) {
                store.push(slot);
            }
            leaseWord = slot.tryLease();
        }

        @Actor
        public void release() {
            long seen = leaseWord;
            while (!slot.tryRelease(seen, 0)) {
                seen = slot.currentWord(leaseWord);
            }
            if (!Slot.isMarked(seen, Slot.STORED)) {
                store.push(slot);
            }
        }

        @Actor
        public void pop() {
            popped = store.lease();
        }

        @Arbiter
        public void look(II_Result r) {
            r.r1 = popped == null ? 0 : 1;
            r.r2 = store.lease() == null ? 0 : 1;
        }
    }

    /** Mark and state in one word. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "the popper has it, or it is pushed")
    @Outcome(expect = Expect.FORBIDDEN, desc = "lost, or in two places")
    @State
    public static class Model {
        private static final int IDLE = 1;
        private static final int LEASED = 2;
        private static final int STORED = 32;
        private final AtomicInteger word = new AtomicInteger(LEASED | STORED);

        @Actor
        public void release(II_Result r) {
            int before = word.getAndSet(IDLE | STORED);
            r.r2 = before == LEASED ? 1 : 0; // pushes it if it is not stored
        }

        @Actor
        public void pop(II_Result r) {
            if (!word.compareAndSet(LEASED | STORED, LEASED)) {
                r.r1 = word.compareAndSet(IDLE | STORED, LEASED) ? 1 : 0; // takes it, since it is idle
            }
        }
    }

    /** Mark and state in two fields, without a fence between the write of the one and the read of the other. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "the popper has it, or it is pushed")
    @Outcome(id = "0, 0", expect = Expect.ACCEPTABLE_INTERESTING, desc = "BROKEN AS MEANT: idle, and in no store")
    @State
    public static class Broken {
        private boolean isIdle;
        private boolean isStored = true;

        @Actor
        public void release(II_Result r) {
            isIdle = true;
            r.r2 = isStored ? 0 : 1; // pushes it if it is not stored
        }

        @Actor
        public void pop(II_Result r) {
            isStored = false;
            r.r1 = isIdle ? 1 : 0; // takes it if it is idle
        }
    }
}
