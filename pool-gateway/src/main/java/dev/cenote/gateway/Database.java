package dev.cenote.gateway;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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

    private static final int STOP_SECONDS = 30;

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

    /** Whether the folder has the data of one. */
    static boolean isIn(Path folder) {
        return Files.exists(folder.resolve("PG_VERSION"));
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
        long last = System.nanoTime() + TimeUnit.SECONDS.toNanos(STOP_SECONDS);
        postmaster().ifPresent(ProcessHandle::destroy);
        while (postmaster().isPresent()) {
            if (System.nanoTime() > last) {
                throw new IOException("the PostgreSQL that has the data in " + folder + " does not stop");
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    /** The server's first process, if it runs: it removes its file when it has stopped. */
    Optional<ProcessHandle> postmaster() throws IOException {
        long pid;
        try {
            pid = Long.parseLong(
                    Files.readAllLines(folder.resolve("postmaster.pid")).get(0));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
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
