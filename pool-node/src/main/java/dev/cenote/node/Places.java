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
    private boolean isTelling;

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
        String unused = tellSettled();
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

    /**
     * Tells the clients that are no longer in the pool's queue. A client that is told may call back. Then the outermost call goes
     * on, so that thousands who are told need a bounded stack.
     *
     * @return the first that was promoted, or null if none was
     */
    private @Nullable String tellSettled() {
        if (isTelling) {
            return null;
        }
        String promoted = null;
        isTelling = true;
        try {
            for (int settled = settled(); settled > 0; settled = settled()) {
                for (; settled > 0 && !queued.isEmpty(); settled--) {
                    String client = queued.keySet().iterator().next();
                    Status status = isServed(place(client)) ? Status.CONNECTED : Status.REJECTED;
                    if (promoted == null && status == Status.CONNECTED) {
                        promoted = client;
                    }
                    tell(client, status, queued.remove(client));
                }
            }
        } finally {
            isTelling = false;
        }
        return promoted;
    }

    /** How many have left the pool's queue and were not told. */
    private int settled() {
        return queued.isEmpty() ? 0 : queued.size() - pool.stats().waiters();
    }

    private CompletableFuture<Lease<Object>> place(String client) {
        CompletableFuture<Lease<Object>> place = clients.get(client);
        if (place == null) {
            throw new AssertionError("bug: " + client + " is queued without a place to come");
        }
        return place;
    }

    /** Tells whether a client was served. Waits for a moment, if the pool is about to complete its future on another thread. */
    private static boolean isServed(CompletableFuture<Lease<Object>> place) {
        return place.handle((lease, failure) -> lease != null).join();
    }

    private static void tell(String client, Status status, @Nullable Consumer<Status> later) {
        try {
            if (later != null) {
                later.accept(status);
            }
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
        if (!place.cancel(false) && !place.isCompletedExceptionally()) {
            place.join().close();
        }
        return tellSettled();
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
        String unused = tellSettled();
    }
}
