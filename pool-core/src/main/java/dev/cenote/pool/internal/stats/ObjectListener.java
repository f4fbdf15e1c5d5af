package dev.cenote.pool.internal.stats;

/** Learns which objects are made, and which fail. It throws nothing, and may be told under the lock. */
public interface ObjectListener {

    default void created(long tookNanos) {}

    default void createFailed(long tookNanos) {}

    default void validationFailed() {}
}
