package dev.cenote.peers;

import java.util.concurrent.TimeUnit;
import org.vibur.objectpool.ConcurrentPool;
import org.vibur.objectpool.PoolObjectFactory;
import org.vibur.objectpool.util.ConcurrentLinkedDequeCollection;

/** Vibur's object pool. */
final class ViburPeer implements Peer {

    private final ConcurrentPool<Item> pool;

    ViburPeer(int size, Maker maker, boolean isFair) {
        PoolObjectFactory<Item> factory = new PoolObjectFactory<>() {
            @Override
            public Item create() {
                return maker.create();
            }

            @Override
            public boolean readyToTake(Item item) {
                return maker.validation == Maker.Validation.NONE || maker.isValid(item);
            }

            @Override
            public boolean readyToRestore(Item item) {
                return true;
            }

            @Override
            public void destroy(Item item) {
                maker.destroy();
            }
        };
        pool = new ConcurrentPool<>(new ConcurrentLinkedDequeCollection<>(), factory, 0, size, isFair);
    }

    @Override
    public Object acquire(long timeoutMillis) {
        return pool.tryTake(timeoutMillis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void release(Object handle) {
        pool.restore((Item) handle);
    }

    @Override
    public void invalidate(Object handle) {
        pool.restore((Item) handle, false);
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
