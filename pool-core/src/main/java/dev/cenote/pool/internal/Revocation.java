package dev.cenote.pool.internal;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.LeaseHolder;
import dev.cenote.pool.internal.run.Help;
import dev.cenote.pool.internal.run.ThreadNames;
import dev.cenote.pool.internal.slot.Slot;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes back leases that are held for too long, and tells who held them. Used under the lock. */
final class Revocation<T> {

    private static final Logger LOG = LoggerFactory.getLogger(Revocation.class);
    private static final int MOST_NAMED = 10;

    private final Engine<T> engine;
    private final List<Lost> lost = new ArrayList<>();

    private record Lost(long holderId, Diagnosis.Held held) {}

    Revocation(Engine<T> engine) {
        this.engine = engine;
    }

    /** Ends a lease, unless it has ended. */
    void revoke(Slot<T> slot, long leaseWord) {
        Lost one = new Lost(slot.holderId(), engine.diagnosis.held(slot)); // seen before it ends
        if (engine.eviction.tryRetireLeased(slot, leaseWord, DestroyReason.REVOKED)) {
            lost.add(one);
            engine.taping.released(slot, leaseWord);
        }
    }

    /** @param why what they have overrun */
    void tell(String why) {
        if (lost.isEmpty()) {
            return;
        }
        engine.lock.tell(() -> {
            ThreadNames names = new ThreadNames(); // looks at all threads: not under the lock
            List<LeaseHolder> holders = lost.stream()
                    .map(it -> Diagnosis.holder(it.holderId, it.held.atLeastNanos(), it.held.atMostNanos(), names))
                    .toList();
            LOG.warn(
                    "Pool '{}': {}; leases taken back: {}, held by {}" + Help.on("taken-back"),
                    engine.config.name(),
                    why,
                    holders.size(),
                    holders.subList(0, Math.min(MOST_NAMED, holders.size())));
            holders.forEach(holder -> engine.journal.revoked(holder, why));
        });
    }
}
