package dev.cenote.peers;

import java.time.Duration;
import org.apache.commons.pool2.BasePooledObjectFactory;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.DefaultPooledObject;
import org.apache.commons.pool2.impl.GenericObjectPool;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;

/** Apache Commons Pool. */
final class CommonsPeer implements Peer {

    private final GenericObjectPool<Item> pool;

    CommonsPeer(int size, Maker maker, boolean isFair) {
        GenericObjectPoolConfig<Item> config = new GenericObjectPoolConfig<>();
        config.setMaxTotal(size);
        config.setMaxIdle(size);
        config.setFairness(isFair);
        config.setJmxEnabled(false);
        config.setMaxWait(Duration.ofMillis(PATIENCE_MILLIS));
        config.setTestOnBorrow(maker.validation == Maker.Validation.EACH_TIME);
        pool = new GenericObjectPool<>(
                new BasePooledObjectFactory<>() {
                    @Override
                    public Item create() {
                        return maker.create();
                    }

                    @Override
                    public PooledObject<Item> wrap(Item item) {
                        return new DefaultPooledObject<>(item);
                    }

                    @Override
                    public boolean validateObject(PooledObject<Item> item) {
                        return maker.isValid(item.getObject());
                    }

                    @Override
                    public void destroyObject(PooledObject<Item> item) {
                        maker.destroy();
                    }
                },
                config);
    }

    @Override
    public Object acquire() throws Exception {
        return pool.borrowObject();
    }

    @Override
    public Object acquire(long timeoutMillis) throws Exception {
        return pool.borrowObject(Duration.ofMillis(timeoutMillis));
    }

    @Override
    public void release(Object handle) {
        pool.returnObject((Item) handle);
    }

    @Override
    public void invalidate(Object handle) throws Exception {
        pool.invalidateObject((Item) handle);
    }

    @Override
    public Object item(Object handle) {
        return handle;
    }

    @Override
    public void close() {
        pool.close();
    }
}
