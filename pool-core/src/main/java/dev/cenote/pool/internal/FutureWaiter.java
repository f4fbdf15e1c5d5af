package dev.cenote.pool.internal;

import dev.cenote.pool.Lease;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A future that waits. It is completed outside the lock. */
final class FutureWaiter<T> extends Waiter<T> {

    final CompletableFuture<Lease<T>> future = new CompletableFuture<>();
    private final Parts<T> parts;

    FutureWaiter(Parts<T> parts, long now, long timeoutNanos) {
        super(now, timeoutNanos);
        this.parts = parts;
    }

    @Override
    void awaken(PoolLock lock) {
        lock.afterwards(this::complete);
    }

    private void complete() {
        parts.counters().waits.record(parts.now() - enqueuedAtNanos);
        PooledLease<T> granted = lease();
        @Nullable Supplier<? extends RuntimeException> why = failure();
        if (granted != null) {
            if (!future.complete(granted)) {
                granted.close(); // lost to a cancel: the lease is still ours, so it goes to the next in line
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
