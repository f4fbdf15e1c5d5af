package dev.cenote.pool.internal;

/** Where a lease ends: the pool, as its leases see it. */
interface LeaseEnd<T> {

    void release(PooledLease<T> lease);

    void invalidate(PooledLease<T> lease);

    T detach(PooledLease<T> lease);
}
