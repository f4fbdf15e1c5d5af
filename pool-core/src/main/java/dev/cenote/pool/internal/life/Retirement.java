package dev.cenote.pool.internal.life;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Factory;
import dev.cenote.pool.PoolConfig;
import dev.cenote.pool.internal.run.Help;
import dev.cenote.pool.internal.run.Nanos;
import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.run.SafeLog;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.stats.Recorder;
import dev.cenote.pool.internal.wait.Gate;
import java.util.ArrayDeque;
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
    private int aged; // of those under way, and of those that wait
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

    /**
     * Begins those whose turn it is. An executor that runs tasks in place may destroy only the object that this thread gives up.
     */
    private void beginNext(@Nullable Slot<T> given) {
        while (!waiting.isEmpty() && calls.occupying() < atOnce && mayBegin()) {
            Slot<T> slot = waiting.remove();
            T object = slot.object();
            Factory<T> factory = slot.factory();
            DestroyReason reason = slot.retireReason();
            TimedCall<T> destroy = isAwaited ? calls.begin(slot, parts.now(), Nanos.FOREVER) : calls.begin(slot);
            Runnable task = () -> {
                calls.enter(destroy, parts.now());
                run(destroy, object, factory, reason);
            };
            if (slot == given || parts.gate().has(Gate.CLOSED)) { // the thread that closes gives up all
                parts.tasks().startHere(task);
            } else {
                parts.tasks().start(task, Nanos.FOREVER);
            }
        }
    }

    /**
     * The same, for a thread that gives its object up, and should destroy it itself.
     *
     * @return what it has to do as soon as the lock is free; null if too many destroys run, or if the pool shares a budget
     */
    @Nullable
    Runnable beginOnCaller(Slot<T> slot, DestroyReason reason) {
        assert lock.isHeld();
        if (isAwaited || !waiting.isEmpty() || calls.occupying() >= atOnce || !mayBegin()) {
            begin(slot, reason);
            return null;
        }
        slot.noteRetireReason(reason);
        count(reason, 1);
        T object = slot.object();
        Factory<T> factory = slot.factory();
        TimedCall<T> destroy = calls.beginOnCaller(slot, parts.now());
        return () -> run(destroy, object, factory, reason);
    }

    /** Tells whether another destroy may begin: false while so many hang that they hold all threads, until the pool closes. */
    private boolean mayBegin() {
        return calls.mayBegin(parts.slots().limits().maxSize()) || parts.gate().has(Gate.CLOSED);
    }

    /**
     * The pool closes. From now on, destroys that were given up and hang keep no others from beginning. After the grace up to {@link
     * #MOST_AT_CLOSE} destroys run at once, or {@code maxConcurrentDestroys} if that is more.
     */
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
        aged += reason == DestroyReason.EXPIRED || reason == DestroyReason.REPLACED ? more : 0;
    }

    /** How many objects that have expired, or are being replaced, are being destroyed, or wait for that. */
    int aged() {
        assert lock.isHeld();
        return aged;
    }

    /** Destroys an object that came too late to get a slot, on this thread. */
    void destroyLate(T object, Factory<T> factory, long tookNanos) {
        lock.run(() -> parts.journal().createdLate(tookNanos));
        destroy(object, factory, DestroyReason.LATE);
        lock.run(() -> parts.journal().destroyedLate());
    }

    /** Runs on a worker, or on the thread of the holder. */
    private void run(TimedCall<T> destroy, T object, Factory<T> factory, DestroyReason reason) {
        try {
            if (reason == DestroyReason.REVOKED || reason == DestroyReason.LEAKED) { // it is in use
                abort(object, factory);
            }
            destroy(object, factory, reason);
        } finally { // also if the stack was too short to tell of a failure
            over(destroy);
        }
    }

    private void over(TimedCall<T> destroy) {
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
            try {
                LOG.warn(
                        "Pool '{}': aborting an object failed; it is destroyed now" + Help.on("destroy-failed"),
                        config.name(),
                        thrown);
            } catch (Throwable again) {
                SafeLog.add(thrown, again);
            }
        }
    }

    private void destroy(T object, Factory<T> factory, DestroyReason reason) {
        Recorder.Call recorded = parts.journal().destroying(reason);
        try {
            factory.destroy(object);
            recorded.ended(true, null);
        } catch (Throwable thrown) {
            recorded.ended(false, thrown);
            parts.journal().destroyFailed(thrown);
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
                    "Pool '{}': destroying an object takes longer than {} ms; its place is free"
                            + Help.on("slow-destroy"),
                    config.name(),
                    Nanos.millis(config.destroyTimeout())));
            gone(destroy);
        }
        beginNext(null);
    }

    private void gone(TimedCall<T> destroy) {
        DestroyReason reason = destroy.slot.retireReason();
        count(reason, -1);
        parts.slots().vacate(destroy.slot);
        parts.journal().destroyed(reason);
        events.vacated();
    }
}
