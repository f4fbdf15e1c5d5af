package dev.cenote.pool.internal.keyed;

import dev.cenote.pool.KeyedFactory;
import dev.cenote.pool.KeyedPool;
import dev.cenote.pool.KeyedPoolLimits;
import dev.cenote.pool.KeyedPoolStats;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolBuilder;
import dev.cenote.pool.PoolClosedException;
import dev.cenote.pool.PoolStats;
import dev.cenote.pool.internal.DefaultPool;
import dev.cenote.pool.internal.Opening;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/**
 * A pool for each key: it finds the key's pool, and leaves the rest to it. What there is between the keys is the {@link
 * SharedBudget}.
 *
 * <p>A key's pool that is empty and unused is dropped by its own housekeeper, under its own lock ({@code Shutdown}). A caller may
 * find the pool in the map just before it is dropped. If the caller is in the queue by then, the pool is not dropped. Otherwise the
 * caller finds it closed, and looks in the map again. So no waiter is lost. No place of the budget is lost either, since only an empty
 * pool is dropped.
 *
 * @param <K> the keys
 * @param <T> what is pooled
 */
public final class DefaultKeyedPool<K, T> implements KeyedPool<K, T> {

    final KeyPools<K, T> pools;

    /**
     * Opens a keyed pool.
     *
     * @param factory makes the objects
     * @param name its name
     * @param limits the limits of the whole, and of each key
     * @param keyIdleTimeout how long a key's pool must be empty and unused before it is dropped
     * @param statsForBusiest how many keys are listed in the statistics
     * @param settings what is special about a key's pool
     */
    public DefaultKeyedPool(
            KeyedFactory<K, T> factory,
            String name,
            KeyedPoolLimits limits,
            Duration keyIdleTimeout,
            int statsForBusiest,
            BiConsumer<? super K, ? super PoolBuilder<T>> settings) {
        this(new KeyPools<>(factory, name, limits, keyIdleTimeout, statsForBusiest, settings, Opening::openForKey));
    }

    DefaultKeyedPool(KeyPools<K, T> pools) {
        this.pools = pools;
    }

    // --- acquire: each tries again with the next pool if the key's pool was dropped at that moment

    @Override
    public Lease<T> acquire(K key) throws InterruptedException {
        for (; ; ) {
            DefaultPool<T> pool = pools.get(key);
            try {
                return pool.acquire();
            } catch (PoolClosedException closed) {
                pools.nextOrThrow(key, pool, closed);
            }
        }
    }

    @Override
    public Lease<T> acquire(K key, Duration timeout) throws InterruptedException {
        for (; ; ) {
            DefaultPool<T> pool = pools.get(key);
            try {
                return pool.acquire(timeout);
            } catch (PoolClosedException closed) {
                pools.nextOrThrow(key, pool, closed);
            }
        }
    }

    @Override
    public Lease<T> acquireUninterruptibly(K key, Duration timeout) {
        return pools.use(key, pool -> pool.acquireUninterruptibly(timeout));
    }

    @Override
    public Optional<Lease<T>> tryAcquire(K key) {
        return pools.use(key, Pool::tryAcquire);
    }

    @Override
    public CompletableFuture<Lease<T>> acquireAsync(K key) {
        return pools.async(key, Pool::acquireAsync);
    }

    @Override
    public CompletableFuture<Lease<T>> acquireAsync(K key, Duration timeout) {
        return pools.async(key, pool -> pool.acquireAsync(timeout));
    }

    // --- one key

    @Override
    public Pool<T> pool(K key) {
        return new KeyView<>(this, pools, Objects.requireNonNull(key, "key"));
    }

    @Override
    public void invalidateAll(K key) {
        DefaultPool<T> pool = pools.find(key);
        if (pool != null) {
            pool.invalidateAll();
        }
    }

    @Override
    public void suspend(K key) {
        pools.change(key, pool -> {
            pool.suspend();
            return pool;
        });
    }

    @Override
    public void resume(K key) {
        DefaultPool<T> pool = pools.find(key);
        if (pool != null) {
            pool.resume();
        }
    }

    @Override
    public PoolStats stats(K key) {
        return pools.stats(key);
    }

    // --- all keys

    @Override
    public KeyedPoolStats stats() {
        return pools.stats();
    }

    @Override
    public Set<K> keys() {
        return new HashSet<>(pools.keys());
    }

    @Override
    public KeyedPoolLimits limits() {
        return pools.limits();
    }

    @Override
    public void resize(KeyedPoolLimits limits) {
        pools.resize(Objects.requireNonNull(limits, "limits"));
    }

    @Override
    public CompletableFuture<Void> shutdown(Duration grace) {
        return pools.shutdown(grace);
    }

    @Override
    public void close() {
        pools.close();
    }

    @Override
    public boolean isClosed() {
        return pools.isClosed();
    }

    @Override
    public String toString() {
        return pools.toString();
    }
}
