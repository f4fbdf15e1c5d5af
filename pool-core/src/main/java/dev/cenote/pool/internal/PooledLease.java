package dev.cenote.pool.internal;

import dev.cenote.pool.Lease;
import java.lang.ref.Reference;
import java.util.Objects;

/**
 * A lease is a slot and the word that it had when it was leased: dead as soon as the slot's word is another. What ends it
 * keeps it reachable until then, lest {@link Leaks} take it for lost.
 */
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
        try {
            leaseEnd.release(slot, word);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public void invalidate() {
        try {
            leaseEnd.invalidate(slot, word);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public void invalidate(Throwable cause) {
        Objects.requireNonNull(cause, "cause");
        try {
            leaseEnd.invalidate(slot, word, cause);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public T detach() {
        try {
            return leaseEnd.detach(slot, word);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public String toString() {
        return "lease " + Slot.generation(word) + " of " + slot;
    }
}
