package dev.cenote.net.internal;

import dev.cenote.net.Address;
import dev.cenote.net.Connection;
import dev.cenote.net.SocketPool;
import dev.cenote.pool.CreateFailedException;
import dev.cenote.pool.Factory;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolBuilder;
import dev.cenote.pool.PoolFunction;
import dev.cenote.pool.PoolStats;
import dev.cenote.pool.Validator;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The pool as its users see it: pools of links, and a look at each link before it is lent.
 *
 * <p>The look is the acquiring thread's own. It waits for nothing and costs one call of the system, which is less than to hand it to a
 * worker; and nothing comes between it and the lease but the way to the caller.
 */
public final class DefaultSocketPool implements SocketPool {

    private final SocketSettings settings;
    private final Dialer dialer;
    private final Validator<Link> validator;
    private final BiConsumer<Address, PoolBuilder<?>> poolSettings;
    private final Duration acquireTimeout;
    private final ConcurrentMap<Address, Pool<Link>> pools = new ConcurrentHashMap<>();

    /** Opens a pool. */
    public DefaultSocketPool(
            SocketSettings settings,
            @Nullable Validator<? super Connection> ping,
            Duration acquireTimeout,
            BiConsumer<Address, PoolBuilder<?>> poolSettings) {
        this.settings = settings;
        this.acquireTimeout = acquireTimeout;
        this.poolSettings = poolSettings;
        dialer = new Dialer(settings);
        Validator<Link> look = Link::isFit;
        validator = ping == null ? look : look.and(link -> answers(link, ping));
    }

    private boolean answers(Link link, Validator<? super Connection> ping) throws Exception {
        LeasedConnection connection = new LeasedConnection(link, settings);
        try {
            if (!ping.isValid(connection)) {
                link.makeUnfit("the ping failed");
            }
        } catch (Throwable e) {
            link.makeUnfit("the ping failed: " + e);
            throw e;
        } finally {
            connection.end();
        }
        return link.whyUnfit() == null;
    }

    private Pool<Link> pool(Address address) {
        return pools.computeIfAbsent(Objects.requireNonNull(address, "address"), this::open);
    }

    private Pool<Link> open(Address address) {
        PoolBuilder<Link> builder = Pool.builder(new Factory<Link>() {
            @Override
            public Link create() throws Exception {
                return dialer.dial(address);
            }

            @Override
            public void destroy(Link link) throws Exception {
                dialer.hangUp(link);
            }

            @Override
            public void abort(Link link) {
                link.abort("it was taken from its holder");
            }

            @Override
            public boolean isWorthRetrying(Throwable failure) {
                return Dialer.isWorthRetrying(failure);
            }
        });
        poolSettings.accept(address, builder);
        return builder.validator(validator).build();
    }

    @Override
    public Lease<Connection> acquire(Address address) throws InterruptedException {
        return acquire(address, acquireTimeout);
    }

    @Override
    public Lease<Connection> acquire(Address address, Duration timeout) throws InterruptedException {
        Pool<Link> pool = pool(address);
        long started = System.nanoTime();
        Lease<Connection> lease = lent(pool.acquire(timeout));
        for (int deadOnes = 1; lease == null; deadOnes++) {
            failIfHopeless(pool, address, deadOnes);
            lease = lent(pool.acquire(left(timeout, started)));
        }
        return lease;
    }

    private static Duration left(Duration timeout, long startedNanos) {
        Duration left = timeout.minusNanos(System.nanoTime() - startedNanos);
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** Every connection that was there may have died, but hardly the new ones, too. */
    private static void failIfHopeless(Pool<Link> pool, Address address, int deadOnes) {
        if (deadOnes > pool.config().limits().maxSize() + 2) {
            throw new CreateFailedException(
                    pool.stats(),
                    new ConnectException(address + " closed " + deadOnes + " connections before they were used"));
        }
    }

    private @Nullable Lease<Connection> lent(Lease<Link> lease) {
        Link link = lease.get();
        if (!link.isFit()) {
            lease.invalidate();
            return null;
        }
        link.lent();
        return new SocketLease(lease, link, settings);
    }

    @Override
    public Optional<Lease<Connection>> tryAcquire(Address address) {
        Pool<Link> pool = pool(address);
        while (true) {
            Optional<Lease<Link>> found = pool.tryAcquire();
            if (found.isEmpty()) {
                return Optional.empty();
            }
            Lease<Connection> lease = lent(found.get());
            if (lease != null) {
                return Optional.of(lease);
            }
        }
    }

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

    @Override
    public PoolStats stats(Address address) {
        return pool(address).stats();
    }

    @Override
    public void invalidateAll(Address address) {
        pool(address).invalidateAll();
    }

    @Override
    public CompletableFuture<Void> shutdown(Duration grace) {
        return CompletableFuture.allOf(
                pools.values().stream().map(pool -> pool.shutdown(grace)).toArray(CompletableFuture[]::new));
    }

    @Override
    public void close() {
        pools.values().forEach(Pool::close);
    }
}
