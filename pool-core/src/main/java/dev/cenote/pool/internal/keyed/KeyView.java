package dev.cenote.pool.internal.keyed;

import dev.cenote.pool.Factory;
import dev.cenote.pool.KeyedPool;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolAdvice;
import dev.cenote.pool.PoolClosedException;
import dev.cenote.pool.PoolConfig;
import dev.cenote.pool.PoolFunction;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.PoolRecording;
import dev.cenote.pool.PoolSlot;
import dev.cenote.pool.PoolStats;
import dev.cenote.pool.PoolWaiter;
import dev.cenote.pool.internal.DefaultPool;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** One key of a keyed pool, as a pool. It keeps no state but whether it was closed. */
final class KeyView<K, T> implements Pool<T> {

    private final KeyedPool<K, T> all;
    private final KeyPools<K, T> pools;
    private final K key;
    private volatile boolean isClosed;

    KeyView(KeyedPool<K, T> all, KeyPools<K, T> pools, K key) {
        this.all = all;
        this.pools = pools;
        this.key = key;
    }

    private void checkOpen() {
        if (isClosed) {
            throw new PoolClosedException(stats());
        }
    }

    private <R> CompletableFuture<R> ifOpen(Supplier<CompletableFuture<R>> acquire) {
        return isClosed ? CompletableFuture.failedFuture(new PoolClosedException(stats())) : acquire.get();
    }

    // --- acquire

    @Override
    public Lease<T> acquire() throws InterruptedException {
        checkOpen();
        return all.acquire(key);
    }

    @Override
    public Lease<T> acquire(Duration timeout) throws InterruptedException {
        checkOpen();
        return all.acquire(key, timeout);
    }

    @Override
    public Lease<T> acquireUninterruptibly(Duration timeout) {
        checkOpen();
        return all.acquireUninterruptibly(key, timeout);
    }

    @Override
    public Optional<Lease<T>> tryAcquire() {
        checkOpen();
        return all.tryAcquire(key);
    }

    @Override
    public CompletableFuture<Lease<T>> acquireAsync() {
        return ifOpen(() -> all.acquireAsync(key));
    }

    @Override
    public CompletableFuture<Lease<T>> acquireAsync(Duration timeout) {
        return ifOpen(() -> all.acquireAsync(key, timeout));
    }

    @Override
    public <R> CompletableFuture<R> withObjectAsync(
            Duration timeout, PoolFunction<? super T, ? extends R, ?> function) {
        return ifOpen(() -> pools.async(key, pool -> pool.withObjectAsync(timeout, function)));
    }

    // --- changes: they last as long as the key's pool; after a close they do nothing

    private void change(Consumer<DefaultPool<T>> change) {
        if (!isClosed()) {
            pools.change(key, pool -> {
                change.accept(pool);
                return pool;
            });
        }
    }

    @Override
    public CompletableFuture<Void> warmUp(int objects) {
        return ifOpen(() -> pools.async(key, pool -> pool.warmUp(objects)));
    }

    @Override
    public CompletableFuture<Void> drain() {
        return isClosed() ? CompletableFuture.completedFuture(null) : pools.change(key, DefaultPool::drain);
    }

    @Override
    public void resize(PoolLimits limits) {
        change(pool -> {
            pool.keep();
            pool.resize(limits);
        });
    }

    @Override
    public void invalidateAll() {
        if (!isClosed()) {
            all.invalidateAll(key);
        }
    }

    @Override
    public void invalidateAll(Duration over) {
        change(pool -> pool.invalidateAll(over));
    }

    @Override
    public void replaceFactory(Factory<T> factory) {
        change(pool -> {
            pool.keep();
            pool.replaceFactory(factory);
        });
    }

    @Override
    public void suspend() {
        change(Pool::suspend);
    }

    @Override
    public void resume() {
        if (!isClosed()) {
            all.resume(key);
        }
    }

    // --- looking, and the end

    @Override
    public Optional<PoolAdvice> advice(Duration target) {
        DefaultPool<T> pool = pools.find(key);
        return pool == null ? Optional.empty() : pool.advice(target);
    }

    @Override
    public PoolRecording recordTo(Path file, int oneIn) throws IOException {
        if (isClosed()) {
            throw new IllegalStateException("pool '" + config().name() + "' is closed");
        }
        DefaultPool<T> kept = pools.change(key, pool -> {
            pool.keep();
            return pool;
        });
        return kept.recordTo(file, oneIn);
    }

    @Override
    public PoolStats stats() {
        return all.stats(key);
    }

    @Override
    public List<PoolSlot> slots() {
        DefaultPool<T> pool = pools.find(key);
        return pool != null ? pool.slots() : List.of();
    }

    @Override
    public List<PoolWaiter> waiters(int most) {
        DefaultPool<T> pool = pools.find(key);
        return pool != null ? pool.waiters(most) : List.of();
    }

    @Override
    public PoolConfig<T> config() {
        DefaultPool<T> pool = pools.find(key);
        return pool != null ? pool.config() : pools.config(key);
    }

    @Override
    public boolean isClosed() {
        return isClosed || all.isClosed();
    }

    @Override
    public CompletableFuture<Void> shutdown(Duration grace) {
        isClosed = true;
        return pools.shutdown(key, pools.find(key), grace);
    }

    @Override
    public void close() {
        isClosed = true;
        DefaultPool<T> pool = pools.find(key);
        if (pool != null) {
            CompletableFuture<Void> unused =
                    pools.shutdown(key, pool, pool.config().shutdownGrace());
            pool.close();
        }
    }

    @Override
    public String toString() {
        DefaultPool<T> pool = pools.find(key);
        return pool != null ? pool.toString() : "pool '" + config().name() + "': no object";
    }
}
