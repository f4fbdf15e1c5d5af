package dev.cenote.pool.internal;

import dev.cenote.pool.Lease;
import dev.cenote.pool.internal.slot.Slot;
import java.lang.ref.Reference;
import java.util.Objects;

/**
 * A lease is a slot and the word that the slot had when it was leased: dead as soon as the slot's word is another. What ends it
 * keeps it reachable until then, lest {@link LeakDetector} take it for lost.
 *
 * <p><b>States</b> of the word: a live or dead lease's; then, after a successful invalidate or detach, {@link #GIVEN_UP}. The first
 * close after that makes it {@link #CLOSED}, and does not count as stale: it is the one that ends a try-with-resources. Every later
 * close does. No word of a slot has these states, so such a lease is dead for every slot.
 *
 * <p>Racy on purpose: of two threads that close such a lease at once neither may be counted.
 */
final class PooledLease<T> implements Lease<T> {

    private static final int GIVEN_UP = 7;
    private static final int CLOSED = 6;

    private final Slot<T> slot;
    private long word; // 24 bytes in all: another field would make it 32

    PooledLease(Slot<T> slot, long word) {
        this.slot = slot;
        this.word = word;
    }

    /** A thread other than the one that acquired it uses it from now on. */
    void noteHolder(long threadId) {
        if (slot.isOnLease(slot.word(), word)) { // it may have been revoked
            slot.noteHolder(threadId);
        }
    }

    @Override
    public T get() {
        return slot.objectOf(word);
    }

    @Override
    public void close() {
        try {
            if (!slot.leaseEnd().release(slot, word)) {
                closeDead();
            }
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public void closeAndValidate() {
        try {
            if (!slot.leaseEnd().releaseAndValidate(slot, word)) {
                closeDead();
            }
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private void closeDead() {
        if (Slot.state(word) == GIVEN_UP) {
            word = Slot.inState(word, CLOSED);
        } else {
            slot.leaseEnd().noteStaleClose();
        }
    }

    @Override
    public void invalidate() {
        try {
            giveUpIf(slot.leaseEnd().invalidate(slot, word));
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public void invalidate(Throwable cause) {
        Objects.requireNonNull(cause, "cause");
        try {
            giveUpIf(slot.leaseEnd().invalidate(slot, word, cause));
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    private void giveUpIf(boolean wasLive) {
        if (wasLive) {
            word = Slot.inState(word, GIVEN_UP);
        }
    }

    @Override
    public T detach() {
        try {
            T object = slot.leaseEnd().detach(slot, word);
            giveUpIf(true);
            return object;
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    @Override
    public String toString() {
        return "lease " + Slot.generation(word) + " of pool '" + slot.leaseEnd().poolName() + "', " + slot;
    }
}
