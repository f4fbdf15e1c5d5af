package dev.cenote.pool.internal;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.PoolClosedException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * <b>What:</b> how a pool ends (P12).
 *
 * <p><b>States:</b> open → closing ({@link #begin}) → forced (the grace is over) → closed (no slot is occupied). Forced
 * may be left out. Each edge is taken once, under the lock.
 *
 * <p><b>Invariants:</b>
 *
 * <ol>
 *   <li>From closing on the gate is CLOSED, so nobody queues, and no slot is idle when the lock is free: {@link #begin}
 *       takes those that are and marks those that are leased, so that a release that saw the gate open fails its CAS and
 *       comes under the lock.
 *   <li>What is being made is destroyed when it is done; in forced it is abandoned.
 *   <li>From closed on the pool has no thread, and nothing is left to destroy but what abandoned calls may still return.
 * </ol>
 */
final class Closing<T> {

    private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

    private final Parts<T> parts;
    private final PoolLock lock;
    private final Handoff<T> handoff;
    private final Diagnosis<T> diagnosis;
    private final Runnable whenClosed;
    private final List<CompletableFuture<Void>> awaitingEnd = new ArrayList<>(1); // one a call; guarded by the lock

    // Guarded by the lock.
    private boolean isClosing;
    private boolean isForced;
    private boolean isClosed;
    private long graceEndsAtNanos;

    /**
     * @param whenClosed run once, outside the lock, when the last object is gone
     */
    Closing(Parts<T> parts, Handoff<T> handoff, Diagnosis<T> diagnosis, Runnable whenClosed) {
        this.parts = parts;
        this.handoff = handoff;
        this.diagnosis = diagnosis;
        this.whenClosed = whenClosed;
        lock = parts.lock();
    }

    /** Closes, or shortens the grace of a pool that is closing. */
    CompletableFuture<Void> begin(long graceNanos) {
        long now = parts.now();
        CompletableFuture<Void> closed = new CompletableFuture<>();
        lock.lock();
        try {
            long graceEnd = now + graceNanos;
            graceEndsAtNanos = isClosing ? Expiry.earlier(graceEndsAtNanos, graceEnd) : graceEnd;
            if (!isClosing) {
                isClosing = true;
                parts.queue().set(WaitQueue.CLOSED);
                parts.queue().clear(WaitQueue.SUSPENDED);
                handoff.setWhenEmpty(this::finish);
                Picture picture = diagnosis.picture();
                handoff.failAll(() -> new PoolClosedException(picture.stats()));
                handoff.milestones.closed();
                handoff.creator.hurry();
                handoff.retirement.closing(false);
                handoff.renewal.retireAll(DestroyReason.CLOSED);
                handoff.refill();
            }
            force(now);
            parts.alarm().noLaterThan(graceEndsAtNanos);
            if (isClosed) {
                closed.complete(null); // nobody depends on it yet
            } else {
                awaitingEnd.add(closed);
            }
        } finally {
            lock.unlockCompletingNone();
        }
        return closed;
    }

    /** Nobody can reach the pool any more, so nobody else will close it. */
    void closeUnreachable() {
        if (!parts.queue().has(WaitQueue.CLOSED)) {
            LOG.warn(
                    "Pool '{}' was never closed, and nobody can reach it any more: it is closed now",
                    parts.config().name());
            CompletableFuture<Void> unused = begin(0);
        }
    }

    /** Closes, and waits until the last object is gone, unless the caller is itself at work for the pool. */
    void closeAndWait(long graceNanos) {
        CompletableFuture<Void> end = begin(graceNanos);
        if (isCalledFromWithin()) {
            return;
        }
        warnOfOwnLease();
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

    /** Takes back what is still out when the grace is over. */
    void force(long now) {
        assert lock.isHeld();
        if (!isClosing || isForced || !Expiry.isPast(graceEndsAtNanos, now)) {
            return;
        }
        isForced = true;
        handoff.retirement.closing(true);
        parts.capacity().forEach(slot -> {
            long seen = slot.word();
            if (Slot.state(seen) == Slot.LEASED) {
                handoff.renewal.tryRetireLeased(slot, seen, DestroyReason.REVOKED);
            }
        });
        handoff.creator.giveUpAll();
        handoff.validation.abandonAll();
    }

    /** When the grace ends, or the given instant if that is earlier or nothing is to be done then. */
    long nextDeadline(long instant) {
        assert lock.isHeld();
        return isClosing && !isForced ? Expiry.earlier(instant, graceEndsAtNanos) : instant;
    }

    private void finish() {
        if (!isClosed) {
            isClosed = true;
            lock.tell(() -> {
                whenClosed.run();
                parts.listener().closed();
            });
            awaitingEnd.forEach(closed -> lock.complete(() -> closed.complete(null)));
            awaitingEnd.clear();
        }
    }

    /**
     * Who holds a lease while it closes waits for itself until the grace is over. It is told, and waits all the same: who holds
     * a lease is noted racily, and it may have given it to another thread.
     */
    private void warnOfOwnLease() {
        long self = Thread.currentThread().getId();
        boolean[] isHolder = new boolean[1];
        parts.capacity().forEach(slot -> isHolder[0] |= slot.state() == Slot.LEASED && slot.holderId() == self);
        if (isHolder[0]) {
            LOG.warn(
                    "Pool '{}' is closed by a thread that has acquired a lease which has not ended: the close waits for that end,"
                            + " until the grace is over. Close the pool after the use, or call shutdown",
                    parts.config().name());
        }
    }

    /** Tells whether the calling thread is at work for the pool, so that it must not wait for the pool's end. */
    private boolean isCalledFromWithin() {
        lock.lock();
        try {
            return lock.isAtWork()
                    || handoff.creator.operations.isInside()
                    || handoff.validation.checks.isInside()
                    || handoff.validation.resets.isInside()
                    || handoff.retirement.operations.isInside();
        } finally {
            lock.unlock();
        }
    }
}
