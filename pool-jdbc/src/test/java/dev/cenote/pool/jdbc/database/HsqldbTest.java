package dev.cenote.pool.jdbc.database;

import dev.cenote.pool.jdbc.PooledDataSource;
import dev.cenote.pool.jdbc.PooledDataSourceBuilder;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.hsqldb.jdbc.JDBCConnection;

/** HSQLDB, in memory. */
class HsqldbTest extends DatabaseContract {

    private static final String URL = "jdbc:hsqldb:mem:contract";

    @Override
    PooledDataSourceBuilder builder() {
        return PooledDataSource.builder().url(URL).user("SA").password("");
    }

    @Override
    Class<?> driversType() {
        return JDBCConnection.class;
    }

    @Override
    String one() {
        return "values 1";
    }

    @Override
    void kill(PooledDataSource source, Connection victim) throws SQLException {
        int id;
        try (Statement statement = victim.createStatement();
                ResultSet rows = statement.executeQuery("call session_id()")) {
            rows.next();
            id = rows.getInt(1);
        }
        try (Connection other = DriverManager.getConnection(URL, "SA", "");
                Statement statement = other.createStatement()) {
            statement.execute("alter session " + id + " close");
        }
    }
}
