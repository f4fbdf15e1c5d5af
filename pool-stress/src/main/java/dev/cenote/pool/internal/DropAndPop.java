package dev.cenote.pool.internal;

import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.slot.IdleStore;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.slot.Slot.Grant;
import dev.cenote.pool.internal.slot.Slots;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * A slot is dropped by a pool that shrinks, and another one is made at its index by the pool that grows again, while an
 * acquirer pops. The dropped slot is nobody's, and the new one is in one place.
 *
 * <p>The acquirer may have found the slot that is dropped then; its CAS of the head must not succeed if the new slot is on
 * top by then, at the same index. Each change of the head changes its tag, so it does not. The broken variant has no tag.
 */
public final class DropAndPop {

    private DropAndPop() {}

    /** The idle store and the capacity: an idle slot, and above it one whose object is gone. */
    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "both slots are leased once, or in the store once")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a slot that was dropped is leased, or one is in two places, or in none")
    @State
    public static class Real {
        private final PoolLock lock = new PoolLock();
        private final Slots<Object> capacity = new Slots<>(lock, Pools.limits(2));
        private final IdleStore.Lifo<Object> store = new IdleStore.Lifo<>(capacity);
        private Grant<Object> popped;

        public Real() {
            lock.run(() -> {
                add();
                Slot<Object> gone = add();
                if (!gone.tryTake(gone.word(), Slot.RETIRING)) {
                    throw new AssertionError("bug: it is not idle: " + gone);
                }
                capacity.vacate(gone); // it stays in the store
            });
        }

        private Slot<Object> add() {
            Slot<Object> slot = capacity.reserve();
            if (slot.makeIdle(Slot.CREATING, 0)) {
                store.push(slot);
            }
            return slot;
        }

        @Actor
        public void pop() {
            popped = store.lease();
        }

        @Actor
        public void shrinkAndGrow() {
            lock.run(() -> {
                capacity.setLimits(Pools.limits(1));
                store.dropAllButIdle();
                capacity.shed();
                capacity.setLimits(Pools.limits(2));
                add();
            });
        }

        @Arbiter
        public void look(I_Result r) {
            Set<Slot<Object>> leased = new HashSet<>();
            boolean isRight = popped == null || isKept(popped, leased);
            for (Grant<Object> next = store.lease(); next != null; next = store.lease()) {
                isRight &= isKept(next, leased);
            }
            r.r1 = isRight && leased.size() == 2 ? 1 : 0;
        }

        private boolean isKept(Grant<Object> grant, Set<Slot<Object>> leased) {
            Slot<Object> slot = grant.slot();
            return capacity.at(slot.index) == slot && leased.add(slot);
        }
    }

    /** A stack of slots by their indexes, 1 and 2; the slot at 2 may be dropped and made anew. */
    private static final class Stack {
        private static final class Place {
            int next;
        }

        private final AtomicLong head = new AtomicLong();
        private final Place[] places = {new Place(), new Place(), new Place()};
        private final Place idle = places[1];
        private final long tagStep;
        private final Runnable beforeTheChange;
        private Place popped;

        Stack(long tagStep, Runnable beforeTheChange) {
            this.tagStep = tagStep;
            this.beforeTheChange = beforeTheChange;
            push(1);
            push(2);
        }

        private void push(int index) {
            for (; ; ) {
                long seen = head.get();
                places[index].next = (int) seen;
                if (head.compareAndSet(seen, (seen >>> 32 << 32) + tagStep | index)) {
                    return;
                }
            }
        }

        private Place pop(Runnable beforeTheChange) {
            for (; ; ) {
                long seen = head.get();
                int top = (int) seen;
                if (top == 0) {
                    return null;
                }
                Place place = places[top];
                int below = place.next;
                beforeTheChange.run();
                if (head.compareAndSet(seen, (seen >>> 32 << 32) + tagStep | below)) {
                    return place;
                }
            }
        }

        void pop() {
            popped = pop(beforeTheChange);
        }

        /** Pops all; makes the second anew unless the other actor has it; and pushes both again. */
        void dropAndMakeAnew() {
            Place before = places[2];
            Place first = pop(() -> {});
            Place second = pop(() -> {});
            if (first == idle || second == idle) {
                push(1);
            }
            if (first == before || second == before) {
                places[2] = new Place();
                push(2);
            }
        }

        int look() {
            int first = 0;
            int second = 0;
            Place next = popped;
            for (int i = 0; i < 4; i++) {
                first += next == idle ? 1 : 0;
                second += next == places[2] ? 1 : 0;
                next = pop(() -> {});
            }
            return first == 1 && second == 1 ? 1 : 0;
        }
    }

    /** The stack alone, with a tag. */
    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "each slot is in one place")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a slot that was dropped is leased, or one is in two places, or in none")
    @State
    public static class Model {
        private final Stack stack = new Stack(1L << 32, () -> {});

        @Actor
        public void pop() {
            stack.pop();
        }

        @Actor
        public void dropAndMakeAnew() {
            stack.dropAndMakeAnew();
        }

        @Arbiter
        public void look(I_Result r) {
            r.r1 = stack.look();
        }
    }

    /** The same without a tag. */
    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "each slot is in one place")
    @Outcome(
            id = "0",
            expect = Expect.ACCEPTABLE_INTERESTING,
            desc = "BROKEN AS MEANT: a slot that was dropped is leased, and the new one is in no place")
    @State
    public static class Broken {
        private final Stack stack = new Stack(0, Pools::gap);

        @Actor
        public void pop() {
            stack.pop();
        }

        @Actor
        public void dropAndMakeAnew() {
            Pools.halfGap();
            stack.dropAndMakeAnew();
            Pools.halfGap();
        }

        @Arbiter
        public void look(I_Result r) {
            r.r1 = stack.look();
        }
    }
}
