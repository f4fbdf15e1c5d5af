package dev.cenote.pool;

/**
 * Tells whether an object still works.
 *
 * <p>Runs on the pool's executor, or on the releasing thread with {@link PoolBuilder#validateOnRelease}; never under a
 * lock. Returning false, throwing anything, and taking longer than {@link PoolBuilder#validationTimeout} all mean the
 * same: the object is destroyed, and the next one is tried.
 *
 * @param <T> what is pooled
 */
@FunctionalInterface
public interface Validator<T> {

    /**
     * Tells whether the object still works.
     *
     * @param object the object, held by the pool
     * @return true if it may be handed out
     * @throws Exception if it may not
     */
    boolean isValid(T object) throws Exception;

    /**
     * Both must agree; the other is asked only if this one returns true.
     *
     * @param other the second validator
     * @return a validator that asks both
     */
    default Validator<T> and(Validator<? super T> other) {
        return object -> isValid(object) && other.isValid(object);
    }

    /**
     * One that agrees is enough; the other is asked only if this one returns false. One that throws has not agreed, and
     * ends the validation.
     *
     * @param other the second validator
     * @return a validator that asks until one agrees
     */
    default Validator<T> or(Validator<? super T> other) {
        return object -> isValid(object) || other.isValid(object);
    }
}
