package dev.cenote.pool.internal.wait;

import dev.cenote.pool.Lease;
import dev.cenote.pool.Ticker;
import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.slot.Grant;
import dev.cenote.pool.internal.stats.Counters;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A future that waits. It is completed outside the lock. */
public final class FutureWaiter<T> extends Waiter<T> {

    public final CompletableFuture<Lease<T>> future = new CompletableFuture<>();
    private final Counters counters;
    private final Ticker ticker;
    private final Function<Grant<T>, Lease<T>> leases;

    public FutureWaiter(
            Counters counters, Ticker ticker, Function<Grant<T>, Lease<T>> leases, long now, long timeoutNanos) {
        super(now, timeoutNanos);
        this.counters = counters;
        this.ticker = ticker;
        this.leases = leases;
    }

    @Override
    void awaken(PoolLock lock) {
        lock.complete(this::complete);
    }

    private void complete() {
        counters.waits.record(ticker.nanos() - enqueuedAtNanos);
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
