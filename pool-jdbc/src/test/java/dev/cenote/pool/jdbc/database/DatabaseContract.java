package dev.cenote.pool.jdbc.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.jdbc.Isolation;
import dev.cenote.pool.jdbc.PooledDataSource;
import dev.cenote.pool.jdbc.PooledDataSourceBuilder;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What holds on every database: one session, lent again and again, is always as new. */
abstract class DatabaseContract {

    private PooledDataSource source;

    /** Where to connect. */
    abstract PooledDataSourceBuilder builder();

    /** Ends a session from outside. */
    abstract void kill(PooledDataSource source, Connection victim) throws SQLException;

    @BeforeEach
    final void open() throws SQLException {
        source = builder()
                .pool(pool -> pool.maxSize(1).acquireTimeout(Duration.ofSeconds(20)))
                .build();
        run("create table if not exists item(id int primary key, name varchar(50))", "delete from item");
    }

    @AfterEach
    final void close() throws SQLException {
        assertThat(source.pool().stats().leased()).isZero();
        source.close();
        assertThat(source.pool().stats().total()).isZero();
    }

    final PooledDataSource source() {
        return source;
    }

    final void run(String... statements) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }

    final int count() throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select count(*) from item")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    @Test
    void whatAHolderChangedTheNextDoesNotSee() throws SQLException {
        int isolation;
        String catalog;
        String schema;
        int holdability;
        try (Connection connection = source.getConnection()) {
            isolation = connection.getTransactionIsolation();
            catalog = connection.getCatalog();
            schema = connection.getSchema();
            holdability = connection.getHoldability();
            connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            connection.setReadOnly(true);
            connection.setHoldability(ResultSet.HOLD_CURSORS_OVER_COMMIT);
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("select 1")) {
                assertThat(rows.next()).isTrue();
            }
        }
        try (Connection connection = source.getConnection()) {
            assertThat(connection.getTransactionIsolation()).isEqualTo(isolation);
            assertThat(connection.isReadOnly()).isFalse();
            assertThat(connection.getAutoCommit()).isTrue();
            assertThat(connection.getCatalog()).isEqualTo(catalog);
            assertThat(connection.getSchema()).isEqualTo(schema);
            assertThat(connection.getHoldability()).isEqualTo(holdability);
        }
        assertThat(source.pool().stats().created()).as("one session for all").isEqualTo(1);
    }

    @Test
    void whatWasNotCommittedIsRolledBack() throws SQLException {
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("insert into item values (1, 'kept')");
                connection.commit();
                statement.execute("insert into item values (2, 'lost')");
            }
        }
        assertThat(count()).isEqualTo(1);
        assertThat(source.pool().stats().created()).isEqualTo(1);
    }

    @Test
    void aPoolWithoutAutoCommitLendsThatAndRollsBackToo() throws SQLException {
        try (PooledDataSource manual = builder()
                .autoCommit(false)
                .transactionIsolation(Isolation.SERIALIZABLE)
                .pool(pool -> pool.maxSize(1))
                .build()) {
            for (int i = 0; i < 3; i++) {
                try (Connection connection = manual.getConnection();
                        Statement statement = connection.createStatement()) {
                    assertThat(connection.getAutoCommit()).isFalse();
                    assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
                    statement.execute("insert into item values (" + i + ", 'x')");
                    if (i == 1) {
                        connection.commit();
                    }
                }
            }
            assertThat(manual.pool().stats().created()).isEqualTo(1);
        }
        assertThat(count()).isEqualTo(1);
    }

    @Test
    void whatIsKeptAfterTheCloseIsDead() throws SQLException {
        Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        PreparedStatement prepared = connection.prepareStatement("insert into item values (?, 'late')");
        ResultSet rows = statement.executeQuery("select 1");
        DatabaseMetaData data = connection.getMetaData();
        connection.close();
        try (Connection next = source.getConnection()) {
            assertThat(next.isValid(5)).isTrue();
            List<Action> late = List.of(
                    () -> connection.createStatement(),
                    () -> statement.execute("insert into item values (9, 'late')"),
                    () -> prepared.setInt(1, 9),
                    () -> prepared.executeUpdate(),
                    () -> rows.next(),
                    () -> data.getTables(null, null, null, null));
            for (Action action : late) {
                assertThatThrownBy(action::run)
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo("08003"));
            }
            assertThat(statement.isClosed()).isTrue();
            assertThat(rows.isClosed()).isTrue();
        }
        assertThat(count()).isZero();
    }

    @FunctionalInterface
    private interface Action {
        void run() throws SQLException;
    }

    @Test
    void nothingLeadsToThePhysicalConnection() throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select 1")) {
            assertThat(rows.getStatement()).isSameAs(statement);
            assertThat(statement.getConnection()).isSameAs(connection);
            DatabaseMetaData data = connection.getMetaData();
            assertThat(data.getConnection()).isSameAs(connection);
            try (ResultSet tables = data.getTables(null, null, "%", null)) {
                Statement internal = tables.getStatement();
                if (internal != null) {
                    assertThat(internal.getConnection()).isSameAs(connection);
                }
            }
        }
    }

    @Test
    void batchesKeysAndCursorsWork() throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement insert = connection.prepareStatement("insert into item values (?, ?)");
                Statement query =
                        connection.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_READ_ONLY)) {
            for (int i = 0; i < 5; i++) {
                insert.setInt(1, i);
                insert.setString(2, "item " + i);
                insert.addBatch();
            }
            assertThat(insert.executeBatch()).hasSize(5);
            List<String> names = new ArrayList<>();
            try (ResultSet rows = query.executeQuery("select name from item order by id")) {
                rows.afterLast();
                while (rows.previous()) {
                    names.add(rows.getString("name"));
                }
            }
            assertThat(names).hasSize(5).startsWith("item 4");
        }
    }

    @Test
    void anOrdinaryFailureLeavesTheConnectionInThePool() throws SQLException {
        run("insert into item values (1, 'a')");
        assertThatThrownBy(() -> run("insert into item values (1, 'again')")).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> run("select no_such_column from item")).isInstanceOf(SQLException.class);
        assertThat(count()).isEqualTo(1);
        assertThat(source.pool().stats().created()).isEqualTo(1);
    }

    @Test
    void aSessionThatWasKilledIsReplaced() throws SQLException {
        try (Connection connection = source.getConnection()) {
            kill(source, connection);
            assertThatThrownBy(() -> {
                        try (Statement statement = connection.createStatement()) {
                            statement.executeQuery("select 1");
                            statement.executeQuery("select 1"); // the first may still have been answered
                        }
                    })
                    .isInstanceOf(SQLException.class);
            assertThat(connection.isClosed()).isTrue();
        }
        assertThat(count()).isGreaterThanOrEqualTo(0);
        assertThat(source.pool().stats().created()).isEqualTo(2);
    }

    @Test
    void aTestQueryValidatesInPlaceOfTheDriver() throws SQLException {
        try (PooledDataSource tested = builder()
                .testQuery("select 1")
                .autoCommit(false)
                .pool(pool -> pool.maxSize(1).validateIfIdleFor(Duration.ZERO))
                .build()) {
            for (int i = 0; i < 3; i++) {
                tested.getConnection().close();
            }
            assertThat(tested.pool().stats().validations()).isEqualTo(2);
            assertThat(tested.pool().stats().created()).isEqualTo(1);
        }
        try (PooledDataSource wrong = builder()
                .testQuery("select no_such_column")
                .pool(pool -> pool.maxSize(1).validateIfIdleFor(Duration.ZERO))
                .build()) {
            wrong.getConnection().close();
            wrong.getConnection().close();
            assertThat(wrong.pool().stats().created()).isEqualTo(2);
        }
    }
}
