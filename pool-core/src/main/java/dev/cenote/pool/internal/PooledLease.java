package dev.cenote.pool.internal;

import dev.cenote.pool.Lease;
import java.lang.ref.Reference;
import java.util.Objects;

/**
 * A lease is a slot and the word that it had when it was leased: dead as soon as the slot's word is another. What ends it
 * keeps it reachable until then, lest {@link Leaks} take it for lost.
 *
 * <p>The first close after a successful invalidate or detach is the end of a try-with-resources, and no stale close. Racy on
 * purpose: of two threads that close such a lease at once neither may be counted.
 */
final class PooledLease<T> implements Lease<T> {

    private final Slot<T> slot;
    private final long word;
    private final LeaseEnd<T> leaseEnd;
    private boolean isGivenUp; // and not closed since

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
            if (!leaseEnd.release(slot, word)) {
                closeDead();
            }
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public void closeAndValidate() {
        try {
            if (!leaseEnd.releaseAndValidate(slot, word)) {
                closeDead();
            }
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private void closeDead() {
        if (isGivenUp) {
            isGivenUp = false;
        } else {
            leaseEnd.noteStaleClose();
        }
    }

    @Override
    public void invalidate() {
        try {
            isGivenUp |= leaseEnd.invalidate(slot, word);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public void invalidate(Throwable cause) {
        Objects.requireNonNull(cause, "cause");
        try {
            isGivenUp |= leaseEnd.invalidate(slot, word, cause);
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public T detach() {
        try {
            T object = leaseEnd.detach(slot, word);
            isGivenUp = true;
            return object;
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public String toString() {
        return "lease " + Slot.generation(word) + " of pool '" + leaseEnd.poolName() + "', " + slot;
    }
}
