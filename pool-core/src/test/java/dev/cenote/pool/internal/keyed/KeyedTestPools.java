package dev.cenote.pool.internal.keyed;

import dev.cenote.pool.KeyedFactory;
import dev.cenote.pool.KeyedPool;
import dev.cenote.pool.KeyedPoolLimits;
import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolBuilder;
import dev.cenote.pool.PoolConfig;
import dev.cenote.pool.PoolStats;
import dev.cenote.pool.internal.DefaultPool;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** Keyed pools whose keys' pools are opened by a test. */
public final class KeyedTestPools {

    private KeyedTestPools() {}

    /** Opens the pool of a key, which is to be dropped after so long. */
    public interface Opener<T> {
        DefaultPool<T> open(PoolConfig<T> config, long dropAfterNanos, BiConsumer<Boolean, PoolStats> whenClosed);
    }

    /** Acquires from a pool that was found before something happened, as any caller may. */
    public static <K, T> Lease<T> acquireAfter(KeyedPool<K, T> pool, K key, Runnable between) {
        return ((DefaultKeyedPool<K, T>) pool).pools.use(key, found -> {
            between.run();
            return found.acquireUninterruptibly(Duration.ofSeconds(1));
        });
    }

    /** Changes the key's pool as the keyed pool does, and lets something happen before that and after it. */
    public static <K, T> void change(
            KeyedPool<K, T> pool, K key, Runnable before, Consumer<DefaultPool<T>> change, Runnable after) {
        ((DefaultKeyedPool<K, T>) pool).pools.change(key, found -> {
            before.run();
            change.accept(found);
            after.run();
            return found;
        });
    }

    public static <K, T> KeyedPool<K, T> open(
            KeyedFactory<K, T> factory,
            KeyedPoolLimits limits,
            Duration keyIdleTimeout,
            BiConsumer<K, PoolBuilder<T>> settings,
            Opener<T> opener) {
        return new DefaultKeyedPool<>(new KeyPools<>(
                factory,
                "keyed",
                limits,
                keyIdleTimeout,
                20,
                settings,
                (config, keyed, workers, dropAfterNanos, whenClosed) ->
                        opener.open(config, dropAfterNanos, whenClosed)));
    }
}
