package dev.cenote.pool.internal.life;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Factory;
import dev.cenote.pool.PoolConfig;
import dev.cenote.pool.internal.run.Nanos;
import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.wait.Gate;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.EnumMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where an object leaves the pool.
 *
 * <p><b>Invariants</b> (under the pool's lock):
 *
 * <ol>
 *   <li>P3: {@link #begin} is called by the one who moved the slot to RETIRING, and hands object and factory to exactly
 *       one task, which calls destroy exactly once, however late.
 *   <li>P1: the slot stays occupied until the destroy is over, or has taken longer than {@code destroyTimeout}.
 *   <li>Threads are bounded: at most {@code maxConcurrentDestroys} destroys are under way; the others wait for their turn,
 *       in order. Until the pool closes none begins, either, while those under way and the abandoned ones that have not
 *       returned are together twice {@code maxSize}.
 * </ol>
 */
public final class Retirement<T> {

    private static final Logger LOG = LoggerFactory.getLogger(Retirement.class);

    private static final int MOST_AT_CLOSE = 256;

    private final Parts<T> parts;
    private final PoolConfig<T> config;
    private final PoolLock lock;
    private final SlotEvents<T> events;
    public final TimedCalls<T> calls;

    // Guarded by the lock.
    private final ArrayDeque<Slot<T>> waiting = new ArrayDeque<>(2);
    private @Nullable EnumMap<DestroyReason, Integer> underWay; // none until one is
    private int atOnce;

    private final boolean isAwaited; // by other pools of the same budget

    public Retirement(Parts<T> parts, SlotEvents<T> events) {
        this.parts = parts;
        this.events = events;
        config = parts.config();
        lock = parts.lock();
        atOnce = config.maxConcurrentDestroys();
        isAwaited = config.budget() != null;
        calls = new TimedCalls<>(parts, config.destroyTimeout(), "destroys", "no object is destroyed");
    }

    /** How many places will soon come back: those of objects that are being destroyed, unless that has become slow. */
    public int leaving() {
        assert lock.isHeld();
        return calls.covering() == 0 ? 0 : calls.covering() + waiting.size();
    }

    /** Destroys the object of a slot that the caller has moved to RETIRING, when it is its turn. */
    public void begin(Slot<T> slot, DestroyReason reason) {
        assert lock.isHeld();
        slot.noteRetireReason(reason);
        count(reason, 1);
        waiting.add(slot);
        beginNext(reason == DestroyReason.YIELDED ? null : slot); // that is for others, and not this thread's business
    }

    /** Begins those whose turn it is. What runs in place runs on this thread only for the object that it gives up. */
    private void beginNext(@Nullable Slot<T> given) {
        while (!waiting.isEmpty() && calls.occupying() < atOnce && mayBegin()) {
            Slot<T> slot = waiting.remove();
            T object = slot.object();
            Factory<T> factory = slot.factory();
            boolean isInUse =
                    slot.retireReason() == DestroyReason.REVOKED || slot.retireReason() == DestroyReason.LEAKED;
            TimedCall<T> destroy = isAwaited ? calls.begin(slot, parts.now(), Nanos.FOREVER) : calls.begin(slot);
            Runnable task = () -> run(destroy, object, factory, isInUse);
            if (slot == given || parts.gate().has(Gate.CLOSED)) { // the thread that closes gives up all
                parts.tasks().startHere(task);
            } else {
                parts.tasks().start(task, Nanos.FOREVER);
            }
        }
    }

    /** Tells whether another destroy may begin: false while so many hang that they hold all threads, until the pool closes. */
    private boolean mayBegin() {
        return calls.mayBegin(parts.slots().limits().maxSize()) || parts.gate().has(Gate.CLOSED);
    }

    /** The pool closes: from now on what hangs keeps nothing from being destroyed; nor does its number, once that must end. */
    public void closing(boolean isForced) {
        atOnce = isForced ? Math.max(atOnce, MOST_AT_CLOSE) : atOnce;
        beginNext(null);
    }

    /** How many objects are being destroyed, or wait for that: each occupies a slot. */
    public int occupying() {
        assert lock.isHeld();
        return calls.occupying() + waiting.size();
    }

    private void count(DestroyReason reason, int more) {
        EnumMap<DestroyReason, Integer> counts = underWay != null ? underWay : new EnumMap<>(DestroyReason.class);
        counts.merge(reason, more, Integer::sum);
        underWay = counts;
    }

    /** How many objects are being destroyed for that reason, or wait for that. */
    int underWay(DestroyReason reason) {
        assert lock.isHeld();
        return underWay == null ? 0 : underWay.getOrDefault(reason, 0);
    }

    /** Destroys an object that came too late to get a slot, on this thread. */
    void destroyLate(T object, Factory<T> factory, long tookNanos) {
        lock.lock();
        try {
            parts.counters().created++;
            parts.counters().createTimes.record(tookNanos);
            parts.counters().destroyed(DestroyReason.LATE);
        } finally {
            lock.unlock();
        }
        parts.listener().created(Duration.ofNanos(tookNanos));
        destroy(object, factory);
        parts.listener().destroyed(DestroyReason.LATE);
    }

    /** Runs on a worker. */
    private void run(TimedCall<T> destroy, T object, Factory<T> factory, boolean isInUse) {
        calls.enter(destroy, parts.now());
        if (isInUse) {
            abort(object, factory);
        }
        destroy(object, factory);
        lock.lock();
        try {
            if (calls.finish(destroy, false)) {
                if (isAwaited) {
                    calls.noteDuration(destroy, parts.now());
                }
                gone(destroy);
            }
            calls.noteReturned(destroy);
            beginNext(null);
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
    public void abandonOverdue(long now) {
        for (TimedCall<T> destroy : calls.overdue(now)) {
            calls.abandon(destroy);
            lock.afterwards(() -> LOG.warn(
                    "Pool '{}': destroying an object takes longer than {} ms; its place is free",
                    config.name(),
                    Nanos.millis(config.destroyTimeout())));
            gone(destroy);
        }
        beginNext(null);
    }

    private void gone(TimedCall<T> destroy) {
        DestroyReason reason = destroy.slot.retireReason();
        count(reason, -1);
        parts.counters().destroyed(reason);
        parts.slots().vacate(destroy.slot);
        lock.tell(() -> parts.listener().destroyed(reason));
        events.vacated();
    }
}
