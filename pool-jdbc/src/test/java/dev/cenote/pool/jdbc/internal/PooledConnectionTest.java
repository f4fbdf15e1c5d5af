package dev.cenote.pool.jdbc.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.DestroyReason;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a lease of a connection leaves behind, and what it does not. */
class PooledConnectionTest {

    @Test
    void anUnusedConnectionCostsTheDriverNothing() throws SQLException {
        try (Lending lending =
                new Lending(settings -> settings.pool(pool -> pool.validateIfIdleFor(Duration.ofDays(1))))) {
            lending.connection().close();
            Stub session = lending.fresh();
            lending.connection().close();
            assertThat(session.asked()).isEmpty();
        }
    }

    @Test
    void whatTheHolderChangedIsSetBackAndNothingElse() throws SQLException {
        try (Lending lending = new Lending().proven()) {
            Connection connection = lending.connection();
            connection.setReadOnly(true);
            connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            connection.setCatalog("other");
            connection.setSchema("other");
            connection.setNetworkTimeout(Runnable::run, 77);
            connection.setHoldability(ResultSet.CLOSE_CURSORS_AT_COMMIT);
            connection.setTypeMap(Map.of("a", String.class));
            connection.setClientInfo("ApplicationName", "other");
            connection.setAutoCommit(false);
            connection.isReadOnly(); // may be a question to the server, and so begin a transaction
            Stub session = lending.fresh();
            connection.close();
            List<String> asked = session.askedInFull();
            assertThat(asked.get(0)).startsWith("setNetworkTimeout").endsWith(", 0]");
            assertThat(asked.subList(1, asked.size()))
                    .containsExactly(
                            "getAutoCommit[]",
                            "rollback[]",
                            "setAutoCommit[true]",
                            "setReadOnly[false]",
                            "setTransactionIsolation[2]",
                            "setCatalog[null]",
                            "getCatalog[]", // it may have ignored null
                            "setSchema[null]",
                            "getSchema[]",
                            "setHoldability[0]",
                            "setTypeMap[{}]",
                            "setClientInfo[{}]",
                            "getClientInfo[]",
                            "getClientInfo[]",
                            "clearWarnings[]");
        }
    }

    @Test
    void whatTheHolderSetBackHimselfIsLeftAlone() throws SQLException {
        try (Lending lending = new Lending()) {
            Connection connection = lending.connection();
            connection.setAutoCommit(false);
            connection.setReadOnly(true);
            connection.commit();
            connection.setAutoCommit(true);
            connection.setReadOnly(false);
            Stub session = lending.fresh();
            connection.close();
            assertThat(session.asked()).containsExactly("clearWarnings");
        }
    }

    @Test
    void theSettingsAreWhatIsSetBackTo() throws SQLException {
        try (Lending lending =
                new Lending(settings -> settings.autoCommit(false).schema("app").readOnly(true)).proven()) {
            Connection connection = lending.connection();
            connection.setSchema("other");
            connection.setReadOnly(false);
            connection.setAutoCommit(true);
            Stub session = lending.fresh();
            connection.close();
            assertThat(session.askedInFull())
                    .containsExactly(
                            "setAutoCommit[false]",
                            "setReadOnly[true]",
                            "setSchema[app]",
                            "commit[]",
                            "clearWarnings[]");
        }
    }

    @Test
    void whatADriverFailedToSetIsSetBackAllTheSame() throws SQLException {
        try (Lending lending = new Lending()) {
            Connection connection = lending.connection();
            Stub session = lending.fresh();
            session.failures.put("setSchema", new SQLException("perhaps", "XX000"));
            assertThatThrownBy(() -> connection.setSchema("other")).isInstanceOf(SQLException.class);
            session.failures.clear();
            session.calls.clear();
            connection.close();
            assertThat(session.asked()).containsExactly("setSchema", "getSchema", "clearWarnings");
        }
    }

    @Test
    void whatADriverSetsButDoesNotTellEndsTheSessionWithTheLease() throws SQLException {
        try (Lending lending = new Lending()) {
            Connection connection = lending.connection();
            Stub session = lending.fresh();
            session.failures.put("getNetworkTimeout", new SQLFeatureNotSupportedException("unknown"));
            connection.setNetworkTimeout(Runnable::run, 5);
            assertThat(session.asked()).contains("setNetworkTimeout");
            assertThat(connection.isClosed()).isFalse();
            connection.close();
            assertThat(session.asked()).contains("close");
            assertThat(lending.source().pool().stats().total()).isZero();
        }
    }

    @Test
    void anOpenTransactionIsRolledBack() throws SQLException {
        try (Lending lending = new Lending().proven()) {
            Connection connection = lending.connection();
            connection.setAutoCommit(false);
            connection.createStatement().execute("insert");
            Stub session = lending.fresh();
            connection.close();
            assertThat(session.asked()).containsExactly("getAutoCommit", "rollback", "setAutoCommit", "clearWarnings");
        }
    }

    @Test
    void aTransactionThatWasEndedIsNotRolledBack() throws SQLException {
        try (Lending lending = new Lending(settings -> settings.autoCommit(false)).proven()) {
            for (String end : List.of("commit", "rollback")) {
                Connection connection = lending.connection();
                try (Statement statement = connection.createStatement()) {
                    statement.execute("insert");
                    if (end.equals("commit")) {
                        connection.commit();
                    } else {
                        connection.rollback();
                    }
                }
                Stub session = lending.fresh();
                connection.close();
                assertThat(session.asked()).as(end).containsExactly("clearWarnings");
            }
        }
    }

    @Test
    void aStatementThatRunsAfterTheCommitOpensATransactionAgain() throws SQLException {
        try (Lending lending = new Lending(settings -> settings.autoCommit(false))) {
            Connection connection = lending.connection();
            PreparedStatement statement = connection.prepareStatement("insert");
            connection.commit();
            statement.execute();
            Stub session = lending.fresh();
            connection.close();
            assertThat(session.asked()).contains("rollback");
        }
    }

    @Test
    @SuppressWarnings("try") // closed by its holder, on purpose
    void whatIsOpenIsClosedWithTheConnection() throws SQLException {
        try (Lending lending = new Lending()) {
            Connection connection = lending.connection();
            connection.createStatement();
            connection.prepareStatement("a").close();
            connection.prepareCall("b");
            connection.getMetaData().getTables(null, null, null, null);
            Stub session = lending.driver.connection();
            connection.close();
            List<Stub> made = session.made;
            assertThat(made.get(0).asked()).containsExactly("close");
            assertThat(made.get(1).asked()).as("once, by its holder").containsExactly("close");
            assertThat(made.get(2).asked()).containsExactly("close");
            assertThat(made.get(3).made.get(0).asked()).as("the tables").containsExactly("close");
        }
    }

    @Test
    void closingInAnyOrderClosesEachOnceAndForgetsNone() throws SQLException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            try (Lending lending = new Lending()) {
                Connection connection = lending.connection();
                List<Statement> open = new ArrayList<>();
                for (int i = 0; i < 200; i++) {
                    if (open.isEmpty() || random.nextInt(5) < 3) {
                        open.add(connection.createStatement());
                    } else {
                        open.remove(random.nextInt(open.size())).close();
                    }
                }
                Stub session = lending.driver.connection();
                connection.close();
                assertThat(session.made)
                        .as("seed " + seed)
                        .allSatisfy(statement -> assertThat(statement.asked()).containsExactly("close"));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10})
    void manyStatementsInALongLeaseAreNotKept(int open) throws SQLException {
        try (Lending lending = new Lending();
                Connection connection = lending.connection()) {
            Deque<Statement> window = new ArrayDeque<>();
            for (int i = 0; i < 2_000; i++) {
                window.add(connection.createStatement());
                if (window.size() > open) {
                    window.remove().close();
                }
            }
            int kept = 0;
            for (Tracked each = (Tracked) window.getLast(); each != null; each = each.next) {
                kept++;
            }
            assertThat(kept).isLessThan(64 + 2 * open);
        }
    }

    @Test
    void aStatementThatCouldNotBeClosedIsClosedWithTheConnection() throws SQLException {
        try (Lending lending = new Lending()) {
            Connection connection = lending.connection();
            Statement statement = connection.createStatement();
            Stub driver = lending.driver.connection().made.get(0);
            driver.failures.put("close", new SQLException("not now", "XX000"));
            assertThatThrownBy(statement::close).hasMessage("not now");
            driver.failures.clear();
            connection.close();
            assertThat(driver.asked()).containsExactly("close", "close");
        }
    }

    @Test
    void aChangeOfAutoCommitThatFailedIsNotTrusted() throws SQLException {
        try (Lending lending = new Lending(settings -> settings.autoCommit(false))) {
            Connection connection = lending.connection();
            Stub session = lending.fresh();
            session.failures.put("setAutoCommit", new SQLException("the commit failed", "40001"));
            assertThatThrownBy(() -> connection.setAutoCommit(true)).hasMessage("the commit failed");
            session.failures.clear();
            connection.createStatement().execute("insert");
            connection.close();
            assertThat(session.asked()).contains("rollback");
        }
    }

    @Test
    void whatTheHolderDoesWithTheDriversOwnObjectIsRolledBackToo() throws SQLException {
        try (Lending lending = new Lending(settings -> settings.autoCommit(false))) {
            Connection connection = lending.connection();
            Connection drivers = (Connection) connection.unwrap(
                    lending.driver.connection().as(Connection.class).getClass());
            connection.commit();
            drivers.createStatement();
            Stub session = lending.fresh();
            connection.close();
            lending.settle();
            assertThat(session.asked()).contains("rollback");
        }
    }

    @Test
    void whatTheHolderChangesOfTheDriversOwnObjectIsSetBackToo() throws SQLException {
        try (Lending lending = new Lending()) {
            Connection connection = lending.connection();
            Connection drivers = (Connection) connection.unwrap(
                    lending.driver.connection().as(Connection.class).getClass());
            drivers.setAutoCommit(false);
            Stub session = lending.fresh();
            connection.close();
            lending.settle();
            assertThat(session.askedInFull()).containsSubsequence("rollback[]", "setAutoCommit[true]");
        }
    }

    @Test
    void aLargeObjectMayBeginATransactionByItself() throws SQLException {
        try (Lending lending = new Lending(settings -> settings.autoCommit(false))) {
            Connection connection = lending.connection();
            Blob blob = connection.createStatement().executeQuery("select").getBlob(1);
            connection.commit();
            blob.length();
            Stub session = lending.fresh();
            connection.close();
            assertThat(session.asked()).contains("rollback");
        }
    }

    @Test
    void aStatementThatIsClosedAnswersAsTheDriverDoesAndTheConnectionGoesOn() throws SQLException {
        try (Lending lending = new Lending();
                Connection connection = lending.connection()) {
            Statement statement = connection.createStatement();
            ResultSet rows = statement.executeQuery("select");
            statement.close();
            rows.close();
            Stub driver = lending.driver.connection().made.get(0);
            driver.failures.put("getMaxRows", new SQLException("closed", "55000"));
            driver.made.get(0).failures.put("next", new SQLException("closed", "24000"));
            assertThatThrownBy(statement::getMaxRows)
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("55000"));
            assertThatThrownBy(rows::next)
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("24000"));
            driver.failures.put("unwrap", new SQLException("closed", "55000"));
            assertThatThrownBy(() -> statement.unwrap(Statement.class)).hasMessage("closed");
            assertThat(statement.isClosed()).isTrue();
            assertThat(connection.isClosed()).isFalse();
        }
    }

    @Test
    void aDriverThatCallsAMistakeANoConnectionIsNotBelieved() throws SQLException {
        try (Lending lending = new Lending();
                Connection connection = lending.connection()) {
            Stub session = lending.fresh();
            session.failures.put("rollback", new SQLException("can't roll back with auto-commit", "08003"));
            assertThatThrownBy(connection::rollback).hasMessageContaining("auto-commit");
            assertThat(connection.isClosed()).isFalse();
            session.answer("isClosed", true);
            assertThatThrownBy(connection::rollback).hasMessageContaining("auto-commit");
            assertThat(connection.isClosed()).isTrue();
        }
    }

    @Test
    void clientInfoThatADriverKeepsIsTakenBackByName() throws SQLException {
        try (Lending lending = new Lending()) {
            Properties kept = new Properties();
            Connection connection = lending.connection();
            connection.setClientInfo("ClientUser", "bob");
            kept.setProperty("ClientUser", "bob");
            Stub session = lending.fresh();
            session.answer("getClientInfo", kept);
            connection.close();
            assertThat(session.askedInFull()).contains("setClientInfo[ClientUser, null]");
        }
    }

    /** While one thread commits, another one may begin the next transaction. */
    @Test
    void whatSeveralThreadsHaveUsedIsRolledBackAlsoAfterACommit() throws Exception {
        try (Lending lending = new Lending()) {
            Connection connection = lending.connection();
            connection.setAutoCommit(false);
            Thread other = new Thread(() -> execute(connection));
            other.start();
            other.join();
            connection.commit();
            Stub session = lending.fresh();
            connection.close();
            assertThat(session.asked()).contains("rollback");
        }
    }

    private static void execute(Connection connection) {
        try (Statement statement = connection.createStatement()) {
            statement.execute("INSERT");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void clientInfoThatTheDriverGaveOutIsACopy() throws SQLException {
        try (Lending lending = new Lending()) {
            Connection connection = lending.connection();
            connection.setClientInfo("ApplicationName", "mine");
            Properties own = new Properties();
            own.setProperty("ApplicationName", "mine");
            lending.fresh().answer("getClientInfo", own);
            Properties given = connection.getClientInfo();
            given.setProperty("ApplicationName", "other");
            assertThat(own).containsEntry("ApplicationName", "mine");
            connection.close();
        }
    }

    @Test
    void aMapThatTheDriverGaveOutIsACopy() throws SQLException {
        try (Lending lending = new Lending()) {
            Map<String, Class<?>> drivers = new HashMap<>();
            lending.driver.preparing = stub -> stub.answer("getTypeMap", drivers);
            Connection connection = lending.connection();
            Map<String, Class<?>> map = connection.getTypeMap();
            map.put("a", String.class);
            connection.setTypeMap(map);
            Stub session = lending.fresh();
            connection.close();
            assertThat(session.askedInFull()).contains("setTypeMap[{}]");
        }
    }

    @Test
    void whatTheDriverDoesNotSupportIsNotSetBack() throws SQLException {
        try (Lending lending = new Lending()) {
            Connection connection = lending.connection();
            Stub session = lending.fresh();
            session.failures.put("setHoldability", new SQLFeatureNotSupportedException("never"));
            assertThatThrownBy(() -> connection.setHoldability(1)).isInstanceOf(SQLFeatureNotSupportedException.class);
            connection.close();
            assertThat(lending.source().pool().stats().idle()).isEqualTo(1);
        }
    }

    @Test
    void theNetworkTimeoutIsSetBackBeforeAllElse() throws SQLException {
        try (Lending lending = new Lending(settings -> settings.autoCommit(false)).proven()) {
            Connection connection = lending.connection();
            connection.setNetworkTimeout(Runnable::run, 1_000_000);
            connection.setReadOnly(true);
            Stub session = lending.fresh();
            connection.close();
            assertThat(session.asked())
                    .containsExactly("setNetworkTimeout", "rollback", "setReadOnly", "commit", "clearWarnings");
        }
    }

    @Test
    void twoThreadsThatCloseAtOnceCleanUpOnce() throws Exception {
        try (Lending lending = new Lending().proven()) {
            for (int round = 0; round < 200; round++) {
                Connection connection = lending.connection();
                connection.setAutoCommit(false);
                connection.createStatement().execute("insert");
                Stub session = lending.fresh();
                CyclicBarrier barrier = new CyclicBarrier(2);
                AtomicReference<Throwable> failure = new AtomicReference<>();
                Thread other = new Thread(() -> {
                    try {
                        barrier.await();
                        connection.close();
                    } catch (Throwable e) {
                        failure.set(e);
                    }
                });
                other.start();
                barrier.await();
                connection.close();
                other.join();
                assertThat(failure.get()).isNull();
                assertThat(session.asked())
                        .containsExactly("getAutoCommit", "rollback", "setAutoCommit", "clearWarnings");
            }
        }
    }

    @Test
    void aStatementThatIsMadeWhileTheConnectionIsClosedIsClosed() throws Exception {
        try (Lending lending = new Lending()) {
            for (int round = 0; round < 300; round++) {
                Connection connection = lending.connection();
                Stub session = lending.driver.connection();
                int before = session.made.size();
                CyclicBarrier barrier = new CyclicBarrier(2);
                AtomicReference<Throwable> failure = new AtomicReference<>();
                Thread other = new Thread(() -> {
                    try {
                        barrier.await();
                        for (int i = 0; i < 5; i++) {
                            connection.createStatement();
                        }
                    } catch (SQLException e) {
                        if (!"08003".equals(e.getSQLState())) {
                            failure.set(e);
                        }
                    } catch (Exception e) {
                        failure.set(e);
                    }
                });
                other.start();
                barrier.await();
                connection.close();
                other.join();
                assertThat(failure.get()).isNull();
                assertThat(session.made.subList(before, session.made.size()))
                        .allSatisfy(statement -> assertThat(statement.asked()).contains("close"));
            }
        }
    }

    @Test
    void aSecondCloseTouchesNothing() throws SQLException {
        try (Lending lending = new Lending()) {
            Connection first = lending.connection();
            first.close();
            try (Connection second = lending.connection()) {
                second.setAutoCommit(false);
                second.createStatement();
                Stub session = lending.fresh();
                first.close();
                first.abort(Runnable::run);
                assertThat(session.calls).isEmpty();
                assertThat(second.isClosed()).isFalse();
            }
            assertThat(lending.source().pool().stats().staleCloses()).isZero();
        }
    }

    @Test
    void aSessionThatCannotBeCleanedIsDestroyedAndItsHolderSeesNothing() throws SQLException {
        try (Lending lending = new Lending()) {
            Connection connection = lending.connection();
            connection.setAutoCommit(false);
            connection.createStatement();
            Stub session = lending.fresh();
            session.failures.put("rollback", new SQLException("no", "XX000"));
            connection.close();
            assertThat(session.asked()).contains("abort", "close");
            assertThat(lending.source().pool().stats().staleCloses()).isZero();
            assertThat(lending.source().pool().stats().destroyed(DestroyReason.INVALIDATED))
                    .isEqualTo(1);
            assertThat(lending.source().pool().stats().leased()).isZero();
        }
    }

    @Test
    void evenAnErrorOfTheDriverCostsNoCapacity() throws SQLException {
        try (Lending lending = new Lending(settings -> settings.pool(pool -> pool.maxSize(1)))) {
            lending.driver.preparing = stub -> stub.failures.put("rollback", new ThrowingSoon());
            Connection connection = lending.connection();
            connection.setAutoCommit(false);
            connection.createStatement();
            assertThatThrownBy(connection::close).isInstanceOf(StackOverflowError.class);
            lending.driver.preparing = stub -> {};
            lending.connection().close();
        }
    }

    /** An exception that is an error as soon as somebody looks at it. */
    private static final class ThrowingSoon extends SQLException {
        private static final long serialVersionUID = 1;

        @Override
        public String getSQLState() {
            throw new StackOverflowError();
        }
    }

    @Test
    void abortKills() throws SQLException {
        try (Lending lending = new Lending()) {
            Connection connection = lending.connection();
            Stub session = lending.fresh();
            connection.abort(Runnable::run);
            assertThat(session.asked()).startsWith("abort").containsOnly("abort", "isClosed", "close");
            assertThat(connection.isClosed()).isTrue();
            assertThat(lending.source().pool().stats().total()).isZero();
            assertThatThrownBy(() -> lending.connection().abort(null))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("executor");
        }
    }

    @Test
    void abortEndsACloseThatHangs() throws SQLException {
        try (Lending lending = new Lending()) {
            Connection connection = lending.connection();
            connection.setAutoCommit(false);
            connection.createStatement().execute("insert");
            Stub session = lending.fresh();
            session.before = name -> {
                if (name.equals("rollback")) {
                    abort(connection);
                    assertThat(session.asked()).as("while the rollback hangs").contains("abort", "close");
                }
            };
            connection.close();
            assertThat(session.asked()).contains("rollback");
            assertThat(lending.source().pool().stats().destroyed(DestroyReason.INVALIDATED))
                    .isEqualTo(1);
            Connection next = lending.connection();
            abort(connection);
            assertThat(next.isClosed()).isFalse();
            next.close();
        }
    }

    private static void abort(Connection connection) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** 25006 is fatal for those who did not ask for it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whetherItWasSetToReadOnlyIsKnownInATransactionToo(boolean isLentReadOnly) throws SQLException {
        try (Lending lending =
                new Lending(settings -> settings.autoCommit(false).readOnly(isLentReadOnly))) {
            for (boolean isSet : List.of(true, false)) {
                Connection connection = lending.connection();
                Statement statement = connection.createStatement();
                connection.setReadOnly(!isSet);
                connection.setReadOnly(isSet);
                lending.driver
                        .connection()
                        .made
                        .forEach(it -> it.failures.put("execute", new SQLException("x", "25006")));
                assertThatThrownBy(() -> statement.execute("insert")).hasMessage("x");
                assertThat(connection.isClosed())
                        .as("set to read only: %s", isSet)
                        .isEqualTo(!isSet);
                connection.close();
            }
        }
    }

    @Test
    void aValidationLeavesNoTransactionOpen() throws SQLException {
        try (Lending lending = new Lending(
                settings -> settings.autoCommit(false).pool(pool -> pool.validateIfIdleFor(Duration.ZERO)))) {
            lending.connection().close();
            Stub session = lending.fresh();
            lending.connection().close();
            assertThat(session.asked()).startsWith("isValid", "rollback");
        }
    }

    @Test
    void aLeaseThatThePoolTookBackIsDead() throws SQLException {
        try (Lending lending = new Lending()) {
            Connection connection = lending.connection();
            Statement statement = connection.createStatement();
            lending.source().pool().shutdown(Duration.ZERO).join();
            assertThat(connection.isClosed()).isTrue();
            assertThat(statement.isClosed()).isTrue();
            assertThatThrownBy(() -> statement.execute("late"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08003"));
            Stub session = lending.fresh();
            connection.close();
            statement.close();
            assertThat(session.calls).isEmpty();
        }
    }

    /** A proxy has all methods, those with a default, too. */
    @Test
    void requestsAreMarkedForDriversThatWantToKnow() throws SQLException {
        try (Lending lending = new Lending()) {
            lending.connection().close();
            assertThat(lending.driver.connection().calls.stream()
                            .map(call -> call.method().getName())
                            .filter(name -> name.endsWith("Request")))
                    .containsExactly("beginRequest", "endRequest");
        }
    }

    @Test
    void aRequestThatCannotBeginIsNoConnection() throws SQLException {
        try (Lending lending = new Lending(settings -> settings.pool(pool -> pool.maxSize(1)))) {
            lending.driver.preparing = stub -> stub.failures.put("beginRequest", new SQLException("gone", "08006"));
            assertThatThrownBy(lending::connection)
                    .isInstanceOf(SQLTransientConnectionException.class)
                    .hasMessageContaining("gone")
                    .hasMessageContaining("leased 0");
            lending.driver.preparing = stub -> stub.failures.put("beginRequest", new SQLException("busy"));
            assertThatThrownBy(lending::connection)
                    .hasMessageContaining("busy")
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08001"));
            lending.driver.preparing = stub -> {};
            lending.connection().close();
            assertThat(lending.driver.connections).as("none was lent again").hasSize(3);
            assertThat(lending.source().pool().stats().leased()).isZero();
        }
    }

    @Test
    void whatTheDriverFindsInvalidIsNotLentAgain() throws SQLException {
        try (Lending lending = new Lending(settings -> settings.pool(pool -> pool.maxSize(1)))) {
            Connection connection = lending.connection();
            Stub session = lending.fresh();
            session.failures.put("isValid", new SQLTimeoutException("slow"));
            assertThatThrownBy(() -> connection.isValid(1)).isInstanceOf(SQLTimeoutException.class);
            assertThat(connection.isClosed()).as("a time-out is none").isFalse();
            assertThatThrownBy(() -> connection.isValid(-1)).hasMessageContaining("-1");
            session.failures.clear();
            session.answer("isValid", false);
            assertThat(connection.isValid(1)).isFalse();
            assertThat(connection.isClosed()).isTrue();
            connection.close();
            lending.connection().close();
            assertThat(lending.driver.connections).hasSize(2);
        }
    }

    @Test
    void anExceptionThatIsNoSqlExceptionDoesNotLeaveTheClose() throws SQLException {
        try (Lending lending = new Lending()) {
            Connection connection = lending.connection();
            connection.createStatement();
            Stub session = lending.fresh();
            session.answer("clearWarnings", new IllegalStateException("a bug of the driver's"));
            connection.close();
            assertThat(lending.source().pool().stats().destroyed(DestroyReason.INVALIDATED))
                    .isEqualTo(1);
        }
    }

    @Test
    void unwrappingGivesTheDriversObjectsToThoseWhoAsk() throws SQLException {
        try (Lending lending = new Lending();
                Connection connection = lending.connection()) {
            assertThat(connection.unwrap(Connection.class)).isSameAs(connection);
            assertThat(connection.isWrapperFor(Connection.class)).isTrue();
            Class<?> type = lending.driver.connection().as(Connection.class).getClass();
            assertThat(connection.isWrapperFor(type)).isTrue();
            assertThat(Stub.of(connection.unwrap(type))).isSameAs(lending.driver.connection());
            assertThatThrownBy(() -> connection.unwrap(Integer.class)).isInstanceOf(SQLException.class);
        }
    }

    @Test
    void arraysGoBackToTheDriverAsItsOwn() throws SQLException {
        try (Lending lending = new Lending();
                Connection connection = lending.connection()) {
            Array array = connection.createArrayOf("text", new Object[] {"a"});
            PreparedStatement statement = connection.prepareStatement("insert");
            statement.setObject(1, array);
            Stub driver = lending.driver.connection().made.get(1);
            assertThat(Stub.isStub(driver.calls.get(0).arguments().get(1))).isTrue();
            assertThat(array.getResultSet().getStatement().getConnection()).isSameAs(connection);

            Object[] attributes = {1, array};
            connection.createStruct("pair", attributes);
            List<Object> arguments = lending.driver.connection().calls.stream()
                    .filter(call -> call.method().getName().equals("createStruct"))
                    .findAny()
                    .orElseThrow()
                    .arguments();
            assertThat(Stub.isStub(((Object[]) arguments.get(1))[1])).isTrue();
            assertThat(attributes[1]).as("the caller's own").isSameAs(array);
        }
    }
}
