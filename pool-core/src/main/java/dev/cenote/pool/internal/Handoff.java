package dev.cenote.pool.internal;

import dev.cenote.pool.CreateFailedException;
import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.WaitResult;
import dev.cenote.pool.internal.life.CircuitBreaker;
import dev.cenote.pool.internal.life.SlotEvents;
import dev.cenote.pool.internal.life.TimedCalls;
import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.slot.IdleStore;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.slot.Slot.Grant;
import dev.cenote.pool.internal.stats.Tape;
import dev.cenote.pool.internal.wait.Gate;
import dev.cenote.pool.internal.wait.WaitQueue;
import dev.cenote.pool.internal.wait.Waiter;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one place where a free slot meets a waiter.
 *
 * <p><b>Invariants</b> (when the lock is free):
 *
 * <ol>
 *   <li>P4: a waiter that is served here was the head of the queue.
 *   <li>P5: nobody waits; or the pool is suspended; or nothing that may be leased is idle. There are three exceptions. The thread
 *       that releases the object is on its way here. With eventual fairness, the head is on its way to take it. With strict
 *       order, the head is held back, since a thread that comes before it is starting. The argument: {@link Gate}.
 *   <li>P14: if a waiter is covered by no call of user code ({@link TimedCalls#covering}), and {@code maxSize} leaves room for
 *       one more object, then one of these holds. As many creates as may be are under way, and are not slow. Or the alarm is set
 *       for the next try. Or the pool has told its budget that it is hungry ({@link Sharing}), and hears when it may take a
 *       place. Or the {@link CircuitBreaker} leaves the next try to callers, or has begun as many probes as it may. Or creates
 *       that were given up hold all threads. Whether the budget has a place does not count here, because that can change while
 *       this pool's lock is held.
 *   <li>No more objects exist than may, those being destroyed left out, or nothing is idle: {@link #capacityCameFree} is the one
 *       step that is taken when capacity may have come free, and trims first.
 *   <li>P18: while the gate is {@link Gate#WATCHED}, nothing is idle that the budget wants for another pool: {@link
 *       Supply#serveWatched} asks it of each object that comes free.
 * </ol>
 *
 * <p><b>Linearization:</b> an acquire that is served here: the CAS of the slot's word, under the lock.
 */
final class Handoff<T> implements SlotEvents<T> {

    /** How often a slot is leased and released between two looks at the clock. */
    private static final int LEASES_BETWEEN_LOOKS = 16;

    private final Engine<T> engine;
    private final PoolLock lock;
    private final Gate gate;
    private final WaitQueue<T> queue;
    private final IdleStore<T> idle;
    private final CircuitBreaker breaker;

    Handoff(Engine<T> engine) {
        this.engine = engine;
        lock = engine.lock;
        gate = engine.gate;
        queue = engine.queue;
        idle = engine.idle;
        breaker = engine.breaker;
    }

    // --- capacity that comes free

    /** Ends a lease whose release needs more than the CAS. False if the lease is dead. */
    boolean release(Slot<T> slot, long leaseWord) {
        lock.lock();
        try {
            boolean wasLive = slot.tryEndLease(leaseWord, Slot.VALIDATING);
            if (wasLive) {
                reset(slot);
            }
            return wasLive;
        } finally {
            lock.unlock();
        }
    }

    /** A releaser has offered a slot to the store, and then found the gate no longer open. */
    void onReleased(int seenGate, Slot<T> slot, long leaseWord) {
        int seen = seenGate & ~Gate.RECORDED;
        if (seen != seenGate) {
            engine.taping.released(slot, leaseWord);
        }
        if (seen == 0) {
            return;
        }
        if (seen == (Gate.QUEUED | Gate.COMPETING) && !isCompetitorLate(leaseWord)) {
            return; // the head is on its way, and will look at the store when it has cleared COMPETING
        }
        boolean calls = false;
        lock.lock();
        try {
            if ((seen & Gate.DORMANT) != 0) {
                engine.alarm.noLaterThan(engine.now());
            }
            Waiter<T> head = queue.head();
            if (head != null && !queue.isStrict()) {
                // The head may be a future, or without a processor: so it is not the only one to look.
                queue.tightenOrder(head, engine.now());
            }
            if (gate.has(Gate.QUEUE_FIRST | Gate.SUSPENDED | Gate.OVERSIZE | Gate.WATCHED) || !queue.wakeHead()) {
                capacityCameFree();
            }
            calls = engine.sharing == null && queue.beginCall(); // to settle a budget may take long
        } finally {
            try {
                lock.unlock();
            } finally {
                if (calls && queue.endCall()) {
                    lock.run(engine.supply::endHold);
                }
            }
        }
    }

    /** Now and then, and then if the head has been on its way for too long: it may have no processor to run on. */
    private boolean isCompetitorLate(long leaseWord) {
        return Slot.generation(leaseWord) % LEASES_BETWEEN_LOOKS == 0 && queue.isCompetitorOverdue(engine.now());
    }

    /** A waiter gives up. Unlinks it; whatever it was woken for goes to the next. */
    void leave(Waiter<T> waiter) {
        assert lock.isHeld();
        queue.remove(waiter);
        if (queue.endCompetition(waiter)) {
            capacityCameFree();
        }
    }

    @Override
    public void created(Slot<T> slot, boolean isOutdated) {
        engine.forgetTries();
        if (isOutdated) {
            slot.move(Slot.CREATING, Slot.RETIRING);
            engine.retirement.begin(slot, DestroyReason.REPLACED);
        } else {
            engine.eviction.created(engine.now());
            place(slot, Slot.CREATING, true, engine.release.idleMark);
        }
        capacityCameFree();
    }

    @Override
    public void createdByCaller() {
        engine.forgetTries();
        engine.lent(Slot.CREATING);
        engine.sizing.wanted(engine.demand.existing());
        capacityCameFree();
    }

    @Override
    public void createFailed(Throwable cause) {
        engine.eviction.forget();
        if (breaker.isOpen()) {
            engine.milestones.createFailed(cause);
        }
        if (breaker.isOpen() && engine.demand.isBare() && engine.creates.covering() == 0) {
            failAll(cause);
        }
        capacityCameFree();
    }

    /** Why a newcomer should not wait: there is nothing, and nothing can be made at the moment. Null if it should. */
    @Nullable
    Throwable outage() {
        assert lock.isHeld();
        Throwable refusal = breaker.isOpen() ? breaker.refusal(engine.now()) : null; // the clock only then
        return refusal != null && engine.demand.isBare() ? refusal : null;
    }

    @Override
    public void validated(Slot<T> slot) {
        place(slot, Slot.VALIDATING, true, 0);
        capacityCameFree();
    }

    @Override
    public void reset(Slot<T> slot) {
        place(slot, Slot.VALIDATING, engine.release.idleMark == 0, engine.release.idleMark);
        capacityCameFree();
    }

    @Override
    public void rejected(Slot<T> slot, DestroyReason reason) {
        slot.move(Slot.VALIDATING, Slot.RETIRING);
        engine.retirement.begin(slot, reason);
        capacityCameFree();
    }

    @Override
    public void vacated() {
        capacityCameFree();
    }

    /** Where an object in the pool's hands goes: to its end, to the head of the queue, or to the idle ones. */
    private void place(Slot<T> slot, int from, boolean isReady, long mark) {
        Waiter<T> head = gate.has(Gate.SUSPENDED) ? null : queue.head();
        DestroyReason reason = endOf(slot);
        if (reason == null && isReady && from == Slot.VALIDATING && !engine.mayKeep(head != null)) {
            reason = DestroyReason.YIELDED;
        }
        if (reason != null) {
            slot.move(from, Slot.RETIRING);
            engine.retirement.begin(slot, reason);
        } else if (head != null && isReady) {
            engine.lent(from);
            serve(head, new Grant<>(slot, slot.lend(from)));
        } else if (slot.makeIdle(from, mark)) {
            idle.push(slot);
        }
    }

    /** Why the object must not be leased again, or null if it may. */
    private @Nullable DestroyReason endOf(Slot<T> slot) {
        long word = slot.word();
        if (Slot.isMarked(word, Slot.RETIRE)) {
            return slot.retireReason();
        }
        if (gate.has(Gate.CLOSED)) {
            return DestroyReason.CLOSED;
        }
        if (slot.isUsedUp(word)) {
            return DestroyReason.USED_UP;
        }
        return engine.eviction.isOversize() ? DestroyReason.SHRUNK : null;
    }

    // --- the meeting

    /**
     * The one step that is taken whenever capacity may have come free, or the number of objects or the limits have changed:
     * destroys what is idle and too much, serves the oldest waiters from what is idle, and sees to it that objects come for the
     * rest, and until enough are idle. There is nothing to choose: where nothing has changed it does nothing.
     */
    void capacityCameFree() {
        assert lock.isHeld();
        engine.milestones.changed();
        engine.shutdown.endIfEmpty();
        engine.eviction.trim();
        engine.supply.serve();
        if (gate.has(Gate.SUSPENDED | Gate.CLOSED)) {
            return;
        }
        // While the breaker is open nobody waits for what can't come, whenever the last object went.
        failAll(queue.head() == null || engine.creates.covering() > 0 ? null : outage());
        if (engine.demand.uncovered() > 0) {
            engine.sizing.wanted(engine.demand.existing() + 1);
        }
        makeFor(engine.slots.ownRoom() > 0 ? engine.demand.missingIdle() + engine.tries() : 0);
        if (queue.head() != null
                && breaker.isLeftToCallers()
                && engine.demand.isBare()
                && engine.creates.covering() == 0
                && !engine.isHungry()) {
            failAll(breaker.lastFailure()); // the pool does not try by itself, and these have had their try
        }
    }

    /** Has objects made for waiters, and for so many others, as far as creates may begin. */
    void makeFor(int forOthers) {
        engine.creator.ensure(engine.demand.wanted(forOthers), queue.leastPatience());
    }

    /** P14, as it stands in invariant 3. */
    boolean isHelpComing() {
        return gate.has(Gate.CLOSED)
                || engine.slots.ownRoom() <= 0
                || engine.isHungry()
                || engine.creates.covering()
                        >= Math.min(
                                engine.demand.uncovered(),
                                breaker.isFailing() ? 1 : engine.config.maxConcurrentCreates())
                || breaker.isRetrySet()
                || (breaker.isLeftToCallers() && engine.demand.isEndAwaited())
                || engine.creator.isProbedEnough()
                || engine.creator.isStuck();
    }

    void serve(Waiter<T> head, Grant<T> grant) {
        queue.starts(head);
        queue.remove(head);
        queue.endCompetition(head);
        engine.counters.served(head.waits());
        if (gate.has(Gate.RECORDED)) {
            engine.taping.leased(grant, head);
        }
        head.serve(grant, lock);
        if (!queue.isStrict()) {
            queue.relaxOrder(engine.now());
        }
    }

    // --- waiters that fail

    /** No object can be made for those that wait. */
    private void failAll(@Nullable Throwable cause) {
        if (cause != null) {
            for (int i = queue.size(); i > 0; i--) {
                engine.journal.failed(cause);
            }
            Picture picture = engine.diagnosis.picture();
            failAll(() -> new CreateFailedException(picture.stats(), cause));
        }
    }

    void failAll(Supplier<? extends RuntimeException> why) {
        assert lock.isHeld();
        for (Waiter<T> head = queue.head(); head != null; head = queue.head()) {
            queue.remove(head);
            queue.endCompetition(head);
            engine.taping.ended(gate.has(Gate.CLOSED) ? Tape.LEFT : Tape.FAILED, head);
            head.fail(WaitResult.FAILED, why, lock);
        }
    }
}
