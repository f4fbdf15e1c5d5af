package dev.cenote.pool.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Has a session forget what its last holder left in it and what this library does not see, since it was set by SQL: variables,
 * roles, temporary tables, advisory locks. Called on the pool's executor after a connection was given back, before anybody else
 * gets it; must be thread-safe.
 *
 * @since 0.9.0
 */
@FunctionalInterface
public interface ReturnHook {

    /**
     * Has the session forget.
     *
     * @param physical the driver's connection, with auto-commit and in no transaction, on which nothing is open; not to be closed
     *     or kept
     * @throws SQLException if it can't: then the session is destroyed
     * @since 0.9.0
     */
    void forget(Connection physical) throws SQLException;
}
