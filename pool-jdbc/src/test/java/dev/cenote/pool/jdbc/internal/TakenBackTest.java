package dev.cenote.pool.jdbc.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.Pool;
import dev.cenote.pool.internal.Await;
import dev.cenote.pool.internal.FakeTicker;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A lease that ends without its holder commits nothing, though the driver's close does and its abort is worth nothing. */
class TakenBackTest {

    /** What there is to abort with. */
    enum Abort {
        THROWS(stub -> stub.failures.put("abort", new SQLException("not allowed"))),
        IS_MISSING(stub -> stub.before = name -> {
            if (name.equals("abort")) {
                throw new AbstractMethodError("abort");
            }
        }),
        DOES_NOTHING(stub -> stub.ignoring = (name, value) -> name.equals("abort")),
        BREAKS(stub -> stub.answer("abort", new IllegalStateException("a bug of the driver's")));

        private final Consumer<Stub> preparing;

        Abort(Consumer<Stub> preparing) {
            this.preparing = preparing;
        }
    }

    private static Connection working(Lending lending, Abort abort) throws SQLException {
        lending.driver.preparing = abort.preparing;
        Connection connection = lending.connection();
        connection.setAutoCommit(false);
        connection.createStatement().execute("insert");
        return connection;
    }

    private static void assertRolledBackBeforeTheClose(Stub session) {
        List<String> asked = session.asked();
        assertThat(asked).contains("rollback", "close").doesNotContain("commit");
        assertThat(asked.indexOf("rollback")).isLessThan(asked.indexOf("close"));
    }

    @ParameterizedTest
    @EnumSource
    void atTheEndOfTheGrace(Abort abort) throws SQLException {
        Lending lending = new Lending();
        Connection connection = working(lending, abort);
        Stub session = lending.fresh();
        lending.close();
        assertRolledBackBeforeTheClose(session);
        assertThat(connection.isClosed()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void pastMaxLeaseTime(Abort abort) throws SQLException {
        FakeTicker ticker = new FakeTicker();
        try (Lending lending = new Lending(
                settings -> settings.pool(pool -> pool.ticker(ticker).maxLeaseTime(Duration.ofSeconds(10))))) {
            Connection connection = working(lending, abort);
            Stub session = lending.fresh();
            Await.until(() -> {
                ticker.advance(Duration.ofSeconds(3));
                return connectionIsClosed(connection) && session.asked().contains("close");
            });
            assertRolledBackBeforeTheClose(session);
        }
    }

    private static boolean connectionIsClosed(Connection connection) {
        try {
            return connection.isClosed();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @EnumSource
    @SuppressWarnings("CallToSystemGC")
    void onceItsHolderHasLostIt(Abort abort) throws SQLException {
        try (Lending lending = new Lending(settings -> settings.pool(pool -> pool.leakThreshold(Duration.ofDays(1))))) {
            assertThat(working(lending, abort).isClosed()).isFalse();
            Stub session = lending.fresh();
            Pool<?> pool = lending.source().pool();
            Await.until(() -> {
                System.gc();
                return pool.stats().total() + pool.stats().retiring() == 0;
            });
            assertRolledBackBeforeTheClose(session);
        }
    }

    @Test
    void aRollbackThatHangsHoldsThePlaceNoLongerThanDestroyTimeout() throws SQLException {
        CountDownLatch never = new CountDownLatch(1);
        try (Lending lending =
                new Lending(settings -> settings.pool(pool -> pool.maxSize(1).destroyTimeout(Duration.ofMillis(50))))) {
            Connection connection = working(lending, Abort.THROWS);
            Stub session = lending.fresh();
            session.before = name -> {
                if (name.equals("rollback")) {
                    LeftForLaterTest.hang(never);
                }
            };
            assertThatThrownBy(() -> connection.abort(Runnable::run)).hasMessage("not allowed");
            lending.connection().close();
            assertThat(lending.driver.connections).hasSize(2);
            assertThat(session.asked()).contains("rollback");
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatCouldNotBeCleaned(Abort abort) throws SQLException {
        try (Lending lending = new Lending()) {
            Connection connection = working(lending, abort);
            Stub session = lending.fresh();
            session.failures.put("setAutoCommit", new SQLException("refused"));
            session.answer("getAutoCommit", false);
            connection.close();
            lending.settle();
            List<String> asked = session.asked();
            assertThat(asked.subList(asked.indexOf("abort"), asked.size())).containsSubsequence("rollback", "close");
        }
    }
}
