package dev.cenote.peers;

import java.util.concurrent.TimeUnit;
import stormpot.Allocator;
import stormpot.Expiration;
import stormpot.Pool;
import stormpot.PoolTap;
import stormpot.Poolable;
import stormpot.Slot;
import stormpot.Timeout;

/** Stormpot, with its background thread. Needs Java 21. */
final class StormpotPeer implements Peer {

    private static final Timeout PATIENCE = new Timeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);

    private final Pool<Thing> pool;
    private final PoolTap<Thing> tap;

    private static final class Thing implements Poolable {
        final Item item;
        final Slot slot;

        Thing(Item item, Slot slot) {
            this.item = item;
            this.slot = slot;
        }

        @Override
        public void release() {
            slot.release(this);
        }
    }

    StormpotPeer(int size, Maker maker, boolean forVirtualThreads) {
        Allocator<Thing> allocator = new Allocator<>() {
            @Override
            public Thing allocate(Slot slot) {
                return new Thing(maker.create(), slot);
            }

            @Override
            public void deallocate(Thing thing) {
                maker.destroy();
            }
        };
        Expiration<Thing> whenBroken = slot -> !maker.isValid(slot.getPoolable().item);
        pool = Pool.fromThreaded(allocator)
                .setSize(size)
                .setExpiration(
                        switch (maker.validation) {
                            case NONE -> Expiration.never();
                            case IN_WINDOW -> whenBroken.every(Maker.WINDOW_MILLIS, TimeUnit.MILLISECONDS);
                            case EACH_TIME -> whenBroken;
                        })
                .build();
        tap = forVirtualThreads ? pool.getVirtualThreadSafeTap() : pool;
    }

    @Override
    public Object acquire() throws InterruptedException {
        return tap.claim(PATIENCE);
    }

    @Override
    public Object acquire(long timeoutMillis) throws InterruptedException {
        return tap.claim(new Timeout(timeoutMillis, TimeUnit.MILLISECONDS));
    }

    @Override
    public void release(Object handle) {
        ((Thing) handle).release();
    }

    @Override
    public void invalidate(Object handle) {
        Thing thing = (Thing) handle;
        thing.slot.expire(thing);
        thing.release();
    }

    @Override
    public Object item(Object handle) {
        return ((Thing) handle).item;
    }

    @Override
    public void close() {
        try {
            pool.shutdown().await(new Timeout(5, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
