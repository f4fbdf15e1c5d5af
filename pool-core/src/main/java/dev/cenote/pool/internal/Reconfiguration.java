package dev.cenote.pool.internal;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Factory;
import dev.cenote.pool.PoolClosedException;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.internal.life.Parts;
import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.slot.Slots;
import dev.cenote.pool.internal.wait.WaitQueue;
import java.util.concurrent.CompletableFuture;

/** <b>What:</b> what the user changes while the pool runs. Each change is one critical section. */
final class Reconfiguration<T> {

    private final PoolLock lock;
    private final WaitQueue<T> queue;
    private final Slots<T> capacity;
    private final Parts<T> parts;
    private final Handoff<T> handoff;
    private final Release<T> leaseEnd;
    private final Diagnosis<T> diagnosis;

    Reconfiguration(Parts<T> parts, Handoff<T> handoff, Release<T> leaseEnd, Diagnosis<T> diagnosis) {
        this.parts = parts;
        this.handoff = handoff;
        this.leaseEnd = leaseEnd;
        this.diagnosis = diagnosis;
        lock = parts.lock();
        queue = parts.queue();
        capacity = parts.capacity();
    }

    /** What is due may be due earlier from now on. */
    private void rouse() {
        if (queue.has(WaitQueue.DORMANT)) {
            parts.alarm().noLaterThan(parts.now());
        }
    }

    CompletableFuture<Void> warmUp(int objects) {
        int maxSize = capacity.limits().maxSize();
        if (objects < 1 || objects > maxSize) {
            throw new IllegalArgumentException("objects must be 1 to maxSize (" + maxSize + "), but was " + objects);
        }
        lock.lock();
        try {
            if (!queue.has(WaitQueue.CLOSED)) {
                rouse();
                CompletableFuture<Void> warm = handoff.milestones.await(objects);
                parts.breaker().ask();
                refillForCaller();
                return warm;
            }
        } finally {
            lock.unlock();
        }
        return CompletableFuture.failedFuture(new PoolClosedException(diagnosis.stats()));
    }

    CompletableFuture<Void> drain() {
        lock.lock();
        try {
            rouse();
            suspendIfOpen();
            handoff.creator.outdateAll();
            handoff.renewal.retireAll(DestroyReason.DRAINED);
            CompletableFuture<Void> empty = handoff.milestones.await(0);
            handoff.refill();
            return empty;
        } finally {
            lock.unlock();
        }
    }

    void resize(PoolLimits limits) {
        lock.run(() -> {
            rouse();
            capacity.setLimits(limits);
            handoff.shrinking.trim();
            handoff.shrinking.shed();
            refillForCaller();
        });
    }

    /** Has made what is wanted. */
    void refill() {
        lock.run(this::refillForCaller);
    }

    /** What is made in place is made on the calling thread. */
    private void refillForCaller() {
        parts.tasks().forCaller(handoff::refill);
    }

    void invalidateAll() {
        lock.run(() -> {
            rouse();
            handoff.creator.outdateAll();
            handoff.renewal.retireAll(DestroyReason.REPLACED);
            refillForCaller();
        });
    }

    void invalidateAll(long overNanos) {
        long now = parts.now();
        lock.run(() -> {
            rouse();
            handoff.creator.outdateAll();
            handoff.renewal.replaceAllWithin(overNanos, now);
            handoff.refill();
        });
    }

    void replaceFactory(Factory<T> factory) {
        boolean resets = factory.resets();
        lock.run(() -> {
            rouse();
            leaseEnd.expectObjects(resets);
            handoff.creator.replaceFactory(factory);
            int[] leased = new int[1];
            capacity.forEach(slot -> leased[0] += slot.state() == Slot.LEASED ? 1 : 0);
            int keptIdle = Math.max(capacity.limits().minIdle(), handoff.target() - leased[0]);
            handoff.renewal.replaceAll(keptIdle, parts.now());
            refillForCaller();
        });
    }

    void suspend() {
        lock.run(this::suspendIfOpen);
    }

    private void suspendIfOpen() {
        if (!queue.has(WaitQueue.CLOSED)) {
            queue.set(WaitQueue.SUSPENDED);
        }
    }

    void resume() {
        lock.run(() -> {
            rouse();
            queue.clear(WaitQueue.SUSPENDED);
            handoff.milestones.resumed();
            refillForCaller();
        });
    }
}
