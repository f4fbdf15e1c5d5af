package dev.cenote.pool.internal.keyed;

import dev.cenote.pool.KeyedPoolStats;
import dev.cenote.pool.PoolStats;
import dev.cenote.pool.internal.DefaultPool;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

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
    private final AtomicLong opened = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
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

    /** Gives a key that has no pool this one. False if all is closed. */
    boolean add(K key, DefaultPool<T> made) {
        return locked(() -> {
            boolean isAdded = !isClosed && pools.putIfAbsent(key, made) == null;
            opened.addAndGet(isAdded ? 1 : 0);
            return isAdded;
        });
    }

    /** A key's pool was dropped since nobody used it. */
    void countDropped() {
        dropped.incrementAndGet();
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
     * What all have counted.
     *
     * @param most so many keys are listed, the busiest first
     */
    KeyedPoolStats stats(int maxTotal, int most) {
        Map<K, PoolStats> all = new HashMap<>();
        PoolStats gone = read(all);
        List<Map.Entry<K, PoolStats>> busiestFirst = new ArrayList<>(all.entrySet());
        Comparator<Map.Entry<K, PoolStats>> byLeases =
                Comparator.comparingLong(it -> it.getValue().acquired());
        busiestFirst.sort(byLeases.reversed());
        Map<String, PoolStats> busiest = new LinkedHashMap<>();
        PoolStats rest = SummedStats.sum(name, maxTotal, SummedStats.none(name, 0, isClosed), gone);
        PoolStats total = rest;
        for (Map.Entry<K, PoolStats> entry : busiestFirst) {
            total = SummedStats.sum(name, maxTotal, total, entry.getValue());
            if (busiest.size() < most) {
                busiest.merge(
                        String.valueOf(entry.getKey()), // two keys may have the same text
                        entry.getValue(),
                        (one, two) -> SummedStats.sum(one.name(), one.maxSize() + two.maxSize(), one, two));
            } else {
                rest = SummedStats.sum(name, maxTotal, rest, entry.getValue());
            }
        }
        return new KeyedPoolStats(name, maxTotal, all.size(), opened.get(), dropped.get(), total, busiest, rest);
    }

    /**
     * The counts of each key's pool.
     *
     * @param keys gets those of the pools that keys have
     * @return those of the other pools together
     */
    private PoolStats read(Map<K, PoolStats> keys) {
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
