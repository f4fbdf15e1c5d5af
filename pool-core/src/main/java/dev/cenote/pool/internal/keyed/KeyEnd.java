package dev.cenote.pool.internal.keyed;

import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolClosedException;
import dev.cenote.pool.PoolStats;
import dev.cenote.pool.internal.DefaultPool;
import java.lang.ref.WeakReference;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What to do when a key's pool is closed, and empty. The engine of that pool refers to this object. So this object refers only
 * weakly to the pool and to {@link KeyPools}.
 */
final class KeyEnd<K, T> implements BiConsumer<Boolean, PoolStats> {

    private final WeakReference<KeyPools<K, T>> owner;
    private final K key;
    private volatile @Nullable WeakReference<DefaultPool<T>> pool;

    KeyEnd(WeakReference<KeyPools<K, T>> owner, K key) {
        this.owner = owner;
        this.key = key;
    }

    void isThatOf(DefaultPool<T> opened) {
        pool = new WeakReference<>(opened);
    }

    @Override
    public void accept(Boolean isDropped, PoolStats last) {
        KeyPools<K, T> pools = owner.get();
        WeakReference<DefaultPool<T>> opened = pool;
        if (pools != null) {
            pools.ended(key, opened == null ? null : opened.get(), isDropped, last);
        }
    }

    /** Tells whether a future found this pool closed. One that failed in another way may have run the user's function. */
    static boolean hasFoundClosed(Pool<?> pool, CompletableFuture<?> future) {
        return future.isCompletedExceptionally()
                && future.handle((nothing, failure) -> failure instanceof PoolClosedException closed
                                && closed.stats().name().equals(pool.config().name()))
                        .join();
    }
}
