package dev.cenote.pool.internal;

import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolFunction;
import dev.cenote.pool.internal.run.Nanos;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The use of one object by a function that runs when its lease has come, off the thread that brings it.
 *
 * <p><b>States:</b> waiting (in the queue) → begun (handed to the executor) → over. A result that the user completes early
 * takes waiting to over, by leaving the queue, and keeps what is begun from calling the function if it has not yet.
 *
 * <p><b>Invariant:</b> a lease that comes is closed exactly once: here if nobody wants the result any more, else by the task that
 * was handed to the executor. A cancel and a lease that comes may race: {@code coming} is completed once, so one of them wins.
 */
final class AsyncUse<T, R> {

    private final PoolFunction<? super T, ? extends R, ?> function;
    private final Engine<T> engine;
    private final CompletableFuture<R> result = new CompletableFuture<>();

    private AsyncUse(PoolFunction<? super T, ? extends R, ?> function, Engine<T> engine) {
        this.function = function;
        this.engine = engine;
    }

    static <T, R> CompletableFuture<R> of(
            CompletableFuture<Lease<T>> coming, PoolFunction<? super T, ? extends R, ?> function, Engine<T> engine) {
        AsyncUse<T, R> use = new AsyncUse<>(function, engine);
        CompletableFuture<Lease<T>> unused = coming.whenComplete(use::came);
        CompletableFuture<R> unusedToo =
                use.result.whenComplete((value, failure) -> coming.cancel(false)); // in vain once it has come
        return use.result;
    }

    private void came(@Nullable Lease<T> lease, @Nullable Throwable failure) {
        if (lease == null) {
            result.completeExceptionally(
                    failure != null ? failure : new AssertionError("bug: neither a lease nor a failure"));
            return;
        }
        engine.lock.run(() -> engine.tasks.start(() -> use(lease), Nanos.FOREVER)); // never on this very thread
    }

    /** Calls the function unless nobody waits for its result any more, and releases the object before it tells that. */
    private void use(Lease<T> lease) {
        R value = null;
        Throwable failure = null;
        try (lease) {
            if (result.isDone()) {
                return;
            }
            ((PooledLease<T>) lease).noteHolder(Thread.currentThread().getId());
            value = function.apply(lease.get());
        } catch (Throwable thrown) {
            failure = thrown;
        }
        if (failure != null) {
            result.completeExceptionally(failure);
        } else {
            result.complete(value);
        }
    }
}
