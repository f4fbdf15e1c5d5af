package dev.cenote.peers;

import dev.cenote.pool.Factory;
import dev.cenote.pool.Fairness;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolBuilder;
import dev.cenote.pool.Validator;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** This pool. */
class CenotePeer implements Peer {

    private final Pool<Item> pool;

    CenotePeer(int size, Maker maker, Fairness fairness, boolean isOnCaller) {
        this(size, maker, fairness, isOnCaller, 0);
    }

    /**
     * @param isOnCaller whether callers run the factory and the validator
     * @param timedOneIn of how many uses one is measured; 0: none is
     */
    CenotePeer(int size, Maker maker, Fairness fairness, boolean isOnCaller, int timedOneIn) {
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
        PoolBuilder<Item> builder = Pool.builder(isOnCaller ? factory.creatingOnCaller() : factory)
                .maxSize(size)
                .maxWaiters(Integer.MAX_VALUE)
                .fairness(fairness)
                .useTimes(timedOneIn)
                .acquireTimeout(Duration.ofMillis(PATIENCE_MILLIS));
        if (maker.validation != Maker.Validation.NONE) {
            long window = maker.validation == Maker.Validation.IN_WINDOW ? Maker.WINDOW_MILLIS : 0;
            Validator<Item> validator = maker::isValid;
            builder.validator(isOnCaller ? validator.onCaller() : validator)
                    .validateIfIdleFor(Duration.ofMillis(window));
        }
        pool = builder.build();
    }

    /** By the method that is there for it. */
    @Override
    public void fill(int size) throws Exception {
        pool.warmUp(size).join();
    }

    @Override
    public Object acquire() throws InterruptedException {
        return pool.acquire();
    }

    @Override
    public CompletableFuture<?> acquireAsync() {
        return pool.acquireAsync();
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
