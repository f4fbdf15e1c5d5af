package dev.cenote.pool.internal.keyed;

import dev.cenote.pool.PoolStats;
import dev.cenote.pool.internal.DefaultPool;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the pools of all keys have counted, those included that are gone.
 *
 * <p><b>Invariant</b> (when the lock is free): the counts of a pool that was used are in {@code past}, or else the pool is in the
 * map, or is dropped this moment, or was closed by a caller and is among those that are {@code ending}. So nothing is counted twice.
 */
final class Totals<K, T> {

    private final ConcurrentHashMap<K, DefaultPool<T>> pools;
    private final String name;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock.
    private final Set<DefaultPool<T>> ending = new HashSet<>();
    private PoolStats past;

    Totals(ConcurrentHashMap<K, DefaultPool<T>> pools, String name) {
        this.pools = pools;
        this.name = name;
        past = SummedStats.none(name, 0, false);
    }

    /** A caller closes a key's pool. The key can have another one while this one ends. */
    void closing(K key, DefaultPool<T> pool) {
        lock.lock();
        try {
            if (pools.remove(key, pool)) {
                ending.add(pool);
            }
        } finally {
            lock.unlock();
        }
    }

    /** A key's pool is closed, and empty. Null for one that ends before it was opened. */
    void ended(K key, @Nullable DefaultPool<T> pool, PoolStats last) {
        lock.lock();
        try {
            past = SummedStats.sum(name, 0, past, SummedStats.past(last));
            if (pool != null) {
                pools.remove(key, pool);
                ending.remove(pool);
            }
        } finally {
            lock.unlock();
        }
    }

    /** A pool that was closed has ended; the same as {@link #ended} for one that had ended before. */
    void forget(DefaultPool<T> pool) {
        lock.lock();
        try {
            ending.remove(pool);
        } finally {
            lock.unlock();
        }
    }

    /** The pools that callers have closed, and that have not ended. */
    List<DefaultPool<T>> ending() {
        lock.lock();
        try {
            return new ArrayList<>(ending);
        } finally {
            lock.unlock();
        }
    }

    /**
     * The counts of each key's pool.
     *
     * @param keys gets those of the pools that keys have
     * @return those of the other pools together
     */
    PoolStats read(Map<K, PoolStats> keys) {
        Map<K, DefaultPool<T>> open = new LinkedHashMap<>();
        List<DefaultPool<T>> closing;
        PoolStats rest;
        lock.lock();
        try {
            open.putAll(pools);
            closing = new ArrayList<>(ending);
            rest = past;
        } finally {
            lock.unlock();
        }
        open.forEach((key, pool) -> keys.put(key, pool.stats()));
        for (DefaultPool<T> pool : closing) {
            rest = SummedStats.sum(name, 0, rest, pool.stats());
        }
        return rest;
    }
}
