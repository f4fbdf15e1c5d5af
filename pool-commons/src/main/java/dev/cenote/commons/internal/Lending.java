package dev.cenote.commons.internal;

import dev.cenote.pool.AcquirePhase;
import dev.cenote.pool.CreateFailedException;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolClosedException;
import dev.cenote.pool.PoolException;
import dev.cenote.pool.PoolStats;
import dev.cenote.pool.PoolTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiPredicate;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.PooledObjectFactory;

/**
 * Lends what is inside the pooled objects, under the contract of commons-pool2: what is given back is the object, and exceptions
 * are those of {@code ObjectPool}.
 *
 * @param pool the pool
 * @param factory activates the objects
 * @param leases who holds what
 * @param <T> what is lent
 */
public record Lending<T>(Pool<PooledObject<T>> pool, PooledObjectFactory<T> factory, Leases<PooledObject<T>> leases) {

    static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);

    /** So much later at the latest the pool has given up a create that takes too long, and says why. */
    private static final long A_MOMENT_NANOS = Duration.ofSeconds(5).toNanos();

    /**
     * Borrows an object. One that can't be activated is destroyed, and the next one is tried: as many as are idle, and a new one.
     *
     * @param maxWait the longest wait; for ever if it is negative
     * @param whileMade how much longer to wait if an object is being made or validated for this caller
     * @return the object
     * @throws Exception as of {@code ObjectPool.borrowObject}
     */
    public T borrow(Duration maxWait, Duration whileMade) throws Exception {
        Duration wait = maxWait.isNegative() ? FOR_EVER : maxWait;
        long begin = System.nanoTime();
        Lease<PooledObject<T>> lease = acquire(wait, whileMade);
        for (int others = -1; ; others--) {
            try {
                return activated(lease);
            } catch (Throwable e) {
                lease.invalidate(e);
                if (e instanceof Error error) {
                    throw error;
                }
                if (e instanceof InterruptedException interrupt) {
                    throw interrupt;
                }
                if (others == -1) {
                    others = 1 + pool.stats().idle();
                }
                if (others == 0) {
                    throw new NoSuchElementException(
                            "pool '" + pool.config().name() + "': an object can't be activated", e);
                }
            }
            Duration left = wait.minusNanos(System.nanoTime() - begin);
            lease = acquire(left.isNegative() ? Duration.ZERO : left, whileMade);
        }
    }

    private Lease<PooledObject<T>> acquire(Duration wait, Duration whileMade) throws Exception {
        try {
            return pool.acquire(wait);
        } catch (PoolTimeoutException e) {
            if (e.phase() == AcquirePhase.WAITING || whileMade.isZero()) {
                throw translated(e);
            }
            return acquire(whileMade, Duration.ZERO);
        } catch (PoolException e) {
            throw translated(e);
        }
    }

    private T activated(Lease<PooledObject<T>> lease) throws Exception {
        PooledObject<T> pooled = lease.get();
        pooled.allocate();
        factory.activateObject(pooled);
        T object = pooled.getObject();
        leases.lent(object, lease);
        return object;
    }

    /** What an {@code ObjectPool} throws in its place: what the factory threw, if that is why. */
    private static Exception translated(PoolException e) {
        if (e instanceof PoolClosedException) {
            return new IllegalStateException(e.getMessage(), e);
        }
        if (e instanceof CreateFailedException && e.getCause() instanceof Exception cause) {
            return cause;
        }
        if (e instanceof CreateFailedException && e.getCause() instanceof Error error) {
            throw error;
        }
        return new NoSuchElementException(e.getMessage(), e);
    }

    /**
     * Gives an object back. One that was taken from its holder may still be returned.
     *
     * @param object what was borrowed
     * @throws IllegalStateException if it is not borrowed
     */
    public void giveBack(T object) {
        back(object).ifPresent(Lease::close);
    }

    /**
     * Gives an object up. One that was taken from its holder may still be given up.
     *
     * @param object what was borrowed
     * @throws IllegalStateException if it is not borrowed
     */
    public void invalidate(T object) {
        back(object).ifPresent(Lease::invalidate);
    }

    private Optional<Lease<PooledObject<T>>> back(T object) {
        Optional<Lease<PooledObject<T>>> lease = Optional.ofNullable(leases.back(object));
        if (lease.isEmpty() && !leases.isTakenBack(object)) {
            throw notBorrowed();
        }
        return lease;
    }

    private IllegalStateException notBorrowed() {
        return new IllegalStateException("pool '" + pool.config().name()
                + "': the object is not borrowed from this pool: it was given back already, or never came from here");
    }

    /**
     * Has another object made, if there is room for one. Waits for it as long as a create may take, and a few seconds more.
     *
     * @throws Exception what the factory threw; {@link IllegalStateException} if the pool is closed
     */
    public void add() throws Exception {
        PoolStats stats = pool.stats();
        int objects = stats.total() - stats.retiring() + stats.creating() + 1;
        long createTimeout = TimeUnit.NANOSECONDS.convert(pool.config().createTimeout());
        long atMost = createTimeout + Math.min(A_MOMENT_NANOS, Long.MAX_VALUE - createTimeout);
        CompletableFuture<Void> made = pool.warmUp(Math.min(objects, stats.maxSize()));
        try {
            made.get(atMost, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return; // others have taken the room
        } catch (ExecutionException e) {
            throw e.getCause() instanceof PoolException failure ? translated(failure) : e;
        } finally {
            made.cancel(false); // or the object would be made when nobody asks for it any more
        }
    }

    /**
     * Looks at each idle object.
     *
     * @param isToBeEvicted tells whether to destroy an object, by itself and how many are idle
     * @param validates whether to validate the others
     */
    public void test(BiPredicate<? super PooledObject<T>, Integer> isToBeEvicted, boolean validates) {
        Queue<Lease<PooledObject<T>>> idle = takeIdle();
        int left = idle.size();
        try {
            for (Lease<PooledObject<T>> next = idle.peek(); next != null; next = idle.peek()) {
                boolean isEvicted = isToBeEvicted.test(next.get(), left);
                idle.remove();
                if (isEvicted) {
                    left--;
                    next.invalidate();
                } else if (validates) {
                    next.closeAndValidate();
                } else {
                    next.close();
                }
            }
        } finally {
            idle.forEach(Lease::close); // if the user's policy has thrown
        }
    }

    /** All of them at once, since each acquire may give the one that was just released. One may have to be validated first. */
    private Queue<Lease<PooledObject<T>>> takeIdle() {
        Queue<Lease<PooledObject<T>>> taken = new ArrayDeque<>();
        try {
            for (int i = pool.stats().idle(); i > 0 && pool.stats().idle() > 0; i--) {
                taken.add(pool.acquireUninterruptibly(pool.config().validationTimeout()));
            }
        } catch (PoolException e) {
            return taken; // callers have taken the rest
        }
        return taken;
    }

    /**
     * Closes the pool, and waits for its last object if none is borrowed.
     *
     * <p>Objects that are borrowed are destroyed when they come back, or when the grace is over.
     */
    public void close() {
        CompletableFuture<Void> closed = pool.shutdown(pool.config().shutdownGrace());
        if (!closed.isDone() && pool.stats().leased() == 0) {
            pool.close();
        }
    }
}
