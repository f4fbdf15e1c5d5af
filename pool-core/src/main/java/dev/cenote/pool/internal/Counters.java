package dev.cenote.pool.internal;

import dev.cenote.pool.DestroyReason;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * What has happened so far, as far as no slot tells it. All but two are plain fields, guarded
 * by the pool's lock, and counted in the same critical section as the event; so they agree with the slots.
 */
final class Counters {

    long created;
    long detached;
    long missed;
    long waited;
    long timeouts;
    long refused;
    long cancelled;
    long creationFailures;
    long validations;
    long validationFailures;
    long leaks;
    private final EnumMap<DestroyReason, Long> destroyed = new EnumMap<>(DestroyReason.class);

    /** Not under the lock: a stale close takes none. */
    final LongAdder staleCloses = new LongAdder();

    /** Not under the lock: recorded by those who waited, when they are back. */
    final WaitHistogram waits = new WaitHistogram();

    /** One who found nothing ready gets a lease. */
    void served(boolean hadToWait) {
        missed++;
        if (hadToWait) {
            waited++;
        }
    }

    void destroyed(DestroyReason reason) {
        destroyed.merge(reason, 1L, Long::sum);
    }

    Map<DestroyReason, Long> destroyedByReason() {
        return Collections.unmodifiableMap(destroyed.clone());
    }
}
