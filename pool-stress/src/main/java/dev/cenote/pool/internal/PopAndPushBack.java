package dev.cenote.pool.internal;

import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.slot.IdleStore;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.slot.Slots;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * ABA: one pops the top slot of three, while another pops two and pushes the first of them back. Each slot is with one
 * of them, or on the stack once.
 *
 * <p>The first has read which slot is next, and its CAS of the head must not succeed if the head is the same slot again but
 * another one is next. Each change of the head changes its tag, so it does not. The broken variant has no tag.
 */
public final class PopAndPushBack {

    private static final int SLOTS = 3;

    private PopAndPushBack() {}

    /** A stack of numbers from 1, linked like the idle store's slots. */
    private static final class Stack {
        final AtomicLong head = new AtomicLong();
        final int[] next = new int[SLOTS + 1];
        private final long tagStep;

        Stack(long tagStep) {
            this.tagStep = tagStep;
            for (int slot = SLOTS; slot > 0; slot--) {
                push(slot);
            }
        }

        void push(int slot) {
            for (; ; ) {
                long seen = head.get();
                next[slot] = (int) seen;
                if (head.compareAndSet(seen, (seen >>> 32 << 32) + tagStep | slot)) {
                    return;
                }
            }
        }

        int pop() {
            return pop(() -> {});
        }

        int pop(Runnable beforeTheChange) {
            for (; ; ) {
                long seen = head.get();
                int top = (int) seen;
                if (top == 0) {
                    return 0;
                }
                int below = next[top];
                beforeTheChange.run();
                if (head.compareAndSet(seen, (seen >>> 32 << 32) + tagStep | below)) {
                    return top;
                }
            }
        }
    }

    /** Counts where each slot is. */
    private static final class Census {
        private final int[] places = new int[SLOTS + 1];
        private int onStack;

        void add(int slot) {
            places[slot]++;
        }

        /** One more from the stack. False at its end, or if it has none. */
        boolean addFromStack(int slot) {
            places[slot]++;
            return slot != 0 && ++onStack <= SLOTS;
        }

        int isRight() {
            return places[1] == 1 && places[2] == 1 && places[3] == 1 ? 1 : 0;
        }
    }

    /** The idle store. */
    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "each slot is in one place")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a slot is in two places, or in none")
    @State
    public static class Real {
        private final Slots<Object> capacity;
        private final IdleStore.Lifo<Object> store;
        private Slot<Object> first;
        private Slot<Object> second;

        public Real() {
            PoolLock lock = new PoolLock();
            capacity = new Slots<>(lock, Pools.limits(SLOTS));
            store = new IdleStore.Lifo<>(capacity);
            lock.run(() -> {
                for (int i = 0; i < SLOTS; i++) {
                    store.push(capacity.reserve());
                }
            });
        }

        @Actor
        public void pop() {
            first = store.pop();
        }

        @Actor
        public void popTwoAndPushOneBack() {
            Slot<Object> back = store.pop();
            second = store.pop();
            store.push(back);
        }

        @Arbiter
        public void look(I_Result r) {
            Census census = new Census();
            census.add(number(first));
            census.add(number(second));
            boolean hasMore = true;
            while (hasMore) {
                hasMore = census.addFromStack(number(store.pop()));
            }
            r.r1 = census.isRight();
        }

        private static int number(Slot<Object> slot) {
            return slot == null ? 0 : slot.index + 1;
        }
    }

    private static class OnStack {
        private final Stack stack;
        private final Runnable beforeTheChange;
        private int first;
        private int second;

        OnStack(long tagStep, Runnable beforeTheChange) {
            stack = new Stack(tagStep);
            this.beforeTheChange = beforeTheChange;
        }

        void pop() {
            first = stack.pop(beforeTheChange);
        }

        void popTwoAndPushOneBack() {
            int back = stack.pop();
            second = stack.pop();
            stack.push(back);
        }

        int look() {
            Census census = new Census();
            census.add(first);
            census.add(second);
            boolean hasMore = true;
            while (hasMore) {
                hasMore = census.addFromStack(stack.pop());
            }
            return census.isRight();
        }
    }

    /** The stack alone, with a tag. */
    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "each slot is in one place")
    @Outcome(expect = Expect.FORBIDDEN, desc = "a slot is in two places, or in none")
    @State
    public static class Model {
        private final OnStack race = new OnStack(1L << 32, () -> {});

        @Actor
        public void pop() {
            race.pop();
        }

        @Actor
        public void popTwoAndPushOneBack() {
            race.popTwoAndPushOneBack();
        }

        @Arbiter
        public void look(I_Result r) {
            r.r1 = race.look();
        }
    }

    /** The same without a tag. */
    @JCStressTest
    @Outcome(id = "1", expect = Expect.ACCEPTABLE, desc = "each slot is in one place")
    @Outcome(
            id = "0",
            expect = Expect.ACCEPTABLE_INTERESTING,
            desc = "BROKEN AS MEANT: a slot is in two places, or in none")
    @State
    public static class Broken {
        private final OnStack race = new OnStack(0, Pools::gap);

        @Actor
        public void pop() {
            race.pop();
        }

        @Actor
        public void popTwoAndPushOneBack() {
            Pools.halfGap();
            race.popTwoAndPushOneBack();
            Pools.halfGap();
        }

        @Arbiter
        public void look(I_Result r) {
            r.r1 = race.look();
        }
    }
}
