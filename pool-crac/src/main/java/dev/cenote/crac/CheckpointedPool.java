package dev.cenote.crac;

import dev.cenote.pool.Pool;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.WeakHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.crac.Context;
import org.crac.Core;
import org.crac.Resource;

/**
 * Empties a pool before a checkpoint of the process by CRaC, and lets it work again after the restore. The image has no object of
 * the pool, and so no socket or file of one. Callers that come in between wait, within their time-outs. A recording of the pool
 * ({@link Pool#recordTo}) has its file open: close it before the checkpoint.
 *
 * <p>The registration lasts as long as the pool is reachable. {@link dev.cenote.pool.KeyedPool#pool} makes a view each time: keep the
 * view of a key that is registered, or the registration ends with the next garbage collection.
 *
 * <p>On a JVM that can't be checkpointed this does nothing.
 *
 * <p>Thread-safe.
 *
 * @since 0.9.0
 */
public final class CheckpointedPool implements Resource {

    /** CRaC does not keep its resources alive. These live as long as their pools, which they do not keep alive in turn. */
    private static final Map<Pool<?>, CheckpointedPool> REGISTERED = Collections.synchronizedMap(new WeakHashMap<>());

    private final WeakReference<Pool<?>> reference;
    private final Duration patience;

    private CheckpointedPool(Pool<?> pool, Duration patience) {
        reference = new WeakReference<>(pool);
        this.patience = patience;
    }

    /**
     * Has a pool emptied before each checkpoint. The checkpoint waits for leases as long as the pool's {@code shutdownGrace}. A
     * second call for a pool does nothing.
     *
     * @param pool the pool
     * @since 0.9.0
     */
    public static void register(Pool<?> pool) {
        register(pool, pool.config().shutdownGrace());
    }

    /**
     * Has a pool emptied before each checkpoint. If a lease does not come back in time, the checkpoint fails, and the pool works on
     * at once. A pool that the application has suspended works again after a checkpoint. A second call for a pool does nothing.
     *
     * @param pool the pool
     * @param patience how long a checkpoint waits for the leases of the pool; zero or longer
     * @throws IllegalArgumentException if {@code patience} is negative
     * @since 0.9.0
     */
    public static void register(Pool<?> pool, Duration patience) {
        Objects.requireNonNull(pool, "pool");
        if (patience.isNegative()) {
            throw new IllegalArgumentException("patience must be zero or longer, but was " + patience);
        }
        CheckpointedPool resource = new CheckpointedPool(pool, patience);
        if (REGISTERED.putIfAbsent(pool, resource) == null) {
            Core.getGlobalContext().register(resource);
        }
    }

    /**
     * Drains the pool.
     *
     * @throws IllegalStateException if a lease did not come back in time
     * @throws InterruptedException if interrupted while waiting for leases
     * @since 0.9.0
     */
    @Override
    public void beforeCheckpoint(Context<? extends Resource> context) throws InterruptedException, ExecutionException {
        Pool<?> pool = reference.get();
        if (pool == null || pool.isClosed()) {
            return;
        }
        boolean isEmpty = false;
        try {
            pool.drain().get(TimeUnit.NANOSECONDS.convert(patience), TimeUnit.NANOSECONDS);
            isEmpty = true;
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    "pool '" + pool.config().name() + "' is not empty after " + patience + ": "
                            + pool.stats().summary(),
                    e);
        } finally {
            if (!isEmpty) {
                pool.resume();
            }
        }
    }

    /**
     * Lets the pool work again.
     *
     * @since 0.9.0
     */
    @Override
    public void afterRestore(Context<? extends Resource> context) {
        Pool<?> pool = reference.get();
        if (pool != null && !pool.isClosed()) {
            pool.resume();
        }
    }
}
