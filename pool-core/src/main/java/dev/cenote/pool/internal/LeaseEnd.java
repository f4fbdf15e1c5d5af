package dev.cenote.pool.internal;

/** Where a lease ends: the pool, as its leases see it. */
interface LeaseEnd<T> {

    void release(Slot<T> slot, long leaseWord);

    void invalidate(Slot<T> slot, long leaseWord);

    T detach(Slot<T> slot, long leaseWord);
}
