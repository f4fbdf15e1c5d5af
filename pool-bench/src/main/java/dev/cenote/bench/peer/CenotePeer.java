package dev.cenote.bench.peer;

import dev.cenote.pool.Factory;
import dev.cenote.pool.Fairness;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import java.time.Duration;

/** This pool. */
final class CenotePeer implements Peer {

    private final Pool<Item> pool;

    CenotePeer(int size, Maker maker, Fairness fairness) {
        Factory<Item> factory = new Factory<>() {
            @Override
            public Item create() {
                return maker.create();
            }

            @Override
            public void destroy(Item item) {
                maker.destroy();
            }
        };
        pool = Pool.builder(factory).maxSize(size).fairness(fairness).build();
    }

    @Override
    public Object acquire(long timeoutMillis) throws InterruptedException {
        return pool.acquire(Duration.ofMillis(timeoutMillis));
    }

    @Override
    public void release(Object handle) {
        lease(handle).close();
    }

    @Override
    public void invalidate(Object handle) {
        lease(handle).invalidate();
    }

    @Override
    public Object item(Object handle) {
        return lease(handle).get();
    }

    @SuppressWarnings("unchecked") // handles are what acquire returned
    private static Lease<Item> lease(Object handle) {
        return (Lease<Item>) handle;
    }

    @Override
    public void close() {
        pool.shutdown(Duration.ZERO).join();
    }
}
