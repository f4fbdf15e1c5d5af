package dev.cenote.pool.internal;

import dev.cenote.pool.LeaseHolder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Those who held their leases longest at one moment. Their names are looked up when the first of many who share this
 * asks for them. It refers to nothing of the pool, so that who keeps it does not keep the pool.
 */
final class OldestHolders implements Supplier<List<LeaseHolder>> {

    private static final int MOST = 5;

    private final long[] threadIds = new long[MOST];
    private final long[] heldNanos = new long[MOST];
    private int count;
    private volatile @Nullable List<LeaseHolder> named; // racy on purpose: two who ask first may both look

    /** Looks at all slots, without the lock. */
    static <T> OldestHolders of(Capacity<T> capacity, long now) {
        OldestHolders oldest = new OldestHolders();
        for (Slot<T> slot : capacity.array()) {
            if (slot != null && slot.state() == Slot.LEASED) {
                oldest.add(slot, Diagnosis.unchangedFor(slot, now));
            }
        }
        return oldest;
    }

    private void add(Slot<?> slot, long held) {
        if (count == MOST && held <= heldNanos[MOST - 1]) {
            return;
        }
        int place = count < MOST ? count++ : MOST - 1;
        for (; place > 0 && heldNanos[place - 1] < held; place--) {
            threadIds[place] = threadIds[place - 1];
            heldNanos[place] = heldNanos[place - 1];
        }
        threadIds[place] = slot.holderId();
        heldNanos[place] = held;
    }

    @Override
    public List<LeaseHolder> get() {
        List<LeaseHolder> known = named;
        if (known == null) {
            ThreadNames names = new ThreadNames();
            List<LeaseHolder> found = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                found.add(new LeaseHolder(threadIds[i], names.of(threadIds[i], ""), Duration.ofNanos(heldNanos[i])));
            }
            known = List.copyOf(found);
            named = known;
        }
        return known;
    }
}
