package dev.cenote.pool.internal;

import dev.cenote.pool.CreateFailedException;
import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolClosedException;
import dev.cenote.pool.PoolFullException;
import dev.cenote.pool.internal.run.Nanos;
import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.slot.Slot.Grant;
import dev.cenote.pool.internal.stats.Tape;
import dev.cenote.pool.internal.wait.Gate;
import dev.cenote.pool.internal.wait.WaitQueue;
import dev.cenote.pool.internal.wait.Waiter;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * An acquire that found nothing to take at once: it queues, and waits until it is served, fails or leaves.
 *
 * <p><b>Invariants:</b> each waiter leaves the queue exactly once, and its caller gets a lease or an exception (P7). A
 * thread that is served while it is being interrupted, or in the moment of its deadline, keeps the lease; its interrupt
 * flag stays set.
 *
 * <p>Each call brings the function that makes its lease. Only waiters keep that function, because it keeps the pool reachable.
 */
final class Acquisition<T> {

    private final Engine<T> engine;
    private final PoolLock lock;
    private final WaitQueue<T> queue;

    Acquisition(Engine<T> engine) {
        this.engine = engine;
        lock = engine.lock;
        queue = engine.queue;
    }

    Grant<T> blocking(long timeoutNanos, Function<Grant<T>, Lease<T>> leases) throws InterruptedException {
        if (Thread.interrupted()) {
            // On its way here it may have hidden an idle object from a waiter for a moment.
            lock.run(engine.handoff::capacityCameFree);
            throw new InterruptedException();
        }
        long now = engine.now();
        Grant<T> made = engine.supply.make(now, timeoutNanos);
        if (made != null) {
            return made;
        }
        Waiter.Blocked<T> waiter = new Waiter.Blocked<>(lock.newTurn(), now, timeoutNanos);
        try {
            long leftNanos = queueUp(waiter);
            waiter.nameHolders();
            while (!waiter.isSettled()) {
                try {
                    waiter.await(leftNanos);
                    leftNanos = lookAgain(waiter);
                } catch (InterruptedException interrupt) {
                    if (tryLeave(waiter)) {
                        throw interrupt;
                    }
                    Thread.currentThread().interrupt(); // served at that moment: the lease counts
                }
            }
        } catch (Error | RuntimeException failure) {
            abandon(waiter, leases);
            throw failure;
        } finally {
            runs(waiter);
        }
        return outcome(waiter);
    }

    Grant<T> uninterruptible(long timeoutNanos, Function<Grant<T>, Lease<T>> leases) {
        long now = engine.now();
        Grant<T> made = engine.supply.make(now, timeoutNanos);
        if (made != null) {
            made.slot().noteHolder(Thread.currentThread().getId());
            return made;
        }
        boolean wasInterrupted = Thread.interrupted();
        Waiter.Blocked<T> waiter = new Waiter.Blocked<>(lock.newTurn(), now, timeoutNanos);
        try {
            long leftNanos = queueUp(waiter);
            waiter.nameHolders();
            while (!waiter.isSettled()) {
                try {
                    waiter.await(leftNanos);
                } catch (InterruptedException interrupt) {
                    wasInterrupted = true;
                }
                leftNanos = lookAgain(waiter);
            }
        } catch (Error | RuntimeException failure) {
            abandon(waiter, leases);
            throw failure;
        } finally {
            runs(waiter);
            if (wasInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return outcome(waiter);
    }

    CompletableFuture<Lease<T>> async(long timeoutNanos, Function<Grant<T>, Lease<T>> leases) {
        long now = engine.now();
        Grant<T> made = engine.supply.make(now, timeoutNanos);
        if (made != null) {
            return CompletableFuture.completedFuture(leases.apply(made));
        }
        Waiter.Future<T> waiter =
                new Waiter.Future<>(engine.journal, engine.config.ticker(), leases, now, timeoutNanos);
        lock.lock();
        try {
            enqueue(waiter);
            if (lock.hasAfterwards()) { // what is made in place serves it without a wait
                lock.unlock();
                lock.lock();
            }
            if (!waiter.isSettled()) {
                waiter.noteWait();
                engine.alarm.noLaterThan(waiter.deadlineNanos);
            }
        } finally {
            lock.unlock();
        }
        waiter.nameHolders();
        if (waiter.isSettled() && waiter.result() == null) { // turned away
            return CompletableFuture.failedFuture(exception(waiter));
        }
        if (timeoutNanos == 0) {
            engine.timeouts.failUnlessSettled(waiter);
        }
        CompletableFuture<Lease<T>> future = waiter.future;
        // If the user cancels or completes the future, the waiter leaves. By handle, since a stage that fails would
        // have its message put together.
        CompletableFuture<Boolean> unused = future.handle((lease, thrown) -> tryLeave(waiter));
        return future;
    }

    PoolClosedException closed() {
        return new PoolClosedException(engine.diagnosis.stats());
    }

    /** Joins the queue, or is turned away. */
    private void enqueue(Waiter<T> waiter) {
        if (engine.gate.has(Gate.CLOSED)) {
            waiter.turnAway(this::closed);
            return;
        }
        Throwable outage = engine.handoff.outage();
        if (outage != null) {
            engine.breaker.refused();
            engine.taping.ended(Tape.FAILED, waiter);
            engine.journal.turnedAway(outage, queue.size());
            engine.handoff.capacityCameFree(); // has the probe begun, or the alarm set for it
            waiter.turnAway(() -> new CreateFailedException(engine.diagnosis.stats(), outage));
            return;
        }
        queue.add(waiter);
        engine.breaker.ask(waiter.enqueuedAtNanos);
        if (engine.supply.isToBeLeftBy(waiter)) {
            engine.diagnosis.record(waiter);
            return;
        }
        engine.tasks.forCaller(engine.handoff::capacityCameFree);
        int maxWaiters = engine.slots.limits().maxWaiters();
        if (waiter.isSettled()) {
            return;
        }
        if (engine.demand.waitingForRelease() > maxWaiters) {
            engine.handoff.leave(waiter);
            waiter.turnAway(() -> new PoolFullException(engine.diagnosis.stats(), maxWaiters));
            engine.taping.ended(Tape.REFUSED, waiter);
            engine.journal.refused(queue.size());
        } else {
            engine.tasks.forCaller(() -> engine.supply.hasten(waiter));
            engine.diagnosis.record(waiter);
        }
    }

    /** Joins the queue. Returns for how long to wait, if the waiter is not settled. */
    private long queueUp(Waiter.Blocked<T> waiter) {
        lock.lock();
        try {
            enqueue(waiter);
            return look(waiter);
        } finally {
            lock.unlock();
        }
    }

    private long lookAgain(Waiter.Blocked<T> waiter) {
        if (waiter.isSettled()) {
            return 0;
        }
        lock.lock();
        try {
            return look(waiter);
        } finally {
            lock.unlock();
        }
    }

    /** Does what a waiter can do for itself, until it is settled or has nothing left to do but to wait. Returns for how long. */
    private long look(Waiter.Blocked<T> waiter) {
        while (!waiter.isSettled()) {
            if (queue.endCompetition(waiter)) {
                // Woken to compete: before this look, or before the interrupt that led to it.
                engine.handoff.capacityCameFree();
                if (!waiter.isSettled()) {
                    queue.tightenOrder(waiter, engine.now());
                }
            } else if (lock.hasAfterwards()) { // what is made in place serves it without a wait
                lock.unlock();
                lock.lock();
            } else {
                long now = engine.now();
                boolean isHeldBack = queue.isHeldBack(waiter);
                long until = isHeldBack ? waiter.holdEndsNanos() : waiter.deadlineNanos;
                if (!Nanos.isPast(until, now)) {
                    waiter.noteWait();
                    engine.deadlocks.begins(waiter, now);
                    return until - now;
                }
                if (isHeldBack) {
                    engine.supply.endHold();
                } else {
                    engine.timeouts.fail(waiter);
                }
            }
        }
        return 0;
    }

    /** The thread of a waiter that is settled, or was abandoned, runs. */
    private void runs(Waiter.Blocked<T> waiter) {
        engine.deadlocks.ends(waiter);
        if (queue.runs(waiter)) {
            lock.run(engine.supply::endHold);
        }
    }

    private Grant<T> outcome(Waiter<T> waiter) {
        waiter.noteEnd(engine.journal, engine.now());
        Grant<T> grant = waiter.grant();
        if (grant == null) {
            throw exception(waiter);
        }
        return grant;
    }

    private static RuntimeException exception(Waiter<?> waiter) {
        Supplier<? extends RuntimeException> why = waiter.failure();
        if (why == null) {
            throw new AssertionError("bug: a wait has ended without an outcome");
        }
        return why.get();
    }

    /** Leaves the queue. False if it was too late for that: the wait is over. */
    private boolean tryLeave(Waiter<T> waiter) {
        if (waiter.isSettled()) {
            return false;
        }
        lock.lock();
        try {
            if (waiter.isSettled()) {
                return false;
            }
            leave(waiter);
        } finally {
            lock.unlock();
        }
        waiter.noteEnd(engine.journal, engine.now());
        return true;
    }

    private void leave(Waiter<T> waiter) {
        engine.handoff.leave(waiter);
        waiter.leave();
        engine.counters.cancelled();
        engine.taping.ended(Tape.LEFT, waiter);
    }

    /** The pool itself has failed, say for want of stack: what the waiter has, or would get, goes to the next one. */
    private void abandon(Waiter.Blocked<T> waiter, Function<Grant<T>, Lease<T>> leases) {
        lock.lock();
        try {
            if (queue.isLinked(waiter)) {
                leave(waiter);
            }
        } finally {
            lock.unlock();
        }
        Grant<T> grant = waiter.grant();
        if (grant != null) {
            leases.apply(grant).close();
        }
    }
}
