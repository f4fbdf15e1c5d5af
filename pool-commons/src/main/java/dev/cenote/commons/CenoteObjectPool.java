package dev.cenote.commons;

import dev.cenote.commons.internal.Leases;
import dev.cenote.commons.internal.Lending;
import dev.cenote.commons.internal.PassiveWhileIdle;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolBuilder;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.commons.pool2.ObjectPool;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.PooledObjectFactory;

/**
 * An {@code ObjectPool} of commons-pool2 over a Cenote pool. Its settings are those of {@link PoolBuilder}, with its defaults.
 *
 * <p>Objects are made, validated and destroyed on the pool's executor. They are activated by the thread that borrows them, and
 * passivated by the thread that returns them. What {@code makeObject} throws, the caller that needs the object gets at once; so do
 * others until the next try, which {@link PoolBuilder#createBackoff} keeps back.
 *
 * <p>A second return of an object is an {@link IllegalStateException}, as long as nobody has borrowed the object again. After
 * that it can't be told from the return of the new holder. A {@link dev.cenote.pool.Lease} has no such gap.
 * An object that the pool has taken from its holder may be returned, and again.
 *
 * <p>Thread-safe.
 *
 * @param <T> what is pooled; told apart by identity
 * @since 0.9.0
 */
public final class CenoteObjectPool<T> implements ObjectPool<T> {

    private final Lending<T> lending;

    /**
     * Opens a pool with the default settings.
     *
     * @param factory makes the objects; called by several threads at once
     * @since 0.9.0
     */
    public CenoteObjectPool(PooledObjectFactory<T> factory) {
        this(factory, builder -> {});
    }

    /**
     * Opens a pool. Idle objects are validated by {@code validateObject}, as {@link PoolBuilder#validateIfIdleFor} says.
     *
     * @param factory makes the objects; called by several threads at once
     * @param settings sets what shall not have its default
     * @throws IllegalArgumentException if a setting is out of its range
     * @since 0.9.0
     */
    public CenoteObjectPool(PooledObjectFactory<T> factory, Consumer<? super PoolBuilder<PooledObject<T>>> settings) {
        // What is swallowed is logged by the pool, and told to its listener.
        Leases<PooledObject<T>> leases = new Leases<>();
        PassiveWhileIdle<T> objects =
                new PassiveWhileIdle<>(Objects.requireNonNull(factory, "factory"), leases, made -> {}, swallowed -> {});
        PoolBuilder<PooledObject<T>> builder = Pool.builder(objects);
        settings.accept(builder.validator(objects));
        lending = new Lending<>(builder.build(), factory, leases);
    }

    /**
     * The pool behind this one, for what {@code ObjectPool} has no method for: {@link Pool#stats}, {@link Pool#resize}, {@link
     * Pool#drain}, … An object that is leased there directly has not been activated.
     *
     * @return the pool
     * @since 0.9.0
     */
    public Pool<PooledObject<T>> pool() {
        return lending.pool();
    }

    /**
     * Borrows an object within {@link PoolBuilder#acquireTimeout}.
     *
     * @return the object, activated
     * @throws IllegalStateException if the pool is closed
     * @throws java.util.NoSuchElementException if the time is up, the queue is full, or no object can be activated
     * @throws InterruptedException if interrupted while waiting
     * @throws Exception what {@code makeObject} threw
     * @since 0.9.0
     */
    @Override
    public T borrowObject() throws Exception {
        return lending.borrow(pool().config().acquireTimeout(), Duration.ZERO);
    }

    /**
     * Borrows an object, as {@link #borrowObject()} does.
     *
     * @param maxWait the longest wait; for ever if it is negative
     * @return the object, activated
     * @throws Exception as of {@link #borrowObject()}
     * @since 0.9.0
     */
    public T borrowObject(Duration maxWait) throws Exception {
        return lending.borrow(maxWait, Duration.ZERO);
    }

    /**
     * Returns an object. It is passivated on this thread; if that fails, it is destroyed.
     *
     * @param object what was borrowed
     * @throws IllegalStateException if it is not borrowed
     * @since 0.9.0
     */
    @Override
    public void returnObject(T object) {
        lending.giveBack(object);
    }

    /**
     * Has a borrowed object destroyed, on the pool's executor.
     *
     * @param object what was borrowed
     * @throws IllegalStateException if it is not borrowed
     * @since 0.9.0
     */
    @Override
    public void invalidateObject(T object) {
        lending.invalidate(object);
    }

    /**
     * Has an idle object made, if there is room for one, and waits for it, as long as a create may take and a few seconds more.
     *
     * @throws IllegalStateException if the pool is closed
     * @throws Exception what {@code makeObject} threw
     * @since 0.9.0
     */
    @Override
    public void addObject() throws Exception {
        lending.add();
    }

    /**
     * Destroys the idle objects, and each borrowed one when it comes back.
     *
     * @since 0.9.0
     */
    @Override
    public void clear() {
        pool().invalidateAll();
    }

    /**
     * Closes the pool. Idle objects are destroyed. Borrowed ones are destroyed as they come back, or when {@link
     * PoolBuilder#shutdownGrace} is over; this method does not wait for them.
     *
     * @since 0.9.0
     */
    @Override
    public void close() {
        lending.close();
    }

    @Override
    public int getNumActive() {
        return pool().stats().leased();
    }

    @Override
    public int getNumIdle() {
        return pool().stats().idle();
    }

    @Override
    public String toString() {
        return "CenoteObjectPool[" + pool().stats().summary() + "]";
    }
}
