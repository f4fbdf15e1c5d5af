package dev.cenote.pool.internal.stats;

import dev.cenote.pool.AcquirePhase;
import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.LeaseHolder;
import dev.cenote.pool.PoolStats;
import dev.cenote.pool.WaitResult;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes what happens in pools into a flight recording, if one is running. Nothing here throws or blocks, and the only user code
 * that it runs is the text of an exception. What is not recorded costs no more than to find that out.
 */
public interface Recorder {

    /** For a JVM that has no flight recorder. */
    Recorder NONE = new Recorder() {};

    /** A call of user code that is being recorded, or not. */
    interface Call {
        Call NONE = (isGood, failure) -> {};

        /**
         * The call is over.
         *
         * @param isGood whether it did what it should; a validator that says no did not
         * @param failure what it threw, if it did
         */
        void ended(boolean isGood, @Nullable Throwable failure);
    }

    /** A wait that is being recorded. */
    interface Wait {
        /**
         * The wait begins. Called under the pool's lock.
         *
         * @param position its place in the queue; 1 is the head
         * @param holders the ids of the threads that hold leases, by the indexes of their slots; 0 for nobody's thread, negative
         *     for a slot without a lease
         */
        void began(String pool, boolean isAsync, long timeoutNanos, int position, AcquirePhase phase, long[] holders);

        /** Looks up the names of the holders, while they are there. Called outside the lock. */
        void nameHolders();

        /**
         * The wait is over.
         *
         * @param slot the index of the slot that serves it; negative if none does
         * @param lastHolder the thread that held that slot's object last; 0 if none did
         */
        void ended(WaitResult result, int slot, long lastHolder);
    }

    default Call create(String pool, int slot) {
        return Call.NONE;
    }

    /**
     * User code looks at an object.
     *
     * @param isReset whether it is the factory's reset, and not the validator
     */
    default Call validate(String pool, int slot, boolean isReset) {
        return Call.NONE;
    }

    default Call destroy(String pool, DestroyReason reason) {
        return Call.NONE;
    }

    /** Null if waits are not recorded. */
    default @Nullable Wait waiting() {
        return null;
    }

    default void revoked(String pool, LeaseHolder holder, String why) {}

    /**
     * A caller is turned away.
     *
     * @param cause why no object can be made; null if the queue is full
     */
    default void refused(String pool, @Nullable Throwable cause, int waiters) {}

    /** An outage begins. The ending that is returned is called with the counts when the outage is over. */
    default Ending outage(String pool, Throwable cause) {
        return Ending.NONE;
    }

    /** An outage that is being recorded, or not. */
    interface Ending {
        Ending NONE = (creates, failed, timedOut, waited) -> {};

        void ended(long creates, long failed, long timedOut, long waited);
    }

    /** A pool that is open. What is returned is run when it is closed. */
    default Runnable opened(Supplier<PoolStats> stats) {
        return () -> {};
    }
}
