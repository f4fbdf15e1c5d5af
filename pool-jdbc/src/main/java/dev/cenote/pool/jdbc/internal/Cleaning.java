package dev.cenote.pool.jdbc.internal;

import java.sql.SQLException;

/** What is left to do for a session that was given back, before anybody gets it. */
@FunctionalInterface
interface Cleaning {

    /**
     * Leaves the session as it is lent.
     *
     * @throws SQLException if that can't be: then nobody else may have it
     */
    void run() throws SQLException;
}
