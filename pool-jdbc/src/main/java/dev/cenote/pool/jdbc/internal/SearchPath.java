package dev.cenote.pool.jdbc.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What PostgreSQL has for a schema: a path of several. Its driver's {@code getSchema} tells the first of them that exists, and its
 * {@code setSchema} replaces them all by one.
 *
 * @param schemas the path, as the server writes it
 */
record SearchPath(String schemas) {

    private static final String DRIVER = "PostgreSQL JDBC Driver";

    /** Whether the driver is PostgreSQL's, also behind another one. */
    static boolean isKnownTo(Connection physical) throws SQLException {
        return DRIVER.equals(physical.getMetaData().getDriverName());
    }

    static SearchPath read(Connection physical) throws SQLException {
        try (Statement statement = physical.createStatement();
                ResultSet row = statement.executeQuery("select pg_catalog.current_setting('search_path')")) {
            row.next();
            return new SearchPath(row.getString(1));
        }
    }

    void write(Connection physical) throws SQLException {
        try (PreparedStatement statement =
                physical.prepareStatement("select pg_catalog.set_config('search_path', ?, false)")) {
            statement.setString(1, schemas);
            statement.execute();
        }
    }
}
