package dev.cenote.pool.internal;

/** A slot that was leased, and the word that makes the lease: what becomes a {@link PooledLease} in the caller's hands. */
record Grant<T>(Slot<T> slot, long word) {}
