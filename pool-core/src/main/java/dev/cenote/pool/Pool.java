package dev.cenote.pool;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A bounded set of objects that are made once and lent many times.
 *
 * <p>Waiters are served strictly in the order in which they came, whichever way they wait: blocking, timed and
 * asynchronous callers stand in one queue. Time-outs are absolute: one deadline covers waiting, creating and
 * validating. A time-out may be anything from zero (do not wait) upwards. A time-out that is longer than 146 years means
 * for ever.
 *
 * <p>A thread that comes with its interrupt flag set gets an idle object if one is there, and keeps its flag. If it would
 * have to wait, {@link InterruptedException} is thrown and the flag is cleared.
 *
 * <p>Close a pool when it is not needed any more. A pool that nobody can reach and that was never closed is logged and
 * closed, within some seconds after the garbage collector noticed: its idle objects are destroyed at once, its leased ones
 * when they come back. A lease does not keep its pool reachable. A waiting caller, and a future of the pool that is not
 * completed, do; so do a factory, a validator and a listener that refer to the pool.
 *
 * @param <T> what is pooled
 * @since 0.9.0
 */
public interface Pool<T> extends AutoCloseable {

    /**
     * Begins a new pool. Every setting has a default.
     *
     * @param factory makes and destroys the objects
     * @param <T> what is pooled
     * @return a builder
     * @since 0.9.0
     */
    static <T> PoolBuilder<T> builder(Factory<T> factory) {
        return new PoolBuilder<>(factory);
    }

    /**
     * Acquires an object, waiting no longer than {@link PoolBuilder#acquireTimeout}.
     *
     * @return a lease, to be closed by the caller
     * @throws InterruptedException if interrupted while waiting
     * @throws PoolStalledException if every object is leased by a thread that waits for another one, this one last
     *     ({@link PoolBuilder#detectStalls})
     * @throws PoolTimeoutException if the time is up
     * @throws PoolFullException if {@code maxWaiters} wait already
     * @throws PoolClosedException if the pool is closed, before or during the wait
     * @throws CreateFailedException if no object is there, and none can be made
     * @since 0.9.0
     */
    Lease<T> acquire() throws InterruptedException;

    /**
     * Acquires an object, waiting no longer than the given time.
     *
     * @param timeout the longest wait, from zero upwards
     * @return a lease, to be closed by the caller
     * @throws InterruptedException if interrupted while waiting
     * @throws IllegalArgumentException if the time-out is negative
     * @throws PoolStalledException if every object is leased by a thread that waits for another one, this one last
     *     ({@link PoolBuilder#detectStalls})
     * @throws PoolTimeoutException if the time is up
     * @throws PoolFullException if {@code maxWaiters} wait already
     * @throws PoolClosedException if the pool is closed, before or during the wait
     * @throws CreateFailedException if no object is there, and none can be made
     * @since 0.9.0
     */
    Lease<T> acquire(Duration timeout) throws InterruptedException;

    /**
     * Acquires an object, waiting no longer than the given time, whether interrupted or not. An interrupt that arrives
     * meanwhile is kept in the thread's flag.
     *
     * @param timeout the longest wait, from zero upwards
     * @return a lease, to be closed by the caller
     * @throws IllegalArgumentException if the time-out is negative
     * @throws PoolStalledException if every object is leased by a thread that waits for another one, this one last
     *     ({@link PoolBuilder#detectStalls})
     * @throws PoolTimeoutException if the time is up
     * @throws PoolFullException if {@code maxWaiters} wait already
     * @throws PoolClosedException if the pool is closed, before or during the wait
     * @throws CreateFailedException if no object is there, and none can be made
     * @since 0.9.0
     */
    Lease<T> acquireUninterruptibly(Duration timeout);

    /**
     * Acquires an object if one can be had without waiting. It overtakes nobody: while others wait, it finds nothing. If
     * it finds nothing and there is room for another object, the pool begins to make one, so that a later try can succeed; with {@link
     * Factory#creatingOnCaller} this call makes it. It may miss an object that another thread is giving back at this moment.
     *
     * @return a lease, to be closed by the caller, or nothing
     * @throws PoolClosedException if the pool is closed
     * @since 0.9.0
     */
    Optional<Lease<T>> tryAcquire();

    /**
     * Acquires an object without blocking, within {@link PoolBuilder#acquireTimeout}. See {@link
     * #acquireAsync(Duration)}.
     *
     * @return a future lease, to be closed by the code that gets it
     * @since 0.9.0
     */
    CompletableFuture<Lease<T>> acquireAsync();

    /**
     * Acquires an object without blocking, but for what {@link Factory#creatingOnCaller} and {@link Validator#onCaller} do on this thread.
     * The future stands in the same queue as the blocking callers, and fails with
     * the exceptions that they see. If the future is cancelled, or completed in any other way, it leaves the queue.
     *
     * <p>Its dependent actions run outside the pool's lock, on the thread that completes the future. This can be a thread that
     * releases an object, a thread of the pool's own, or any thread that is about to leave the pool's lock. The actions may use
     * the pool, and should not block; the {@code Async} methods of the future move them elsewhere.
     *
     * <p>An action that blocks holds up the thread that runs it, but no other caller's future. Several futures that are to be
     * completed at one moment (their time is up, the pool is closed or resumed) are completed by threads of the pool's own:
     * one, and one more for each action that blocks, up to 256. There is no order between the actions of different futures.
     *
     * <p>A lease that nobody closes is lost. So cancel this future, and not one that depends on it. After {@code
     * acquireAsync().thenApply(…).cancel(true)} this future still waits and gets its lease, and the function that should have
     * closed the lease does not run. The same holds for {@code orTimeout} on a dependent. {@link #withObjectAsync} has no lease
     * to lose.
     *
     * @param timeout the longest wait, from zero upwards; kept to the millisecond
     * @return a future lease, to be closed by the code that gets it
     * @throws IllegalArgumentException if the time-out is negative
     * @since 0.9.0
     */
    CompletableFuture<Lease<T>> acquireAsync(Duration timeout);

    /**
     * Acquires an object as {@link #acquire()} does, with its time-out and its exceptions. Uses the object on this thread, and
     * releases it.
     *
     * @param function what to do with it
     * @param <R> the result
     * @param <X> what the function may throw
     * @return what the function returned
     * @throws X if the function throws it; the object is released all the same
     * @throws InterruptedException if interrupted while waiting
     * @since 0.9.0
     */
    default <R, X extends Exception> R withObject(PoolFunction<? super T, ? extends R, X> function)
            throws X, InterruptedException {
        Objects.requireNonNull(function, "function");
        try (Lease<T> lease = acquire()) {
            return function.apply(lease.get());
        }
    }

    /**
     * Acquires an object as {@link #acquire(Duration)} does, with its exceptions. Uses the object on this thread, and releases
     * it.
     *
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
    default <R, X extends Exception> R withObject(Duration timeout, PoolFunction<? super T, ? extends R, X> function)
            throws X, InterruptedException {
        Objects.requireNonNull(function, "function");
        try (Lease<T> lease = acquire(timeout)) {
            return function.apply(lease.get());
        }
    }

    /**
     * Uses an object without blocking, acquired within {@link PoolBuilder#acquireTimeout}. See {@link
     * #withObjectAsync(Duration, PoolFunction)}.
     *
     * @param function what to do with it
     * @param <R> the result
     * @return what the function will have returned
     * @since 0.9.0
     */
    default <R> CompletableFuture<R> withObjectAsync(PoolFunction<? super T, ? extends R, ?> function) {
        return withObjectAsync(config().acquireTimeout(), function);
    }

    /**
     * Acquires an object as {@link #acquireAsync(Duration)} does, has the pool's executor run a function with it, and releases
     * it. The caller never holds a lease, so none can be lost.
     *
     * <p>The function runs on a thread of {@link PoolBuilder#executor}, by default on one of the pool's own. It never runs on
     * the thread that calls this method, nor on the thread whose release brings the object: if the executor would run it
     * there, it runs on a thread of the pool's own. At most {@code maxSize} functions run at once. Meanwhile an executor of
     * few threads can't make or validate objects.
     *
     * <p>The object is released before the future is completed. If the future is cancelled, or completed in any other way,
     * before the object has come, it leaves the queue. A function that has begun runs to its end, is not interrupted, and the
     * object is released after it.
     *
     * @param timeout the longest wait, from zero upwards, kept to the millisecond; the function may take longer
     * @param function what to do with it; if it throws, the object is released and the future fails with what it threw
     * @param <R> the result
     * @return what the function will have returned; fails, too, with the exceptions of {@link #acquire(Duration)}
     * @throws IllegalArgumentException if the time-out is negative
     * @since 0.9.0
     */
    <R> CompletableFuture<R> withObjectAsync(Duration timeout, PoolFunction<? super T, ? extends R, ?> function);

    /**
     * Has objects made until the given number exists, as many at once as {@link PoolBuilder#maxConcurrentCreates} allows. In a
     * suspended pool they are made after it is resumed. Cancelling the future gives this up.
     *
     * <p>A create that fails is tried again, as for callers that wait: an outage that is shorter than {@link
     * PoolBuilder#failFastAfter} costs no error.
     *
     * @param objects how many, leased ones included; 1 to {@code maxSize}
     * @return completes when they exist. Fails with a {@link CreateFailedException} when creates have failed for {@link
     *     PoolBuilder#failFastAfter} (in a pool that has never made an object, for {@link PoolBuilder#openTimeout}: by default
     *     at once), when a create fails after that, or if the factory says that trying again is of no use. Fails with a {@link
     *     PoolClosedException} if the pool is closed before
     * @throws IllegalArgumentException if {@code objects} is out of range
     * @since 0.9.0
     */
    CompletableFuture<Void> warmUp(int objects);

    /**
     * Suspends the pool, and retires every object: idle ones now, leased ones as they come back. Callers go on waiting until
     * {@link #resume}. This is for objects that must not live on in a snapshot of the process, or while the server is moved.
     *
     * @return completes when no object exists any more; fails with a {@link java.util.concurrent.CancellationException} if the
     *     pool is resumed before
     * @since 0.9.0
     */
    CompletableFuture<Void> drain();

    /**
     * Changes the limits at once. With a larger {@code maxSize} waiters are served. With a smaller one idle objects are
     * destroyed now, and leased ones as they come back; no lease is taken away. A smaller {@code maxWaiters} drops no caller
     * that waits already.
     *
     * @param limits the new limits
     * @since 0.9.0
     */
    void resize(PoolLimits limits);

    /**
     * Retires every object: idle ones now, leased ones as they come back, and those in the making when they are made.
     *
     * @since 0.9.0
     */
    void invalidateAll();

    /**
     * Retires every object, spread over a time, so that not all are made anew at once. Each object's life ends at another
     * instant of that time, as if {@link PoolBuilder#maxLifetime} had ended it: the replacement is made first where there is
     * room. An object that is being made is retired when it is made.
     *
     * @param over how long it may take; zero or longer
     * @throws IllegalArgumentException if {@code over} is negative
     * @since 0.9.0
     */
    void invalidateAll(Duration over);

    /**
     * From now on another factory makes the objects, and those of the old factory are retired: leased ones when they come
     * back, idle ones now. If there is room for replacements, {@code minIdle} of the idle ones stay, and each of them may be
     * leased until its replacement is there. Each object is destroyed by the factory that made it. If none of the old ones may
     * be leased again, call {@link #invalidateAll} after this.
     *
     * @param factory the new factory
     * @since 0.9.0
     */
    void replaceFactory(Factory<T> factory);

    /**
     * Makes every caller wait until {@link #resume}. Leases that are out are not touched. Idempotent.
     *
     * @since 0.9.0
     */
    void suspend();

    /**
     * Ends {@link #suspend} and serves the callers that wait. Idempotent.
     *
     * @since 0.9.0
     */
    void resume();

    /**
     * Takes a picture of the pool and its history, in time proportional to the number of objects.
     *
     * @return the counts, consistent in themselves
     * @since 0.9.0
     */
    PoolStats stats();

    /**
     * The slot table: each object that exists or is being made, what it is doing, and who holds it. Blocks nobody. It takes time
     * in proportion to the number of objects, and, if any is leased, to the number of the JVM's threads.
     *
     * @return a copy, in the order of the slots; a row may be older than the next by the time that it takes to write them
     * @since 0.9.0
     */
    List<PoolSlot> slots();

    /**
     * The head of the queue: the callers that wait, in the order in which they will be served. It holds the pool's lock for as
     * long as it takes to walk over so many.
     *
     * @param most how many at most, the oldest first; 0 upwards
     * @return a copy
     * @throws IllegalArgumentException if {@code most} is negative
     * @since 0.9.0
     */
    List<PoolWaiter> waiters(int most);

    /**
     * Tells how many objects would do, from what callers did in the last one to two minutes ({@link PoolAdvice}). The pool does
     * nothing about it. Once a day at most, the advice for 5 ms is a line in the log.
     *
     * @param target how long 99 of 100 callers should wait at most; zero or longer
     * @return the advice; empty unless the pool measures how long leases are held ({@link PoolBuilder#useTimes}), and has done so for a
     *     minute; and when it has not been used for two
     * @throws IllegalArgumentException if the target is negative
     * @since 0.9.0
     */
    Optional<PoolAdvice> advice(Duration target);

    /**
     * Records what callers do from now on: who comes when, how long each waits and holds its lease, how long objects take to make,
     * and the settings. {@code bin/whatif} replays the file with other settings, and so tells what size the pool should have.
     *
     * <p>A thread of the pool's own writes, ten times a second. A lease and its end take some 20 bytes of the file, and some hundred
     * nanoseconds each; while the pool is recorded it forgets which thread used which object. The file has times and counts,
     * the pool's name (that of the keyed pool, if it is the pool of a key) and its limits, and nothing of the objects. A {@link
     * #tryAcquire()} that finds nothing is in it as a caller whose time was up at once, also if a loop tries again and again.
     *
     * @param file where to; it must not exist yet
     * @param oneIn 1 to record all; in a pool that is very busy, 10 to record ten seconds of each hundred. Whole parts of the time
     *     are left out, and not single callers, so bursts stay bursts
     * @return the recording, to be closed by the caller
     * @throws java.nio.file.FileAlreadyExistsException if the file exists
     * @throws IOException if the file can't be created. If it can't be written later, that is logged, and the recording ends
     * @throws IllegalArgumentException if {@code oneIn} is less than 1
     * @throws IllegalStateException if the pool is being recorded already, or is closed
     * @since 0.9.0
     */
    PoolRecording recordTo(Path file, int oneIn) throws IOException;

    /**
     * The settings, with the limits that {@link #resize} has set. A {@link SizingPolicy} may keep the pool smaller than that for
     * the moment: {@link PoolStats#maxSize} tells.
     *
     * @return the settings
     * @since 0.9.0
     */
    PoolConfig<T> config();

    /**
     * Closes the pool without waiting for it. New callers and all that wait fail at once with {@link PoolClosedException}.
     * Idle objects are destroyed at once. Leased ones are destroyed as they come back, or at once when the grace is over.
     * Idempotent; a second call can shorten the grace. Threads of the pool's own complete the futures of callers that wait, so
     * that their dependents do not hold up the caller of this method.
     *
     * @param grace how long holders may keep their leases, from zero upwards
     * @return completes when the last object is gone; cancelling it changes nothing
     * @throws IllegalArgumentException if the grace is negative
     * @since 0.9.0
     */
    CompletableFuture<Void> shutdown(Duration grace);

    /**
     * Closes the pool with {@link PoolBuilder#shutdownGrace} and waits until the last object is gone. An interrupt ends
     * the grace, not the closing, and is kept in the thread's flag. A call from the pool's own work (a factory, a validator, a
     * listener on one of its threads) does not wait.
     *
     * <p>A thread that closes the pool while it holds a lease, for example in the function of {@link #withObject}, waits for
     * itself. It waits until the grace is over; then the lease is revoked and its object destroyed. The log says so. Call
     * {@link #shutdown} there, which does not wait.
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
