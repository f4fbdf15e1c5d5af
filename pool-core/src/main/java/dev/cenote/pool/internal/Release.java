package dev.cenote.pool.internal;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.PoolConfig;
import dev.cenote.pool.internal.run.StackReserve;
import dev.cenote.pool.internal.run.Tasks;
import dev.cenote.pool.internal.slot.IdleStore;
import dev.cenote.pool.internal.slot.LeaseEnd;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.wait.Gate;

/**
 * Where a lease ends: the other half of the fast path.
 *
 * <p><b>Linearization:</b> a plain release: {@link Slot#tryRelease}.
 *
 * <p><b>Ordering:</b> the gate is read after the CAS and after the push onto the store ({@link Gate}). {@code isPlain} is read plainly:
 * it is cleared before the first object of the factory that needs it is made, and the CAS that leased that object
 * acquired it from its maker.
 */
final class Release<T> extends LeaseEnd<T> {

    private final Engine<T> engine;
    private final Gate gate;
    private final IdleStore<T> idle;

    /**
     * What a slot is marked with when it becomes idle: {@link Slot#CHECK} if it is always to be validated, or 0. A long, as the word is: to
     * widen an int would cost a lease a tenth.
     */
    final long idleMark;

    private final boolean validates;
    private boolean resets;
    /** False once a release may have more to do: to reset or validate the object, to count its uses or to measure them. */
    private boolean isPlain;

    Release(Engine<T> engine) {
        this.engine = engine;
        gate = engine.gate;
        idle = engine.idle;
        PoolConfig<T> config = engine.config;
        idleMark = config.validator() != null && config.validateIfIdleFor().isZero() ? Slot.CHECK : 0;
        validates = config.validateOnRelease() && config.validator() != null;
        resets = config.factory().resets();
        isPlain = config.maxUses() == 0 && config.useTimes() == 0 && !validates && !resets;
    }

    /** Called before another factory is used. Once a factory has needed resets, all releases reset their objects. */
    void expectObjects(boolean toReset) {
        assert engine.lock.isHeld();
        if (toReset) {
            resets = true;
            isPlain = false;
        }
    }

    @Override
    public boolean release(Slot<T> slot, long leaseWord) {
        StackReserve.ensureForRelease();
        if (isPlain) {
            return releasePlainly(slot, leaseWord);
        }
        long held = engine.journal.held(slot, leaseWord);
        return used(held, releaseWithMore(slot, leaseWord, validates));
    }

    private boolean releaseWithMore(Slot<T> slot, long leaseWord, boolean toValidate) {
        if (resets || toValidate) {
            return ended(slot, leaseWord, engine.validation.release(slot, leaseWord, resets, toValidate));
        }
        return slot.isUsedUp(leaseWord) ? releaseLocked(slot, leaseWord) : releasePlainly(slot, leaseWord);
    }

    /** Records the end of a lease, if it was one, and somebody wants that. */
    private boolean ended(Slot<T> slot, long leaseWord, boolean wasLive) {
        if (wasLive) {
            engine.taping.released(slot, leaseWord);
        }
        return wasLive;
    }

    private boolean releaseLocked(Slot<T> slot, long leaseWord) {
        return ended(slot, leaseWord, engine.handoff.release(slot, leaseWord));
    }

    private boolean used(long held, boolean wasLive) {
        if (wasLive) {
            engine.journal.used(held);
        }
        return wasLive;
    }

    @Override
    public boolean releaseAndValidate(Slot<T> slot, long leaseWord) {
        if (engine.config.validator() == null) {
            return release(slot, leaseWord);
        }
        StackReserve.ensureForRelease();
        long held = engine.journal.held(slot, leaseWord);
        return used(held, releaseWithMore(slot, leaseWord, true));
    }

    private boolean releasePlainly(Slot<T> slot, long leaseWord) {
        long seen = leaseWord;
        while (!slot.tryRelease(seen, idleMark)) {
            seen = slot.currentWord(leaseWord);
            if (seen == 0) {
                return releaseLocked(slot, leaseWord); // dead, or to be retired
            }
        }
        if (!Slot.isMarked(seen, Slot.STORED)) {
            idle.push(slot);
        }
        int seenGate = gate.bits();
        if (seenGate != 0) {
            engine.handoff.onReleased(seenGate, slot, leaseWord);
        }
        return true;
    }

    @Override
    public boolean invalidate(Slot<T> slot, long leaseWord) {
        StackReserve.ensureForRelease(); // this thread may have to destroy the object
        Runnable own = null;
        boolean wasLive;
        engine.lock.lock();
        try {
            wasLive = ended(slot, leaseWord, engine.eviction.tryTakeLeased(slot, leaseWord));
            own = wasLive ? engine.callers.retire(slot) : null;
            if (own != null && engine.lock.hasAfterwards()) {
                engine.tasks.onCaller(own); // before listeners, which may wait for the place
                own = null;
            }
        } finally {
            try {
                engine.lock.unlock();
            } finally {
                if (own != null) {
                    Tasks.undisturbed(own);
                }
            }
        }
        return noteIfStale(wasLive);
    }

    /** The pool destroys the object, since a broken one may take long for that. */
    @Override
    public boolean invalidate(Slot<T> slot, long leaseWord, Throwable cause) {
        return noteIfStale(engine.lock.test(() -> {
            boolean wasLive =
                    ended(slot, leaseWord, engine.eviction.tryRetireLeased(slot, leaseWord, DestroyReason.INVALIDATED));
            if (wasLive) {
                engine.validation.checkAllIdle();
                engine.journal.faultReported(cause);
            }
            return wasLive;
        }));
    }

    @Override
    public T detach(Slot<T> slot, long leaseWord) {
        long held = engine.journal.held(slot, leaseWord);
        T object = slot.objectIfAny();
        if (object == null || !engine.lock.test(() -> tryDetach(slot, leaseWord))) {
            noteStaleClose();
            throw slot.leaseHasEnded();
        }
        engine.journal.used(held);
        return object; // of this lease, for that has ended only now
    }

    private boolean noteIfStale(boolean wasLive) {
        if (!wasLive) {
            noteStaleClose();
        }
        return wasLive;
    }

    @Override
    public void noteStaleClose() {
        engine.journal.staleClose();
    }

    @Override
    public String poolName() {
        return engine.config.name();
    }

    private boolean tryDetach(Slot<T> slot, long leaseWord) {
        if (!engine.slots.tryDetach(slot, leaseWord)) {
            return false;
        }
        engine.journal.detached();
        engine.taping.released(slot, leaseWord);
        engine.handoff.vacated();
        return true;
    }
}
