package dev.cenote.pool.internal;

import dev.cenote.pool.DestroyReason;

/**
 * <b>What:</b> where a lease ends: the other half of the fast path.
 *
 * <p><b>Linearization:</b> a release: {@link Slot#tryRelease}.
 *
 * <p><b>Ordering:</b> on release the gate is read after the CAS and the push onto the store. If it were read before them,
 * a waiter could queue in between, find nothing idle, and park beside an idle object.
 */
final class PlainEnd<T> implements LeaseEnd<T> {

    private final Parts<T> parts;
    private final WaitQueue<T> queue;
    private final IdleStore<T> idle;
    private final Handoff<T> handoff;
    private final int idleMark;

    PlainEnd(Parts<T> parts, Handoff<T> handoff, int idleMark) {
        this.parts = parts;
        this.handoff = handoff;
        this.idleMark = idleMark;
        queue = parts.queue();
        idle = parts.idle();
    }

    @Override
    public void release(Slot<T> slot, long leaseWord) {
        long seen = leaseWord;
        while (!slot.tryRelease(seen, idleMark)) {
            seen = slot.currentWord(leaseWord);
            if (seen == 0) {
                noteStaleClose(handoff.release(slot, leaseWord)); // dead, or to be retired
                return;
            }
        }
        if (!Slot.isMarked(seen, Slot.STORED)) {
            idle.push(slot);
        }
        int gate = queue.gate();
        if (gate != 0) {
            handoff.offered(gate);
        }
    }

    @Override
    public void invalidate(Slot<T> slot, long leaseWord) {
        noteStaleClose(
                parts.lock().test(() -> handoff.renewal.tryRetireLeased(slot, leaseWord, DestroyReason.INVALIDATED)));
    }

    @Override
    public T detach(Slot<T> slot, long leaseWord) {
        T object = slot.objectOf(leaseWord);
        if (object == null || !parts.lock().test(() -> tryDetach(slot, leaseWord))) {
            noteStaleClose(false);
            throw PooledLease.dead();
        }
        return object;
    }

    /** Counts the end of a lease that was dead already. */
    void noteStaleClose(boolean wasLive) {
        if (!wasLive) {
            parts.counters().staleCloses.increment();
            parts.listener().staleClose();
        }
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
