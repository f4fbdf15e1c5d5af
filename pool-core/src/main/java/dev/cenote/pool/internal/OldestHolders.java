package dev.cenote.pool.internal;

import dev.cenote.pool.LeaseHolder;
import dev.cenote.pool.internal.run.ThreadNames;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.slot.Slots;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Those who held their leases longest at one moment. Their names are looked up when the first of many who share this
 * asks for them. It refers to nothing of the pool, so an exception that is kept does not keep the pool.
 */
final class OldestHolders implements Supplier<List<LeaseHolder>> {

    private static final int MOST = 5;

    private final long[] threadIds = new long[MOST];
    private final long[] atLeastNanos = new long[MOST];
    private final long[] atMostNanos = new long[MOST];
    private int count;
    private volatile @Nullable List<LeaseHolder> named; // racy on purpose: two who ask first may both look

    /** Looks at all slots, without the lock. */
    static <T> OldestHolders of(Slots<T> slots, long now, long lookedAtNanos) {
        OldestHolders oldest = new OldestHolders();
        for (Slot<T> slot : slots.array()) {
            if (slot != null && slot.state() == Slot.LEASED) {
                oldest.add(
                        slot.holderId(),
                        Diagnosis.heldForAtLeast(slot, now),
                        Diagnosis.heldForAtMost(slot, now, lookedAtNanos));
            }
        }
        return oldest;
    }

    private void add(long threadId, long atLeast, long atMost) {
        if (count == MOST && !isLonger(atLeast, atMost, MOST - 1)) {
            return;
        }
        int place = count < MOST ? count++ : MOST - 1;
        for (; place > 0 && isLonger(atLeast, atMost, place - 1); place--) {
            threadIds[place] = threadIds[place - 1];
            atLeastNanos[place] = atLeastNanos[place - 1];
            atMostNanos[place] = atMostNanos[place - 1];
        }
        threadIds[place] = threadId;
        atLeastNanos[place] = atLeast;
        atMostNanos[place] = atMost;
    }

    private boolean isLonger(long atLeast, long atMost, int place) {
        return atLeast == atLeastNanos[place] ? atMost > atMostNanos[place] : atLeast > atLeastNanos[place];
    }

    @Override
    public List<LeaseHolder> get() {
        List<LeaseHolder> known = named;
        if (known == null) {
            ThreadNames names = new ThreadNames();
            List<LeaseHolder> found = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                found.add(Diagnosis.holder(threadIds[i], atLeastNanos[i], atMostNanos[i], names));
            }
            known = List.copyOf(found);
            named = known;
        }
        return known;
    }
}
