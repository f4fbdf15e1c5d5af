package dev.cenote.pool.internal.keyed;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.PoolStats;
import dev.cenote.pool.PoolTimes;
import dev.cenote.pool.internal.stats.BucketTimes;
import dev.cenote.pool.internal.stats.Snapshot;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** The counts of several pools together, as those of one pool. */
final class SummedStats {

    private SummedStats() {}

    /** Of no pool at all. */
    static PoolStats none(String name, int maxSize, boolean isClosed) {
        return new Snapshot(
                name,
                maxSize,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                Duration.ZERO,
                false,
                false,
                isClosed,
                0,
                Map.of(),
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                BucketTimes.NONE,
                BucketTimes.NONE,
                BucketTimes.NONE,
                BucketTimes.NONE,
                BucketTimes.NONE);
    }

    /** Of a pool that is gone: what has happened, and nothing of its limits and of its end. */
    static PoolStats past(PoolStats last) {
        return new Snapshot(
                last.name(),
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                Duration.ZERO,
                false,
                false,
                false,
                last.created(),
                last.destroyedBy(),
                last.detached(),
                last.creationFailures(),
                last.validations(),
                last.validationFailures(),
                last.acquired(),
                last.released(),
                last.missed(),
                last.waited(),
                last.queued(),
                last.timeouts(),
                last.refused(),
                last.failed(),
                last.cancelled(),
                last.leaks(),
                last.staleCloses(),
                last.waitTimes(),
                BucketTimes.NONE,
                last.useTimes(),
                last.createTimes(),
                last.validationTimes());
    }

    /** Limits may be as large as an {@code int}, and so may their sum. */
    private static int limit(int one, int other) {
        return (int) Math.min(Integer.MAX_VALUE, (long) one + other);
    }

    /** Of both. The sum is closed if the first one is. */
    static PoolStats sum(String name, int maxSize, PoolStats one, PoolStats other) {
        return new Snapshot(
                name,
                maxSize,
                limit(one.minIdle(), other.minIdle()),
                limit(one.maxWaiters(), other.maxWaiters()),
                one.total() + other.total(),
                one.idle() + other.idle(),
                one.leased() + other.leased(),
                one.validating() + other.validating(),
                one.retiring() + other.retiring(),
                one.creating() + other.creating(),
                one.waiters() + other.waiters(),
                longer(one.oldestWait(), other.oldestWait()),
                one.isFailingFast() || other.isFailingFast(),
                one.isSuspended() || other.isSuspended(),
                one.isClosed(),
                one.created() + other.created(),
                destroyed(one, other),
                one.detached() + other.detached(),
                one.creationFailures() + other.creationFailures(),
                one.validations() + other.validations(),
                one.validationFailures() + other.validationFailures(),
                one.acquired() + other.acquired(),
                one.released() + other.released(),
                one.missed() + other.missed(),
                one.waited() + other.waited(),
                one.queued() + other.queued(),
                one.timeouts() + other.timeouts(),
                one.refused() + other.refused(),
                one.failed() + other.failed(),
                one.cancelled() + other.cancelled(),
                one.leaks() + other.leaks(),
                one.staleCloses() + other.staleCloses(),
                sum(one.waitTimes(), other.waitTimes()),
                sum(one.recentWaitTimes(), other.recentWaitTimes()),
                sum(one.useTimes(), other.useTimes()),
                sum(one.createTimes(), other.createTimes()),
                sum(one.validationTimes(), other.validationTimes()));
    }

    private static Map<DestroyReason, Long> destroyed(PoolStats one, PoolStats other) {
        if (one.destroyedBy().isEmpty() && other.destroyedBy().isEmpty()) {
            return Map.of();
        }
        Map<DestroyReason, Long> sum = new EnumMap<>(DestroyReason.class);
        sum.putAll(one.destroyedBy());
        other.destroyedBy().forEach((reason, count) -> sum.merge(reason, count, Long::sum));
        return Collections.unmodifiableMap(sum);
    }

    private static PoolTimes sum(PoolTimes one, PoolTimes other) {
        return ((BucketTimes) one).plus((BucketTimes) other); // the engine makes no other ones
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
