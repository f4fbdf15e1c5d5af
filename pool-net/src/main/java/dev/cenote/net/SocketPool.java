package dev.cenote.net;

import dev.cenote.pool.KeyedPoolLimits;
import dev.cenote.pool.KeyedPoolStats;
import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolFunction;
import dev.cenote.pool.PoolStats;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Connections to any number of addresses, made when they are needed and lent many times. Thread-safe.
 *
 * <p>Each connection is looked at before it is lent, on the acquiring thread, without a round trip and without a wait. A connection that
 * the server has closed, or on which bytes have come that nobody asked for, is closed, and the next one is taken. The look can't
 * see what is still on its way: the server may close the connection before the first write arrives.
 *
 * <p>What {@link dev.cenote.pool.Pool} says of order, time-outs and interrupts holds for each address.
 *
 * @since 0.9.0
 */
public interface SocketPool extends AutoCloseable {

    /**
     * Begins a new pool. Every setting has a default.
     *
     * @return a builder
     * @since 0.9.0
     */
    static SocketPoolBuilder builder() {
        return new SocketPoolBuilder();
    }

    /**
     * Acquires a connection, waiting no longer than {@link SocketPoolBuilder#acquireTimeout}. Its exceptions are those of {@link
     * dev.cenote.pool.Pool#acquire()}.
     *
     * @param address where to
     * @return a lease, to be closed by the caller
     * @throws InterruptedException if interrupted while waiting
     * @since 0.9.0
     */
    Lease<Connection> acquire(Address address) throws InterruptedException;

    /**
     * Acquires a connection, waiting no longer than the given time. Its exceptions are those of {@link
     * dev.cenote.pool.Pool#acquire(Duration)}.
     *
     * @param address where to
     * @param timeout the longest wait, from zero upwards
     * @return a lease, to be closed by the caller
     * @throws InterruptedException if interrupted while waiting
     * @throws IllegalArgumentException if the time-out is negative
     * @since 0.9.0
     */
    Lease<Connection> acquire(Address address, Duration timeout) throws InterruptedException;

    /**
     * Acquires a connection if one is there that can be had without waiting, and overtakes nobody. Otherwise the pool begins to
     * make one, if there is room.
     *
     * @param address where to
     * @return a lease, to be closed by the caller, or nothing
     * @since 0.9.0
     */
    Optional<Lease<Connection>> tryAcquire(Address address);

    /**
     * Acquires a connection without blocking, within {@link SocketPoolBuilder#acquireTimeout}. See {@link #acquireAsync(Address,
     * Duration)}.
     *
     * @param address where to
     * @return a future lease, to be closed by the code that gets it
     * @since 0.9.0
     */
    CompletableFuture<Lease<Connection>> acquireAsync(Address address);

    /**
     * Acquires a connection without blocking. What {@link dev.cenote.pool.Pool#acquireAsync(Duration)} says of its future holds here.
     * To read and to write blocks all the same.
     *
     * @param address where to
     * @param timeout the longest wait, from zero upwards; kept to the millisecond
     * @return a future lease, to be closed by the code that gets it
     * @throws IllegalArgumentException if the time-out is negative
     * @since 0.9.0
     */
    CompletableFuture<Lease<Connection>> acquireAsync(Address address, Duration timeout);

    /**
     * Acquires a connection as {@link #acquire(Address)} does, uses it on this thread, and releases it. If the function throws, the
     * connection is closed instead, since the rest of an answer may still come.
     *
     * @param address where to
     * @param function what to do with it
     * @param <R> the result
     * @param <X> what the function may throw
     * @return what the function returned
     * @throws X if the function throws it
     * @throws InterruptedException if interrupted while waiting
     * @since 0.9.0
     */
    <R, X extends Exception> R withConnection(
            Address address, PoolFunction<? super Connection, ? extends R, X> function) throws X, InterruptedException;

    /**
     * Acquires a connection as {@link #acquire(Address, Duration)} does, uses it on this thread, and releases it. If the function throws, the
     * connection is closed instead, since the rest of an answer may still come.
     *
     * @param address where to
     * @param timeout the longest wait, from zero upwards; the function may take longer
     * @param function what to do with it
     * @param <R> the result
     * @param <X> what the function may throw
     * @return what the function returned
     * @throws X if the function throws it
     * @throws InterruptedException if interrupted while waiting
     * @since 0.9.0
     */
    <R, X extends Exception> R withConnection(
            Address address, Duration timeout, PoolFunction<? super Connection, ? extends R, X> function)
            throws X, InterruptedException;

    /**
     * Retires every connection to an address: idle ones now, leased ones as they come back.
     *
     * @param address where to
     * @since 0.9.0
     */
    void invalidateAll(Address address);

    /**
     * Makes callers of an address wait until {@link #resume}. Other addresses go on. Idempotent.
     *
     * @param address where to
     * @since 0.9.0
     */
    void suspend(Address address);

    /**
     * Ends {@link #suspend}. Idempotent.
     *
     * @param address where to
     * @since 0.9.0
     */
    void resume(Address address);

    /**
     * Changes the limits at once. With smaller ones idle connections are closed now, and leased ones as they come back.
     *
     * @param limits the new limits; its keys are the addresses
     * @since 0.9.0
     */
    void resize(KeyedPoolLimits limits);

    /**
     * The limits as they are now.
     *
     * @return the limits; its keys are the addresses
     * @since 0.9.0
     */
    KeyedPoolLimits limits();

    /**
     * The addresses that have connections, or had some a short time ago.
     *
     * @return a copy
     * @since 0.9.0
     */
    Set<Address> addresses();

    /**
     * Takes a picture of the connections to an address, and their history.
     *
     * @param address where to
     * @return the counts
     * @since 0.9.0
     */
    PoolStats stats(Address address);

    /**
     * Takes a picture of all connections; its keys are the addresses.
     *
     * @return the counts
     * @since 0.9.0
     */
    KeyedPoolStats stats();

    /**
     * Closes the pool without waiting for it. See {@link dev.cenote.pool.Pool#shutdown}.
     *
     * @param grace how long holders may keep their leases, from zero upwards
     * @return completes when the last connection is closed
     * @since 0.9.0
     */
    CompletableFuture<Void> shutdown(Duration grace);

    /**
     * Closes the pool, and waits until the last connection is closed. See {@link dev.cenote.pool.Pool#close}.
     *
     * @since 0.9.0
     */
    @Override
    void close();

    /**
     * Tells whether the pool was closed; its last connections may still be out.
     *
     * @return true from the first {@link #shutdown} or {@link #close} on
     * @since 0.9.0
     */
    boolean isClosed();
}
