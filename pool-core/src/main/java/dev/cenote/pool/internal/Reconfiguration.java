package dev.cenote.pool.internal;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Factory;
import dev.cenote.pool.PoolClosedException;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.wait.Gate;
import java.util.concurrent.CompletableFuture;

/** What the user changes while the pool runs. Each change is one critical section. */
final class Reconfiguration<T> {

    private final Engine<T> engine;
    private final PoolLock lock;
    private final Gate gate;

    Reconfiguration(Engine<T> engine) {
        this.engine = engine;
        lock = engine.lock;
        gate = engine.gate;
    }

    /** What is due may be due earlier from now on. */
    private void rouse() {
        if (gate.has(Gate.DORMANT)) {
            engine.alarm.noLaterThan(engine.now());
        }
    }

    CompletableFuture<Void> warmUp(int objects) {
        int maxSize = engine.slots.limits().maxSize();
        if (objects < 1 || objects > maxSize) {
            throw new IllegalArgumentException("objects must be 1 to maxSize (" + maxSize + "), but was " + objects);
        }
        lock.lock();
        try {
            if (!gate.has(Gate.CLOSED)) {
                rouse();
                CompletableFuture<Void> warm = engine.milestones.await(objects);
                engine.breaker.ask(engine.now());
                capacityCameFree();
                return warm;
            }
        } finally {
            lock.unlock();
        }
        return CompletableFuture.failedFuture(new PoolClosedException(engine.diagnosis.stats()));
    }

    CompletableFuture<Void> drain() {
        lock.lock();
        try {
            rouse();
            suspendIfOpen();
            engine.creator.outdateAll();
            engine.eviction.retireAll(DestroyReason.DRAINED);
            CompletableFuture<Void> empty = engine.milestones.await(0);
            engine.handoff.capacityCameFree();
            return empty;
        } finally {
            lock.unlock();
        }
    }

    void resize(PoolLimits limits) {
        lock.run(() -> {
            rouse();
            engine.eviction.setLimits(engine.sizing.bounded(limits));
            engine.journal.resized(limits);
            capacityCameFree();
        });
    }

    /** Has made what is wanted. */
    void open() {
        lock.run(this::capacityCameFree);
    }

    /** What is made in place is made on the calling thread. */
    private void capacityCameFree() {
        engine.tasks.forCaller(engine.handoff::capacityCameFree);
    }

    void invalidateAll() {
        lock.run(() -> {
            rouse();
            engine.creator.outdateAll();
            engine.eviction.retireAll(DestroyReason.REPLACED);
            capacityCameFree();
        });
    }

    void invalidateAll(long overNanos) {
        long now = engine.now();
        lock.run(() -> {
            rouse();
            engine.creator.outdateAll();
            engine.eviction.replaceAllWithin(overNanos, now);
            engine.handoff.capacityCameFree();
        });
    }

    void replaceFactory(Factory<T> factory) {
        boolean resets = factory.resets();
        boolean createsOnCaller = factory.createsOnCaller();
        lock.run(() -> {
            rouse();
            engine.release.expectObjects(resets);
            engine.creator.replaceFactory(factory);
            engine.callers.use(factory, createsOnCaller);
            int keptIdle =
                    Math.max(engine.slots.limits().minIdle(), engine.demand.target() - engine.diagnosis.leased());
            engine.eviction.replaceAll(keptIdle, engine.now());
            capacityCameFree();
        });
    }

    void suspend() {
        lock.run(this::suspendIfOpen);
    }

    private void suspendIfOpen() {
        if (!gate.has(Gate.CLOSED | Gate.SUSPENDED)) {
            gate.set(Gate.SUSPENDED);
            engine.journal.suspended();
        }
    }

    void resume() {
        lock.run(() -> {
            rouse();
            if (gate.has(Gate.SUSPENDED)) {
                engine.journal.resumed();
            }
            gate.clear(Gate.SUSPENDED);
            engine.milestones.resumed();
            capacityCameFree();
        });
    }
}
