package dev.cenote.micrometer;

import dev.cenote.pool.PoolStats;
import dev.cenote.pool.PoolTimes;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The longest of the last one to two minutes' times, if it is asked for often enough. */
final class Fading {

    private static final long WINDOW_NANOS = 60_000_000_000L;

    private final Function<PoolStats, PoolTimes> times;

    // Guarded by this.
    private @Nullable PoolTimes before; // null: the beginning
    private @Nullable PoolTimes recent;
    private long recentAtNanos = System.nanoTime();

    Fading(Function<PoolStats, PoolTimes> times) {
        this.times = times;
    }

    synchronized double nanos(PoolStats stats) {
        PoolTimes now = times.apply(stats);
        PoolTimes first = before;
        PoolTimes since = first == null ? now : now.since(first);
        if (System.nanoTime() - recentAtNanos > WINDOW_NANOS) {
            before = recent;
            recent = now;
            recentAtNanos = System.nanoTime();
        }
        return since.max().toNanos();
    }
}
