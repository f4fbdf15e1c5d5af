package dev.cenote.pool.internal.run;

/** Sees to it that the housekeeper runs in time. */
public interface Alarm {

    /** The housekeeper runs at that instant at the latest. Called under the lock; does not block. */
    void noLaterThan(long instant);

    /** The housekeeper has run, and next runs at that instant, unless it is needed earlier. Called under the lock. */
    void next(long instant);

    /** How much later than it was set for this is; zero or less if it is not late. Called under the lock. */
    long lateness(long now);
}
