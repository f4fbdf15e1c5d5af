package dev.cenote.pool;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;

/**
 * Tells whether an object still works.
 *
 * <p>Runs on the pool's executor, or on the thread of a caller ({@link #onCaller}), never under a lock. A validator that returns
 * false, throws anything, or takes longer than {@link PoolBuilder#validationTimeout} has rejected the object: the object is
 * destroyed, and the next one is tried. What it throws is logged, at most once a minute.
 *
 * @param <T> what is pooled
 * @since 0.9.0
 */
@FunctionalInterface
public interface Validator<T> {

    /**
     * Tells whether the object still works.
     *
     * @param object the object, held by the pool
     * @return true if it may be handed out
     * @throws Exception if it may not
     * @since 0.9.0
     */
    boolean isValid(T object) throws Exception;

    /**
     * Returns a validator that the pool asks on the thread that acquires, or on the thread whose release serves a caller that
     * waits. It is for a look that is cheap and local: a flag, an age, whether a socket was closed. Such a look costs less than
     * handing it to another thread. The pool can't give it up when it takes longer than {@link PoolBuilder#validationTimeout}:
     * if it hangs, its caller hangs, beyond the deadline. For {@link PoolBuilder#keepaliveTime} objects are
     * validated on the pool's executor all the same. A new object is validated on the thread that made it.
     *
     * @return a validator that asks this one
     * @since 0.9.0
     */
    default Validator<T> onCaller() {
        return new OnCaller<>(this);
    }

    /**
     * Tells whether the pool may ask this validator on the thread of a caller ({@link #onCaller}).
     *
     * @return false by default
     * @since 0.9.0
     */
    default boolean runsOnCaller() {
        return false;
    }

    /**
     * Returns a validator with which both must agree; the other is asked only if this one returns true.
     *
     * @param other the second validator
     * @return a validator that asks both
     * @since 0.9.0
     */
    default Validator<T> and(Validator<? super T> other) {
        return object -> isValid(object) && other.isValid(object);
    }

    /**
     * Returns a validator with which one of the two has to agree; the other is asked only if this one returns false. A
     * validator that throws has not agreed, and ends the validation.
     *
     * @param other the second validator
     * @return a validator that asks until one agrees
     * @since 0.9.0
     */
    default Validator<T> or(Validator<? super T> other) {
        return object -> isValid(object) || other.isValid(object);
    }

    /**
     * Returns a validator that agrees as long as an object is younger than that, by an age that the object itself has: that of
     * a token or a session, for example. For the time since an object was made, {@link PoolBuilder#maxLifetime} is simpler.
     *
     * @param most the least age that is too old
     * @param age tells an object's age
     * @param <T> what is pooled
     * @return a validator that looks at the age only
     * @since 0.9.0
     */
    static <T> Validator<T> youngerThan(Duration most, Function<? super T, Duration> age) {
        Objects.requireNonNull(most, "most");
        Objects.requireNonNull(age, "age");
        return object -> age.apply(object).compareTo(most) < 0;
    }
}
