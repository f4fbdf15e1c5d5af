package dev.cenote.pool.internal;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.PoolConfig;

/**
 * <b>What:</b> where a lease ends: the other half of the fast path.
 *
 * <p><b>Linearization:</b> a plain release: {@link Slot#tryRelease}.
 *
 * <p><b>Ordering:</b> on release the gate is read after the CAS and the push onto the store. If it were read before them,
 * a waiter could queue in between, find nothing idle, and park beside an idle object. {@code isPlain} is read plainly:
 * it is cleared before the first object of the factory that needs it is made, and the CAS that leased that object
 * acquired it from its maker.
 *
 * <p>Each lease has it, and it has its pool; so a pool is reachable while one of its leases is. The engine must not have
 * it, or a pool that is never closed would be reachable for ever ({@link HousekeeperThread}).
 */
final class LeaseEnd<T> {

    /** Only kept, never used. */
    @SuppressWarnings({"unused", "FieldCanBeLocal"})
    private final Object pool;

    private final Parts<T> parts;
    private final WaitQueue<T> queue;
    private final IdleStore<T> idle;
    private final Handoff<T> handoff;
    private final long idleMark;
    private final boolean validates;
    private boolean resets;
    /** False once a release may have more to do: to reset or validate the object, or to count its uses. */
    private boolean isPlain;

    LeaseEnd(Object pool, Parts<T> parts, Handoff<T> handoff, int idleMark) {
        this.pool = pool;
        this.parts = parts;
        this.handoff = handoff;
        this.idleMark = idleMark;
        queue = parts.queue();
        idle = parts.idle();
        PoolConfig<T> config = parts.config();
        validates = config.validateOnRelease() && config.validator() != null;
        isPlain = config.maxUses() == 0 && !validates;
    }

    /** Objects will come that are to be reset, or not. From then on it stays with what any factory so far needed. */
    void expectObjects(boolean toReset) {
        assert parts.lock().isHeld();
        if (toReset) {
            resets = true;
            isPlain = false;
        }
    }

    /** Ends a lease. False if it is dead. */
    boolean release(Slot<T> slot, long leaseWord) {
        StackReserve.ensureForRelease();
        if (isPlain) {
            return releasePlainly(slot, leaseWord);
        }
        if (resets || validates) {
            return handoff.validation.release(slot, leaseWord, resets, validates);
        }
        return slot.isUsedUp(leaseWord) ? handoff.release(slot, leaseWord) : releasePlainly(slot, leaseWord);
    }

    /** The same for an object that is to be validated before anybody else gets it. */
    boolean releaseAndValidate(Slot<T> slot, long leaseWord) {
        if (parts.config().validator() == null) {
            return release(slot, leaseWord);
        }
        StackReserve.ensureForRelease();
        return handoff.validation.release(slot, leaseWord, resets, true);
    }

    private boolean releasePlainly(Slot<T> slot, long leaseWord) {
        long seen = leaseWord;
        while (!slot.tryRelease(seen, idleMark)) {
            seen = slot.currentWord(leaseWord);
            if (seen == 0) {
                return handoff.release(slot, leaseWord); // dead, or to be retired
            }
        }
        if (!Slot.isMarked(seen, Slot.STORED)) {
            idle.push(slot);
        }
        int gate = queue.gate();
        if (gate != 0) {
            handoff.offered(gate, leaseWord);
        }
        return true;
    }

    /** Ends a lease and the life of its object. False if the lease is dead, which is counted. */
    boolean invalidate(Slot<T> slot, long leaseWord) {
        return isLive(
                parts.lock().test(() -> handoff.renewal.tryRetireLeased(slot, leaseWord, DestroyReason.INVALIDATED)));
    }

    /** The same for a fault that makes idle objects suspect, too. */
    boolean invalidate(Slot<T> slot, long leaseWord, Throwable cause) {
        return isLive(parts.lock().test(() -> {
            boolean wasLive = handoff.renewal.tryRetireLeased(slot, leaseWord, DestroyReason.INVALIDATED);
            if (wasLive) {
                handoff.validation.checkAllIdle();
                parts.lock().tell(() -> parts.listener().faultReported(cause));
            }
            return wasLive;
        }));
    }

    T detach(Slot<T> slot, long leaseWord) {
        T object = slot.objectIfAny();
        if (object == null || !parts.lock().test(() -> tryDetach(slot, leaseWord))) {
            noteStaleClose();
            throw Slot.leaseHasEnded();
        }
        return object; // of this lease, for that has ended only now
    }

    private boolean isLive(boolean wasLive) {
        if (!wasLive) {
            noteStaleClose();
        }
        return wasLive;
    }

    /** Counts the end of a lease that was dead already. */
    void noteStaleClose() {
        parts.counters().staleCloses.increment();
        parts.listener().staleClose();
    }

    String poolName() {
        return parts.config().name();
    }

    private boolean tryDetach(Slot<T> slot, long leaseWord) {
        if (!parts.capacity().tryDetach(slot, leaseWord)) {
            return false;
        }
        parts.counters().detached++;
        handoff.vacated();
        return true;
    }
}
