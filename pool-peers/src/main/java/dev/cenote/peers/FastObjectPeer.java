package dev.cenote.peers;

import cn.danielw.fop.ObjectFactory;
import cn.danielw.fop.ObjectPool;
import cn.danielw.fop.PoolConfig;
import cn.danielw.fop.Poolable;

/** fast-object-pool, with one partition: a caller sees no other than its own. Its acquire time-out is the pool's. */
final class FastObjectPeer implements Peer {

    private static final int SHUTDOWN_MILLIS = 1000;

    private final PoolConfig config = new PoolConfig();
    private final ObjectPool<Item> pool;
    private long timeoutMillis = PATIENCE_MILLIS; // all callers set the same

    FastObjectPeer(int size, Maker maker) {
        config.setPartitionSize(1).setMinSize(0).setMaxSize(size).setMaxWaitMilliseconds(PATIENCE_MILLIS);
        config.setShutdownWaitMilliseconds(SHUTDOWN_MILLIS);
        pool = new ObjectPool<>(config, new ObjectFactory<>() {
            @Override
            public Item create() {
                return maker.create();
            }

            @Override
            public void destroy(Item item) {
                maker.destroy();
            }

            @Override
            public boolean validate(Item item) {
                return maker.validation == Maker.Validation.NONE || maker.isValid(item);
            }
        });
    }

    @Override
    public Object acquire() {
        return pool.borrowObject(false);
    }

    @Override
    public Object acquire(long timeoutMillis) {
        if (timeoutMillis != this.timeoutMillis) {
            config.setMaxWaitMilliseconds(Math.toIntExact(timeoutMillis));
            this.timeoutMillis = timeoutMillis;
        }
        return pool.borrowObject(false);
    }

    @Override
    public void release(Object handle) {
        poolable(handle).close();
    }

    @Override
    public void invalidate(Object handle) {
        throw new UnsupportedOperationException("a holder can only give an object back");
    }

    @Override
    public Object item(Object handle) {
        return poolable(handle).getObject();
    }

    @SuppressWarnings("unchecked") // handles are what acquire returned
    private static Poolable<Item> poolable(Object handle) {
        return (Poolable<Item>) handle;
    }

    @Override
    public void close() {
        try {
            pool.shutdown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
