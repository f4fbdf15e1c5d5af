package dev.cenote.pool.internal.stats;

/** Learns which objects are made and looked at, and which fail. It throws nothing, and may be told under the lock. */
public interface ObjectListener {

    default void created(long tookNanos) {}

    default void createFailed(long tookNanos) {}

    /** A validation or a reset has ended, in whatever way. */
    default void validated(long tookNanos) {}

    default void validationFailed() {}
}
