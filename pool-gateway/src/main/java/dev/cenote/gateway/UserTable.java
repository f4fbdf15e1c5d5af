package dev.cenote.gateway;

import dev.cenote.gateway.Credentials.Credential;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * The users of one iteration count, in a table. They are copied in transactions of {@link #BATCH} users, each of which
 * counts them too: so an interrupted load goes on where the last whole batch ended, and a table can grow. The index is made
 * at the end, and the table is vacuumed.
 */
final class UserTable {

    static final int BATCH = 100_000;
    /** What a user takes on the disk, with the index, and what the server takes besides. */
    static final long BYTES_PER_USER = 190;

    static final long BYTES_BESIDES = 1_300L << 20; // write-ahead log, and an empty database

    private static final long INDEX_BYTES_PER_USER = 40; // of the above

    private static final byte[] HEAD = {
        'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
    };
    private static final int ROWS_PER_WRITE = 1_000;
    private static final int LARGEST_ROW = 256;

    private final Connection connection;
    private final int iterations;
    private final String name;

    /** Makes the table if there is none. The connection is this object's alone. */
    UserTable(Connection connection, int iterations) throws SQLException {
        this.connection = connection;
        this.iterations = iterations;
        this.name = name(iterations);
        connection.setAutoCommit(false);
        execute("set synchronous_commit = on"); // else the vacuum can't tell that the last rows are committed
        execute("create table if not exists loaded (name text primary key, users bigint not null)");
        execute("create table if not exists " + name + " (name text collate \"C\" not null, salt bytea not null,"
                + " iterations int not null, stored_key bytea not null, server_key bytea not null)");
        execute("insert into loaded values ('" + name + "', 0) on conflict do nothing");
        connection.commit();
    }

    static String name(int iterations) {
        return "users_" + iterations;
    }

    /** How many users are in it. */
    long size() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select users from loaded where name = '" + name + "'")) {
            row.next();
            long size = row.getLong(1);
            connection.commit();
            return size;
        }
    }

    /** What {@link #fill} still needs of the disk. What other tables and old logs take is no room for this one. */
    long missingBytes(long users) throws SQLException {
        long missing = missingBytes(users, size(), hasIndex());
        connection.commit();
        return missing;
    }

    static long missingBytes(long users, long loaded, boolean isIndexed) {
        long table = Math.max(0, users - loaded) * BYTES_PER_USER + (isIndexed ? 0 : loaded * INDEX_BYTES_PER_USER);
        return table + Math.min(table, BYTES_BESIDES); // the write-ahead log has all that is written, up to a bound
    }

    /**
     * Copies users until there are so many, and makes the index. Does nothing if there are as many already.
     *
     * @param credentials of a user, by its number
     * @param progress receives how many there are, after each batch
     */
    void fill(long users, LongFunction<Credential> credentials, LongConsumer progress)
            throws SQLException, IOException {
        long size = size();
        if (size < users) {
            execute("alter table " + name + " drop constraint if exists " + name + "_pkey");
        }
        while (size < users) {
            long end = Math.min(users, size + BATCH);
            copy(size, end, credentials);
            execute("update loaded set users = " + end + " where name = '" + name + "'");
            connection.commit();
            size = end;
            progress.accept(size);
        }
        if (!hasIndex()) {
            execute("alter table " + name + " add constraint " + name
                    + "_pkey primary key (name) with (fillfactor = 100)");
            connection.commit();
        }
        if (!isVacuumed()) {
            connection.commit();
            connection.setAutoCommit(true);
            execute("vacuum (freeze, analyze) " + name); // now, not while somebody measures
            execute("checkpoint");
            connection.setAutoCommit(false);
        }
    }

    private boolean isVacuumed() throws SQLException {
        return exists(
                "select 1 from pg_class where relname = '" + name + "' and relpages > 0 and relallvisible >= relpages");
    }

    private boolean hasIndex() throws SQLException {
        return exists("select 1 from pg_constraint where conname = '" + name + "_pkey'");
    }

    private boolean exists(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next();
        }
    }

    /** Reads table and index into the server's cache, as far as they fit, so that the load meets a warm one. */
    void warm() throws SQLException {
        execute("create extension if not exists pg_prewarm");
        execute("select pg_prewarm('" + name + "')");
        execute("select pg_prewarm('" + name + "_pkey')");
        connection.commit();
    }

    private void copy(long begin, long end, LongFunction<Credential> credentials) throws SQLException, IOException {
        CopyIn copy = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("copy " + name + " from stdin (format binary)");
        try {
            copy.writeToCopy(HEAD, 0, HEAD.length);
            ByteBuffer rows = ByteBuffer.allocate(ROWS_PER_WRITE * LARGEST_ROW);
            for (long user = begin; user < end; user++) {
                put(rows, user, credentials.apply(user), iterations);
                if (rows.remaining() < LARGEST_ROW || user == end - 1) {
                    copy.writeToCopy(rows.array(), 0, rows.position());
                    rows.clear();
                }
            }
            copy.writeToCopy(new byte[] {-1, -1}, 0, 2);
            copy.endCopy();
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }

    private static void put(ByteBuffer rows, long user, Credential credential, int iterations) {
        rows.putShort((short) 5);
        put(rows, Credentials.name(user).getBytes(StandardCharsets.US_ASCII));
        put(rows, credential.salt());
        rows.putInt(Integer.BYTES).putInt(iterations);
        put(rows, credential.storedKey());
        put(rows, credential.serverKey());
    }

    private static void put(ByteBuffer rows, byte[] bytes) {
        rows.putInt(bytes.length).put(bytes);
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
