package dev.cenote.pool.internal.wait;

import dev.cenote.pool.internal.run.Nanos;
import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.slot.Grant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * <b>What:</b> somebody who waits for an object, and what became of the wait.
 *
 * <p><b>States:</b> waiting → served (with a lease), failed (with an exception) or gone (left by itself). One edge only,
 * taken under the pool's lock; so a waiter gets an object or an exception, never both (P7).
 *
 * <p><b>Ordering:</b> {@code settled} is volatile, and written last: who reads it without the lock sees what became of the
 * wait, and need not take the lock for that.
 *
 * <p>The links belong to {@link WaitQueue}. An exception is made by the one who throws it, outside the lock: it shows
 * the caller's own stack.
 */
public abstract class Waiter<T> {

    public final long enqueuedAtNanos;
    public final long deadlineNanos;

    // Guarded by the lock.
    @Nullable
    Waiter<T> older;

    @Nullable
    Waiter<T> newer;

    private boolean waits;

    // Published by settled.
    private @Nullable Grant<T> grant;
    private @Nullable Supplier<? extends RuntimeException> failure;
    private boolean turnedAway;
    private volatile boolean settled;

    Waiter(long now, long timeoutNanos) {
        enqueuedAtNanos = now;
        deadlineNanos = now + timeoutNanos;
    }

    /** Tells the one who waits that the wait is over. Called under the lock, once. */
    abstract void awaken(PoolLock lock);

    /** Whose lease it will be: a thread's id, 0 for a future. */
    abstract long holderId();

    public final void serve(Grant<T> granted, PoolLock lock) {
        granted.slot().noteHolder(holderId());
        grant = granted;
        settle();
        awaken(lock);
    }

    public final void fail(Supplier<? extends RuntimeException> why, PoolLock lock) {
        failure = why;
        settle();
        awaken(lock);
    }

    /** It leaves by itself, so there is nobody to tell. */
    public final void leave() {
        settle();
    }

    /** It was not let into the queue; whoever asked for that is told. */
    public final void turnAway(Supplier<? extends RuntimeException> why) {
        failure = why;
        turnedAway = true;
        settle();
    }

    public final boolean wasTurnedAway() {
        return turnedAway;
    }

    /** Nothing is left for its caller to do but to wait. */
    public final void noteWait() {
        waits = true;
    }

    public final boolean waits() {
        return waits;
    }

    private void settle() {
        if (settled) {
            throw new AssertionError("bug: a waiter is settled twice");
        }
        settled = true;
    }

    /** The one that queued next after it, if it is still linked. Called under the lock. */
    public final @Nullable Waiter<T> newer() {
        return newer;
    }

    /** The one that queued last before it, if it is still linked. Called under the lock. */
    public final @Nullable Waiter<T> older() {
        return older;
    }

    public final boolean isSettled() {
        return settled;
    }

    public final @Nullable Grant<T> grant() {
        return grant;
    }

    public final @Nullable Supplier<? extends RuntimeException> failure() {
        return failure;
    }

    public final long timeoutNanos() {
        return deadlineNanos - enqueuedAtNanos;
    }

    public final boolean isOverdue(long now) {
        return Nanos.isPast(deadlineNanos, now);
    }
}
