package dev.cenote.pool.jdbc;

import java.sql.SQLException;

/**
 * Has the first word on what an exception of the driver means for its connection. Called on the thread that got the exception,
 * for each one that a holder sees, and for one that the cleaning of a released connection met; must be thread-safe and should
 * not block.
 *
 * @since 0.9.0
 */
@FunctionalInterface
public interface FaultOverride {

    /**
     * What an exception means.
     *
     * @since 0.9.0
     */
    enum Verdict {

        /** The connection is dead: it is destroyed, and the pool validates the idle ones before it lends them again. */
        FATAL,

        /** The connection goes on. */
        HARMLESS,

        /** As if there were no override. */
        UNDECIDED
    }

    /**
     * Judges an exception.
     *
     * @param exception what the driver threw
     * @return what it means; what this throws is logged and counts as {@link Verdict#UNDECIDED}
     * @since 0.9.0
     */
    Verdict judge(SQLException exception);
}
