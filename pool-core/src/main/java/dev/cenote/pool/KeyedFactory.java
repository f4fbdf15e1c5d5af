package dev.cenote.pool;

/**
 * Makes and unmakes the objects of a {@link KeyedPool}. It is a {@link Factory} that is told the key: what is said there holds here,
 * for each key.
 *
 * @param <K> the keys
 * @param <T> what is pooled
 * @since 0.9.0
 */
@FunctionalInterface
public interface KeyedFactory<K, T> {

    /**
     * Makes a new object for a key. See {@link Factory#create}.
     *
     * @param key the key
     * @return the object, never null
     * @throws Exception if none can be made; callers see it as the cause of a {@link CreateFailedException}
     * @since 0.9.0
     */
    T create(K key) throws Exception;

    /**
     * Ends an object's life. See {@link Factory#destroy}. By default an {@link AutoCloseable} is closed.
     *
     * @param key the key
     * @param object the object
     * @throws Exception logged and told to the {@link PoolListener}
     * @since 0.9.0
     */
    default void destroy(K key, T object) throws Exception {
        if (object instanceof AutoCloseable closeable) {
            closeable.close();
        }
    }

    /**
     * Stops what a holder is doing with an object that the pool takes from it. See {@link Factory#abort}.
     *
     * @param key the key
     * @param object the object, perhaps in use on another thread
     * @throws Exception logged; the object is destroyed all the same
     * @since 0.9.0
     */
    default void abort(K key, T object) throws Exception {}

    /**
     * Makes a released object ready for its next holder. See {@link Factory#reset}.
     *
     * @param key the key
     * @param object the object, held by the pool
     * @throws Exception if the object can't be used again
     * @since 0.9.0
     */
    default void reset(K key, T object) throws Exception {}

    /**
     * Tells whether {@link #reset} does anything. See {@link Factory#resets}. By default true if the class overrides {@link #reset}, or
     * if that can't be found out.
     *
     * @return true if objects are to be reset
     * @since 0.9.0
     */
    default boolean resets() {
        try {
            return getClass().getMethod("reset", Object.class, Object.class).getDeclaringClass() != KeyedFactory.class;
        } catch (NoSuchMethodException
                | SecurityException
                | Error e) { // an Error where a native image does not know the class
            return true;
        }
    }

    /**
     * Tells whether the pools may call this factory on the thread of a caller. See {@link Factory#creatingOnCaller}.
     *
     * @return false by default
     * @since 0.9.0
     */
    default boolean createsOnCaller() {
        return false;
    }

    /**
     * Tells whether the pool should try again by itself after {@link #create} has failed. See {@link Factory#isWorthRetrying}.
     *
     * @param key the key
     * @param failure what {@code create} threw
     * @return false if only callers should cause tries for this key
     * @since 0.9.0
     */
    default boolean isWorthRetrying(K key, Throwable failure) {
        return true;
    }
}
