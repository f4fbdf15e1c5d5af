package dev.cenote.pool.jdbc.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.internal.RecordedLog;
import dev.cenote.pool.jdbc.PooledDataSource;
import dev.cenote.pool.jdbc.PooledDataSourceBuilder;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** MariaDB with its own driver, where its embedded server starts. */
@Tag("full")
class MariaDbTest extends DatabaseContract {

    @BeforeAll
    static void start() throws SQLException {
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:mariadb://localhost:" + MariaDbServer.port() + "/?user=root");
                Statement statement = connection.createStatement()) {
            statement.execute("create database if not exists test");
            statement.execute("create database if not exists tenant1");
        }
    }

    /** How its URLs begin. */
    String scheme() {
        return "jdbc:mariadb:";
    }

    final String url(String database, String parameters) {
        return scheme() + "//localhost:" + MariaDbServer.port() + "/" + database + "?user=root" + parameters;
    }

    @Override
    PooledDataSourceBuilder builder() {
        return PooledDataSource.builder().url(url("test", ""));
    }

    @Override
    Class<?> driversType() {
        return org.mariadb.jdbc.Connection.class;
    }

    @Override
    void kill(PooledDataSource source, Connection victim) throws SQLException {
        int id;
        try (Statement statement = victim.createStatement();
                ResultSet rows = statement.executeQuery("select connection_id()")) {
            rows.next();
            id = rows.getInt(1);
        }
        try (Connection other = DriverManager.getConnection(url("test", ""));
                Statement statement = other.createStatement()) {
            statement.execute("kill " + id);
        }
    }

    /** What makes the driver take a database for a schema, and not for a catalog. */
    String databaseIsSchema() {
        return "&useCatalogTerm=SCHEMA";
    }

    /** There is no SQL by which a session could leave the last database that it was in. */
    @Test
    void whoBeganInNoDatabaseLeavesNobodyInOne() {
        for (boolean isSchema : new boolean[] {false, true}) {
            List<String> log = RecordedLog.during(() -> {
                try (PooledDataSource nowhere = PooledDataSource.builder()
                        .url(url("", isSchema ? databaseIsSchema() : ""))
                        .pool(pool -> pool.maxSize(1))
                        .build()) {
                    for (int i = 0; i < 3; i++) {
                        try (Connection connection = nowhere.getConnection()) {
                            assertThat(database(connection)).isNull();
                            if (isSchema) {
                                connection.setSchema("tenant1");
                            } else {
                                connection.setCatalog("tenant1");
                            }
                            assertThat(database(connection)).isEqualTo("tenant1");
                        }
                    }
                    assertThat(nowhere.pool().stats().created()).isEqualTo(3);
                } catch (SQLException e) {
                    throw new AssertionError(e);
                }
            });
            assertThat(log.stream().filter(line -> line.contains("can't be set back")))
                    .singleElement()
                    .asString()
                    .contains(isSchema ? "SCHEMA" : "CATALOG");
        }
    }

    @Test
    void whoBeganInADatabaseIsSetBackToIt() throws SQLException {
        for (int i = 0; i < 2; i++) {
            try (Connection connection = source().getConnection()) {
                assertThat(database(connection)).isEqualTo("test");
                connection.setCatalog("tenant1");
                assertThat(database(connection)).isEqualTo("tenant1");
            }
        }
        assertThat(source().pool().stats().created()).isEqualTo(1);
    }

    private static String database(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select database()")) {
            rows.next();
            return rows.getString(1);
        }
    }
}
