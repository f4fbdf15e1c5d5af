package dev.cenote.pool.internal;

import dev.cenote.pool.Lease;

/** A lease is a slot and the word that it had when it was leased: dead as soon as the slot's word is another. */
final class PooledLease<T> implements Lease<T> {

    final Slot<T> slot;
    final long word;

    PooledLease(Slot<T> slot, long word) {
        this.slot = slot;
        this.word = word;
    }

    @Override
    public T get() {
        T object = slot.objectOf(word);
        if (object == null) {
            throw dead();
        }
        return object;
    }

    @Override
    public void close() {
        slot.leaseEnd.release(this);
    }

    @Override
    public void invalidate() {
        slot.leaseEnd.invalidate(this);
    }

    @Override
    public T detach() {
        return slot.leaseEnd.detach(this);
    }

    static IllegalStateException dead() {
        return new IllegalStateException("this lease has ended: it was closed, invalidated, detached or revoked");
    }

    @Override
    public String toString() {
        return "lease " + Slot.generation(word) + " of " + slot;
    }
}
