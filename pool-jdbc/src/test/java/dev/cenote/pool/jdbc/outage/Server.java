package dev.cenote.pool.jdbc.outage;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.stream.Stream;

/** An embedded PostgreSQL that can be stopped, killed and started again, with its data kept. */
public final class Server implements AutoCloseable {

    private final Path data;
    private final int connections;
    private final int port;
    private EmbeddedPostgres postgres;

    /**
     * Starts it.
     *
     * @param connections the most that it allows
     */
    public Server(int connections) throws IOException {
        data = Files.createTempDirectory("cenote-postgres");
        this.connections = connections;
        postgres = builder().start();
        port = postgres.getPort();
        asAdministrator(
                "create role app login password 'app'",
                "grant all on schema public to app",
                "create table item(id serial primary key, at timestamptz default now())",
                "grant all on all tables in schema public to app",
                "grant all on all sequences in schema public to app");
    }

    /** Its port. */
    public int port() {
        return port;
    }

    /** Its URL, by way of another port. */
    static String url(int byPort) {
        return "jdbc:postgresql://localhost:" + byPort
                + "/postgres?user=app&password=app&connectTimeout=2&socketTimeout=2&ApplicationName=app";
    }

    /** Its URL, for {@code app} or {@code postgres}, who may do anything. */
    public String url(String user) {
        return "jdbc:postgresql://localhost:" + port + "/postgres?user=" + user + "&password=" + user;
    }

    /** Runs statements, past whatever lies between. */
    void asAdministrator(String... statements) throws IOException {
        try (Connection connection = DriverManager.getConnection(url("postgres"));
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    void stop() throws IOException {
        postgres.close();
    }

    /** As {@code kill -9} does. */
    void kill() throws IOException {
        long pid = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).get(0).trim());
        ProcessHandle.of(pid).ifPresent(server -> {
            Stream<ProcessHandle> children = server.children();
            server.destroyForcibly();
            children.forEach(ProcessHandle::destroyForcibly);
            server.onExit().join();
        });
    }

    void start() throws IOException {
        postgres = builder().setPort(port).start();
    }

    private EmbeddedPostgres.Builder builder() {
        return EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false) // it is this one's
                .setServerConfig("max_connections", String.valueOf(connections))
                .setServerConfig("superuser_reserved_connections", "1")
                .setServerConfig("fsync", "off");
    }

    @Override
    public void close() throws IOException {
        postgres.close();
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
