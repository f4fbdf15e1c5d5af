package dev.cenote.pool.internal.keyed;

import dev.cenote.pool.KeyedFactory;
import dev.cenote.pool.KeyedPoolLimits;
import dev.cenote.pool.KeyedPoolStats;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolBuilder;
import dev.cenote.pool.PoolClosedException;
import dev.cenote.pool.PoolConfig;
import dev.cenote.pool.PoolStats;
import dev.cenote.pool.internal.DefaultPool;
import dev.cenote.pool.internal.run.Nanos;
import dev.cenote.pool.internal.run.Workers;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The pools of all keys: they are opened when they are needed, and forgotten when they are dropped.
 *
 * <p><b>Invariants:</b>
 *
 * <ol>
 *   <li>A key has at most one pool in the map. Another one takes its place only after it was dropped or closed.
 *   <li>Once {@code isClosed} is set, each pool in the map is closed, or is about to be by the thread that put it there.
 * </ol>
 *
 * <p>The engine of a key's pool, which the housekeepers' thread keeps reachable, refers to this only weakly. So a keyed pool that
 * nobody can reach is noticed as any other pool is.
 */
final class KeyPools<K, T> {

    private final KeyedFactory<K, T> factory;
    private final String name;
    private final long dropAfterNanos;
    private final int statsForBusiest;
    private final BiConsumer<? super K, ? super PoolBuilder<T>> settings;
    private final SharedBudget budget;
    private final Opener<T> opener;
    private final Workers workers;
    private final ConcurrentHashMap<K, DefaultPool<T>> pools = new ConcurrentHashMap<>();
    private final AtomicLong opened = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final ReentrantLock resizing = new ReentrantLock();
    private final Totals<K, T> totals;
    private final WeakReference<KeyPools<K, T>> self = new WeakReference<>(this);
    private volatile KeyedPoolLimits limits;
    private volatile boolean isClosed;

    /** How a key's pool is opened: {@link dev.cenote.pool.internal.Opening#openForKey}, or a test's way. */
    interface Opener<T> {
        DefaultPool<T> open(
                PoolConfig<T> config,
                @Nullable Workers workers,
                long dropAfterNanos,
                BiConsumer<Boolean, PoolStats> whenClosed);
    }

    KeyPools(
            KeyedFactory<K, T> factory,
            String name,
            KeyedPoolLimits limits,
            Duration keyIdleTimeout,
            int statsForBusiest,
            BiConsumer<? super K, ? super PoolBuilder<T>> settings,
            Opener<T> opener) {
        this.opener = opener;
        this.factory = factory;
        this.name = name;
        this.limits = limits;
        this.statsForBusiest = statsForBusiest;
        this.settings = settings;
        dropAfterNanos = Nanos.nanos(keyIdleTimeout);
        budget = new SharedBudget(limits.maxTotal());
        workers = Workers.shared(name);
        totals = new Totals<>(pools, name);
    }

    // --- finding and opening

    @Nullable
    DefaultPool<T> find(K key) {
        return pools.get(Objects.requireNonNull(key, "key"));
    }

    /** The key's pool, which is opened if there is none. */
    DefaultPool<T> get(K key) {
        DefaultPool<T> pool = pools.get(Objects.requireNonNull(key, "key"));
        return pool != null ? pool : open(key);
    }

    private DefaultPool<T> open(K key) {
        KeyedPoolLimits before = limits;
        PoolConfig<T> config = config(key); // user code, so not while the map is changed
        boolean[] isNew = new boolean[1];
        DefaultPool<T> pool = pools.computeIfAbsent(key, it -> {
            isNew[0] = true;
            return make(it, config);
        });
        if (isNew[0]) {
            opened.incrementAndGet();
            if (isClosed) { // the thread that closes may not have seen it
                CompletableFuture<Void> unused = pool.shutdown(Duration.ZERO);
            } else if (pool.isClosed()) { // dropped before it was in the map
                pools.remove(key, pool);
            } else {
                if (!limits.equals(before)) { // the thread that resized may not have seen it
                    pool.resize(config(key).limits());
                }
                pool.begin();
            }
        }
        return pool;
    }

    private DefaultPool<T> make(K key, PoolConfig<T> config) {
        KeyEnd<K, T> end = new KeyEnd<>(self, key);
        DefaultPool<T> pool = opener.open(config, config.executor() == null ? workers : null, dropAfterNanos, end);
        end.isThatOf(pool);
        return pool;
    }

    /** See {@link Totals#ended}. */
    void ended(K key, @Nullable DefaultPool<T> pool, boolean isDropped, PoolStats last) {
        dropped.addAndGet(isDropped ? 1 : 0);
        totals.ended(key, pool, last);
    }

    /** The settings of a key's pool, as they are when it is opened. */
    PoolConfig<T> config(K key) {
        KeyedPoolLimits now = limits;
        PoolBuilder<T> builder = Pool.builder(new KeyFactory<>(factory, Objects.requireNonNull(key, "key")))
                .name(name + "/" + key)
                .maxSize(now.maxPerKey())
                .minIdle(now.minIdlePerKey());
        settings.accept(key, builder);
        return builder.budget(budget).config();
    }

    // --- a pool that was dropped when somebody was about to use it

    /** Tells whether another pool can take the place of this one, which then is no longer the key's. */
    boolean isReplaceable(K key, DefaultPool<T> pool) {
        if (isClosed || !pool.isDropped()) {
            return false;
        }
        pools.remove(key, pool);
        return true;
    }

    /** Returns if the caller should try again with the key's next pool. */
    void nextOrThrow(K key, DefaultPool<T> pool, PoolClosedException closed) {
        if (!isReplaceable(key, pool)) {
            throw closed;
        }
    }

    /** Does something that fails if the pool is closed. */
    <R> R use(K key, Function<DefaultPool<T>, R> use) {
        for (; ; ) {
            DefaultPool<T> pool = get(key);
            try {
                return use.apply(pool);
            } catch (PoolClosedException closed) {
                nextOrThrow(key, pool, closed);
            }
        }
    }

    /** Begins something whose future has failed at once if the pool is closed. */
    <R> CompletableFuture<R> async(K key, Function<DefaultPool<T>, CompletableFuture<R>> begin) {
        for (; ; ) {
            DefaultPool<T> pool = get(key);
            CompletableFuture<R> future = begin.apply(pool);
            if (!future.isCompletedExceptionally() || !isReplaceable(key, pool)) {
                return future;
            }
        }
    }

    /** Changes the key's pool. If that was closed before the change came, the key's next pool is changed, too. */
    <R> R change(K key, Function<DefaultPool<T>, R> change) {
        for (; ; ) {
            DefaultPool<T> pool = get(key);
            R result = change.apply(pool);
            if (!isReplaceable(key, pool)) {
                return result;
            }
        }
    }

    /** Closes a key's pool. From now on the key can have another one. */
    CompletableFuture<Void> shutdown(K key, Duration grace) {
        Nanos.given("grace", grace);
        DefaultPool<T> pool = find(key);
        if (pool == null) {
            return CompletableFuture.completedFuture(null);
        }
        totals.closing(key, pool);
        return pool.shutdown(grace).whenComplete((nothing, failure) -> totals.forget(pool));
    }

    // --- all keys

    Set<K> keys() {
        return pools.keySet();
    }

    KeyedPoolLimits limits() {
        return limits;
    }

    void resize(KeyedPoolLimits next) {
        resizing.lock(); // held over calls of the budget and of the pools, which take their own locks one at a time
        try {
            budget.resize(next.maxTotal());
            limits = next;
            pools.forEach((key, pool) -> pool.resize(config(key).limits()));
        } finally {
            resizing.unlock();
        }
    }

    PoolStats stats(K key) {
        DefaultPool<T> pool = find(key);
        return pool != null
                ? pool.stats()
                : SummedStats.none(name + "/" + key, config(key).limits().maxSize(), isClosed);
    }

    KeyedPoolStats stats() {
        Map<K, PoolStats> all = new HashMap<>();
        PoolStats gone = totals.read(all);
        List<Map.Entry<K, PoolStats>> busiestFirst = new ArrayList<>(all.entrySet());
        Comparator<Map.Entry<K, PoolStats>> byLeases =
                Comparator.comparingLong(it -> it.getValue().acquired());
        busiestFirst.sort(byLeases.reversed());
        Map<String, PoolStats> busiest = new LinkedHashMap<>();
        int maxTotal = limits.maxTotal();
        PoolStats rest = SummedStats.sum(name, maxTotal, gone, SummedStats.none(name, 0, isClosed));
        PoolStats total = rest;
        for (Map.Entry<K, PoolStats> entry : busiestFirst) {
            total = SummedStats.sum(name, maxTotal, total, entry.getValue());
            if (busiest.size() < statsForBusiest) {
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

    // --- the end

    boolean isClosed() {
        return isClosed;
    }

    CompletableFuture<Void> shutdown(Duration grace) {
        Nanos.given("grace", grace);
        isClosed = true;
        return all(open().stream().map(pool -> pool.shutdown(grace)));
    }

    void close() {
        isClosed = true;
        List<DefaultPool<T>> open = open();
        CompletableFuture<Void> unused =
                all(open.stream().map(pool -> pool.shutdown(pool.config().shutdownGrace())));
        open.forEach(Pool::close);
    }

    /** Those of all keys, and those that were closed before. */
    private List<DefaultPool<T>> open() {
        List<DefaultPool<T>> open = totals.ending();
        open.addAll(pools.values());
        return open;
    }

    private CompletableFuture<Void> all(Stream<CompletableFuture<Void>> closes) {
        return CompletableFuture.allOf(closes.toArray(CompletableFuture[]::new)).thenRun(workers::shutdownShared);
    }

    @Override
    public String toString() {
        return "keyed pool '" + name + "': " + pools.size() + " keys, " + budget.held() + " objects of at most "
                + limits.maxTotal();
    }
}
