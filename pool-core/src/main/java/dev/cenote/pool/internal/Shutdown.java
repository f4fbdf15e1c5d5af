package dev.cenote.pool.internal;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.PoolClosedException;
import dev.cenote.pool.PoolStats;
import dev.cenote.pool.internal.life.TimedCalls;
import dev.cenote.pool.internal.run.Help;
import dev.cenote.pool.internal.run.Nanos;
import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.wait.Gate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a pool ends (P12). Its {@link Phase} is the one state of that; the gate's {@link Gate#CLOSED} tells the fast path that the
 * pool is no longer open, and is set in the same step.
 *
 * <p><b>Invariants:</b>
 *
 * <ol>
 *   <li>Each edge from a phase to a later one is taken once, under the lock.
 *   <li>From CLOSING on nobody queues, and no slot is idle when the lock is free: {@link #begin} takes the idle slots and marks
 *       the leased ones. So a release that saw the gate open fails its CAS, and comes under the lock.
 *   <li>What is being made is destroyed when it is done. From FORCED on it is abandoned.
 *   <li>From CLOSED on the pool has no thread, and nothing is left to destroy but what abandoned calls may still return.
 * </ol>
 */
final class Shutdown<T> {

    private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

    /** A new pool must get the chance to be used. */
    private static final long SHORTEST_DROP_NANOS = Duration.ofMillis(10).toNanos();

    private enum Phase {
        OPEN,
        /** Idle objects are destroyed; leased ones are when they come back. */
        CLOSING,
        /** The grace is over: leased objects are taken back. A pool that becomes empty earlier goes from CLOSING to CLOSED. */
        FORCED,
        /** No slot is occupied any more. */
        CLOSED
    }

    private final Engine<T> engine;
    private final PoolLock lock;
    private final Runnable whenClosed;
    private final ShutdownLog log;

    // Guarded by the lock.
    private Phase phase = Phase.OPEN;
    private List<CompletableFuture<Void>> awaitingEnd = List.of(); // one a call
    private long graceEndsAtNanos;
    private boolean isUnreachable;
    private long dropAfterNanos = Nanos.FOREVER;
    private int kept; // how many threads are changing the pool
    private volatile boolean isDropped; // written under the lock, before the gate is CLOSED
    private @Nullable BiConsumer<Boolean, PoolStats> whenKeyClosed; // set before the pool is used

    /**
     * @param whenClosed run outside the lock when the last object is gone, or only leases are left of a pool that nobody can
     *     reach; perhaps several times
     */
    Shutdown(Engine<T> engine, Runnable whenClosed) {
        this.engine = engine;
        this.whenClosed = whenClosed;
        lock = engine.lock;
        log = new ShutdownLog(engine);
    }

    private void enter(Phase next) {
        assert lock.isHeld();
        assert next.compareTo(phase) > 0 : "bug: from " + phase + " to " + next;
        if (phase == Phase.OPEN) {
            engine.journal.closing();
            if (engine.sharing != null) {
                engine.sharing.closing();
            }
        }
        phase = next;
        engine.gate.set(Gate.CLOSED);
    }

    /** Closes, or shortens the grace of a pool that is closing. */
    CompletableFuture<Void> begin(long graceNanos) {
        long now = engine.now();
        CompletableFuture<Void> closed = new CompletableFuture<>();
        lock.lock();
        try {
            long graceEnd = now + graceNanos;
            graceEndsAtNanos = phase != Phase.OPEN ? Nanos.earlier(graceEndsAtNanos, graceEnd) : graceEnd;
            if (phase == Phase.OPEN) {
                enter(Phase.CLOSING);
                log.begin(graceNanos);
                engine.gate.clear(Gate.SUSPENDED);
                Picture picture = engine.diagnosis.picture();
                engine.handoff.failAll(() -> new PoolClosedException(picture.stats()));
                engine.milestones.closed();
                engine.creator.cancelCreates();
                engine.retirement.closing(false);
                engine.eviction.retireAll(DestroyReason.CLOSED);
                engine.handoff.capacityCameFree();
            }
            force(now);
            engine.alarm.noLaterThan(graceEndsAtNanos);
            if (phase == Phase.CLOSED) {
                closed.complete(null); // nobody depends on it yet
            } else {
                awaitingEnd = new ArrayList<>(awaitingEnd);
                awaitingEnd.add(closed);
            }
        } finally {
            lock.unlockCompletingNone();
        }
        return closed;
    }

    /**
     * Nobody can reach the pool any more, so nobody else will close it. Its leases can be used until they are closed. Once only
     * leases are left, nothing in the pool keeps the engine reachable. If such a lease is lost, the engine is collected with it. Only
     * leak detection would have its object destroyed.
     */
    void closeUnreachable() {
        if (!engine.gate.has(Gate.CLOSED)) {
            LOG.warn(
                    "Pool '{}' was never closed, and nobody can reach it any more: it is closed now"
                            + Help.on("never-closed"),
                    engine.config.name());
            lock.run(() -> isUnreachable = true);
            CompletableFuture<Void> unused = begin(Nanos.FOREVER);
        }
    }

    /** Closes, and waits until the last object is gone, unless the caller is itself at work for the pool. */
    void closeAndWait(long graceNanos) {
        CompletableFuture<Void> end = begin(graceNanos);
        if (isCalledFromWithin()) {
            return;
        }
        log.warnOfOwnLease();
        lock.run(log::waiting);
        boolean wasInterrupted = false;
        while (!end.isDone()) {
            try {
                end.get();
            } catch (InterruptedException interrupt) {
                wasInterrupted = true;
                end = begin(0);
            } catch (ExecutionException e) {
                throw new AssertionError("bug: closing never fails", e);
            }
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * The pool of a key is to be dropped when it has been empty and unused for so long. Called before it is used.
     *
     * @param whenClosed told, after that or after any other close
     */
    void setDropAfter(long nanos, BiConsumer<Boolean, PoolStats> whenClosed) {
        dropAfterNanos = Math.max(SHORTEST_DROP_NANOS, nanos);
        whenKeyClosed = whenClosed;
    }

    /** Tells whether it was closed because nobody used it. */
    boolean isDropped() {
        return isDropped;
    }

    /**
     * Does something to the pool of a key, which is not dropped meanwhile.
     *
     * @return false, and nothing is done, if it has been dropped
     */
    boolean whileKept(Runnable change) {
        if (!lock.test(this::tryKeep)) {
            return false;
        }
        try {
            change.run();
        } finally {
            lock.run(this::letGo);
        }
        return true;
    }

    private boolean tryKeep() {
        kept += isDropped ? 0 : 1;
        return !isDropped;
    }

    private void letGo() {
        kept--;
        long now = engine.now();
        engine.alarm.noLaterThan(nextDrop(now + Nanos.FOREVER, now));
    }

    void dropNever() {
        assert lock.isHeld();
        dropAfterNanos = Nanos.FOREVER;
    }

    /** Closes a pool that has been empty and unused for long enough. A thread that takes the lock after this finds it closed. */
    void dropIfUnused(long now) {
        assert lock.isHeld();
        if (phase == Phase.OPEN
                && dropAfterNanos < Nanos.FOREVER
                && isDroppable()
                && engine.housekeeper.unusedFor(now) >= dropAfterNanos) {
            isDropped = true;
            enter(Phase.CLOSING);
            endIfEmpty();
        }
    }

    private boolean isDroppable() {
        return kept == 0
                && engine.slots.occupied() == 0
                && engine.queue.head() == null
                && !engine.gate.has(Gate.SUSPENDED)
                && engine.milestones.pending() == 0
                && !engine.demand.isAtWork();
    }

    /** When a pool that stays as it is is to be dropped, or the given instant if that is earlier. */
    long nextDrop(long instant, long now) {
        return phase == Phase.OPEN && dropAfterNanos < Nanos.FOREVER && isDroppable()
                ? Nanos.earlier(instant, now + dropAfterNanos - engine.housekeeper.unusedFor(now))
                : instant;
    }

    /** Takes back what is still out when the grace is over. */
    void force(long now) {
        assert lock.isHeld();
        log.tellWait(now, phase == Phase.CLOSED);
        if (phase != Phase.CLOSING || !Nanos.isPast(graceEndsAtNanos, now)) {
            return;
        }
        enter(Phase.FORCED);
        engine.retirement.closing(true);
        Revocation<T> revocation = new Revocation<>(engine);
        engine.slots.forEach(slot -> {
            long seen = slot.word();
            if (Slot.state(seen) == Slot.LEASED) {
                revocation.revoke(slot, seen);
            }
        });
        revocation.tell("it is closed, and the grace is over");
        engine.creator.giveUpAll();
        engine.validation.abandonAll();
    }

    /** When the grace ends, or the given instant if that is earlier or nothing is to be done then. */
    long nextDeadline(long instant) {
        assert lock.isHeld();
        long next = log.next(instant);
        return phase == Phase.CLOSING ? Nanos.earlier(next, graceEndsAtNanos) : next;
    }

    /** A pool that is closing ends with its last object. */
    void endIfEmpty() {
        assert lock.isHeld();
        if (phase == Phase.OPEN || phase == Phase.CLOSED) {
            return;
        }
        if (engine.slots.occupied() > 0) {
            if (isUnreachable && !engine.housekeeper.keepsLeases() && isOnlyLeased()) {
                lock.tell(whenClosed); // the housekeeper's alarm ends, which kept the engine
            }
            return;
        }
        enter(Phase.CLOSED);
        if (engine.sharing != null) {
            engine.sharing.leave();
        }
        boolean wasDropped = isDropped;
        lock.tell(() -> {
            whenClosed.run();
            engine.workers.shutdown();
            if (whenKeyClosed != null) {
                whenKeyClosed.accept(wasDropped, engine.diagnosis.stats());
            }
            engine.journal.closed();
        });
        awaitingEnd.forEach(closed -> lock.complete(() -> closed.complete(null)));
        awaitingEnd = List.of();
    }

    private boolean isOnlyLeased() {
        return engine.diagnosis.leased() == engine.slots.occupied();
    }

    /** Tells whether the calling thread is at work for the pool, so that it must not wait for the pool's end. */
    private boolean isCalledFromWithin() {
        lock.lock();
        try {
            return lock.isAtWork() || engine.calls.stream().anyMatch(TimedCalls::isInside);
        } finally {
            lock.unlock();
        }
    }
}
