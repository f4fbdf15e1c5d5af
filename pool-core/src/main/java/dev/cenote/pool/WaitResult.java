package dev.cenote.pool;

/**
 * What became of a caller that queued.
 *
 * @since 0.9.0
 */
public enum WaitResult {
    /** It got a lease. */
    SERVED,
    /** Its time was up. */
    TIMED_OUT,
    /** It left: it was interrupted, or its future was cancelled or completed by somebody else. */
    CANCELLED,
    /** It failed: no object could be made, the pool was closed, or its wait would have been a stall. */
    FAILED
}
