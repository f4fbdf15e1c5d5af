package dev.cenote.micrometer;

import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolStats;
import java.lang.ref.WeakReference;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** A pool that its meters do not keep. */
final class PoolReference {

    private final String name;
    private final WeakReference<Pool<?>> pool;

    PoolReference(Pool<?> pool) {
        this.name = pool.config().name();
        this.pool = new WeakReference<>(pool);
    }

    String name() {
        return name;
    }

    /** Whether nobody can use the pool any more. */
    boolean isOver() {
        Pool<?> found = pool.get();
        return found == null || found.isClosed();
    }

    /** The statistics, or null if the pool is gone. */
    @Nullable
    PoolStats stats() {
        Pool<?> found = pool.get();
        return found == null ? null : found.stats();
    }

    /** A number of the pool's, or none if the pool is gone. */
    double read(ToDoubleFunction<PoolStats> number) {
        PoolStats stats = stats();
        return stats == null ? Double.NaN : number.applyAsDouble(stats);
    }
}
