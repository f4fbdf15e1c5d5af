package dev.cenote.pool.internal;

import dev.cenote.pool.Budget;
import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.wait.Gate;
import org.jspecify.annotations.Nullable;

/**
 * What a pool tells the {@link Budget} that it shares with others, and what it does for them.
 *
 * <p><b>Invariants</b> (when the pool's lock is free):
 *
 * <ol>
 *   <li>The budget knows how many places this pool wants, and how many will soon come back from it. Both are derived from the
 *       pool's state, as the last step before the lock is given back ({@link #tell}), so no way in which they change can be
 *       forgotten.
 *   <li>P14: a pool that wants a place either holds one that it is about to use, or is hungry. It is not hungry while it waits
 *       for the next try of its breaker, or is suspended: then it keeps no place from others.
 *   <li>The gate is {@link Gate#WATCHED} if the budget says so, and then nothing is idle but what it lets stay.
 * </ol>
 *
 * <p><b>One lock at a time:</b> the budget is told under this pool's lock, and calls nobody then. What it has to say to other pools
 * it says in {@link Budget.Share#settle}, which comes first of all that is done after this pool's lock was given back.
 *
 * <p><b>Ordering of WATCHED.</b> {@link #yieldIdle} sets the bit under the lock, and then looks at what is idle, as a waiter does
 * ({@link Gate}). The bit is cleared under the lock after the budget has said, under its own lock, that it need not be asked any
 * more. A pool that becomes hungry after that finds this one among those that are not watched, and has it look again.
 */
final class Sharing<T> implements Budget.Member {

    private static final int UNTOLD = -1;

    private final Engine<T> engine;
    private final Budget.Share share;

    // Guarded by the pool's lock.
    private boolean wasHungry; // what the budget was told last
    private int leaving; // the same
    private int occupied; // when it was told last
    private boolean isChanged; // the budget has to settle
    private boolean isCalledByBudget; // which settles by itself
    private boolean hasTried;
    private boolean hasLeft;

    private Sharing(Engine<T> engine, Budget budget) {
        this.engine = engine;
        share = budget.join(this);
        engine.slots.setShare(share);
        engine.lock.setLastStep(this::tell);
    }

    static <T> @Nullable Sharing<T> of(Engine<T> engine) {
        Budget budget = engine.config.budget();
        return budget == null ? null : new Sharing<>(engine, budget);
    }

    // --- what the pool says, under its lock

    /** Tells the budget what has changed. The last step of every critical section. */
    private void tell() {
        if (hasLeft) {
            return;
        }
        int nowLeaving = engine.retirement.leaving();
        if (nowLeaving != leaving) {
            leaving = nowLeaving;
            share.leaving(nowLeaving);
            isChanged = true;
        }
        int urgent = places(true);
        int all = Math.max(urgent, places(false));
        if (all > 0) { // also if it is as before: a place may have been offered and not taken
            share.hungry(urgent, all);
            isChanged = true;
        } else if (wasHungry) {
            share.fed();
            isChanged = true;
        }
        wasHungry = all > 0;
        isChanged |= occupied != engine.slots.occupied(); // a place came back, or may be wanted back
        occupied = engine.slots.occupied();
        if (share.isWatched()) {
            engine.gate.set(Gate.WATCHED);
        } else {
            engine.gate.clear(Gate.WATCHED);
        }
        if (isChanged && !isCalledByBudget) {
            engine.lock.firstOfAll(share::settle);
        }
        isChanged = false;
        isCalledByBudget = false;
    }

    /**
     * How many creates would begin now if there were places for them.
     *
     * @param isUrgent only those for which an object of another pool should go: for waiters, for the probe that is owed to callers
     *     that were refused, and as far as places are reserved
     */
    private int places(boolean isUrgent) {
        if (engine.gate.has(Gate.CLOSED | Gate.SUSPENDED) || engine.slots.ownRoom() <= 0) {
            return 0;
        }
        int missingIdle = engine.demand.missingIdle();
        int wanted = engine.demand.wanted(missingIdle + tries());
        if (isUrgent) {
            int asked = Math.max(engine.demand.uncovered() + tries(), engine.breaker.isProbeOwed() ? 1 : 0);
            int reserved = Math.min(missingIdle, engine.config.reserved() - engine.slots.occupied());
            wanted = Math.min(wanted, Math.max(asked, reserved));
        }
        return wanted <= 0 ? 0 : engine.creator.missing(wanted);
    }

    /** Tells whether waiters lack a place: the budget will offer one when there is one. */
    boolean isHungry() {
        assert engine.lock.isHeld();
        return places(true) > 0;
    }

    /** A caller that does not wait has found nothing, and may come again: until the housekeeper's next look it counts as one that waits. */
    void tried() {
        hasTried = engine.creates.covering() == 0;
        engine.alarm.noLaterThan(engine.now() + Timetable.LONGEST_TICK_NANOS);
    }

    /** How many objects are wanted for such callers. */
    int tries() {
        return hasTried ? 1 : 0;
    }

    /** An object was made, which such a caller can have, or the housekeeper looks. */
    void forgetTries() {
        hasTried = false;
    }

    void lent() {
        share.lent();
    }

    /** Asks the budget, if it wants to be asked, whether an object that has come free may stay. */
    boolean mayKeep(boolean hasWaiter) {
        if (!engine.gate.has(Gate.WATCHED)) {
            return true;
        }
        isChanged = true;
        boolean mayStay = share.mayKeep(hasWaiter);
        if (!mayStay) {
            // The budget counts it as leaving by now. If another thread was faster with this object, tell() corrects
            // that.
            leaving = UNTOLD;
        }
        return mayStay;
    }

    /** The pool is closing: what is reserved for it is free for pools that join, such as the next one of its key. */
    void closing() {
        share.closing();
    }

    /** The pool is closed and empty. */
    void leave() {
        hasLeft = true;
        share.leave();
        engine.lock.firstOfAll(share::settle);
    }

    // --- what the budget asks, without a lock

    @Override
    public int reserved() {
        return engine.config.reserved();
    }

    @Override
    public int weight() {
        return engine.config.weight();
    }

    @Override
    public void offered() {
        forBudget(engine.handoff::capacityCameFree);
    }

    @Override
    public void yieldIdle() {
        forBudget(() -> {
            engine.gate.set(Gate.WATCHED); // before the look at what is idle
            if (engine.queue.head() != null) {
                engine.handoff.capacityCameFree(); // what is idle may be held back for this pool's own waiters
            }
            for (Slot<T> oldest = longestIdle(); oldest != null && !mayKeep(false); oldest = longestIdle()) {
                engine.eviction.tryRetireIdle(oldest, oldest.word(), DestroyReason.YIELDED);
            }
            engine.handoff.capacityCameFree();
        });
    }

    private void forBudget(Runnable action) {
        engine.lock.lock();
        isCalledByBudget = true;
        try {
            if (!hasLeft) {
                engine.tasks.forOthers(action);
            }
        } finally {
            engine.lock.unlockForOthers(engine.ownThread);
        }
    }

    private @Nullable Slot<T> longestIdle() {
        Slot<T> oldest = null;
        for (Slot<T> slot : engine.slots.array()) {
            if (slot != null
                    && slot.state() == Slot.IDLE
                    && (oldest == null || idleSince(slot) - idleSince(oldest) < 0)) {
                oldest = slot;
            }
        }
        return oldest;
    }

    @Override
    public long idleSinceNanos() {
        Slot<T> oldest = longestIdle();
        return oldest == null ? engine.now() : idleSince(oldest);
    }

    /** What has changed since the housekeeper last looked counts as changed at that look: no lease reads a clock. */
    private long idleSince(Slot<T> slot) {
        return slot.isAsObserved(slot.word()) ? slot.unchangedSince() : engine.diagnosis.lookedAtNanos();
    }
}
