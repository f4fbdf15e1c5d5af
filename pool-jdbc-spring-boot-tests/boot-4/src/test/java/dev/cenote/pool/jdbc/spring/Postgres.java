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

    /** The URL, without a user, of an empty database that one of two users owns. */
    static String urlOfOwner(String database, String owner, String other) {
        try (var connection = SERVER.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("drop database if exists " + database + " with (force)");
            for (String user : new String[] {owner, other}) {
                statement.execute("drop role if exists " + user);
                statement.execute("create role " + user + " login password 'secret'");
            }
            statement.execute("create database " + database + " owner " + owner);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return "jdbc:postgresql://localhost:" + SERVER.getPort() + "/" + database;
    }

    static int count(String database, String query) throws SQLException {
        try (var connection = SERVER.getDatabase("postgres", database).getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    static PooledDataSource source(String database) throws SQLException {
        return PooledDataSource.builder()
                .url(url(database))
                .pool(pool -> pool.name(database).maxSize(4))
                .build();
    }
}
