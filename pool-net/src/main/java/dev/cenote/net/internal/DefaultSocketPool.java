package dev.cenote.net.internal;

import dev.cenote.net.Address;
import dev.cenote.net.Connection;
import dev.cenote.net.SocketPool;
import dev.cenote.pool.CreateFailedException;
import dev.cenote.pool.KeyedPool;
import dev.cenote.pool.KeyedPoolLimits;
import dev.cenote.pool.KeyedPoolStats;
import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolFunction;
import dev.cenote.pool.PoolStats;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The pool as its users see it: a pool of links, and a look at each link before it is lent.
 *
 * <p>The acquiring thread looks itself, or the thread that completes an asynchronous acquire. A look waits for nothing, and costs one
 * call of the system: less than to hand it to a worker. The caller gets the connection right after it.
 */
public final class DefaultSocketPool implements SocketPool {

    /** An acquire is given up after so many dead connections beyond the most that there may be at once. */
    private static final int NEW_ONES_TO_TRY = 3;

    /** A create has so much more time than a connect, so that its own failure comes first: that says what it waited for. */
    private static final Duration LAST_MOMENT = Duration.ofSeconds(2);

    private static final Duration FOR_EVER = Duration.ofDays(365_000);

    private final KeyedPool<Address, Link> links;
    private final SocketSettings settings;
    private final Duration acquireTimeout;

    /**
     * Opens a pool.
     *
     * @param settings what its connections are to be like
     * @param pool what the pool is to be like
     */
    public DefaultSocketPool(SocketSettings settings, PoolSettings pool) {
        this.settings = settings;
        acquireTimeout = pool.acquireTimeout();
        Dialer dialer = new Dialer(settings);
        links = KeyedPool.builder(dialer)
                .name(pool.name())
                .maxTotal(pool.limits().maxTotal())
                .maxPerKey(pool.limits().maxPerKey())
                .minIdlePerKey(pool.limits().minIdlePerKey())
                .keyIdleTimeout(pool.addressIdleTimeout())
                .settings((address, builder) -> {
                    builder.acquireTimeout(acquireTimeout);
                    pool.more().accept(address, builder);
                    builder.validator(dialer::isWell)
                            .validateIfIdleFor(settings.ping() == null ? FOR_EVER : pool.pingIfIdleFor())
                            .createTimeout(createTimeout(settings.connectTimeout()));
                })
                .build();
    }

    private static Duration createTimeout(Duration connectTimeout) {
        return connectTimeout.compareTo(FOR_EVER) < 0 ? connectTimeout.plus(LAST_MOMENT) : FOR_EVER;
    }

    // --- acquire

    @Override
    public Lease<Connection> acquire(Address address) throws InterruptedException {
        return acquire(address, acquireTimeout);
    }

    @Override
    public Lease<Connection> acquire(Address address, Duration timeout) throws InterruptedException {
        long started = System.nanoTime();
        Lease<Connection> lease = lent(links.acquire(address, timeout));
        for (int deadOnes = 1; lease == null; deadOnes++) {
            CreateFailedException hopeless = hopeless(address, deadOnes);
            if (hopeless != null) {
                throw hopeless;
            }
            lease = lent(links.acquire(address, left(timeout, started)));
        }
        return lease;
    }

    @Override
    public Optional<Lease<Connection>> tryAcquire(Address address) {
        for (int deadOnes = 1; ; deadOnes++) {
            Optional<Lease<Link>> found = links.tryAcquire(address);
            Lease<Connection> lease = found.isEmpty() ? null : lent(found.get());
            if (lease != null || found.isEmpty() || hopeless(address, deadOnes) != null) {
                return Optional.ofNullable(lease);
            }
        }
    }

    @Override
    public CompletableFuture<Lease<Connection>> acquireAsync(Address address) {
        return acquireAsync(address, acquireTimeout);
    }

    @Override
    public CompletableFuture<Lease<Connection>> acquireAsync(Address address, Duration timeout) {
        AsyncAcquire call = new AsyncAcquire(address, timeout, System.nanoTime(), new CompletableFuture<>());
        goOn(call, timeout, 0);
        return call.result;
    }

    /** An asynchronous acquire, and the time that it has for all connections that it tries. */
    private record AsyncAcquire(
            Address address, Duration timeout, long startedNanos, CompletableFuture<Lease<Connection>> result) {
        Duration left() {
            return DefaultSocketPool.left(timeout, startedNanos);
        }
    }

    private void goOn(AsyncAcquire call, Duration left, int deadBefore) {
        int deadOnes = deadBefore;
        CompletableFuture<Lease<Link>> next = links.acquireAsync(call.address, left);
        while (next.isDone() && !next.isCompletedExceptionally()) { // many may be dead: no recursion then
            if (serve(call, next.join(), ++deadOnes)) {
                return;
            }
            next = links.acquireAsync(call.address, call.left());
        }
        int deadSoFar = deadOnes;
        CompletableFuture<Lease<Link>> last = next;
        CompletableFuture<?> unusedServed = last.whenComplete((found, failure) -> {
            try {
                if (failure != null) {
                    call.result.completeExceptionally(failure);
                } else if (!serve(call, found, deadSoFar + 1)) {
                    goOn(call, call.left(), deadSoFar + 1);
                }
            } catch (RuntimeException | Error thrown) { // nobody else would hear of it
                call.result.completeExceptionally(thrown);
            }
        });
        CompletableFuture<?> unusedLeft = call.result.whenComplete((lease, failure) -> last.cancel(false));
    }

    /** Completes the future if this link is fit, or if no other one is to be expected to be. */
    private boolean serve(AsyncAcquire call, Lease<Link> found, int deadOnesThen) {
        Lease<Connection> lease = lent(found);
        CreateFailedException hopeless = lease == null ? hopeless(call.address, deadOnesThen) : null;
        if (lease != null && !call.result.complete(lease)) {
            lease.close();
        } else if (hopeless != null) {
            call.result.completeExceptionally(hopeless);
        }
        return lease != null || hopeless != null;
    }

    /** The link as its next holder sees it; null, and the link is closed, if it is not fit. */
    private @Nullable Lease<Connection> lent(Lease<Link> lease) {
        try {
            Link link = lease.get();
            if (!link.isFit()) {
                lease.invalidate();
                return null;
            }
            link.lent();
            return new SocketLease(lease, link, settings);
        } catch (RuntimeException | Error failure) {
            lease.invalidate(); // or its place is lost
            throw failure;
        }
    }

    private static Duration left(Duration timeout, long startedNanos) {
        Duration left = timeout.minusNanos(System.nanoTime() - startedNanos);
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** The failure to give up with, or null. All connections that were there may have died, but hardly the new ones, too. */
    private @Nullable CreateFailedException hopeless(Address address, int deadOnes) {
        PoolStats stats = deadOnes < NEW_ONES_TO_TRY ? null : links.stats(address);
        return stats == null || deadOnes < stats.maxSize() + NEW_ONES_TO_TRY
                ? null
                : new CreateFailedException(
                        stats,
                        new ConnectException(address + " closed " + deadOnes + " connections before they were used"));
    }

    // --- use

    @Override
    public <R, X extends Exception> R withConnection(
            Address address, PoolFunction<? super Connection, ? extends R, X> function) throws X, InterruptedException {
        return withConnection(address, acquireTimeout, function);
    }

    @Override
    public <R, X extends Exception> R withConnection(
            Address address, Duration timeout, PoolFunction<? super Connection, ? extends R, X> function)
            throws X, InterruptedException {
        Objects.requireNonNull(function, "function");
        Lease<Connection> lease = acquire(address, timeout);
        boolean isDone = false;
        try {
            R result = function.apply(lease.get());
            isDone = true;
            return result;
        } finally {
            if (isDone) {
                lease.close();
            } else {
                lease.invalidate();
            }
        }
    }

    // --- the rest is the pool's

    @Override
    public void invalidateAll(Address address) {
        links.invalidateAll(address);
    }

    @Override
    public void suspend(Address address) {
        links.suspend(address);
    }

    @Override
    public void resume(Address address) {
        links.resume(address);
    }

    @Override
    public void resize(KeyedPoolLimits limits) {
        links.resize(limits);
    }

    @Override
    public KeyedPoolLimits limits() {
        return links.limits();
    }

    @Override
    public Set<Address> addresses() {
        return links.keys();
    }

    @Override
    public PoolStats stats(Address address) {
        return links.stats(address);
    }

    @Override
    public KeyedPoolStats stats() {
        return links.stats();
    }

    @Override
    public CompletableFuture<Void> shutdown(Duration grace) {
        return links.shutdown(grace);
    }

    @Override
    public void close() {
        links.close();
    }

    @Override
    public boolean isClosed() {
        return links.isClosed();
    }
}
