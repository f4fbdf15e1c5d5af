package dev.cenote.pool.jdbc.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.Pool;
import dev.cenote.pool.internal.RecordedLog;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What is cleaned on a worker, after the close and before anybody else gets the session. */
class LeftForLaterTest {

    private static Object unwrapped(Connection connection, Lending lending) throws SQLException {
        return connection.unwrap(
                lending.driver.connection().as(Connection.class).getClass());
    }

    @Test
    void aSessionWhoseDriverObjectWasHandedOutIsAskedBeforeItIsLentAgain() throws SQLException {
        try (Lending lending =
                new Lending(settings -> settings.pool(pool -> pool.maxSize(1).validateIfIdleFor(Duration.ofDays(1))))) {
            Connection connection = lending.connection();
            assertThat(unwrapped(connection, lending)).isNotNull();
            Stub session = lending.fresh();
            connection.close();
            Connection next = lending.connection();
            assertThat(session.asked()).containsSubsequence("clearWarnings", "isValid");
            assertThat(lending.driver.connections).hasSize(1);
            session.calls.clear();
            next.close();
            lending.connection().close();
            assertThat(session.asked()).as("only once").isEmpty();
        }
    }

    @Test
    void aStatementsObjectIsOneToo() throws SQLException {
        try (Lending lending = new Lending(settings -> settings.pool(pool -> pool.maxSize(1)))) {
            try (Connection connection = lending.connection()) {
                var statement = connection.createStatement();
                assertThat(statement.unwrap(lending.driver
                                .connection()
                                .made
                                .get(0)
                                .as(java.sql.Statement.class)
                                .getClass()))
                        .isNotNull();
            }
            lending.connection().close();
            assertThat(lending.driver.connection().asked())
                    .containsSubsequence("createStatement", "clearWarnings", "isValid");
        }
    }

    @Test
    void whatCanNotBeUnwrappedCostsNothing() throws SQLException {
        try (Lending lending =
                new Lending(settings -> settings.pool(pool -> pool.maxSize(1).validateIfIdleFor(Duration.ofDays(1))))) {
            lending.connection().close();
            Stub session = lending.fresh();
            try (Connection connection = lending.connection()) {
                assertThatThrownBy(() -> connection.unwrap(Integer.class)).isInstanceOf(SQLException.class);
                assertThat(connection.unwrap(Connection.class)).isSameAs(connection);
            }
            lending.settle();
            assertThat(session.asked()).doesNotContain("isValid");
        }
    }

    @Test
    void aDriverThatHangsInTheCleaningHoldsNobodyUp() throws SQLException {
        CountDownLatch never = new CountDownLatch(1);
        try (Lending lending = new Lending(
                settings -> settings.pool(pool -> pool.maxSize(1).validationTimeout(Duration.ofMillis(50))))) {
            Connection connection = lending.connection();
            connection.setAutoCommit(false);
            assertThat(unwrapped(connection, lending)).isNotNull();
            Stub session = lending.fresh();
            session.before = name -> {
                if (name.equals("rollback")) {
                    hang(never);
                }
            };
            connection.close();
            lending.connection().close();
            assertThat(lending.driver.connections)
                    .as("the next holder has another one")
                    .hasSize(2);
            assertThat(session.asked()).contains("abort");
            never.countDown();
        }
    }

    /** As a driver does that waits for the end of a copy. */
    static void hang(CountDownLatch until) {
        try {
            until.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Test
    void whatADriverObjectLeftThatCanNotBeClearedEndsTheSession() throws SQLException {
        try (Lending lending = new Lending(settings -> settings.pool(pool -> pool.maxSize(1)))) {
            Connection connection = lending.connection();
            assertThat(unwrapped(connection, lending)).isNotNull();
            Stub session = lending.fresh();
            session.failures.put("isValid", new SQLException("in the middle of a copy", "55000"));
            connection.close();
            lending.connection().close();
            assertThat(lending.driver.connections).hasSize(2);
            assertThat(session.asked()).contains("abort", "close");
        }
    }

    @Test
    void theHookRunsAfterTheRollbackAndBeforeTheRest() throws SQLException {
        List<String> hooked = new ArrayList<>();
        try (Lending lending = new Lending(settings -> settings.autoCommit(false)
                .schema("app")
                .pool(pool -> pool.maxSize(1).validateIfIdleFor(Duration.ofDays(1)))
                .onReturn(physical -> {
                    assertThat(physical.getAutoCommit()).isTrue();
                    hooked.add(Thread.currentThread().getName());
                    physical.createStatement().execute("DISCARD ALL");
                }))) {
            lending.connection().close();
            assertThat(hooked).as("nobody asked anything of it").isEmpty();
            Connection connection = lending.connection();
            connection.createStatement().execute("insert");
            connection.setReadOnly(true);
            Stub session = lending.fresh();
            connection.close();
            lending.connection().close();
            assertThat(session.asked())
                    .containsSubsequence(
                            "rollback",
                            "setAutoCommit",
                            "createStatement",
                            "setAutoCommit",
                            "setReadOnly",
                            "setSchema", // which the hook may have undone
                            "commit",
                            "clearWarnings")
                    .doesNotContain("isValid");
            assertThat(hooked).hasSize(1).doesNotContain(Thread.currentThread().getName());
            assertThat(lending.driver.connections).hasSize(1);
        }
    }

    @Test
    void aDriverThatHasItsSessionAsNewWhenARequestEndsIsPutRight() throws SQLException {
        try (Lending lending = new Lending(settings ->
                settings.autoCommit(false).schema("app").transactionIsolation(8).pool(pool -> pool.maxSize(1)))) {
            lending.driver.preparing = stub -> stub.before = name -> {
                if (name.equals("endRequest")) {
                    stub.reset();
                }
            };
            for (int i = 0; i < 4; i++) {
                try (Connection connection = lending.connection()) {
                    assertThat(connection.getAutoCommit()).isFalse();
                    assertThat(connection.getSchema()).isEqualTo("app");
                    assertThat(connection.getTransactionIsolation()).isEqualTo(8);
                }
            }
            assertThat(lending.driver.connections).hasSize(1);
        }
    }

    @Test
    void aHookThatThrowsEndsTheSessionAndIsLoud() {
        List<String> log = RecordedLog.during(() -> {
            try (Lending lending = new Lending(
                    settings -> settings.pool(pool -> pool.maxSize(1)).onReturn("RESET NOTHING"))) {
                lending.driver.preparing =
                        stub -> stub.failures.put("createStatement", new SQLException("syntax", "42601"));
                for (int i = 0; i < 3; i++) {
                    Connection connection = lending.connection();
                    connection.getMetaData();
                    connection.close();
                }
                lending.settle();
                assertThat(lending.driver.connections).hasSize(3);
                Pool<?> pool = lending.source().pool();
                assertThat(pool.stats().total()).isZero();
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(log.stream().filter(line -> line.contains("onReturn failed")))
                .hasSize(1);
    }

    @Test
    void aDriverThatRefusesARollbackWhereNothingIsWrittenIsNoDeadConnection() throws SQLException {
        for (SQLException refusal : List.of(
                new SQLException("no rollback while reading only", "25000"),
                new java.sql.SQLFeatureNotSupportedException("no rollback", "0A000"))) {
            try (Lending lending = new Lending(settings -> settings.readOnly(true)
                    .autoCommit(false)
                    .pool(pool -> pool.maxSize(1).validateIfIdleFor(Duration.ZERO)))) {
                lending.driver.preparing = stub -> stub.failures.put("rollback", refusal);
                for (int i = 0; i < 3; i++) {
                    try (Connection connection = lending.connection()) {
                        connection.createStatement().executeQuery("select");
                    }
                }
                assertThat(lending.driver.connections).hasSize(1);
                assertThat(lending.driver.connection().asked()).contains("isValid", "commit");
            }
        }
    }

    /** Read only is a hint to many drivers: a commit for a rollback that merely failed would keep what was written. */
    @Test
    void aRollbackThatFailsCommitsNothingThoughThePoolLendsForReading() throws SQLException {
        for (SQLException failure : List.of(
                new SQLException("deadlock", "40001"),
                new java.sql.SQLTimeoutException("too slow", "HYT00"),
                new SQLException("idle for too long", "25P03"),
                new SQLException("no state"))) {
            for (String point : List.of("a close", "a validation")) {
                try (Lending lending = new Lending(settings -> settings.readOnly(true)
                        .autoCommit(false)
                        .pool(pool -> pool.maxSize(1).validateIfIdleFor(Duration.ZERO)))) {
                    Connection connection = lending.connection();
                    Stub session = lending.fresh();
                    if (point.equals("a close")) {
                        connection.createStatement().execute("insert");
                        session.failures.put("rollback", failure);
                        connection.close();
                    } else {
                        connection.close();
                        session.failures.put("rollback", failure);
                    }
                    lending.connection().close();
                    lending.settle();
                    assertThat(session.asked())
                            .as("%s in %s", failure, point)
                            .contains("rollback", "abort", "close")
                            .doesNotContain("commit");
                    assertThat(lending.driver.connections).hasSize(2);
                }
            }
        }
    }

    @Test
    void aRefusedRollbackIsFatalWhereSomethingMayBeWritten() throws SQLException {
        try (Lending lending = new Lending(
                settings -> settings.readOnly(true).autoCommit(false).pool(pool -> pool.maxSize(1)))) {
            Connection connection = lending.connection();
            connection.setReadOnly(false);
            connection.createStatement().execute("insert");
            connection.setReadOnly(true);
            Stub session = lending.fresh();
            session.failures.put("rollback", new SQLException("refused", "25000"));
            connection.close();
            lending.connection().close();
            assertThat(lending.driver.connections).hasSize(2);
            assertThat(session.asked()).doesNotContain("commit");
        }
    }

    @Test
    void aValidationThatCanNeverSucceedFailsTheFirstCreateWithItsCause() throws SQLException {
        for (boolean throwing : new boolean[] {true, false}) {
            try (Lending lending = new Lending(settings -> settings.pool(pool -> pool.maxSize(1)))) {
                lending.driver.preparing = stub -> stub.answer(
                        "isValid", throwing ? new UnsupportedOperationException("no such method") : (Object) false);
                assertThatThrownBy(lending::connection)
                        .isInstanceOf(SQLException.class)
                        .hasMessageContaining("a new connection is not found valid by isValid")
                        .hasMessageContaining(throwing ? "no such method" : "the driver says that it is not");
                assertThat(lending.driver.connection().asked()).contains("close");
            }
            try (Lending lending = new Lending(settings -> settings.pool(pool -> pool.maxSize(1)))) {
                lending.connection().close();
                lending.driver.preparing = stub -> stub.answer("isValid", false);
                Connection first = lending.connection();
                first.abort(Runnable::run);
                lending.connection().close(); // not asked any more
            }
        }
    }

    /** Else it would be made and lost again and again, and nobody told. */
    @Test
    void afterANewSessionThatIsNotValidTheNextOneIsAskedWhenItIsMade() throws Exception {
        try (Lending lending = new Lending(settings -> settings.pool(
                pool -> pool.maxSize(1).validateIfIdleFor(Duration.ZERO).failFastAfter(Duration.ZERO)))) {
            lending.source().pool().warmUp(1).get();
            lending.fresh().answer("isValid", false);
            lending.driver.preparing = stub -> stub.answer("isValid", false);
            assertThatThrownBy(lending::connection)
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("a new connection is not found valid by isValid");
        }
    }

    @Test
    void aSettingThatADriverRefusesIsNamed() throws SQLException {
        record Refused(
                String method,
                String setting,
                java.util.function.UnaryOperator<dev.cenote.pool.jdbc.PooledDataSourceBuilder> settings) {}
        for (Refused refused : List.of(
                new Refused("setNetworkTimeout", "networkTimeout", s -> s.networkTimeout(Duration.ofSeconds(1))),
                new Refused("setCatalog", "catalog", s -> s.catalog("a")),
                new Refused("setSchema", "schema", s -> s.schema("a")),
                new Refused("setTransactionIsolation", "transactionIsolation", s -> s.transactionIsolation(4096)),
                new Refused("createStatement", "connectionInitSql", s -> s.connectionInitSql("set a s3cr3t")),
                new Refused("setReadOnly", "readOnly", s -> s.readOnly(true)),
                new Refused("setAutoCommit", "autoCommit", s -> s.autoCommit(false)))) {
            for (boolean broken : new boolean[] {false, true}) {
                try (Lending lending = new Lending(refused.settings())) {
                    lending.driver.preparing = stub -> {
                        if (broken) {
                            stub.before = name -> {
                                if (name.equals(refused.method())) {
                                    throw new IllegalStateException("no");
                                }
                            };
                        } else {
                            stub.failures.put(refused.method(), new SQLException("no", "42000", 7));
                        }
                    };
                    assertThatThrownBy(lending::connection)
                            .hasMessageContaining("the setting " + refused.setting() + ": ")
                            .hasMessageNotContaining("s3cr3t")
                            .isInstanceOfSatisfying(
                                    SQLException.class,
                                    e -> assertThat(e.getSQLState()).isEqualTo(broken ? "08001" : "42000"));
                }
            }
        }
    }
}
