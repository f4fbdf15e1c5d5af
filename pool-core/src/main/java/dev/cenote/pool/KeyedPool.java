package dev.cenote.pool;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * A bounded set of objects, each of which belongs to a key: connections by tenant, sockets by address, clients by region. Each key
 * has a pool of its own, with its own queue, breaker and limits, and all of them share one {@link Budget}.
 *
 * <p>A key's pool is opened when the key is first used. It is dropped when it has been empty and unused for {@link
 * KeyedPoolBuilder#keyIdleTimeout}, so keys that are no longer used cost nothing. Everything that {@link Pool} promises holds for
 * each key. In addition no key starves: a key that has fewer objects than its share gets a place before the others have given out
 * more leases than their quanta ({@link Budget}).
 *
 * <p>Keys are compared by {@code equals} and {@code hashCode}, and must not change. Their text is in the names of their pools, in
 * exceptions and in the log, so a key must not contain a secret; or the name is set by {@link KeyedPoolBuilder#settings}.
 *
 * <p>All methods may be called from any thread. Those that acquire throw what the methods of {@link Pool} with the same name throw.
 *
 * @param <K> the keys
 * @param <T> what is pooled
 * @since 0.9.0
 */
public interface KeyedPool<K, T> extends AutoCloseable {

    /**
     * Begins a new keyed pool. Every setting has a default.
     *
     * @param factory makes and destroys the objects
     * @param <K> the keys
     * @param <T> what is pooled
     * @return a builder
     * @since 0.9.0
     */
    static <K, T> KeyedPoolBuilder<K, T> builder(KeyedFactory<K, T> factory) {
        return new KeyedPoolBuilder<>(factory);
    }

    /**
     * Acquires an object of a key, waiting no longer than {@link PoolBuilder#acquireTimeout}. See {@link Pool#acquire()}.
     *
     * @param key the key
     * @return a lease, to be closed by the caller
     * @throws InterruptedException if interrupted while waiting
     * @since 0.9.0
     */
    Lease<T> acquire(K key) throws InterruptedException;

    /**
     * Acquires an object of a key, waiting no longer than the given time. See {@link Pool#acquire(Duration)}.
     *
     * @param key the key
     * @param timeout the longest wait, from zero upwards
     * @return a lease, to be closed by the caller
     * @throws InterruptedException if interrupted while waiting
     * @throws IllegalArgumentException if the time-out is negative
     * @since 0.9.0
     */
    Lease<T> acquire(K key, Duration timeout) throws InterruptedException;

    /**
     * Acquires an object of a key, whether interrupted or not. See {@link Pool#acquireUninterruptibly}.
     *
     * @param key the key
     * @param timeout the longest wait, from zero upwards
     * @return a lease, to be closed by the caller
     * @throws IllegalArgumentException if the time-out is negative
     * @since 0.9.0
     */
    Lease<T> acquireUninterruptibly(K key, Duration timeout);

    /**
     * Acquires an object of a key if one can be had without waiting. See {@link Pool#tryAcquire}. If all places are taken, it returns
     * nothing. An idle object of another key is then evicted, so that a later call can succeed.
     *
     * @param key the key
     * @return a lease, to be closed by the caller, or nothing
     * @since 0.9.0
     */
    Optional<Lease<T>> tryAcquire(K key);

    /**
     * Acquires an object of a key without blocking, within {@link PoolBuilder#acquireTimeout}. See {@link Pool#acquireAsync()}.
     *
     * @param key the key
     * @return a future lease, to be closed by the code that gets it
     * @since 0.9.0
     */
    CompletableFuture<Lease<T>> acquireAsync(K key);

    /**
     * Acquires an object of a key without blocking. See {@link Pool#acquireAsync(Duration)}.
     *
     * @param key the key
     * @param timeout the longest wait, from zero upwards; kept to the millisecond
     * @return a future lease, to be closed by the code that gets it
     * @throws IllegalArgumentException if the time-out is negative
     * @since 0.9.0
     */
    CompletableFuture<Lease<T>> acquireAsync(K key, Duration timeout);

    /**
     * Acquires an object of a key, uses it on this thread, and releases it. See {@link Pool#withObject(PoolFunction)}.
     *
     * @param key the key
     * @param function what to do with it
     * @param <R> the result
     * @param <X> what the function may throw
     * @return what the function returned
     * @throws X if the function throws it; the object is released all the same
     * @throws InterruptedException if interrupted while waiting
     * @since 0.9.0
     */
    default <R, X extends Exception> R withObject(K key, PoolFunction<? super T, ? extends R, X> function)
            throws X, InterruptedException {
        Objects.requireNonNull(function, "function");
        try (Lease<T> lease = acquire(key)) {
            return function.apply(lease.get());
        }
    }

    /**
     * Acquires an object of a key, waiting no longer than the given time, uses it on this thread, and releases it. See {@link
     * Pool#withObject(Duration, PoolFunction)}.
     *
     * @param key the key
     * @param timeout the longest wait, from zero upwards; the function may take longer
     * @param function what to do with it
     * @param <R> the result
     * @param <X> what the function may throw
     * @return what the function returned
     * @throws X if the function throws it; the object is released all the same
     * @throws InterruptedException if interrupted while waiting
     * @throws IllegalArgumentException if the time-out is negative
     * @since 0.9.0
     */
    default <R, X extends Exception> R withObject(
            K key, Duration timeout, PoolFunction<? super T, ? extends R, X> function) throws X, InterruptedException {
        Objects.requireNonNull(function, "function");
        try (Lease<T> lease = acquire(key, timeout)) {
            return function.apply(lease.get());
        }
    }

    /**
     * One key as a {@link Pool}. The view may be kept: each of its calls goes to the pool that the key has at that moment, or opens
     * one. A change through the view (of its limits, its factory, whether it is suspended) lasts as long as that pool. Changed limits
     * last until the next {@link #resize}. A pool that was changed is not dropped. Closing the view closes the view for good, and the
     * key's pool at that moment. A later acquire of the key by another way opens a new one.
     *
     * @param key the key
     * @return a view; the key's pool is not opened by this call
     * @since 0.9.0
     */
    Pool<T> pool(K key);

    /**
     * Retires every object of a key, if it has any. See {@link Pool#invalidateAll()}.
     *
     * @param key the key
     * @since 0.9.0
     */
    void invalidateAll(K key);

    /**
     * Makes callers of a key wait until {@link #resume}. See {@link Pool#suspend}. Other keys go on.
     *
     * @param key the key
     * @since 0.9.0
     */
    void suspend(K key);

    /**
     * Ends {@link #suspend} of a key.
     *
     * @param key the key
     * @since 0.9.0
     */
    void resume(K key);

    /**
     * Takes a picture of a key's pool. For a key that has none, a new pool's.
     *
     * @param key the key
     * @return the counts, consistent in themselves
     * @since 0.9.0
     */
    PoolStats stats(K key);

    /**
     * Takes a picture of all keys, in time proportional to the number of keys and objects. No more than {@link
     * KeyedPoolBuilder#statsForBusiest} keys are listed.
     *
     * @return the counts
     * @since 0.9.0
     */
    KeyedPoolStats stats();

    /**
     * The keys that have a pool at the moment.
     *
     * @return a copy
     * @since 0.9.0
     */
    Set<K> keys();

    /**
     * The limits as they are now.
     *
     * @return the limits
     * @since 0.9.0
     */
    KeyedPoolLimits limits();

    /**
     * Changes the limits at once, for keys that have a pool and for those that come. With a smaller {@code maxTotal} idle objects are
     * destroyed now, and leased ones as they come back.
     *
     * @param limits the new limits
     * @since 0.9.0
     */
    void resize(KeyedPoolLimits limits);

    /**
     * Closes the pools of all keys without waiting for them. See {@link Pool#shutdown}.
     *
     * @param grace how long holders may keep their leases, from zero upwards
     * @return completes when the last object is gone
     * @throws IllegalArgumentException if the grace is negative
     * @since 0.9.0
     */
    CompletableFuture<Void> shutdown(Duration grace);

    /**
     * Closes the pools of all keys, and waits until the last object is gone. See {@link Pool#close}.
     *
     * @since 0.9.0
     */
    @Override
    void close();

    /**
     * Tells whether the pool was closed; its last objects may still be out.
     *
     * @return true from the first {@link #shutdown} or {@link #close} on
     * @since 0.9.0
     */
    boolean isClosed();
}
