package dev.cenote.pool.internal.wait;

import dev.cenote.pool.Lease;
import dev.cenote.pool.Ticker;
import dev.cenote.pool.WaitResult;
import dev.cenote.pool.internal.run.Nanos;
import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.run.Turn;
import dev.cenote.pool.internal.slot.Slot.Grant;
import dev.cenote.pool.internal.stats.Journal;
import dev.cenote.pool.internal.stats.Recorder;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A thread or a future that waits for an object, and what became of the wait.
 *
 * <p><b>States:</b> waiting → served (with a lease), failed (with an exception) or gone (left by itself). One edge only,
 * taken under the pool's lock; so a waiter gets an object or an exception, never both (P7).
 *
 * <p><b>Ordering:</b> {@code settled} is volatile, and written last: a thread that reads it without the lock sees what became of
 * the wait, and need not take the lock for that.
 *
 * <p>The links belong to {@link WaitQueue}. The thread that throws an exception makes it, outside the lock: so it
 * shows the caller's own stack.
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
    private Recorder.@Nullable Wait recording; // none unless a flight recorder wants it
    private long lastHolder;

    // Published by settled.
    private @Nullable Grant<T> grant;
    private @Nullable Supplier<? extends RuntimeException> failure;
    private @Nullable WaitResult result; // none if it was turned away
    private volatile boolean settled;

    Waiter(long now, long timeoutNanos) {
        enqueuedAtNanos = now;
        deadlineNanos = now + timeoutNanos;
    }

    /** Tells the waiting thread or future that the wait is over. Called under the lock, once. */
    abstract void awaken(PoolLock lock);

    /** Whose lease it will be: a thread's id, 0 for a future. */
    abstract long holderId();

    public final void serve(Grant<T> granted, PoolLock lock) {
        lastHolder = granted.slot().holderId();
        granted.slot().noteHolder(holderId());
        grant = granted;
        result = WaitResult.SERVED;
        settle();
        awaken(lock);
    }

    public final void fail(WaitResult kind, Supplier<? extends RuntimeException> why, PoolLock lock) {
        failure = why;
        result = kind;
        settle();
        awaken(lock);
    }

    /** It leaves by itself, so there is nobody to tell. */
    public final void leave() {
        result = WaitResult.CANCELLED;
        settle();
    }

    /** It was not let into the queue; its caller is told. */
    public final void turnAway(Supplier<? extends RuntimeException> why) {
        failure = why;
        settle();
    }

    /** What became of its wait; null if it was turned away, and so did not wait. */
    public final @Nullable WaitResult result() {
        return result;
    }

    /** A flight recorder wants to know of the wait. */
    public final void recordTo(Recorder.@Nullable Wait recorder) {
        recording = recorder;
    }

    /** Called outside the lock, before it begins to wait. */
    public final void nameHolders() {
        Recorder.Wait recorded = recording;
        if (recorded != null) {
            recorded.nameHolders();
        }
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

    /** Tells that the wait is over, if there was one. Called outside the lock, by the thread that brings its outcome. */
    public final void noteEnd(Journal journal, long now) {
        if (result != null) {
            Recorder.Wait recorded = recording;
            if (recorded != null) {
                recorded.ended(result, grant == null ? -1 : grant.slot().index, lastHolder);
            }
            journal.waited(now - enqueuedAtNanos, result);
        }
    }

    public final boolean isOverdue(long now) {
        return Nanos.isPast(deadlineNanos, now);
    }

    /** A thread that waits in its {@link Turn}. */
    public static final class Blocked<T> extends Waiter<T> {

        public final Thread thread = Thread.currentThread();
        private final Turn turn;
        /** Called to compete for an idle object, and not yet back ({@link WaitQueue#wakeHead}). Guarded by the lock. */
        boolean isCompeting;

        /** Served while it waited, and has not run since. Written under the lock, and by its thread when it has run. */
        boolean isStarting;

        public Blocked(Turn turn, long now, long timeoutNanos) {
            super(now, timeoutNanos);
            this.turn = turn;
        }

        /** Waits until it is called, for so long at most; or shorter, for no reason. */
        public void await(long nanos) throws InterruptedException {
            turn.await(nanos);
        }

        /** Calls it, unless it is awake: it has not begun to wait, or this is its own thread. */
        @Override
        void awaken(PoolLock lock) {
            if (waits() && thread != Thread.currentThread()) {
                lock.call(turn);
            }
        }

        /** When it looks at what is idle at the latest, though it was held back: before its time is up. */
        public long holdEndsNanos() {
            return enqueuedAtNanos + Math.min(timeoutNanos() / 2, WaitQueue.LONGEST_HOLD_NANOS);
        }

        void awakenToCompete(PoolLock lock) {
            isCompeting = true;
            awaken(lock);
        }

        @Override
        public long holderId() {
            return thread.getId();
        }
    }

    /** A future that waits. It is completed outside the lock. */
    public static final class Future<T> extends Waiter<T> {

        public final CompletableFuture<Lease<T>> future = new CompletableFuture<>();
        private final Journal journal;
        private final Ticker ticker;
        private final Function<Grant<T>, Lease<T>> leases;

        public Future(
                Journal journal, Ticker ticker, Function<Grant<T>, Lease<T>> leases, long now, long timeoutNanos) {
            super(now, timeoutNanos);
            this.journal = journal;
            this.ticker = ticker;
            this.leases = leases;
        }

        @Override
        void awaken(PoolLock lock) {
            lock.complete(this::complete);
        }

        private void complete() {
            noteEnd(journal, ticker.nanos());
            Grant<T> granted = grant();
            @Nullable Supplier<? extends RuntimeException> why = failure();
            if (granted != null) {
                Lease<T> lease = leases.apply(granted);
                if (!future.complete(lease)) {
                    lease.close(); // lost to a cancel: the lease is still ours, so it goes to the next in line
                }
            } else if (why != null) {
                future.completeExceptionally(why.get());
            } else {
                throw new AssertionError("bug: completed without an outcome");
            }
        }

        @Override
        long holderId() {
            return 0;
        }
    }
}
