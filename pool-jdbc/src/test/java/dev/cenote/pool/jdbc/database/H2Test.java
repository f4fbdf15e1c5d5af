package dev.cenote.pool.jdbc.database;

import dev.cenote.pool.jdbc.PooledDataSource;
import dev.cenote.pool.jdbc.PooledDataSourceBuilder;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** H2, in memory. */
class H2Test extends DatabaseContract {

    private static final String URL = "jdbc:h2:mem:contract;DB_CLOSE_DELAY=-1";

    @Override
    PooledDataSourceBuilder builder() {
        return PooledDataSource.builder().url(URL).user("sa").password("");
    }

    @Override
    Class<?> driversType() {
        return org.h2.jdbc.JdbcConnection.class;
    }

    /** It knows no way to end one session, so all end, and their database with them. */
    @Override
    void kill(PooledDataSource source, Connection victim) throws SQLException {
        try (Connection other = DriverManager.getConnection(URL, "sa", "");
                Statement statement = other.createStatement()) {
            statement.execute("shutdown immediately");
        }
        try (Connection other = DriverManager.getConnection(URL, "sa", "");
                Statement statement = other.createStatement()) {
            statement.execute("create table item(id int primary key, name varchar(50))");
        }
    }
}
