package dev.cenote.peers;

/** The least that a pool has to do. It has no items, waits for ever, and can't do more than acquire and release. */
abstract class Limit implements Peer {

    private static final Item ITEM = new Item(0);

    @Override
    public abstract Object acquire() throws InterruptedException;

    @Override
    public Object acquire(long timeoutMillis) throws InterruptedException {
        return acquire();
    }

    @Override
    public void invalidate(Object handle) {
        throw new UnsupportedOperationException("a limit has no items");
    }

    @Override
    public Object item(Object handle) {
        return ITEM;
    }

    @Override
    public void close() {}
}
