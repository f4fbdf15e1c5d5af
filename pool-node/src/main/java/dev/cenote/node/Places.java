package dev.cenote.node;

import dev.cenote.pool.Factory;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.PoolStats;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clients that have a place or wait for one: each client's lease, given or pending. The pool knows which client is next, and
 * how many there are.
 *
 * <p>Confined to one thread. The pool completes the futures of several clients on threads of its own. So a call itself tells the
 * clients that it has served or turned away, in the order in which they queued. They are as many as the queue has become shorter,
 * since the pool is strictly fair. {@code queued} has the clients that are still to be told; the pool alone decides their order.
 *
 * <p>The pool's executor runs tasks in place, none of its time-outs ever ends, and its factory has a {@code reset}. The {@code
 * reset} keeps a released place in the hands of the releasing thread until the head of the queue has it. Without it the place
 * would lie idle for an instant, in which the housekeeper could hand it on, later than the call.
 */
final class Places implements AutoCloseable {

    /** The outcome for a client that asked for a place. */
    enum Status {
        CONNECTED,
        QUEUED,
        REJECTED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();
    private static final Logger LOG = LoggerFactory.getLogger(Places.class);

    /** Makes places. A place is any object; only the number of places matters. */
    private static final class PlaceFactory implements Factory<Object> {
        @Override
        public Object create() {
            return new Object();
        }

        @Override
        public void reset(Object place) {}
    }

    private final Pool<Object> pool;

    private final Map<String, CompletableFuture<Lease<Object>>> clients = new HashMap<>();
    private final Map<String, Consumer<Status>> queued = new LinkedHashMap<>(); // and not told the outcome yet
    private @Nullable String lastPromoted;

    Places(PoolLimits limits) {
        pool = Pool.builder(new PlaceFactory())
                .name("node")
                .maxSize(limits.maxSize())
                .maxWaiters(limits.maxWaiters())
                .executor(Runnable::run)
                .maxLifetime(Duration.ZERO)
                .idleTimeout(Duration.ZERO)
                .createTimeout(FOREVER)
                .validationTimeout(FOREVER)
                .destroyTimeout(FOREVER)
                .shutdownGrace(Duration.ZERO)
                .build();
    }

    void resize(PoolLimits limits) {
        pool.resize(limits);
        tellSettled();
    }

    boolean has(String client) {
        return clients.containsKey(client);
    }

    /**
     * Asks for a place for a client that has none and waits for none.
     *
     * @param later receives the outcome if the client is queued: it is promoted, or turned away by {@link #close}
     */
    Status connect(String client, Consumer<Status> later) {
        CompletableFuture<Lease<Object>> place = pool.acquireAsync(FOREVER);
        if (place.isCompletedExceptionally()) {
            return Status.REJECTED; // the pool is full, or closed
        }
        clients.put(client, place);
        if (place.isDone()) {
            return Status.CONNECTED;
        }
        queued.put(client, later);
        return Status.QUEUED;
    }

    /** Tells the clients that are no longer in the pool's queue. A client that is told may call back. */
    private void tellSettled() {
        while (!queued.isEmpty() && queued.size() > pool.stats().waiters()) {
            String client = queued.keySet().iterator().next();
            Consumer<Status> later = queued.remove(client);
            CompletableFuture<Lease<Object>> place = clients.get(client);
            if (later == null || place == null) {
                throw new AssertionError("bug: " + client + " is queued without a place to come");
            }
            ended(client, isServed(place) ? Status.CONNECTED : Status.REJECTED, later);
        }
    }

    /** Tells whether a client was served. Waits for a moment, if the pool is about to complete its future on another thread. */
    private static boolean isServed(CompletableFuture<Lease<Object>> place) {
        return place.handle((lease, failure) -> lease != null).join();
    }

    private void ended(String client, Status status, Consumer<Status> later) {
        if (status == Status.CONNECTED) {
            lastPromoted = client;
        }
        try {
            later.accept(status);
        } catch (RuntimeException e) {
            LOG.error("{} could not be told that it is {}, which is a bug", client, status, e);
        }
    }

    /**
     * Gives back the place of a client that has one, or takes it out of the queue.
     *
     * @return the client that took the place, if one did
     */
    @Nullable
    String disconnect(String client) {
        CompletableFuture<Lease<Object>> place = clients.remove(client);
        queued.remove(client);
        lastPromoted = null;
        if (!place.cancel(false) && !place.isCompletedExceptionally()) {
            place.join().close();
        }
        tellSettled();
        return lastPromoted;
    }

    PoolStats stats() {
        return pool.stats();
    }

    int maxWaiters() {
        return pool.config().limits().maxWaiters();
    }

    /** Turns away the queued clients, and ends all leases. */
    @Override
    public void close() {
        pool.close();
        tellSettled();
    }
}
