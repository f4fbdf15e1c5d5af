package dev.cenote.pool.internal.keyed;

import dev.cenote.pool.KeyedFactory;
import dev.cenote.pool.KeyedPoolLimits;
import dev.cenote.pool.KeyedPoolStats;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolBuilder;
import dev.cenote.pool.PoolClosedException;
import dev.cenote.pool.PoolConfig;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.PoolStats;
import dev.cenote.pool.internal.DefaultPool;
import dev.cenote.pool.internal.Opening;
import dev.cenote.pool.internal.run.Nanos;
import dev.cenote.pool.internal.run.SafeLog;
import dev.cenote.pool.internal.run.Workers;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The pools of all keys: they are opened when they are needed, and forgotten when they are dropped.
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
    private final ReentrantLock opening = new ReentrantLock();
    private final ReentrantLock resizing = new ReentrantLock();
    private final Ledger<K, T> ledger;
    private final WeakReference<KeyPools<K, T>> self = new WeakReference<>(this);
    private volatile KeyedPoolLimits limits;

    /** How a key's pool is opened: {@link dev.cenote.pool.internal.Opening#openForKey}, or a test's way. */
    interface Opener<T> {
        DefaultPool<T> open(
                PoolConfig<T> config,
                String keyed,
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
        dropAfterNanos = Nanos.nanosOrNever(keyIdleTimeout);
        budget = new SharedBudget(limits.maxTotal());
        workers = Workers.shared(name);
        ledger = new Ledger<>(name);
    }

    // --- finding and opening

    @Nullable
    DefaultPool<T> find(K key) {
        return ledger.pools().get(Objects.requireNonNull(key, "key"));
    }

    /** The key's pool, which is opened if there is none. */
    DefaultPool<T> get(K key) {
        DefaultPool<T> pool = find(key);
        return pool != null ? pool : open(key);
    }

    private DefaultPool<T> open(K key) {
        if (ledger.isClosed()) {
            throw closed(key);
        }
        KeyedPoolLimits known = limits;
        PoolConfig<T> config = config(key, known); // user code, so before the lock
        DefaultPool<T> made;
        opening.lock(); // so that the budget is asked once for what a key reserves
        try {
            DefaultPool<T> there = find(key);
            if (there != null) {
                return there;
            }
            made = make(key, config);
            if (!ledger.add(key, made)) {
                CompletableFuture<Void> unused = made.shutdown(Duration.ZERO);
                throw closed(key);
            }
        } finally {
            opening.unlock();
        }
        made.begin();
        if (made.isClosed()) { // dropped before it was the key's
            ledger.ended(key, made, made.stats());
        } else if (!limits.equals(known)) { // the thread that resized may not have seen it
            adapt(key, made);
        }
        return made;
    }

    private PoolClosedException closed(K key) {
        return new PoolClosedException(SummedStats.none(name + "/" + key, 0, true));
    }

    private DefaultPool<T> make(K key, PoolConfig<T> config) {
        KeyEnd<K, T> end = new KeyEnd<>(self, key);
        Executor given = config.executor();
        DefaultPool<T> pool =
                opener.open(config, name, given == null ? workers : workers.withExecutor(given), dropAfterNanos, end);
        end.isThatOf(pool);
        return pool;
    }

    /** A key's pool is closed, and empty. Null for one that ends before its key has it. */
    void ended(K key, @Nullable DefaultPool<T> pool, boolean isDropped, PoolStats last) {
        if (isDropped) {
            ledger.countDropped();
        }
        if (pool != null) {
            ledger.ended(key, pool, last);
        }
    }

    /** The settings of a key's pool, as they are when it is opened. */
    PoolConfig<T> config(K key) {
        return config(key, limits);
    }

    private PoolConfig<T> config(K key, KeyedPoolLimits now) {
        PoolBuilder<T> builder = Pool.builder(new KeyFactory<>(factory, Objects.requireNonNull(key, "key")))
                .name(name + "/" + key)
                .maxSize(now.maxPerKey())
                .minIdle(now.minIdlePerKey());
        settings.accept(key, builder);
        return builder.budget(budget).config();
    }

    // --- a pool that was dropped when somebody was about to use it

    /** If this pool was dropped, it is no longer the key's: returns true, and the key can have another one. */
    boolean forgetIfDropped(K key, DefaultPool<T> pool) {
        if (ledger.isClosed() || !pool.isDropped()) {
            return false;
        }
        ledger.ended(key, pool, pool.stats());
        return true;
    }

    /** Returns if the caller should try again with the key's next pool. */
    void nextOrThrow(K key, DefaultPool<T> pool, PoolClosedException closed) {
        if (!forgetIfDropped(key, pool)) {
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
            DefaultPool<T> pool;
            try {
                pool = get(key);
            } catch (PoolClosedException closed) {
                return CompletableFuture.failedFuture(closed);
            }
            CompletableFuture<R> future = begin.apply(pool);
            if (!KeyEnd.hasFoundClosed(pool, future) || !forgetIfDropped(key, pool)) {
                return future;
            }
        }
    }

    /** Changes the key's pool, once, and one that is not dropped before that. */
    <R> R change(K key, Function<DefaultPool<T>, R> change) {
        List<R> result = new ArrayList<>(1);
        for (; ; ) {
            DefaultPool<T> pool = get(key);
            if (pool.whileKept(() -> result.add(change.apply(pool)))) { // if it is closed, the change says so
                return result.get(0);
            }
            forgetIfDropped(key, pool);
        }
    }

    /** Closes the pool of a key, if it has one. From now on the key can have another one. */
    CompletableFuture<Void> shutdown(K key, @Nullable DefaultPool<T> pool, Duration grace) {
        Nanos.given("grace", grace);
        if (pool == null) {
            return CompletableFuture.completedFuture(null);
        }
        Opening.giveUpReservation(pool); // before the key can have another one
        ledger.closing(key, pool);
        return pool.shutdown(grace).whenComplete((nothing, failure) -> ledger.ended(key, pool, pool.stats()));
    }

    // --- all keys

    Set<K> keys() {
        return ledger.pools().keySet();
    }

    KeyedPoolLimits limits() {
        return limits;
    }

    void resize(KeyedPoolLimits next) {
        resizing.lock(); // held over calls of the budget and of the pools, which take their own locks one at a time
        try {
            Map<K, PoolLimits> ready = new HashMap<>(); // by user code, which may throw: before anything is changed
            keys().forEach(key -> ready.put(key, config(key, next).limits()));
            budget.resize(next.maxTotal());
            limits = next;
            // The settings of a key that has come meanwhile may not allow it: the others are changed all the same.
            List<RuntimeException> failures = new ArrayList<>();
            ledger.pools().forEach((key, pool) -> {
                try {
                    PoolLimits known = ready.get(key);
                    pool.resize(known != null ? known : config(key, next).limits());
                } catch (RuntimeException failure) {
                    failures.add(failure);
                }
            });
            if (!failures.isEmpty()) {
                failures.forEach(other -> SafeLog.add(failures.get(0), other));
                throw failures.get(0);
            }
        } finally {
            resizing.unlock();
        }
    }

    /** The limits have changed since the pool's settings were read. */
    private void adapt(K key, DefaultPool<T> pool) {
        resizing.lock();
        try {
            pool.resize(config(key).limits());
        } finally {
            resizing.unlock();
        }
    }

    PoolStats stats(K key) {
        DefaultPool<T> pool = find(key);
        return pool != null
                ? pool.stats()
                : SummedStats.none(name + "/" + key, config(key).limits().maxSize(), isClosed());
    }

    KeyedPoolStats stats() {
        return ledger.stats(limits.maxTotal(), statsForBusiest);
    }

    // --- the end

    boolean isClosed() {
        return ledger.isClosed();
    }

    CompletableFuture<Void> shutdown(Duration grace) {
        Nanos.given("grace", grace);
        return all(ledger.close().stream().map(pool -> pool.shutdown(grace)));
    }

    void close() {
        List<DefaultPool<T>> open = ledger.close();
        CompletableFuture<Void> unused =
                all(open.stream().map(pool -> pool.shutdown(pool.config().shutdownGrace())));
        open.forEach(Pool::close);
    }

    private CompletableFuture<Void> all(Stream<CompletableFuture<Void>> closes) {
        return CompletableFuture.allOf(closes.toArray(CompletableFuture[]::new)).thenRun(workers::shutdownShared);
    }

    @Override
    public String toString() {
        return "keyed pool '" + name + "': " + ledger.pools().size() + " keys, " + budget.held()
                + " objects of at most " + limits.maxTotal();
    }
}
