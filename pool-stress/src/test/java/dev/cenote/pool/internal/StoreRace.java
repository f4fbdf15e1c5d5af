package dev.cenote.pool.internal;

import dev.cenote.pool.IdleOrder;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.slot.IdleStore;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.slot.Slot.Grant;
import dev.cenote.pool.internal.slot.Slots;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;

/** A real idle store with two slots: whoever finds none must have come while both were leased. */
@Param(name = "thread", gen = ThreadIdGen.class)
public class StoreRace {

    private static final int MOST_THREADS = 8;

    private final PoolLock lock = new PoolLock();
    private final Slots<Object> capacity = new Slots<>(lock, new PoolLimits(2, 0, 0));
    private final IdleStore<Object> store;
    private final Slot<Object> hinted;

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of one generic type can't be made otherwise
    private final ArrayDeque<Grant<Object>>[] leased = new ArrayDeque[MOST_THREADS];

    StoreRace(IdleOrder order) {
        store = IdleStore.of(order, capacity);
        Arrays.setAll(leased, thread -> new ArrayDeque<>());
        lock.lock();
        try {
            capacity.reserve();
            hinted = capacity.reserve();
        } finally {
            lock.unlock();
        }
        capacity.forEach(slot -> pushUnless(!slot.makeIdle(Slot.CREATING, 0), slot));
    }

    /** Takes one from the store. */
    @Operation
    public boolean take(@Param(name = "thread") int thread) {
        Grant<Object> grant = store.lease();
        return grant != null && leased[thread].add(grant);
    }

    /** Gives one back. */
    @Operation
    public boolean give(@Param(name = "thread") int thread) {
        Grant<Object> grant = leased[thread].poll();
        if (grant != null) {
            release(grant.slot(), grant.word());
        }
        return grant != null;
    }

    void release(Slot<Object> slot, long leaseWord) {
        long seen = leaseWord;
        while (!slot.tryRelease(seen, 0)) {
            seen = slot.currentWord(leaseWord);
        }
        pushUnless(Slot.isMarked(seen, Slot.STORED), slot);
    }

    final void pushUnless(boolean isStored, Slot<Object> slot) {
        if (!isStored) {
            store.push(slot);
        }
    }

    /** Takes one by its hint, which leaves it in the store. */
    final void takeByHint(int thread) {
        long word = hinted.tryLease();
        if (word != 0) {
            leased[thread].add(new Grant<>(hinted, word));
        }
    }

    /** As many can be taken as are idle. To be asked when nobody is at work any more. */
    final void checkNoneIsLost() {
        int[] idle = new int[1];
        capacity.forEach(slot -> idle[0] += Slot.state(slot.word()) == Slot.IDLE ? 1 : 0);
        while (store.lease() != null) {
            idle[0]--;
        }
        if (idle[0] != 0) {
            throw new IllegalStateException("idle, and in no store");
        }
    }

    public static final class Lifo extends StoreRace {
        public Lifo() {
            super(IdleOrder.LIFO);
        }
    }

    public static final class Fifo extends StoreRace {
        public Fifo() {
            super(IdleOrder.FIFO);
        }
    }

    /** What it must look like, one call after the other. */
    public static final class Sequential {
        private final int[] leased = new int[MOST_THREADS];
        private int idle = 2;

        public boolean take(int thread) {
            boolean isThere = idle > 0;
            idle -= isThere ? 1 : 0;
            leased[thread] += isThere ? 1 : 0;
            return isThere;
        }

        public boolean give(int thread) {
            boolean isHeld = leased[thread] > 0;
            idle += isHeld ? 1 : 0;
            leased[thread] -= isHeld ? 1 : 0;
            return isHeld;
        }
    }
}
