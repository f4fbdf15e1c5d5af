package dev.cenote.pool.internal.slot;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Factory;
import dev.cenote.pool.internal.run.Help;
import dev.cenote.pool.internal.run.Nanos;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * A place for one object: the {@link SlotWord word} that says who owns it, what the owner needs to know of it, and the
 * housekeeper's notes.
 *
 * <p><b>Ordering:</b> plain fields are written by the slot's owner and published by its word. {@code observed…} is the
 * housekeeper's own. {@code holderId} and {@code leasedAtNanos} are racy on purpose: they can be one lease old. Diagnosis may be
 * wrong by that; what looks for stalls looks twice.
 */
public final class Slot<T> extends SlotWord {

    /** Its place in {@link Slots}. */
    public final int index;

    private final @Nullable LeaseEnd<T> leaseEnd;

    /** Links the entries of {@link IdleStore.Lifo}, which alone uses it. */
    int nextIndex;

    // Written by the owner, published by the word.
    private @Nullable T object;
    private @Nullable Factory<T> factory;
    private long createdAtNanos;
    private long checkedAtNanos;
    private long keepaliveNanos;
    private volatile long expiresAtNanos; // volatile since it can be brought forward under the lock
    private DestroyReason expiryReason = DestroyReason.EXPIRED; // guarded by the lock
    private long firstGeneration;
    private long maxUses = Long.MAX_VALUE;
    private long holderId;
    private long leasedAtNanos; // of a lease whose time is measured

    // The housekeeper's notes: the word it saw last, when it first saw it, and when it looked before that.
    private long observedWord;
    private long observedAtNanos;
    private long observedAfterNanos;
    private long reportedWord;

    /**
     * A slot that was leased, and the word that makes the lease.
     *
     * @param slot the slot
     * @param word its word from the moment of the lease on
     */
    public record Grant<T>(Slot<T> slot, long word) {}

    /** A slot that is never leased. */
    public Slot(int index) {
        this(index, null);
    }

    Slot(int index, @Nullable LeaseEnd<T> leaseEnd) {
        this.index = index;
        this.leaseEnd = leaseEnd;
    }

    /** Leases a slot that was popped, if it is idle and needs no check. */
    @Nullable
    public Grant<T> tryLeasePopped() {
        long seen = word();
        boolean isReady = state(seen) == IDLE && !isMarked(seen, CHECK | RETIRE);
        long leaseWord = isReady ? tryLeasePopped(seen) : 0;
        return leaseWord == 0 ? null : new Grant<>(this, leaseWord);
    }

    /** What ends its leases. */
    @SuppressWarnings("NullAway") // there is one as long as there is a lease
    public LeaseEnd<T> leaseEnd() {
        return leaseEnd;
    }

    @Override
    void forget() {
        object = null;
        factory = null;
        holderId = 0;
    }

    /** Fills a slot that is CREATING. */
    public void fill(T made, Factory<T> by, long now, long expiresAt, long keepalive, long maxUses) {
        object = made;
        factory = by;
        createdAtNanos = now;
        checkedAtNanos = now;
        expiresAtNanos = expiresAt;
        expiryReason = DestroyReason.EXPIRED;
        keepaliveNanos = keepalive;
        firstGeneration = generation(word());
        this.maxUses = maxUses == 0 ? Long.MAX_VALUE : maxUses;
        observedWord = 0;
    }

    /** The id of the thread that holds the lease, 0 if {@code acquireAsync} got it. Racy on purpose. */
    public long holderId() {
        return holderId;
    }

    /** Written only if it changes: a store would have to drain before the CAS that ends the lease. */
    public void noteHolder(long threadId) {
        if (holderId != threadId) {
            holderId = threadId;
        }
    }

    /** Written by the holder, as its first action. */
    public void noteLeased(long now) {
        leasedAtNanos = now;
    }

    /** Of the lease that the slot is on, if its time is measured. */
    public long leasedAtNanos() {
        return leasedAtNanos;
    }

    /** For a caller that finds out afterwards whether it may have it. */
    @Nullable
    public T objectIfAny() {
        return object;
    }

    public T object() {
        T held = object;
        if (held == null) {
            throw new AssertionError("bug: no object in " + this);
        }
        return held;
    }

    /**
     * The object of a lease. Read first, checked then: so it is never the next holder's.
     *
     * @throws IllegalStateException if the lease has ended
     */
    @SuppressWarnings("NullAway") // there is an object as long as there is a lease
    public T objectOf(long leaseWord) {
        T held = object;
        VarHandle.loadLoadFence();
        if (!isOnLease(word(), leaseWord)) {
            throw leaseHasEnded();
        }
        return held;
    }

    /** The same; null if the lease has ended. */
    public @Nullable T objectIfOn(long leaseWord) {
        T held = object;
        VarHandle.loadLoadFence();
        return isOnLease(word(), leaseWord) ? held : null;
    }

    public IllegalStateException leaseHasEnded() {
        return new IllegalStateException(
                "this lease has ended (pool '" + leaseEnd().poolName() + "', slot " + index
                        + "): it was closed, invalidated, detached or revoked" + Help.on("lease-has-ended"));
    }

    public Factory<T> factory() {
        Factory<T> made = factory;
        if (made == null) {
            throw new AssertionError("bug: no factory in " + this);
        }
        return made;
    }

    public boolean isUsedUp(long seen) {
        return generation(seen) - firstGeneration >= maxUses;
    }

    /** Ends the object's life at that instant, unless it ends before, since it is to be replaced. Called under the lock. */
    public void replaceBy(long instant) {
        if (instant - expiresAtNanos < 0) {
            expiresAtNanos = instant;
            expiryReason = DestroyReason.REPLACED;
        }
    }

    /** Why the object's life ends when it has expired. Called under the lock. */
    public DestroyReason expiryReason() {
        return expiryReason;
    }

    public boolean isExpired(long now) {
        return Nanos.isPast(expiresAtNanos, now);
    }

    public long createdAtNanos() {
        return createdAtNanos;
    }

    public long uses() {
        return generation(word()) - firstGeneration;
    }

    // --- the housekeeper's notes

    /** Notes a look at the slot. True if it has changed since the last one. */
    public boolean observe(long seen, long now, long lookedBefore) {
        long unmarked = seen & ~(RETIRE | CHECK | STORED);
        if (unmarked == observedWord) {
            return false;
        }
        observedWord = unmarked;
        observedAtNanos = now;
        observedAfterNanos = lookedBefore;
        return true;
    }

    /** Notes that the lease is reported as leaked. False if it was before. */
    public boolean noteReported(long leaseWord) {
        boolean isNew = !isOnLease(reportedWord, leaseWord);
        reportedWord = leaseWord;
        return isNew;
    }

    /** Tells whether the word is the one that was seen last, but for its marks. */
    public boolean isAsObserved(long seen) {
        return (seen & ~(RETIRE | CHECK | STORED)) == observedWord;
    }

    /** A lower bound of the time for which the slot has had the word that was seen last; zero if none was seen yet. */
    public long unchangedForAtLeast(long now) {
        return observedWord == 0 ? 0 : now - unchangedSince();
    }

    /** The slot has had the word that was seen last since this instant, or longer. */
    public long unchangedSince() {
        return later(createdAtNanos, observedAtNanos);
    }

    /** An upper bound of the time for which the slot has had the word that was seen last. */
    public long unchangedForAtMost(long now) {
        return existsFor(now, observedAfterNanos);
    }

    /** For how long the object has existed, from that instant on. */
    public long existsFor(long now, long since) {
        return now - later(createdAtNanos, since);
    }

    /** The object was just found valid. */
    public void noteChecked(long now) {
        checkedAtNanos = now;
    }

    /** An upper bound of the time since the slot got the word that was seen last, or since its object was found valid after that. */
    public long uncheckedForAtMost(long now) {
        return now - uncheckedSince();
    }

    /** The slot got the word that was seen last, or its object was found valid, at this instant or later. */
    public long uncheckedSince() {
        return later(checkedAtNanos, observedAfterNanos);
    }

    /** When it is to be validated while it is idle. */
    public long keepaliveAtNanos() {
        return uncheckedSince() + keepaliveNanos;
    }

    public long expiresAtNanos() {
        return expiresAtNanos;
    }

    /** The process stood still for so long: moves the time of the last observation forward by the pause. */
    public void postpone(long nanos) {
        observedAtNanos += nanos;
    }

    /** Tells whether the object was found valid, or made, since then. */
    public boolean wasCheckedSince(long instant) {
        return Nanos.isPast(instant, checkedAtNanos);
    }

    public boolean needsKeepalive(long now) {
        return uncheckedForAtMost(now) >= keepaliveNanos;
    }

    private static long later(long instant, long other) {
        return instant - other > 0 ? instant : other;
    }

    @Override
    public String toString() {
        return "slot " + index + " " + super.toString();
    }
}
