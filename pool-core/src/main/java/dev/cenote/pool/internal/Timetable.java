package dev.cenote.pool.internal;

import dev.cenote.pool.PoolConfig;
import dev.cenote.pool.internal.run.Nanos;
import java.time.Duration;

/**
 * The times that the housekeeper keeps, in nanoseconds; {@link Nanos#FOREVER} for what is not wanted.
 *
 * @param tickNanos how often it looks while the pool is in use: a quarter of the shortest of these times and {@code
 *     keepaliveTime}, at least once a second and at most every 10 ms
 * @param idleTimeoutNanos 0 if a sizing policy says how many objects are too many
 */
record Timetable(
        long tickNanos,
        long idleTimeoutNanos,
        long checkAfterNanos,
        long maxLeaseNanos,
        long leakNanos,
        boolean hasValidator) {

    static final long LONGEST_TICK_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long SHORTEST_TICK_NANOS = Duration.ofMillis(10).toNanos();

    static Timetable of(PoolConfig<?> config) {
        boolean isSized = config.sizingPolicy() != null;
        boolean hasValidator = config.validator() != null;
        long checkAfterNanos = Nanos.nanos(config.validateIfIdleFor());
        long idleTimeoutNanos = isSized ? 0 : Nanos.nanosOrNever(config.idleTimeout());
        long maxLeaseNanos = Nanos.nanosOrNever(config.maxLeaseTime());
        long leakNanos = Nanos.nanosOrNever(config.leakThreshold());
        long shortest = Math.min(
                Math.min(isSized ? 4 * Sizing.SAMPLE_NANOS : idleTimeoutNanos, maxLeaseNanos),
                Math.min(leakNanos, Nanos.nanosOrNever(config.keepaliveTime())));
        if (hasValidator && checkAfterNanos > 0) {
            shortest = Math.min(shortest, checkAfterNanos);
        }
        return new Timetable(
                Math.max(SHORTEST_TICK_NANOS, Math.min(LONGEST_TICK_NANOS, shortest / 4)),
                idleTimeoutNanos,
                checkAfterNanos,
                maxLeaseNanos,
                leakNanos,
                hasValidator);
    }
}
