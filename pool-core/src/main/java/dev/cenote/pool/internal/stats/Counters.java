package dev.cenote.pool.internal.stats;

import dev.cenote.pool.DestroyReason;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * What has happened so far, as far as no slot tells it. All but two are plain fields, guarded
 * by the pool's lock, and counted in the same critical section as the event; so they agree with the slots.
 */
public final class Counters {

    public long created;
    public long detached;
    public long missed;
    public long waited;
    public long timeouts;
    public long refused;
    public long cancelled;
    public long creationFailures;
    public long validations;
    public long validationFailures;
    public long leaks;
    private final EnumMap<DestroyReason, Long> destroyed = new EnumMap<>(DestroyReason.class);

    /** Not under the lock: a stale close takes none. */
    public final LongAdder staleCloses = new LongAdder();

    /** Not under the lock: recorded by those who waited, when they are back. */
    public final WaitHistogram waits = new WaitHistogram();

    /** One who found nothing ready gets a lease. */
    public void served(boolean hadToWait) {
        missed++;
        if (hadToWait) {
            waited++;
        }
    }

    public void destroyed(DestroyReason reason) {
        destroyed.merge(reason, 1L, Long::sum);
    }

    public Map<DestroyReason, Long> destroyedByReason() {
        return Collections.unmodifiableMap(destroyed.clone());
    }
}
