package dev.cenote.pool.internal;

import dev.cenote.pool.AcquirePhase;
import dev.cenote.pool.CreateFailedException;
import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolClosedException;
import dev.cenote.pool.PoolFullException;
import dev.cenote.pool.PoolTimeoutException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * <b>What:</b> an acquire that found nothing to take at once: it queues, and waits until it is served, fails or leaves.
 *
 * <p><b>Invariants:</b> each waiter leaves the queue exactly once, and its caller gets a lease or an exception (P7). A
 * thread that is served while it is being interrupted, or in the moment of its deadline, keeps the lease; its interrupt
 * flag stays set.
 */
final class Acquisition<T> {

    private final Parts<T> parts;
    private final PoolLock lock;
    private final WaitQueue<T> queue;
    private final Handoff<T> handoff;
    private final Diagnosis<T> diagnosis;
    private final Function<Grant<T>, Lease<T>> leases;
    final Stalls<T> stalls;

    Acquisition(Parts<T> parts, Handoff<T> handoff, Diagnosis<T> diagnosis, Function<Grant<T>, Lease<T>> leases) {
        this.leases = leases;
        this.parts = parts;
        this.handoff = handoff;
        this.diagnosis = diagnosis;
        stalls = new Stalls<>(parts, handoff, diagnosis);
        lock = parts.lock();
        queue = parts.queue();
    }

    Grant<T> blocking(long timeoutNanos) throws InterruptedException {
        if (Thread.interrupted()) {
            lock.run(handoff::cover); // on its way here it may have hidden an idle object from a waiter for a moment
            throw new InterruptedException();
        }
        BlockedWaiter<T> waiter = new BlockedWaiter<>(lock, parts.now(), timeoutNanos);
        Supplier<? extends RuntimeException> failure = null;
        lock.lock();
        try {
            failure = enqueue(waiter);
            while (!waiter.isSettled()) {
                failure = awaitOnce(waiter);
            }
        } catch (InterruptedException interrupt) {
            if (waiter.isSettled()) {
                Thread.currentThread().interrupt(); // served at that moment: the lease counts
            } else {
                cancel(waiter);
                throw interrupt;
            }
        } finally {
            stalls.ends(waiter);
            lock.unlock();
        }
        return outcome(waiter, failure);
    }

    Grant<T> uninterruptible(long timeoutNanos) {
        boolean wasInterrupted = Thread.interrupted();
        BlockedWaiter<T> waiter = new BlockedWaiter<>(lock, parts.now(), timeoutNanos);
        Supplier<? extends RuntimeException> failure = null;
        lock.lock();
        try {
            failure = enqueue(waiter);
            while (!waiter.isSettled()) {
                try {
                    failure = awaitOnce(waiter);
                } catch (InterruptedException interrupt) {
                    wasInterrupted = true;
                }
            }
        } finally {
            stalls.ends(waiter);
            lock.unlock();
            if (wasInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return outcome(waiter, failure);
    }

    CompletableFuture<Lease<T>> async(long timeoutNanos) {
        FutureWaiter<T> waiter =
                new FutureWaiter<>(parts.counters(), parts.config().ticker(), leases, parts.now(), timeoutNanos);
        Supplier<? extends RuntimeException> failure;
        lock.lock();
        try {
            failure = enqueue(waiter);
            if (lock.hasAfterwards()) { // what is made in place serves it without a wait
                lock.unlock();
                lock.lock();
            }
            if (!waiter.isSettled()) {
                waiter.noteWait();
                parts.alarm().noLaterThan(waiter.deadlineNanos);
            }
        } finally {
            lock.unlock();
        }
        if (failure != null) {
            return CompletableFuture.failedFuture(failure.get());
        }
        if (timeoutNanos == 0) {
            expireNow(waiter);
        }
        CompletableFuture<Lease<T>> future = waiter.future;
        CompletableFuture<Lease<T>> unused = future.whenComplete(
                (lease, thrown) -> leaveIfWaiting(waiter)); // cancelled, or completed by somebody else
        return future;
    }

    /** For a caller that does not wait: has an object made ready, so that a later try can succeed. */
    void prepare() {
        lock.lock();
        try {
            if (queue.has(WaitQueue.CLOSED)) {
                return;
            }
            if (queue.head() == null && !queue.has(WaitQueue.SUSPENDED)) {
                handoff.prepareOne();
            } else {
                handoff.cover();
            }
        } finally {
            lock.unlock();
        }
    }

    PoolClosedException closed() {
        return new PoolClosedException(diagnosis.stats());
    }

    /** Joins the queue. Returns null, or what makes the exception of a waiter that is turned away. */
    private @Nullable Supplier<? extends RuntimeException> enqueue(Waiter<T> waiter) {
        if (queue.has(WaitQueue.CLOSED)) {
            waiter.turnAway();
            return this::closed;
        }
        Throwable outage = handoff.outage();
        if (outage != null) {
            waiter.turnAway();
            return () -> new CreateFailedException(diagnosis.stats(), outage);
        }
        queue.add(waiter);
        handoff.cover();
        int maxWaiters = parts.capacity().limits().maxWaiters();
        if (waiter.isSettled() || handoff.waitingForRelease() <= maxWaiters) {
            return null;
        }
        handoff.leave(waiter);
        waiter.turnAway();
        parts.counters().refused++;
        lock.tell(parts.listener()::refused);
        return () -> new PoolFullException(diagnosis.stats(), maxWaiters);
    }

    /** Waits until something may have changed. Returns what makes the exception if the waiter's time is up. */
    private @Nullable Supplier<? extends RuntimeException> awaitOnce(BlockedWaiter<T> waiter)
            throws InterruptedException {
        if (queue.isBack(
                waiter)) { // woken to compete: before this wait, or before the interrupt that ended the last one
            handoff.cover();
            if (!waiter.isSettled()) {
                queue.tightenOrder(waiter, parts.now());
            }
            return null;
        }
        if (lock.hasAfterwards()) {
            lock.unlock();
            lock.lock();
            return null;
        }
        long now = parts.now();
        if (waiter.isOverdue(now)) {
            Supplier<? extends RuntimeException> failure = timeOut(waiter);
            waiter.leave();
            return failure;
        }
        waiter.noteWait();
        stalls.begins(waiter, now);
        waiter.await(waiter.deadlineNanos - now);
        return null;
    }

    private Grant<T> outcome(Waiter<T> waiter, @Nullable Supplier<? extends RuntimeException> failure) {
        if (!waiter.wasTurnedAway()) {
            parts.counters().waits.record(parts.now() - waiter.enqueuedAtNanos);
        }
        Grant<T> grant = waiter.grant();
        if (grant != null) {
            return grant;
        }
        Supplier<? extends RuntimeException> why = failure != null ? failure : waiter.failure();
        if (why == null) {
            throw new AssertionError("bug: a wait has ended without an outcome");
        }
        throw why.get();
    }

    private void leaveIfWaiting(FutureWaiter<T> waiter) {
        if (waiter.isSettled()) {
            return;
        }
        lock.lock();
        try {
            if (!waiter.isSettled()) {
                cancel(waiter);
            }
        } finally {
            lock.unlock();
        }
    }

    private void cancel(Waiter<T> waiter) {
        handoff.leave(waiter);
        waiter.leave();
        parts.counters().cancelled++;
        parts.counters().waits.record(parts.now() - waiter.enqueuedAtNanos);
    }

    /** Unlinks a waiter whose time is up. Returns what makes its exception, outside the lock. */
    private Supplier<PoolTimeoutException> timeOut(Waiter<T> waiter) {
        AcquirePhase phase = phase();
        Throwable lastFailure = handoff.creator.lastFailure();
        handoff.leave(waiter);
        parts.counters().timeouts++;
        lock.tell(parts.listener()::timedOut);
        return () -> diagnosis.timedOut(waiter, phase, lastFailure);
    }

    private AcquirePhase phase() {
        if (queue.has(WaitQueue.SUSPENDED)) {
            return AcquirePhase.WAITING;
        }
        Creator<T> creator = handoff.creator;
        if (creator.operations.running() > 0 || (parts.capacity().room() > 0 && creator.lastFailure() != null)) {
            return AcquirePhase.CREATING;
        }
        return handoff.validation.checks.running() > 0 ? AcquirePhase.VALIDATING : AcquirePhase.WAITING;
    }

    private void expireNow(Waiter<T> waiter) {
        lock.lock();
        try {
            if (!waiter.isSettled()) {
                waiter.fail(timeOut(waiter), lock);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Fails those whose time is up. Blocked ones look for themselves too, but may look at another clock's time. */
    void expireOverdue(long now) {
        assert lock.isHeld();
        for (Waiter<T> waiter : queue.overdue(now)) {
            if (!waiter.isSettled()) {
                waiter.fail(timeOut(waiter), lock);
            }
        }
    }
}
