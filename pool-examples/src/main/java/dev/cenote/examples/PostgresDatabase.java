package dev.cenote.examples;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.stream.Stream;

/** An embedded PostgreSQL, with its data in a temporary folder. */
final class PostgresDatabase implements Database {

    private final Path data;
    private final int port;
    private EmbeddedPostgres server;

    PostgresDatabase() throws IOException {
        data = Files.createTempDirectory("cenote-demo");
        server = EmbeddedPostgres.builder().setDataDirectory(data).start();
        port = server.getPort();
    }

    @Override
    public String name() {
        try (Connection connection = connect()) {
            return "PostgreSQL " + connection.getMetaData().getDatabaseProductVersion();
        } catch (SQLException e) {
            return "PostgreSQL (" + e.getMessage() + ")";
        }
    }

    @Override
    public Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://localhost:" + port
                + "/postgres?user=postgres&connectTimeout=2&socketTimeout=5&ApplicationName=demo");
    }

    @Override
    public int killOneSession() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet killed = statement.executeQuery("select pg_terminate_backend(pid) from pg_stat_activity"
                        + " where application_name = 'demo' and pid <> pg_backend_pid() limit 1")) {
            return killed.next() ? 1 : 0;
        }
    }

    @Override
    public int sessions(Connection asker) throws SQLException {
        try (Statement statement = asker.createStatement();
                ResultSet count = statement.executeQuery("select count(*) from pg_stat_activity"
                        + " where application_name = 'demo' and pid <> pg_backend_pid()")) {
            count.next();
            return count.getInt(1);
        }
    }

    @Override
    public void stop() throws IOException {
        server.close();
    }

    @Override
    public void start() throws IOException {
        server = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setPort(port)
                .start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
