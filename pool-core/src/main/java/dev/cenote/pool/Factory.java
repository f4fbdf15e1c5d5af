package dev.cenote.pool;

/**
 * Makes and unmakes the objects of a pool.
 *
 * <p>The pool calls {@link #create} and {@link #destroy} on its executor, never under a lock, and several calls may run
 * at once for different objects. Whatever they throw, {@code Error}s included, costs the pool no capacity.
 *
 * @param <T> what is pooled; the pool never calls its {@code equals} or {@code hashCode}
 */
@FunctionalInterface
public interface Factory<T> {

    /**
     * Makes a new object. It is interrupted when it takes longer than {@link PoolBuilder#createTimeout}; what it
     * returns after that is destroyed.
     *
     * @return the object, never null
     * @throws Exception if none can be made; callers see it as the cause of a {@link CreateFailedException}
     */
    T create() throws Exception;

    /**
     * Ends an object's life. Called once for each object that {@link #create} returned and that was not detached. By
     * default an {@link AutoCloseable} is closed, and anything else is left to the garbage collector.
     *
     * @param object the object, held by nobody else, or by a holder whose lease was revoked
     * @throws Exception logged and told to the {@link PoolListener}; the object counts as destroyed all the same
     */
    default void destroy(T object) throws Exception {
        if (object instanceof AutoCloseable closeable) {
            closeable.close();
        }
    }

    /**
     * Stops what a holder is doing with an object that is taken from it: past {@link PoolBuilder#maxLeaseTime}, when the
     * grace of a close is over, or when its lease was lost. Called before {@link #destroy}, which may block while the object is in use. Does nothing by
     * default.
     *
     * @param object the object, perhaps in use on another thread
     * @throws Exception logged; the object is destroyed all the same
     */
    default void abort(T object) throws Exception {}

    /**
     * Makes a released object ready for its next holder. Runs on the releasing thread. A factory that does not override
     * it costs a release nothing.
     *
     * @param object the object, held by the pool
     * @throws Exception if the object can't be used again: it is destroyed, and the releaser sees nothing of it
     */
    default void reset(T object) throws Exception {}
}
