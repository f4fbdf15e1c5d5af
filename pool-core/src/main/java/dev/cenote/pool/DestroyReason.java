package dev.cenote.pool;

/**
 * Why the pool destroyed an object.
 *
 * @since 0.9.0
 */
public enum DestroyReason {
    /** Its holder called {@link Lease#invalidate}. */
    INVALIDATED,
    /** It had been idle for longer than {@code idleTimeout}. */
    EVICTED,
    /** It was older than {@code maxLifetime}. */
    EXPIRED,
    /** It had been leased {@code maxUses} times. */
    USED_UP,
    /** A validator rejected it, threw, or took too long. */
    VALIDATION_FAILED,
    /** {@link Factory#reset} threw or took too long. */
    RESET_FAILED,
    /** {@link Pool#invalidateAll} or {@link Pool#replaceFactory} was called. */
    REPLACED,
    /** {@link Pool#resize} left no room for it. */
    SHRUNK,
    /** Another pool of the same {@link Budget} needed its place. */
    YIELDED,
    /** {@link Pool#drain} was called. */
    DRAINED,
    /** It was held for longer than {@code maxLeaseTime}, or than the grace when the pool closed. */
    REVOKED,
    /** Its lease was lost: the garbage collector found it before it was closed. */
    LEAKED,
    /** It was made too late: after {@code createTimeout}, or after the grace of a pool that closes. */
    LATE,
    /** The pool was closed. */
    CLOSED
}
