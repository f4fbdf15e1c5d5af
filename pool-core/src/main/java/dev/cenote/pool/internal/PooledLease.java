package dev.cenote.pool.internal;

import dev.cenote.pool.Lease;
import java.util.Objects;

/** A lease is a slot and the word that it had when it was leased: dead as soon as the slot's word is another. */
final class PooledLease<T> implements Lease<T> {

    private final Slot<T> slot;
    private final long word;
    private final LeaseEnd<T> leaseEnd;

    PooledLease(Slot<T> slot, long word, LeaseEnd<T> leaseEnd) {
        this.slot = slot;
        this.word = word;
        this.leaseEnd = leaseEnd;
    }

    @Override
    public T get() {
        return slot.objectOf(word);
    }

    @Override
    public void close() {
        leaseEnd.release(slot, word);
    }

    @Override
    public void invalidate() {
        leaseEnd.invalidate(slot, word);
    }

    @Override
    public void invalidate(Throwable cause) {
        Objects.requireNonNull(cause, "cause");
        leaseEnd.invalidate(slot, word, cause);
    }

    @Override
    public T detach() {
        return leaseEnd.detach(slot, word);
    }

    @Override
    public String toString() {
        return "lease " + Slot.generation(word) + " of " + slot;
    }
}
