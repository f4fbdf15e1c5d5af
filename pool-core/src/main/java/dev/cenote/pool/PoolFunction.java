package dev.cenote.pool;

/**
 * What {@link Pool#withObject} does with an object.
 *
 * @param <T> what is pooled
 * @param <R> the result
 * @param <X> what it may throw; {@code RuntimeException} if nothing checked
 * @since 0.9.0
 */
@FunctionalInterface
public interface PoolFunction<T, R, X extends Exception> {

    /**
     * Uses the object, and must not keep it.
     *
     * @param object the leased object
     * @return the result
     * @throws X if it fails; the object is released all the same
     * @since 0.9.0
     */
    R apply(T object) throws X;
}
