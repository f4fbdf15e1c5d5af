package dev.cenote.pool.internal;

import dev.cenote.pool.PoolStats;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A pool at one moment, for all callers that fail in that moment. It is taken when the first of them needs it, without the lock of the
 * pool. Racy on purpose: two threads that need it first may take one each.
 */
final class Picture {

    private final Supplier<PoolStats> takeStats;
    private final Supplier<OldestHolders> takeHolders;
    private volatile @Nullable PoolStats stats;
    private volatile @Nullable OldestHolders holders;

    Picture(Supplier<PoolStats> takeStats, Supplier<OldestHolders> takeHolders) {
        this.takeStats = takeStats;
        this.takeHolders = takeHolders;
    }

    PoolStats stats() {
        PoolStats known = stats;
        if (known == null) {
            known = takeStats.get();
            stats = known;
        }
        return known;
    }

    OldestHolders holders() {
        OldestHolders known = holders;
        if (known == null) {
            known = takeHolders.get();
            holders = known;
        }
        return known;
    }
}
