package dev.cenote.pool;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/**
 * Makes and unmakes the objects of a pool.
 *
 * <p>The pool calls {@link #create} and {@link #destroy} on its executor, or on the thread of a caller ({@link #creatingOnCaller}), never
 * under a lock, and several calls may run at once for different objects. Whatever they throw, {@code Error}s included, costs the
 * pool no capacity.
 *
 * @param <T> what is pooled; the pool never calls its {@code equals} or {@code hashCode}
 * @since 0.9.0
 */
@FunctionalInterface
public interface Factory<T> {

    /**
     * Makes a new object. A call that takes longer than {@link PoolBuilder#createTimeout} is interrupted, unless it runs on a caller's
     * thread; an object that it returns after that is destroyed.
     *
     * <p>It runs on another thread than the acquire that needs the object, unless the pool's executor runs tasks in place, or the
     * factory was made with {@link #creatingOnCaller}.
     * So this method must not need a lock that the caller holds while it acquires. An example is an acquire in the static
     * initialiser of a class that this method uses, directly or not. It gets no object before its deadline, since the JVM makes
     * every other thread wait until the class is initialised. The exception then names the class. Open the pool there, but
     * acquire later.
     *
     * @return the object, never null
     * @throws Exception if none can be made; callers see it as the cause of a {@link CreateFailedException}
     * @since 0.9.0
     */
    T create() throws Exception;

    /**
     * Ends an object's life. Called once for each object that {@link #create} returned and that was not detached. By
     * default an {@link AutoCloseable} is closed, and any other object is left to the garbage collector.
     *
     * @param object the object; nobody holds it, but perhaps a holder whose lease was revoked
     * @throws Exception logged and told to the {@link PoolListener}; the object counts as destroyed all the same
     * @since 0.9.0
     */
    default void destroy(T object) throws Exception {
        if (object instanceof AutoCloseable closeable) {
            closeable.close();
        }
    }

    /**
     * Stops what a holder is doing with an object that the pool takes from it: past {@link PoolBuilder#maxLeaseTime}, when the
     * grace of a close is over, or when its lease was lost. Called before {@link #destroy}, which might block while the
     * object is in use. Does nothing by default.
     *
     * @param object the object, perhaps in use on another thread
     * @throws Exception logged; the object is destroyed all the same
     * @since 0.9.0
     */
    default void abort(T object) throws Exception {}

    /**
     * Makes a released object ready for its next holder. Runs on the releasing thread. If a factory does not override this
     * method, it costs a release nothing.
     *
     * @param object the object, held by the pool
     * @throws Exception if the object can't be used again: it is destroyed, and the releaser sees nothing of it
     * @since 0.9.0
     */
    default void reset(T object) throws Exception {}

    /**
     * Tells whether {@link #reset} does anything, so that a release has to call it. Called when a pool is built and when its
     * factory is replaced. By default true if the class overrides {@link #reset}, or if that can't be found out.
     *
     * @return true if objects are to be reset
     * @since 0.9.0
     */
    default boolean resets() {
        try {
            return getClass().getMethod("reset", Object.class).getDeclaringClass() != Factory.class;
        } catch (NoSuchMethodException
                | SecurityException
                | Error e) { // an Error where a native image does not know the class
            return true;
        }
    }

    /**
     * Tells whether the pool should try again by itself after {@link #create} has failed. If the answer is false, callers that
     * nothing else can serve fail at once with that failure, and the pool makes no object for {@link PoolBuilder#minIdle} or for
     * any other purpose of its own. A caller that comes later causes one further try. A success, or {@link
     * Pool#replaceFactory}, ends this state. It is meant for failures that only a person can mend and that tries make worse: a
     * server that locks an account after a few wrong passwords. Called on the thread of the create that failed. By default true.
     *
     * @param failure what {@code create} threw
     * @return false if only callers should cause tries
     * @since 0.9.0
     */
    default boolean isWorthRetrying(Throwable failure) {
        return true;
    }

    /**
     * Returns a factory that the pool calls on the threads of callers. An acquire that finds nothing idle, and need not queue,
     * calls {@link #create}. {@link Lease#invalidate()} calls {@link #destroy}. It is for objects that are cheap and local, such as a
     * buffer or a parser: to make one costs less than to hand that to another thread.
     *
     * <p>If such a call hangs, its caller hangs, too, beyond its deadline: the pool interrupts nobody. But the pool takes back the
     * object's place after {@link PoolBuilder#createTimeout} or {@link PoolBuilder#destroyTimeout}, as ever.
     *
     * <p>All other objects are made on the pool's executor: those for {@link PoolBuilder#minIdle}, for callers that queue, and after a
     * failure. So are all objects if {@link PoolBuilder#validateOnCreate} is set and the validator was not made with {@link
     * Validator#onCaller}. All other objects are destroyed there: those that the pool ends, or another call such as {@link
     * Pool#invalidateAll}, those that a fault has broken, and those given up while {@link PoolBuilder#maxConcurrentDestroys} are under
     * way or in a pool that shares a {@link Budget}, as the pools of a {@link KeyedPool} do.
     *
     * @return a factory that calls this one
     * @since 0.9.0
     */
    default Factory<T> creatingOnCaller() {
        return new DecoratedFactory<>(this, this::create, true);
    }

    /**
     * Tells whether the pool may call this factory on the thread of a caller ({@link #creatingOnCaller}). Called when a pool is
     * built and when its factory is replaced.
     *
     * @return false by default
     * @since 0.9.0
     */
    default boolean createsOnCaller() {
        return false;
    }

    /**
     * Returns a factory that tries again before it gives up, for objects of which one may fail and the next succeed. After an
     * {@code Error} it does not try again. {@link PoolBuilder#createTimeout} bounds all tries together.
     *
     * @param attempts how often it tries in all; 1 upwards
     * @param pause how long it waits between two tries; zero or longer
     * @return a factory that leaves everything but creating to this one. It throws what the last try threw. If it is interrupted
     *     while it pauses, it throws an {@link InterruptedException} that has the last failure as suppressed
     * @throws IllegalArgumentException if a value is out of range
     * @since 0.9.0
     */
    default Factory<T> retrying(int attempts, Duration pause) {
        if (attempts < 1) {
            throw new IllegalArgumentException("attempts must be 1 or more, but was " + attempts);
        }
        Settings.zeroOrLonger("pause", pause);
        long pauseNanos = TimeUnit.NANOSECONDS.convert(pause);
        return new DecoratedFactory<>(this, () -> {
            for (int attempt = 1; ; attempt++) {
                try {
                    return create();
                } catch (InterruptedException e) {
                    throw e;
                } catch (Exception e) {
                    if (attempt == attempts || !isWorthRetrying(e)) {
                        throw e;
                    }
                    pause(pauseNanos, e);
                }
            }
        });
    }

    /** Sleeps, and looks for an interrupt also if it is for no time. An interrupt tells, too, what had failed before. */
    private static void pause(long nanos, Exception failure) throws InterruptedException {
        try {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            TimeUnit.NANOSECONDS.sleep(nanos);
        } catch (InterruptedException interrupt) {
            interrupt.addSuppressed(failure);
            throw interrupt;
        }
    }

    /**
     * Returns a factory with a second way to make an object, which it takes when the first way fails: a standby server, for
     * example.
     *
     * @param fallback makes an object that this factory can reset and destroy
     * @return a factory that leaves everything but creating to this one. It throws what the fallback threw, with the failure of
     *     this factory as suppressed
     * @since 0.9.0
     */
    default Factory<T> orElse(Callable<? extends T> fallback) {
        Objects.requireNonNull(fallback, "fallback");
        return new DecoratedFactory<>(this, () -> {
            try {
                return create();
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception first) {
                try {
                    return fallback.call();
                } catch (Exception second) {
                    if (second != first) {
                        second.addSuppressed(first);
                    }
                    throw second;
                }
            }
        });
    }
}
