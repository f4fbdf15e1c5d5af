package dev.cenote.commons;

import dev.cenote.commons.internal.Leases;
import dev.cenote.commons.internal.Lending;
import dev.cenote.commons.internal.OneKey;
import dev.cenote.commons.internal.PassiveWhileIdle;
import dev.cenote.pool.KeyedFactory;
import dev.cenote.pool.KeyedPool;
import dev.cenote.pool.KeyedPoolBuilder;
import dev.cenote.pool.PoolBuilder;
import dev.cenote.pool.PoolStats;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.commons.pool2.KeyedObjectPool;
import org.apache.commons.pool2.KeyedPooledObjectFactory;
import org.apache.commons.pool2.PooledObject;

/**
 * A {@code KeyedObjectPool} of commons-pool2 over a keyed Cenote pool. What {@link CenoteObjectPool} says of threads, exceptions and
 * second returns holds for each key.
 *
 * <p>Thread-safe.
 *
 * @param <K> the keys
 * @param <V> what is pooled; told apart by identity
 * @since 0.9.0
 */
public final class CenoteKeyedObjectPool<K, V> implements KeyedObjectPool<K, V> {

    private static final Duration GRACE = Duration.ofSeconds(30);

    private final KeyedPooledObjectFactory<K, V> factory;
    private final KeyedPool<K, PooledObject<V>> pool;
    private final Leases<PooledObject<V>> leases = new Leases<>();

    /**
     * Opens a pool with the default settings.
     *
     * @param factory makes the objects; called by several threads at once
     * @since 0.9.0
     */
    public CenoteKeyedObjectPool(KeyedPooledObjectFactory<K, V> factory) {
        this(factory, builder -> {}, (key, builder) -> {});
    }

    /**
     * Opens a pool. Idle objects are validated by {@code validateObject}, as {@link PoolBuilder#validateIfIdleFor} says.
     *
     * @param factory makes the objects; called by several threads at once
     * @param limits sets what shall not have its default in {@link KeyedPoolBuilder}, but for its {@code settings}
     * @param settings sets what shall not have its default in the pool of a key
     * @throws IllegalArgumentException if a setting is out of its range
     * @since 0.9.0
     */
    public CenoteKeyedObjectPool(
            KeyedPooledObjectFactory<K, V> factory,
            Consumer<? super KeyedPoolBuilder<K, PooledObject<V>>> limits,
            BiConsumer<? super K, ? super PoolBuilder<PooledObject<V>>> settings) {
        this.factory = Objects.requireNonNull(factory, "factory");
        KeyedPoolBuilder<K, PooledObject<V>> builder = KeyedPool.builder(new Passive());
        limits.accept(builder);
        pool = builder.settings((key, each) -> settings.accept(key, each.validator(objects(key))))
                .build();
    }

    private PassiveWhileIdle<V> objects(K key) {
        return new PassiveWhileIdle<>(new OneKey<>(factory, key), leases, made -> {}, swallowed -> {});
    }

    /** Makes the objects of each key, passive while they are idle. */
    private final class Passive implements KeyedFactory<K, PooledObject<V>> {

        @Override
        public PooledObject<V> create(K key) throws Exception {
            return objects(key).create();
        }

        @Override
        public void destroy(K key, PooledObject<V> object) throws Exception {
            objects(key).destroy(object);
        }

        @Override
        public void reset(K key, PooledObject<V> object) throws Exception {
            objects(key).reset(object);
        }

        @Override
        public boolean resets() {
            return true;
        }

        @Override
        public boolean isWorthRetrying(K key, Throwable failure) {
            return false;
        }
    }

    private Lending<V> lending(K key) {
        return new Lending<>(pool.pool(key), new OneKey<>(factory, key), leases);
    }

    /**
     * The pool behind this one, for what {@code KeyedObjectPool} has no method for. An object that is leased there directly has not
     * been activated.
     *
     * @return the pool
     * @since 0.9.0
     */
    public KeyedPool<K, PooledObject<V>> pool() {
        return pool;
    }

    /**
     * Borrows an object within {@link PoolBuilder#acquireTimeout}.
     *
     * @param key whose object
     * @return the object, activated
     * @throws Exception as of {@link CenoteObjectPool#borrowObject()}
     * @since 0.9.0
     */
    @Override
    public V borrowObject(K key) throws Exception {
        Lending<V> lending = lending(key);
        return lending.borrow(lending.pool().config().acquireTimeout(), Duration.ZERO);
    }

    /**
     * Borrows an object.
     *
     * @param key whose object
     * @param maxWait the longest wait; for ever if it is negative
     * @return the object, activated
     * @throws Exception as of {@link CenoteObjectPool#borrowObject()}
     * @since 0.9.0
     */
    public V borrowObject(K key, Duration maxWait) throws Exception {
        return lending(key).borrow(maxWait, Duration.ZERO);
    }

    /**
     * Returns an object. It is passivated on this thread; if that fails, it is destroyed.
     *
     * @param key whose object
     * @param object what was borrowed
     * @throws IllegalStateException if it is not borrowed
     * @since 0.9.0
     */
    @Override
    public void returnObject(K key, V object) {
        lending(key).giveBack(object);
    }

    /**
     * Has a borrowed object destroyed, on the pool's executor.
     *
     * @param key whose object
     * @param object what was borrowed
     * @throws IllegalStateException if it is not borrowed
     * @since 0.9.0
     */
    @Override
    public void invalidateObject(K key, V object) {
        lending(key).invalidate(object);
    }

    /**
     * Has an idle object made, if there is room for one, and waits for it, as long as a create may take and a few seconds more.
     * Idle objects of other keys stay. Looks at the pools of all keys.
     *
     * @param key whose object
     * @throws IllegalStateException if the pool is closed
     * @throws Exception what {@code makeObject} threw
     * @since 0.9.0
     */
    @Override
    public void addObject(K key) throws Exception {
        PoolStats all = pool.stats().total();
        if (pool.isClosed() || all.total() + all.creating() < pool.limits().maxTotal()) {
            lending(key).add();
        }
    }

    /**
     * Destroys the idle objects of all keys, and each borrowed one when it comes back.
     *
     * @since 0.9.0
     */
    @Override
    public void clear() {
        pool.keys().forEach(pool::invalidateAll);
    }

    /**
     * Destroys the idle objects of a key, and each borrowed one when it comes back.
     *
     * @param key whose objects
     * @since 0.9.0
     */
    @Override
    public void clear(K key) {
        pool.invalidateAll(key);
    }

    /**
     * Closes the pool, as {@link CenoteObjectPool#close} does; borrowed objects have 30 s.
     *
     * @since 0.9.0
     */
    @Override
    public void close() {
        CompletableFuture<Void> closed = pool.shutdown(GRACE);
        if (!closed.isDone() && getNumActive() == 0) {
            pool.close();
        }
    }

    @Override
    public List<K> getKeys() {
        return List.copyOf(pool.keys());
    }

    @Override
    public int getNumActive() {
        return pool.stats().total().leased();
    }

    @Override
    public int getNumActive(K key) {
        return pool.stats(key).leased();
    }

    @Override
    public int getNumIdle() {
        return pool.stats().total().idle();
    }

    @Override
    public int getNumIdle(K key) {
        return pool.stats(key).idle();
    }

    @Override
    public String toString() {
        return "CenoteKeyedObjectPool[" + pool.stats().total().summary() + "]";
    }
}
