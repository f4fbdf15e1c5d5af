package dev.cenote.pool.internal;

import dev.cenote.pool.Lease;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A future that waits. It is completed outside the lock. */
final class FutureWaiter<T> extends Waiter<T> {

    final CompletableFuture<Lease<T>> future = new CompletableFuture<>();
    private final Parts<T> parts;
    private final LeaseEnd<T> leaseEnd;

    FutureWaiter(Parts<T> parts, LeaseEnd<T> leaseEnd, long now, long timeoutNanos) {
        super(now, timeoutNanos);
        this.parts = parts;
        this.leaseEnd = leaseEnd;
    }

    @Override
    void awaken(PoolLock lock) {
        lock.afterwards(this::complete);
    }

    private void complete() {
        parts.counters().waits.record(parts.now() - enqueuedAtNanos);
        Grant<T> granted = grant();
        @Nullable Supplier<? extends RuntimeException> why = failure();
        if (granted != null) {
            PooledLease<T> lease = new PooledLease<>(granted.slot(), granted.word(), leaseEnd);
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
