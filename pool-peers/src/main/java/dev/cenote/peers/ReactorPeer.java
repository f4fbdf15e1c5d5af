package dev.cenote.peers;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import reactor.core.publisher.Mono;
import reactor.pool.InstrumentedPool;
import reactor.pool.PoolBuilder;
import reactor.pool.PooledRef;

/** Reactor's pool, whose callers block for what it promises them. */
final class ReactorPeer implements Peer {

    private static final Duration PATIENCE = Duration.ofMillis(PATIENCE_MILLIS);

    private final InstrumentedPool<Item> pool;

    ReactorPeer(int size, Maker maker) {
        var builder = PoolBuilder.from(Mono.fromCallable(maker::create))
                .sizeBetween(0, size)
                .maxPendingAcquireUnbounded()
                .destroyHandler(item -> Mono.fromRunnable(maker::destroy));
        pool = switch (maker.validation) {
            case NONE -> builder.buildPool();
            case IN_WINDOW ->
                builder.evictionPredicate((item, use) -> use.idleTime() > Maker.WINDOW_MILLIS && !maker.isValid(item))
                        .buildPool();
            case EACH_TIME ->
                builder.evictionPredicate((item, use) -> !maker.isValid(item)).buildPool();
        };
    }

    @Override
    public Object acquire() {
        return pool.acquire(PATIENCE).block();
    }

    @Override
    public Object acquire(long timeoutMillis) {
        return pool.acquire(Duration.ofMillis(timeoutMillis)).block();
    }

    @Override
    public CompletableFuture<?> acquireAsync() {
        return pool.acquire(PATIENCE).toFuture();
    }

    @Override
    public void release(Object handle) {
        ref(handle).release().block();
    }

    @Override
    public void invalidate(Object handle) {
        ref(handle).invalidate().block();
    }

    @Override
    public Object item(Object handle) {
        return ref(handle).poolable();
    }

    @SuppressWarnings("unchecked") // handles are what acquire returned
    private static PooledRef<Item> ref(Object handle) {
        return (PooledRef<Item>) handle;
    }

    @Override
    public void close() {
        pool.dispose();
    }
}
