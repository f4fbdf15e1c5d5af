package dev.cenote.pool.internal.stats;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.PoolStats;
import dev.cenote.pool.PoolTimes;
import java.io.Serial;
import java.time.Duration;
import java.util.Map;

/** The statistics that a pool tells. Nobody outside the engine makes one, so it can have more components in the next version. */
public record Snapshot(
        String name,
        int maxSize,
        int minIdle,
        int maxWaiters,
        int total,
        int idle,
        int leased,
        int validating,
        int retiring,
        int creating,
        int waiters,
        Duration oldestWait,
        boolean isFailingFast,
        boolean isSuspended,
        boolean isClosed,
        long created,
        Map<DestroyReason, Long> destroyedBy,
        long detached,
        long creationFailures,
        long validations,
        long validationFailures,
        long acquired,
        long released,
        long missed,
        long waited,
        long queued,
        long timeouts,
        long refused,
        long failed,
        long cancelled,
        long leaks,
        long staleCloses,
        PoolTimes waitTimes,
        PoolTimes recentWaitTimes,
        PoolTimes useTimes,
        PoolTimes createTimes,
        PoolTimes validationTimes)
        implements PoolStats {

    @Serial
    private static final long serialVersionUID = 1;
}
