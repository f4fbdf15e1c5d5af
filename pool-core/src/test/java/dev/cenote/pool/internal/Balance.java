package dev.cenote.pool.internal;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.PoolListener;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Keeps what a gauge would keep: how many objects there are, by the births and deaths that a listener is told. */
final class Balance implements PoolListener {

    final AtomicLong made = new AtomicLong();
    final AtomicLong gone = new AtomicLong();
    final AtomicLong detached = new AtomicLong();

    @Override
    public void created(Duration took) {
        made.incrementAndGet();
    }

    @Override
    public void destroyed(DestroyReason reason) {
        gone.incrementAndGet();
    }

    @Override
    public void detached() {
        detached.incrementAndGet();
    }

    long alive() {
        return made.get() - gone.get() - detached.get();
    }

    @Override
    public String toString() {
        return "made " + made + ", gone " + gone + ", detached " + detached;
    }
}
