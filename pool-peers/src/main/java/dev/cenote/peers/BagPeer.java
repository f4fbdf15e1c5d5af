package dev.cenote.peers;

import com.zaxxer.hikari.util.ConcurrentBag;
import com.zaxxer.hikari.util.ConcurrentBag.IConcurrentBagEntry;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The bag inside HikariCP, which hands out what the pool around it has put in. */
final class BagPeer implements Peer {

    private final ConcurrentBag<Entry> bag = new ConcurrentBag<>(waiting -> {});

    private static final class Entry implements IConcurrentBagEntry {
        final Item item;
        private final AtomicInteger state = new AtomicInteger(STATE_NOT_IN_USE);

        Entry(Item item) {
            this.item = item;
        }

        @Override
        public boolean compareAndSet(int expected, int next) {
            return state.compareAndSet(expected, next);
        }

        @Override
        public void setState(int next) {
            state.set(next);
        }

        @Override
        public int getState() {
            return state.get();
        }
    }

    BagPeer(int size, Maker maker) {
        for (int i = 0; i < size; i++) {
            bag.add(new Entry(maker.create()));
        }
    }

    @Override
    public Object acquire(long timeoutMillis) throws InterruptedException {
        return bag.borrow(timeoutMillis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void release(Object handle) {
        bag.requite((Entry) handle);
    }

    @Override
    public void invalidate(Object handle) {
        throw new UnsupportedOperationException("the pool around the bag does that");
    }

    @Override
    public Object item(Object handle) {
        return ((Entry) handle).item;
    }

    @Override
    public void close() {
        bag.close();
    }
}
