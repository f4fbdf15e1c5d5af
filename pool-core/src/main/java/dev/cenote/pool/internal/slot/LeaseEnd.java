package dev.cenote.pool.internal.slot;

/**
 * What ends the leases of a slot. Each slot knows it, so that a lease is nothing but a slot and a word: 24 bytes.
 *
 * @param <T> what is pooled
 */
public abstract class LeaseEnd<T> {

    /** Ends a lease. False if it is dead. */
    public abstract boolean release(Slot<T> slot, long leaseWord);

    /** Ends a lease; its object is validated before anybody else gets it. False if it is dead. */
    public abstract boolean releaseAndValidate(Slot<T> slot, long leaseWord);

    /** Ends a lease and the life of its object. False if the lease is dead, which is counted. */
    public abstract boolean invalidate(Slot<T> slot, long leaseWord);

    /** The same for a fault that makes idle objects suspect, too. */
    public abstract boolean invalidate(Slot<T> slot, long leaseWord, Throwable cause);

    /** Ends a lease; its object leaves the pool alive. */
    public abstract T detach(Slot<T> slot, long leaseWord);

    /** Counts the end of a lease that was dead already. */
    public abstract void noteStaleClose();

    public abstract String poolName();
}
