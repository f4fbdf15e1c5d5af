package dev.cenote.pool.internal.slot;

/** A slot that was leased, and the word that makes the lease: what becomes a {@code PooledLease} in the caller's hands. */
public record Grant<T>(Slot<T> slot, long word) {}
