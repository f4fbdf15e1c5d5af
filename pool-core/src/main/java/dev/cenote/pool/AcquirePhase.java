package dev.cenote.pool;

/**
 * What an acquire was waiting for when its time was up.
 *
 * @since 0.9.0
 */
public enum AcquirePhase {
    /** For a release: every object was leased, or the pool was suspended. */
    WAITING,
    /** For an object to be made, or for the next try after a failed one. */
    CREATING,
    /** For an idle object to be validated. */
    VALIDATING
}
