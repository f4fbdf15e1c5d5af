package dev.cenote.gateway;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** An embedded PostgreSQL whose data stay when it is closed. */
final class Database implements AutoCloseable {

    /** Sessions that the server takes: more than any pool here asks for. */
    static final int MOST_SESSIONS = 1_000;

    private final Path folder;
    private final int port;
    private EmbeddedPostgres server;

    /** Starts it on the data in the folder, or on none if there are none yet. */
    Database(Path folder) throws IOException, InterruptedException {
        this.folder = Files.createDirectories(folder.toAbsolutePath());
        stopOrphan();
        server = builder().start();
        port = server.getPort();
    }

    private EmbeddedPostgres.Builder builder() {
        return EmbeddedPostgres.builder()
                .setDataDirectory(folder)
                .setCleanDataDirectory(false)
                .setPGStartupWait(Duration.ofMinutes(2))
                .setServerConfig("max_connections", String.valueOf(MOST_SESSIONS))
                .setServerConfig("shared_buffers", "2GB")
                .setServerConfig("maintenance_work_mem", "256MB")
                .setServerConfig("max_wal_size", "1GB")
                .setServerConfig("autovacuum", "off") // the table is vacuumed when it is loaded, and then read only
                .setServerConfig("jit", "off")
                .setServerConfig("update_process_title", "off");
    }

    /** A server whose parent was killed still has the data. Its sessions have ended, since their processes have. */
    private void stopOrphan() throws IOException, InterruptedException {
        Optional<ProcessHandle> orphan = postmaster();
        if (orphan.isPresent()) {
            orphan.get().destroy();
            for (int i = 0; i < 300 && orphan.get().isAlive(); i++) {
                TimeUnit.MILLISECONDS.sleep(100);
            }
            if (orphan.get().isAlive()) {
                throw new IOException("a PostgreSQL (process " + orphan.get().pid() + ") has the data in " + folder
                        + " and does not stop");
            }
        }
    }

    /** The server's first process, if it runs. */
    Optional<ProcessHandle> postmaster() throws IOException {
        Path file = folder.resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        long pid = Long.parseLong(Files.readAllLines(file).get(0).strip());
        return ProcessHandle.of(pid)
                .filter(process -> process.info()
                        .command()
                        .map(command -> command.endsWith("postgres"))
                        .orElse(false));
    }

    /** For JDBC; with time-outs, so that no session waits for a server that is gone. */
    String url() {
        return "jdbc:postgresql://localhost:" + port + "/postgres?user=postgres&connectTimeout=2&socketTimeout=5"
                + "&prepareThreshold=1&ApplicationName=gateway";
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://localhost:" + port + "/postgres?user=postgres");
    }

    /** Stops the server, fast: sessions break. */
    void stop() throws IOException {
        server.close();
    }

    /** Starts it again, on the same port. */
    void start() throws IOException {
        server = builder().setPort(port).start();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
