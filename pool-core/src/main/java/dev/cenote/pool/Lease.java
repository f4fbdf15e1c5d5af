package dev.cenote.pool;

/**
 * The right to use one object of a pool, until it is closed.
 *
 * <p>A lease works once and is fenced: after {@link #close}, {@link #invalidate} or {@link #detach}, or after the pool
 * took the object back, it is dead for good, also when the object has long gone to somebody else. Ending a dead lease
 * touches nothing and is counted in {@link PoolStats#staleCloses}. One end is not counted, since it belongs to
 * try-with-resources: the first {@link #close} of a lease after its own {@link #invalidate} or {@link #detach}. The close
 * of a lease that the pool took back is counted: its holder has kept it for too long. No method blocks, unless the factory's {@link
 * Factory#reset} does. What a holder did to the object before it closed the lease is visible
 * to the next holder.
 *
 * @param <T> what is pooled
 */
public interface Lease<T> extends AutoCloseable {

    /**
     * The leased object.
     *
     * @return the object
     * @throws IllegalStateException if this lease is dead
     */
    T get();

    /** Releases the object: to the oldest waiter if there is one, else it becomes idle. Never throws. */
    @Override
    void close();

    /**
     * Releases the object as one that may be in disorder: before anybody else gets it, it is validated on the pool's executor,
     * however short it will have been idle, and destroyed if it is not valid or that takes longer than {@link
     * PoolBuilder#validationTimeout}. Without a validator, the same as {@link #close}. Never throws.
     */
    void closeAndValidate();

    /**
     * Gives the object up as broken: the pool destroys it and may make another in its place. A close afterwards does nothing.
     * Never throws.
     */
    void invalidate();

    /**
     * Gives the object up as broken by a fault that may have broken others too: the pool destroys it, and if there is a
     * validator it validates every idle object, all at once, before it hands one out again; but for those that have just
     * been found valid for such a reason, within a second.
     *
     * @param cause the fault, not null; told to {@link PoolListener#faultReported}
     */
    void invalidate(Throwable cause);

    /**
     * Takes the object out of the pool alive. Its place is free at once, and the caller must see to its end.
     *
     * @return the object
     * @throws IllegalStateException if this lease is dead
     */
    T detach();
}
