package dev.cenote.pool.internal;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Factory;
import dev.cenote.pool.PoolConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * <b>What:</b> the one place where an object leaves the pool.
 *
 * <p><b>Invariants</b> (under the pool's lock):
 *
 * <ol>
 *   <li>P3: {@link #begin} is called by the one who moved the slot to RETIRING, and hands object and factory to exactly
 *       one task, which calls destroy exactly once, however late.
 *   <li>P1: the slot stays occupied until the destroy is over, or has taken longer than {@code destroyTimeout}.
 * </ol>
 */
final class Retirement<T> {

    private static final Logger LOG = LoggerFactory.getLogger(Retirement.class);

    private final Parts<T> parts;
    private final PoolConfig<T> config;
    private final PoolLock lock;
    private final SlotEvents<T> events;
    final Operations<T> operations;

    Retirement(Parts<T> parts, SlotEvents<T> events) {
        this.parts = parts;
        this.events = events;
        config = parts.config();
        lock = parts.lock();
        operations = new Operations<>(lock, parts.alarm(), Expiry.nanos(config.destroyTimeout()));
    }

    /** Destroys the object of a slot that the caller has moved to RETIRING. */
    void begin(Slot<T> slot, DestroyReason reason) {
        assert lock.isHeld();
        T object = slot.object();
        Factory<T> factory = slot.factory();
        slot.noteRetireReason(reason);
        Operations.Operation<T> destroy = operations.begin(slot, parts.now());
        boolean isInUse = reason == DestroyReason.REVOKED || reason == DestroyReason.LEAKED;
        lock.afterwards(() -> parts.workers().execute(() -> run(destroy, object, factory, isInUse)));
    }

    /** How many objects are being destroyed for that reason. */
    int underWay(DestroyReason reason) {
        return (int) operations.all().stream()
                .filter(destroy -> destroy.slot.retireReason() == reason)
                .count();
    }

    /** Destroys an object that came too late to get a slot, on this thread. */
    void destroyLate(T object, Factory<T> factory) {
        lock.lock();
        try {
            parts.counters().created++;
            parts.counters().destroyed(DestroyReason.LATE);
        } finally {
            lock.unlock();
        }
        destroy(object, factory);
        parts.listener().destroyed(DestroyReason.LATE);
    }

    /** Runs on a worker. */
    private void run(Operations.Operation<T> destroy, T object, Factory<T> factory, boolean isInUse) {
        operations.enter(destroy); // abandoned or not: the object is to be destroyed
        if (isInUse) {
            abort(object, factory);
        }
        destroy(object, factory);
        lock.lock();
        try {
            if (operations.finish(destroy)) {
                gone(destroy);
            }
        } finally {
            lock.unlock();
        }
    }

    private void abort(T object, Factory<T> factory) {
        try {
            factory.abort(object);
        } catch (Throwable thrown) {
            LOG.warn("Pool '{}': aborting an object failed; it is destroyed now", config.name(), thrown);
        }
    }

    private void destroy(T object, Factory<T> factory) {
        try {
            factory.destroy(object);
        } catch (Throwable thrown) {
            LOG.warn("Pool '{}': destroying an object failed", config.name(), thrown);
            parts.listener().destroyFailed(thrown);
            if (thrown instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Stops counting objects whose destroy takes too long. */
    void abandonOverdue(long now) {
        for (Operations.Operation<T> destroy : operations.overdue(now)) {
            operations.abandon(destroy);
            lock.afterwards(() -> LOG.warn(
                    "Pool '{}': destroying an object takes longer than {} ms; its place is free",
                    config.name(),
                    Expiry.millis(config.destroyTimeout())));
            gone(destroy);
        }
    }

    private void gone(Operations.Operation<T> destroy) {
        DestroyReason reason = destroy.slot.retireReason();
        parts.counters().destroyed(reason);
        parts.capacity().vacate(destroy.slot);
        lock.tell(() -> parts.listener().destroyed(reason));
        events.vacated();
    }
}
