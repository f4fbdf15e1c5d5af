package dev.cenote.pool.internal;

import dev.cenote.pool.internal.life.Eviction;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.slot.Slots;
import dev.cenote.pool.internal.wait.Gate;
import dev.cenote.pool.internal.wait.WaitQueue;

/**
 * How many objects a pool has, how many it should have, and how many are missing. Every method is called under the pool's
 * lock.
 *
 * <p><b>Invariant:</b> the objects that exist are the occupied slots, less those of creates and destroys (P15). That takes a few
 * reads. Statistics look at the words of all slots instead, since they tell the states apart ({@code Slots.census}); the tests' oracle
 * checks that both agree.
 */
final class Demand<T> {

    private final Engine<T> engine;
    private final Slots<T> slots;
    private final WaitQueue<T> queue;
    private final ReadyCount ready;

    Demand(Engine<T> engine) {
        this.engine = engine;
        slots = engine.slots;
        queue = engine.queue;
        ready = new ReadyCount(slots::count, this::countReady);
    }

    /** Objects that are alive: idle, leased, being validated or reset. */
    int existing() {
        return slots.occupied() - engine.creates.occupying() - engine.retirement.occupying();
    }

    /**
     * Tells whether there is no object that could come back, or lie idle, for a waiter. An object whose life is over can't be
     * leased again: it helps a waiter only by the place that it frees, where no other place is free.
     */
    boolean isBare() {
        return !engine.gate.has(Gate.SUSPENDED) && (existing() == 0 || (slots.room() > 0 && !hasLasting()));
    }

    /** Tells whether an object may be leased again, now or when it comes back. Looks at all slots if there is none. */
    private boolean hasLasting() {
        for (Slot<T> slot : slots.array()) {
            if (slot != null && isLasting(slot)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isLasting(Slot<?> slot) {
        long word = slot.word();
        int state = Slot.state(word);
        return (state == Slot.IDLE || state == Slot.LEASED || state == Slot.VALIDATING)
                && !Slot.isMarked(word, Slot.RETIRE)
                && !slot.isUsedUp(word);
    }

    /**
     * Tells whether an object exists whose return or destruction leads to another look. A budget is not asked, since its answer
     * can change meanwhile.
     */
    boolean isEndAwaited() {
        boolean isBare = engine.sharing == null ? isBare() : existing() == 0;
        return !isBare || engine.retirement.occupying() > 0;
    }

    /** Tells whether an object is being made, looked at or destroyed. */
    boolean isAtWork() {
        return engine.calls.stream().anyMatch(calls -> calls.occupying() > 0);
    }

    /** How many objects should exist, whether they are used or not; 0 if nothing says so. */
    int target() {
        return Math.max(engine.milestones.target(), engine.sizing.target());
    }

    /** Waiters for whom no idle object is being validated. */
    int uncovered() {
        return engine.gate.has(Gate.SUSPENDED) ? 0 : Math.max(0, queue.size() - engine.checks.covering());
    }

    /**
     * How many objects should be made: for waiters, for others, for {@link Eviction}, and until the target is reached. What no
     * caller has asked for is made one by one until the factory has made an object: with wrong credentials several log-ins at
     * once may lock an account.
     */
    int wanted(int forOthers) {
        int owed = engine.breaker.isProbeOwed() ? 1 : 0;
        int most = engine.breaker.isProven() ? Integer.MAX_VALUE : 1;
        int unasked = Math.min(most, engine.eviction.wanted() + forOthers);
        int forPolicy = Math.min(most, engine.sizing.target() - existing());
        int toBeWarm = engine.milestones.target() - existing();
        return Math.max(Math.max(owed, uncovered() + unasked), Math.max(forPolicy, toBeWarm));
    }

    /** Waiters that only a release can serve, since every place holds an object in use: those that {@code maxWaiters} bounds. */
    int waitingForRelease() {
        if (engine.gate.has(Gate.SUSPENDED)) {
            return queue.size();
        }
        int inUse = existing() + engine.callers.creating() - engine.checks.occupying() - engine.resets.occupying();
        return queue.size() - Math.max(0, slots.limits().maxSize() - inUse);
    }

    /** How many objects are missing for {@code minIdle}. */
    int missingIdle() {
        int minIdle = slots.limits().minIdle();
        return minIdle == 0 ? 0 : Math.max(0, minIdle - ready.get(existing()));
    }

    /** The next answer to {@link #missingIdle} is exact. */
    void countAnew() {
        ready.forget();
    }

    private int countReady() {
        int[] found = new int[1];
        slots.forEach(slot -> found[0] += slot.state() == Slot.IDLE || slot.state() == Slot.VALIDATING ? 1 : 0);
        return found[0];
    }
}
