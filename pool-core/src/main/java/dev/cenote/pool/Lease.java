package dev.cenote.pool;

/**
 * The right to use one object of a pool, until it is closed.
 *
 * <p>A lease works once and is fenced. After {@link #close}, {@link #invalidate} or {@link #detach}, or after the pool
 * took the object back, the lease is dead for good, also when the object has long gone to another holder. Ending a dead lease
 * touches nothing, and is counted in {@link PoolStats#staleCloses}. One end is not counted, since it belongs to
 * try-with-resources: the first {@link #close} of a lease after its own {@link #invalidate} or {@link #detach}. The close
 * of a lease that the pool took back is counted: its holder has kept it for too long.
 *
 * <p>No method blocks, unless the factory's {@link Factory#reset} does. What a holder did to the
 * object before it closed the lease is visible to the next holder. A lease does not keep its pool reachable, and works until it
 * is closed although nobody can reach the pool any more.
 *
 * @param <T> what is pooled
 * @since 0.9.0
 */
public interface Lease<T> extends AutoCloseable {

    /**
     * The leased object.
     *
     * @return the object
     * @throws IllegalStateException if this lease is dead
     * @since 0.9.0
     */
    T get();

    /**
     * Releases the object. It goes to the oldest waiter if there is one, or else becomes idle. Never throws.
     *
     * @since 0.9.0
     */
    @Override
    void close();

    /**
     * Releases an object that may not be in order. Before anybody else gets it, it is validated on the pool's executor, however
     * short it was idle. It is destroyed if it is not valid, or if that takes longer than {@link PoolBuilder#validationTimeout}.
     * Without a validator this is the same as {@link #close}. Never throws.
     *
     * @since 0.9.0
     */
    void closeAndValidate();

    /**
     * Gives the object up as broken: the pool destroys it and may make another in its place. A close afterwards does nothing.
     * Never throws.
     *
     * @since 0.9.0
     */
    void invalidate();

    /**
     * Gives the object up as broken by a fault that may have broken others too. The pool destroys it. If there is a validator,
     * the pool validates every idle object, all at once, before it hands one out again. It leaves out objects that were found
     * valid within the last second, after such a fault.
     *
     * @param cause the fault, not null; told to {@link PoolListener#faultReported}
     * @since 0.9.0
     */
    void invalidate(Throwable cause);

    /**
     * Takes the object out of the pool alive. Its place is free at once, and the caller is responsible for its end.
     *
     * @return the object
     * @throws IllegalStateException if this lease is dead
     * @since 0.9.0
     */
    T detach();
}
