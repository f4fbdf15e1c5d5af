package dev.cenote.pool.internal.keyed;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.PoolStats;
import dev.cenote.pool.WaitTimes;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** The counts of several pools together, as those of one pool. A percentile of the sum is the largest that one of them has. */
final class SummedStats {

    private static final WaitTimes NO_WAITS =
            new WaitTimes(0, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);

    private SummedStats() {}

    /** Of no pool at all. */
    static PoolStats none(String name, int maxSize) {
        return new PoolStats(
                name, maxSize, 0, 0, 0, 0, 0, 0, 0, 0, Map.of(), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, false,
                NO_WAITS);
    }

    /** Of both. */
    static PoolStats sum(String name, int maxSize, PoolStats one, PoolStats other) {
        return new PoolStats(
                name,
                maxSize,
                one.total() + other.total(),
                one.idle() + other.idle(),
                one.leased() + other.leased(),
                one.validating() + other.validating(),
                one.retiring() + other.retiring(),
                one.creating() + other.creating(),
                one.waiters() + other.waiters(),
                one.created() + other.created(),
                destroyed(one, other),
                one.detached() + other.detached(),
                one.acquired() + other.acquired(),
                one.released() + other.released(),
                one.missed() + other.missed(),
                one.waited() + other.waited(),
                one.timeouts() + other.timeouts(),
                one.refused() + other.refused(),
                one.cancelled() + other.cancelled(),
                one.creationFailures() + other.creationFailures(),
                one.validations() + other.validations(),
                one.validationFailures() + other.validationFailures(),
                one.leaks() + other.leaks(),
                one.staleCloses() + other.staleCloses(),
                one.isFailingFast() || other.isFailingFast(),
                waits(one.waitTimes(), other.waitTimes()));
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

    private static WaitTimes waits(WaitTimes one, WaitTimes other) {
        if (other.count() == 0) {
            return one;
        }
        return new WaitTimes(
                one.count() + other.count(),
                one.total().plus(other.total()),
                longer(one.max(), other.max()),
                longer(one.p50(), other.p50()),
                longer(one.p90(), other.p90()),
                longer(one.p99(), other.p99()),
                longer(one.p999(), other.p999()));
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
