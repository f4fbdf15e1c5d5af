package dev.cenote.micrometer;

import dev.cenote.pool.KeyedPool;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolStats;
import java.lang.ref.WeakReference;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * A pool that its meters do not keep.
 *
 * @param <P> what kind of pool it is
 */
final class PoolReference<P> {

    private final String name;
    private final WeakReference<P> pool;
    private final Predicate<P> isClosed;
    private final Function<P, PoolStats> stats;

    private PoolReference(String name, P pool, Predicate<P> isClosed, Function<P, PoolStats> stats) {
        this.name = name;
        this.pool = new WeakReference<>(pool);
        this.isClosed = isClosed;
        this.stats = stats;
    }

    static PoolReference<?> to(Pool<?> pool) {
        return new PoolReference<>(pool.config().name(), pool, Pool::isClosed, Pool::stats);
    }

    /** One key, whichever pool it has. */
    static <K> PoolReference<?> to(KeyedPool<K, ?> pool, K key) {
        return new PoolReference<>(pool.stats(key).name(), pool, KeyedPool::isClosed, it -> it.stats(key));
    }

    /** All keys together, of which there may be many: they are read once for all meters. */
    static PoolReference<?> to(KeyedPool<?, ?> pool) {
        return new PoolReference<>(pool.stats().name(), pool, KeyedPool::isClosed, new Totals());
    }

    private static final class Totals implements Function<KeyedPool<?, ?>, PoolStats> {

        private static final long GOOD_FOR_NANOS = 500_000_000;

        // Guarded by this.
        private @Nullable PoolStats last;
        private long readAtNanos;

        @Override
        public synchronized PoolStats apply(KeyedPool<?, ?> pool) {
            PoolStats known = last;
            if (known == null || pool.isClosed() || System.nanoTime() - readAtNanos > GOOD_FOR_NANOS) {
                known = pool.stats().total();
                last = known;
                readAtNanos = System.nanoTime();
            }
            return known;
        }
    }

    /** Whether the other one refers to the same pool. */
    boolean isTo(PoolReference<?> other) {
        P found = pool.get();
        return found != null && other.pool.get() == found && name.equals(other.name);
    }

    String name() {
        return name;
    }

    /** Whether nobody can use the pool any more. */
    boolean isOver() {
        P found = pool.get();
        return found == null || isClosed.test(found);
    }

    /** The statistics, or null if the pool is gone. */
    @Nullable
    PoolStats stats() {
        P found = pool.get();
        return found == null ? null : stats.apply(found);
    }

    /** A number of the pool's, or none if the pool is gone. */
    double read(ToDoubleFunction<PoolStats> number) {
        PoolStats read = stats();
        return read == null ? Double.NaN : number.applyAsDouble(read);
    }
}
