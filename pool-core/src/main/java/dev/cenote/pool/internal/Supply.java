package dev.cenote.pool.internal;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.internal.slot.Hints;
import dev.cenote.pool.internal.slot.IdleStore;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.slot.Slot.Grant;
import dev.cenote.pool.internal.wait.Gate;
import dev.cenote.pool.internal.wait.Waiter;
import java.util.ArrayDeque;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives idle objects to waiters, and to callers that do not wait. Has an object checked only if somebody needs it.
 */
final class Supply<T> {

    private final Engine<T> engine;
    private final Gate gate;
    private final IdleStore<T> idle;
    private final Hints<T> hints;
    private final @Nullable Predicate<Grant<T>> check; // what callers' threads do; null if the executor does it

    Supply(Engine<T> engine) {
        this.engine = engine;
        gate = engine.gate;
        idle = engine.idle;
        hints = engine.hints;
        check = engine.validation.isOnCaller() ? engine.validation::passesOnCaller : null;
    }

    // --- without the lock

    /** Takes what is idle, if nobody waits for it. */
    @Nullable
    Grant<T> takeStored(long threadId, long timeoutNanos) {
        if (gate.has(Gate.NO_ACQUIRE) && !isRoused()) {
            return null;
        }
        hints.prepare();
        Grant<T> grant = check == null ? idle.lease() : idle.lease(check);
        if (grant != null) {
            hints.set(threadId, grant.slot());
            if (gate.has(Gate.RECORDED)) {
                engine.taping.leased(grant, timeoutNanos);
            }
        }
        return grant;
    }

    /** Makes an object, where callers do that, for one that came at that instant and found nothing. Null if it has to queue. */
    @Nullable
    Grant<T> make(long now, long timeoutNanos) {
        Grant<T> grant = engine.callers.mayCreate() ? engine.callers.create(now) : null;
        if (grant != null && gate.has(Gate.RECORDED)) {
            engine.taping.leased(grant, timeoutNanos);
        }
        return grant;
    }

    /**
     * For a caller that does not wait, and found nothing ready at the first look: what it can make, or what lies behind something that
     * has to be validated first. If there is nothing, has an object made ready, so that a later try can succeed.
     */
    @Nullable
    Grant<T> lookBehind() {
        Grant<T> made = make(engine.now(), 0);
        if (made != null) {
            return made;
        }
        Grant<T> ready = takeReadyOrPrepare(true);
        // It may have been validated in place, and newcomers may not take it without the lock.
        return ready == null && gate.has(Gate.QUEUE_FIRST) ? takeReadyOrPrepare(false) : ready;
    }

    private @Nullable Grant<T> takeReadyOrPrepare(boolean prepares) {
        engine.lock.lock();
        try {
            engine.handoff.capacityCameFree();
            if (engine.queue.head() != null || gate.has(Gate.SUSPENDED | Gate.CLOSED)) {
                return null;
            }
            Grant<T> grant = takeReady();
            if (grant != null) {
                engine.taping.leased(grant, 0);
            } else if (prepares) {
                engine.tasks.forCaller(this::prepareOne);
            }
            return grant;
        } finally {
            engine.lock.unlock();
        }
    }

    /**
     * A caller that does not wait got nothing. It may have popped an unchecked object for a moment, and a waiter that looked then
     * missed that object.
     */
    void triedInVain() {
        if (gate.has(Gate.QUEUED | Gate.OVERSIZE | Gate.WATCHED)) {
            engine.lock.run(engine.handoff::capacityCameFree);
        }
        engine.taping.triedInVain();
    }

    /** Rouses a pool that is dormant. True if then nothing else forbids to take what is idle. */
    private boolean isRoused() {
        if (!gate.has(Gate.DORMANT)) {
            return false;
        }
        engine.housekeeper.rouse();
        return !gate.has(Gate.NO_ACQUIRE);
    }

    // --- under the lock

    /**
     * Tells whether a newcomer should leave what is idle alone for the moment ({@code WaitQueue.holdsBack}): only where it can
     * wait, and the pool has nothing else to do for it.
     */
    boolean isToBeLeftBy(Waiter<T> waiter) {
        assert engine.lock.isHeld();
        return !idle.isEmpty()
                && waiter.timeoutNanos() > 0
                && engine.slots.limits().maxWaiters() > 0
                && !gate.has(Gate.SUSPENDED | Gate.OVERSIZE | Gate.WATCHED)
                && engine.slots.room() <= 0
                && engine.queue.holdsBack(waiter);
    }

    /** No thread is starting any more, or one was held back for too long: what is idle goes to those that wait. */
    void endHold() {
        engine.queue.endHold();
        engine.handoff.capacityCameFree();
        Waiter<T> head = engine.queue.head();
        if (head != null) {
            hasten(head);
        }
    }

    /** A waiter that has just queued waits for operations that were begun for others: they must not take too much of its time. */
    void hasten(Waiter<T> waiter) {
        assert engine.lock.isHeld();
        if (engine.checks.covering() == 0 && engine.creates.covering() == 0) {
            return; // without a look at the clock
        }
        long now = engine.now();
        boolean isCheckSlow = engine.checks.hasten(waiter.timeoutNanos(), now);
        boolean isCreateSlow = engine.creator.hasten(waiter.timeoutNanos(), now);
        if (isCheckSlow || isCreateSlow) {
            engine.handoff.capacityCameFree();
        }
    }

    /** Leases an object that needs no check, if there is one, also if others that need one lie before it. */
    private @Nullable Grant<T> takeReady() {
        assert engine.lock.isHeld();
        ArrayDeque<Slot<T>> unchecked = new ArrayDeque<>(1);
        Grant<T> grant = idle.lease(unchecked, 1);
        if (grant == null && !unchecked.isEmpty()) {
            grant = engine.slots.leaseReady(0);
        }
        idle.pushBack(unchecked);
        return grant;
    }

    /** Has one object made or validated, if one can be, for somebody who does not wait for it. */
    private void prepareOne() {
        assert engine.lock.isHeld();
        long now = engine.now();
        engine.checks.hastenForTry(now);
        if (engine.checks.covering() > 0) {
            return;
        }
        for (Slot<T> slot = idle.pop(); slot != null; slot = idle.pop()) {
            long seen = slot.word();
            if (Slot.state(seen) == Slot.IDLE && Slot.isMarked(seen, Slot.CHECK)) {
                validate(slot);
                return;
            }
            if (Slot.state(seen) == Slot.IDLE || !slot.tryDrop(seen)) {
                idle.push(slot); // there is one already
                return;
            }
        }
        engine.sizing.wanted(engine.demand.existing() + 1);
        engine.breaker.ask(now);
        engine.handoff.makeFor(1);
        if (engine.sharing != null) {
            engine.sharing.tried();
        }
    }

    /** Serves waiters from what is idle, and gives up what other pools should have. */
    void serve() {
        if (gate.has(Gate.WATCHED)) {
            serveWatched();
        } else if (!gate.has(Gate.SUSPENDED | Gate.CLOSED)) {
            serveFromStore();
        }
    }

    /**
     * The same as {@link #serveFromStore}, where the budget is asked of each object whether it may stay. While the gate is watched
     * no thread takes what is idle without the lock, but one that read its hint before that; so there is rarely more than one.
     */
    private void serveWatched() {
        ArrayDeque<Slot<T>> kept = new ArrayDeque<>(2);
        for (Slot<T> slot = idle.pop(); slot != null; slot = idle.pop()) {
            long seen = slot.word();
            if (Slot.state(seen) != Slot.IDLE) {
                if (!slot.tryDrop(seen)) {
                    idle.push(slot); // idle again: it comes next
                }
                continue;
            }
            Waiter<T> head = gate.has(Gate.SUSPENDED) ? null : engine.queue.head();
            if (head != null && Slot.isMarked(seen, Slot.CHECK) && engine.demand.uncovered() > 0) {
                validate(slot); // then the budget is asked
            } else if (engine.mayKeep(head != null && !Slot.isMarked(seen, Slot.CHECK))) {
                Grant<T> grant = head == null ? null : slot.tryLeasePopped();
                if (head != null && grant != null) {
                    engine.handoff.serve(head, grant);
                } else {
                    kept.add(slot);
                }
            } else if (slot.tryTakePopped(seen, Slot.RETIRING)) {
                engine.retirement.begin(slot, DestroyReason.YIELDED);
            } else {
                idle.push(slot); // a thread that had read its hint was faster; what is idle comes next
            }
        }
        idle.pushBack(kept);
    }

    /**
     * Serves the oldest waiters with what can be leased at once, and has as much validated of the rest as they need. What
     * needs a check is set aside meanwhile, as much of it as may be needed: a good object may lie behind it. That is looked for
     * among the slots: to pop thousands of unchecked ones, and push them back, would take a millisecond for each caller.
     */
    private void serveFromStore() {
        if (engine.queue.head() == null) {
            return;
        }
        ArrayDeque<Slot<T>> unchecked = new ArrayDeque<>(2);
        serveFrom(() -> idle.lease(unchecked, Math.max(1, engine.demand.uncovered())));
        if (!unchecked.isEmpty()) {
            int[] from = new int[1];
            serveFrom(() -> {
                Grant<T> grant = engine.slots.leaseReady(from[0]);
                from[0] = grant == null ? from[0] : grant.slot().index + 1;
                return grant;
            });
        }
        while (engine.demand.uncovered() > 0 && !unchecked.isEmpty()) {
            validate(unchecked.poll());
        }
        idle.pushBack(unchecked);
    }

    private void serveFrom(Supplier<@Nullable Grant<T>> source) {
        for (Waiter<T> next = engine.queue.head(); next != null; next = engine.queue.head()) {
            Grant<T> grant = source.get();
            if (grant == null) {
                return;
            }
            engine.handoff.serve(next, grant);
        }
    }

    /**
     * Has a popped slot validated that is idle and marked for it, which nobody can change while the lock is held. Where no
     * validation can begin, its object is replaced: a new one needs none.
     */
    private void validate(Slot<T> slot) {
        if (!slot.tryTakePopped(slot.word(), Slot.VALIDATING)) {
            throw new AssertionError("bug: somebody took " + slot);
        }
        if (engine.validation.mayBegin()) {
            engine.validation.beginForCaller(slot);
        } else {
            slot.move(Slot.VALIDATING, Slot.RETIRING);
            engine.retirement.begin(slot, DestroyReason.REPLACED);
        }
    }
}
