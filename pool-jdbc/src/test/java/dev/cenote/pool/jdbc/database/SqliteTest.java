package dev.cenote.pool.jdbc.database;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.cenote.pool.jdbc.PooledDataSource;
import dev.cenote.pool.jdbc.PooledDataSourceBuilder;
import java.nio.file.Path;
import java.sql.Connection;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteConnection;

/** SQLite, in a file. */
class SqliteTest extends DatabaseContract {

    @TempDir
    private static Path folder;

    @Override
    PooledDataSourceBuilder builder() {
        return PooledDataSource.builder().url("jdbc:sqlite:" + folder.resolve("contract.db") + "?busy_timeout=20000");
    }

    @Override
    Class<?> driversType() {
        return SQLiteConnection.class;
    }

    @Override
    boolean hasReadOnly() {
        return false;
    }

    @Override
    boolean hasScrolling() {
        return false;
    }

    @Override
    void kill(PooledDataSource source, Connection victim) {
        abort("it has no sessions");
    }
}
