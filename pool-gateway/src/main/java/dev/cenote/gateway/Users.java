package dev.cenote.gateway;

import java.sql.SQLException;

/** Finds users. Implementations are thread-safe. */
@FunctionalInterface
interface Users {

    /** Null if there is nobody of that name. */
    User find(String name) throws SQLException;
}
