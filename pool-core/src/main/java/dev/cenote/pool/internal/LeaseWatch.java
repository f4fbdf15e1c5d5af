package dev.cenote.pool.internal;

import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.stats.Journal;
import org.jspecify.annotations.Nullable;

/** What is done at the beginning of each lease, in a pool that looks for leaks or measures use times; others have none. */
record LeaseWatch<T>(@Nullable LeakDetector<T> leaks, Journal journal) {

    static <T> @Nullable LeaseWatch<T> of(Engine<T> engine) {
        boolean isNeeded = engine.leaks != null || engine.config.useTimes() > 0;
        return isNeeded ? new LeaseWatch<>(engine.leaks, engine.journal) : null;
    }

    /** @param isHere whether this thread is the one that acquires, so that its stack says where */
    void begins(PooledLease<T> lease, Slot<T> slot, long leaseWord, boolean isHere) {
        journal.leased(slot, leaseWord);
        if (leaks != null) {
            leaks.track(lease, slot, leaseWord, isHere);
        }
    }
}
