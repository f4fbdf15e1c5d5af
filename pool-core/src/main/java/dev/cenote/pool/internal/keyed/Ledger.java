package dev.cenote.pool.internal.keyed;

import dev.cenote.pool.PoolStats;
import dev.cenote.pool.internal.DefaultPool;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which pool each key has, and what the pools of all keys have counted, those included that are gone.
 *
 * <p><b>Invariants</b> (when the lock is free):
 *
 * <ol>
 *   <li>A key has at most one pool. Another one takes its place only after it was dropped or closed.
 *   <li>A pool that was ever a key's is still a key's, or is {@code ending} since a caller has closed it, or its counts are in
 *       {@code past}. So nothing is counted twice, and no count goes backwards.
 *   <li>Once all is closed, no key gets a pool.
 * </ol>
 */
final class Ledger<K, T> {

    private final ConcurrentHashMap<K, DefaultPool<T>> pools = new ConcurrentHashMap<>(); // changed under the lock
    private final String name;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile boolean isClosed; // written under the lock

    // Guarded by the lock.
    private final Set<DefaultPool<T>> ending = new HashSet<>();
    private PoolStats past;

    Ledger(String name) {
        this.name = name;
        past = SummedStats.none(name, 0, false);
    }

    private <R> R locked(Supplier<R> step) {
        lock.lock();
        try {
            return step.get();
        } finally {
            lock.unlock();
        }
    }

    /** The pools that keys have. For reading only. */
    Map<K, DefaultPool<T>> pools() {
        return pools;
    }

    boolean isClosed() {
        return isClosed;
    }

    /** Gives a key a pool. Returns the one that it has then; null if all is closed. */
    @Nullable
    DefaultPool<T> add(K key, DefaultPool<T> made) {
        return this.<@Nullable DefaultPool<T>>locked(() -> {
            DefaultPool<T> there = isClosed ? null : pools.putIfAbsent(key, made);
            return isClosed ? null : there == null ? made : there;
        });
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

    /** A key's pool has ended. The first one that says so counts. */
    void ended(K key, DefaultPool<T> pool, PoolStats last) {
        lock.lock();
        try {
            if (pools.remove(key, pool) || ending.remove(pool)) {
                past = SummedStats.sum(name, 0, past, SummedStats.past(last));
            }
        } finally {
            lock.unlock();
        }
    }

    /** No key gets a pool any more. Returns those that have not ended. */
    List<DefaultPool<T>> close() {
        return locked(() -> {
            isClosed = true;
            List<DefaultPool<T>> all = new ArrayList<>(ending);
            all.addAll(pools.values());
            return all;
        });
    }

    /**
     * The counts of each key's pool.
     *
     * @param keys gets those of the pools that keys have
     * @return those of the other pools together
     */
    PoolStats read(Map<K, PoolStats> keys) {
        Map<K, DefaultPool<T>> open = new HashMap<>();
        List<DefaultPool<T>> closing = new ArrayList<>();
        PoolStats rest = locked(() -> {
            open.putAll(pools);
            closing.addAll(ending);
            return past;
        });
        open.forEach((key, pool) -> keys.put(key, pool.stats()));
        for (DefaultPool<T> pool : closing) {
            rest = SummedStats.sum(name, 0, rest, pool.stats());
        }
        return rest;
    }
}
