package dev.cenote.pool.jdbc.spring;

import dev.cenote.pool.jdbc.PooledDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.SQLException;

/** One server for all tests, which ends with the process. */
final class Postgres {

    private static final EmbeddedPostgres SERVER = started();

    private Postgres() {}

    private static EmbeddedPostgres started() {
        try {
            return EmbeddedPostgres.start();
        } catch (IOException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The URL of an empty database of that name. */
    static String url(String database) {
        try (var connection = SERVER.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("drop database if exists " + database + " with (force)");
            statement.execute("create database " + database);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return SERVER.getJdbcUrl("postgres", database);
    }

    static PooledDataSource source(String database) throws SQLException {
        return PooledDataSource.builder()
                .url(url(database))
                .pool(pool -> pool.name(database).maxSize(4))
                .build();
    }
}
