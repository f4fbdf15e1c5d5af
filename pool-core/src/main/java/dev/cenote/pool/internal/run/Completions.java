package dev.cenote.pool.internal.run;

import java.util.Collection;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Futures of several callers that are to be completed at one moment. Each is completed by whichever thread comes to it next,
 * so a dependent that blocks holds up its own thread, and nobody else's future.
 *
 * <p>One thread completes them one after the other. Another one watches: whenever none was begun for {@link
 * #PATIENCE_NANOS}, the watcher goes on with the rest itself, and yet another one watches. So each dependent that blocks
 * costs a thread, while those that do not block cost two threads together, however many they are.
 *
 * <p><b>Invariants:</b>
 *
 * <ol>
 *   <li>Each completion is begun once: by the thread whose increment of {@code begun} gave it its index.
 *   <li>While some have not begun, a thread completes, and another one watches; or as many threads as may complete at once for
 *       one pool. These go on as soon as what blocks them ends. Meanwhile the watcher looks ever less often, so that it costs
 *       next to nothing however long they block.
 * </ol>
 */
final class Completions {

    static final int MOST_THREADS = 256;
    static final long PATIENCE_NANOS = 1_000_000;
    static final long MOST_PATIENCE_NANOS = 128 * PATIENCE_NANOS;

    private final Runnable[] all;
    private final Consumer<Runnable> how;
    private final Executor threads;
    private final AtomicInteger atWork;
    private final LongConsumer parking;
    private final AtomicInteger begun = new AtomicInteger();

    /**
     * @param how completes one
     * @param threads where it is done
     * @param atWork how many threads complete futures of this pool, or are about to
     */
    Completions(Collection<Runnable> all, Consumer<Runnable> how, Executor threads, AtomicInteger atWork) {
        this(all, how, threads, atWork, nanos -> LockSupport.parkNanos(Completions.class, nanos));
    }

    /** @param parking parks for so long at most */
    Completions(
            Collection<Runnable> all,
            Consumer<Runnable> how,
            Executor threads,
            AtomicInteger atWork,
            LongConsumer parking) {
        this.parking = parking;
        this.all = all.toArray(new Runnable[0]);
        this.how = how;
        this.threads = threads;
        this.atWork = atWork;
    }

    void begin() {
        atWork.incrementAndGet();
        try {
            threads.execute(this::complete);
        } catch (Error | RuntimeException failure) { // no thread can be had
            atWork.decrementAndGet();
            throw failure;
        }
        if (all.length > 1) {
            threads.execute(this::watch);
        }
    }

    /** Counts one more thread at work, if there is room for it. */
    private boolean tryCount() {
        return atWork.getAndUpdate(threads -> threads < MOST_THREADS ? threads + 1 : threads) < MOST_THREADS;
    }

    /** On a thread that is counted already. */
    private void complete() {
        try {
            for (int next = begun.getAndIncrement(); next < all.length; next = begun.getAndIncrement()) {
                how.accept(all[next]);
            }
        } finally {
            atWork.decrementAndGet();
        }
    }

    private void watch() {
        boolean wasInterrupted = false;
        boolean isStuck = false;
        int seen = begun.get();
        long patience = PATIENCE_NANOS;
        while (seen < all.length && !isStuck) {
            parking.accept(patience);
            wasInterrupted |= Thread.interrupted(); // or it could not park again
            int now = begun.get();
            isStuck = now == seen && tryCount();
            patience = now == seen ? Math.min(2 * patience, MOST_PATIENCE_NANOS) : PATIENCE_NANOS;
            seen = now;
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
        if (isStuck) {
            try {
                threads.execute(this::watch);
            } finally {
                complete();
            }
        }
    }
}
