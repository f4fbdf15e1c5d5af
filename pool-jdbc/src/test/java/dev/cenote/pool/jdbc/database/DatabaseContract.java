package dev.cenote.pool.jdbc.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cenote.pool.Pool;
import dev.cenote.pool.internal.Await;
import dev.cenote.pool.internal.FakeTicker;
import dev.cenote.pool.jdbc.Isolation;
import dev.cenote.pool.jdbc.PooledDataSource;
import dev.cenote.pool.jdbc.PooledDataSourceBuilder;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What holds on every database: one session, lent again and again, is always as new. */
abstract class DatabaseContract {

    private PooledDataSource source;

    /** Where to connect. */
    abstract PooledDataSourceBuilder builder();

    /** What its driver's connection is. */
    abstract Class<?> driversType();

    /** A query of one row. */
    String one() {
        return "select 1";
    }

    /** Makes a table that is not there yet, or is empty. */
    void createItems() throws SQLException {
        run("create table if not exists item(id int primary key, name varchar(50))", "delete from item");
    }

    /** Whether an open connection can be set to read only. */
    boolean hasReadOnly() {
        return true;
    }

    boolean hasScrolling() {
        return true;
    }

    /** Ends a session from outside. */
    abstract void kill(PooledDataSource source, Connection victim) throws SQLException;

    @BeforeEach
    final void open() throws SQLException {
        source = builder()
                .pool(pool -> pool.maxSize(1).acquireTimeout(Duration.ofSeconds(20)))
                .build();
        createItems();
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
            if (hasReadOnly()) {
                connection.setReadOnly(true);
                connection.setHoldability(ResultSet.HOLD_CURSORS_OVER_COMMIT);
            }
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(one())) {
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
        ResultSet rows = statement.executeQuery(one());
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
                ResultSet rows = statement.executeQuery(one())) {
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
        assumeTrue(hasScrolling());
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
                            statement.executeQuery(one());
                            statement.executeQuery(one()); // the first may still have been answered
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
                .testQuery(one())
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
                .testQuery("select no_such_column from item")
                .pool(pool -> pool.maxSize(1).validateIfIdleFor(Duration.ZERO))
                .build()) {
            assertThatThrownBy(wrong::getConnection)
                    .as("at the first connection, and not when it has lain idle")
                    .isInstanceOf(SQLTransientConnectionException.class)
                    .hasMessageContaining("a new connection is not found valid by testQuery")
                    .hasMessageMatching("(?is).*no_such_column.*");
            assertThat(wrong.pool().stats().created()).isZero();
        }
    }

    @Test
    void aLeaseThatIsTakenBackCommitsNothing() throws SQLException {
        FakeTicker ticker = new FakeTicker();
        try (PooledDataSource strict = builder()
                .autoCommit(false)
                .pool(pool -> pool.maxSize(1).ticker(ticker).maxLeaseTime(Duration.ofMillis(200)))
                .build()) {
            Connection kept = strict.getConnection();
            try (Statement statement = kept.createStatement()) {
                statement.execute("insert into item values (1, 'half')");
            }
            Pool<?> pool = strict.pool();
            Await.until(() -> {
                if (pool.stats().leased() > 0) { // no longer: the end of the session has a time-out, too
                    ticker.advance(Duration.ofMillis(1));
                }
                return pool.stats().total() + pool.stats().retiring() == 0;
            });
            assertThat(kept.isClosed()).isTrue();
            assertThat(count()).isZero();
        }
        PooledDataSource closed = builder()
                .autoCommit(false)
                .pool(pool -> pool.maxSize(1).shutdownGrace(Duration.ZERO))
                .build();
        Connection kept = closed.getConnection();
        try (Statement statement = kept.createStatement()) {
            statement.execute("insert into item values (1, 'half')");
        }
        closed.close();
        assertThat(kept.isClosed()).isTrue();
        assertThat(count()).isZero();
    }

    @Test
    void whatIsDoneWithTheDriversOwnObjectIsUndoneToo() throws SQLException {
        for (int i = 0; i < 2; i++) {
            try (Connection connection = source.getConnection()) {
                Connection drivers = (Connection) connection.unwrap(driversType());
                assertThat(drivers.getAutoCommit()).isTrue();
                drivers.setAutoCommit(false);
                try (Statement statement = drivers.createStatement()) {
                    statement.execute("insert into item values (1, 'half')");
                }
            }
        }
        assertThat(count()).isZero();
        assertThat(source.pool().stats().created()).isEqualTo(1);
    }

    @Test
    void aHookRunsInEachSessionThatWasUsed() throws SQLException {
        AtomicInteger hooked = new AtomicInteger();
        try (PooledDataSource forgetful = builder()
                .autoCommit(false)
                .onReturn(physical -> {
                    hooked.incrementAndGet();
                    assertThat(physical.getAutoCommit()).isTrue();
                    try (Statement statement = physical.createStatement()) {
                        statement.execute(one());
                    }
                })
                .pool(pool -> pool.maxSize(1))
                .build()) {
            for (int i = 0; i < 3; i++) {
                try (Connection connection = forgetful.getConnection();
                        Statement statement = connection.createStatement()) {
                    assertThat(connection.getAutoCommit()).isFalse();
                    statement.execute("insert into item values (1, 'half')");
                }
            }
            forgetful.getConnection().close();
            assertThat(hooked).hasValue(3);
            assertThat(forgetful.pool().stats().created()).isEqualTo(1);
        }
        assertThat(count()).isZero();
        try (PooledDataSource simple =
                builder().onReturn(one()).pool(pool -> pool.maxSize(1)).build()) {
            for (int i = 0; i < 3; i++) {
                try (Connection connection = simple.getConnection()) {
                    assertThat(connection.getMetaData()).isNotNull();
                }
            }
            assertThat(simple.pool().stats().created()).isEqualTo(1);
        }
    }

    @Test
    void aPoolForReadersKeepsItsSessions() throws SQLException {
        assumeTrue(hasReadOnly());
        try (PooledDataSource readers = builder()
                .readOnly(true)
                .autoCommit(false)
                .pool(pool -> pool.maxSize(1).validateIfIdleFor(Duration.ZERO))
                .build()) {
            for (int i = 0; i < 3; i++) {
                try (Connection connection = readers.getConnection();
                        Statement statement = connection.createStatement();
                        ResultSet rows = statement.executeQuery("select count(*) from item")) {
                    assertThat(rows.next()).isTrue();
                }
            }
            assertThat(readers.pool().stats().created()).isEqualTo(1);
        }
    }

    @Test
    void aSettingThatDoesNotFitIsNamed() throws SQLException {
        try (PooledDataSource wrong =
                builder().connectionInitSql("no such statement").build()) {
            assertThatThrownBy(wrong::getConnection)
                    .isInstanceOf(SQLTransientConnectionException.class)
                    .hasMessageContaining("the setting connectionInitSql: ");
        }
    }

    @Test
    void aClosedStatementAnswersAsTheDriverDoes() throws SQLException {
        try (PooledDataSource plain = builder().build();
                Connection connection = source.getConnection();
                Connection lender = plain.getConnection()) {
            Connection drivers = (Connection) lender.unwrap(driversType());
            List<Use> uses = List.of(
                    statement -> statement.executeQuery(one()),
                    Statement::getMaxRows,
                    Statement::getResultSet,
                    Statement::getConnection,
                    statement -> statement.setQueryTimeout(1),
                    statement -> statement.unwrap(Integer.class),
                    Statement::isClosed,
                    Statement::close,
                    statement -> statement.isWrapperFor(Statement.class));
            for (int i = 0; i < uses.size(); i++) {
                assertThat(ofClosed(connection, uses.get(i))).as("use %s", i).isEqualTo(ofClosed(drivers, uses.get(i)));
            }
            assertThat(connection.isClosed()).isFalse();
        }
        assertThat(count()).isZero();
        assertThat(source.pool().stats().created()).isEqualTo(1);
    }

    @FunctionalInterface
    private interface Use {
        void of(Statement statement) throws SQLException;
    }

    /** The state of what is thrown, or that nothing is. */
    private static String ofClosed(Connection connection, Use use) throws SQLException {
        Statement statement = connection.createStatement();
        statement.close();
        try {
            use.of(statement);
            return "nothing";
        } catch (SQLException e) {
            return "state " + e.getSQLState();
        } catch (RuntimeException e) {
            return e.getClass().getName();
        }
    }
}
