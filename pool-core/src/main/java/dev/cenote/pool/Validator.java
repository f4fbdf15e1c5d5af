package dev.cenote.pool;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;

/**
 * Tells whether an object still works.
 *
 * <p>Runs on the pool's executor; never under a lock. Returning false, throwing anything, and taking longer than {@link
 * PoolBuilder#validationTimeout} all mean the same: the object is destroyed, and the next one is tried. What it throws is
 * logged, at most once a minute.
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

    /**
     * Agrees as long as the object is younger than that, by an age of its own: a token's or a session's, say. For the time
     * since an object was made, {@link PoolBuilder#maxLifetime} is the plainer way.
     *
     * @param most the least age that is too old
     * @param age tells an object's age
     * @param <T> what is pooled
     * @return a validator that asks nobody else
     */
    static <T> Validator<T> youngerThan(Duration most, Function<? super T, Duration> age) {
        Objects.requireNonNull(most, "most");
        Objects.requireNonNull(age, "age");
        return object -> age.apply(object).compareTo(most) < 0;
    }
}
