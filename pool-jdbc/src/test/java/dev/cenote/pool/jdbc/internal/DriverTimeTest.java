package dev.cenote.pool.jdbc.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.AdaptiveSizing;
import dev.cenote.pool.Pool;
import dev.cenote.pool.SizingPolicy;
import dev.cenote.pool.Ticker;
import dev.cenote.pool.internal.Await;
import dev.cenote.pool.internal.FakeTicker;
import java.lang.reflect.Method;
import java.sql.Array;
import java.sql.BatchUpdateException;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTimeoutException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an adaptive policy is told of each lease: how long the driver needed, and whether it answered. */
class DriverTimeTest {

    private static final String QUERY = "select 1";

    private record Use(long millis, boolean isGood) {}

    /** Notes what it is told. */
    private static class Told implements AdaptiveSizing {

        final List<Use> uses = new CopyOnWriteArrayList<>();

        @Override
        public void used(Duration time, boolean isGood) {
            uses.add(new Use(time.toMillis(), isGood));
        }

        @Override
        public int size(int[] peaks) {
            return peaks[0];
        }
    }

    /** Counts how often one thread asks for the time. */
    private static final class CountingTicker implements Ticker {

        private final Thread counted = Thread.currentThread();
        private final AtomicInteger reads = new AtomicInteger();

        @Override
        public long nanos() {
            if (Thread.currentThread() == counted) {
                reads.incrementAndGet();
            }
            return 0;
        }

        @Override
        public long wallMillis() {
            return 0;
        }
    }

    private final FakeTicker ticker = new FakeTicker();
    private final Told told = new Told();

    private Lending lending() throws SQLException {
        return lending(told);
    }

    private Lending lending(SizingPolicy policy) throws SQLException {
        return new Lending(settings -> settings.pool(pool -> pool.ticker(ticker).sizingPolicy(policy)));
    }

    private void pass(long millis) {
        ticker.advance(Duration.ofMillis(millis));
    }

    /** What is done in a driver's object that a connection has just made. */
    private static Stub newest(Stub maker) {
        return maker.made.get(maker.made.size() - 1);
    }

    private void takes(Stub stub, String name, long millis) {
        stub.before = asked -> {
            if (asked.equals(name)) {
                pass(millis);
            }
        };
    }

    // --- how long

    @Test
    void timeBetweenCallsIsNotTold() throws SQLException {
        try (Lending lending = lending()) {
            Connection connection = lending.connection();
            Stub session = lending.fresh();
            pass(70);
            PreparedStatement statement = connection.prepareStatement(QUERY);
            takes(newest(session), "executeQuery", 3);
            pass(70);
            ResultSet results = statement.executeQuery();
            takes(newest(newest(session)), "next", 2);
            pass(70);
            results.next();
            results.next();
            takes(session, "commit", 1);
            pass(70);
            connection.commit();
            pass(70);
            connection.close();
            connection.close();
            assertThat(told.uses).containsExactly(new Use(8, true));
        }
    }

    @Test
    void eachLeaseIsToldByItself() throws SQLException {
        try (Lending lending = lending()) {
            for (int millis = 1; millis <= 3; millis++) {
                try (Connection connection = lending.connection()) {
                    takes(lending.fresh(), "commit", millis);
                    connection.commit();
                }
            }
            assertThat(told.uses).containsExactly(new Use(1, true), new Use(2, true), new Use(3, true));
        }
    }

    @Test
    void whatTheCloseCleansCounts() throws SQLException {
        try (Lending lending = lending()) {
            Connection connection = lending.connection();
            connection.setAutoCommit(false);
            connection.createStatement().execute("insert");
            takes(lending.fresh(), "rollback", 4);
            connection.close();
            assertThat(told.uses).containsExactly(new Use(4, true));
        }
    }

    @Test
    void aLeaseThatAskedNothingOfTheDriverIsNotTold() throws SQLException {
        try (Lending lending = lending()) {
            Connection connection = lending.connection();
            pass(70);
            connection.close();
            assertThat(told.uses).isEmpty();
        }
    }

    /** A call that may make a round trip. */
    private record Call(Class<?> face, Method method) {
        @Override
        public String toString() {
            return face.getSimpleName() + "." + method.getName() + Arrays.toString(method.getParameterTypes());
        }
    }

    static Stream<Call> roundTrips() {
        String executes = "execute[A-Za-z]*|getMoreResults|getGeneratedKeys|close";
        return Stream.of(
                        calls(
                                Connection.class,
                                "prepare[A-Za-z]+|commit|rollback|setSavepoint|releaseSavepoint|isValid|setAutoCommit"
                                        + "|setReadOnly|setTransactionIsolation|setCatalog|setSchema|setNetworkTimeout"
                                        + "|setHoldability|setTypeMap|setClientInfo"),
                        calls(Statement.class, executes),
                        calls(PreparedStatement.class, executes),
                        calls(CallableStatement.class, executes),
                        calls(
                                ResultSet.class,
                                "next|previous|first|last|absolute|relative|beforeFirst|afterLast|insertRow|updateRow"
                                        + "|deleteRow|refreshRow|close"),
                        calls(DatabaseMetaData.class, "getTables|getColumns|getIndexInfo|getCatalogs"),
                        calls(Array.class, "getResultSet"))
                .flatMap(calls -> calls);
    }

    private static Stream<Call> calls(Class<?> face, String names) {
        return Arrays.stream(face.getMethods())
                .filter(method -> method.getName().matches(names))
                .map(method -> new Call(face, method));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("roundTrips")
    void aCallThatMayMakeARoundTripIsTimed(Call call) throws Exception {
        try (Lending lending = lending()) {
            Connection connection = lending.connection();
            Object wrapper = wrapper(call.face(), connection);
            Stub session = lending.driver.connection();
            Stub driver = call.face() == Connection.class
                    ? session
                    : newest(call.face() == ResultSet.class ? newest(session) : session);
            takes(driver, call.method().getName(), 5);
            Object[] arguments = new Object[call.method().getParameterCount()];
            for (int i = 0; i < arguments.length; i++) {
                arguments[i] = Values.some(call.method().getParameterTypes()[i]);
            }
            call.method().invoke(wrapper, arguments);
            driver.before = name -> {};
            connection.close();
            assertThat(told.uses).containsExactly(new Use(5, true));
        }
    }

    private static Object wrapper(Class<?> face, Connection connection) throws SQLException {
        if (face == Connection.class) {
            return connection;
        }
        if (face == Array.class) {
            return connection.createArrayOf("int", new Object[0]);
        }
        if (face == DatabaseMetaData.class) {
            return connection.getMetaData();
        }
        if (face == CallableStatement.class) {
            return connection.prepareCall(QUERY);
        }
        if (face == PreparedStatement.class) {
            return connection.prepareStatement(QUERY);
        }
        Statement statement = connection.createStatement();
        return face == Statement.class ? statement : statement.executeQuery(QUERY);
    }

    // --- calls within calls

    @Test
    void aCallWithinACallIsNotCountedTwice() throws SQLException {
        try (Lending lending = lending()) {
            Connection connection = lending.connection();
            Stub session = lending.fresh();
            Statement statement = connection.createStatement();
            takes(session, "commit", 2);
            newest(session).before = name -> {
                if (name.equals("execute")) {
                    pass(3);
                    commit(connection);
                    pass(4);
                }
            };
            statement.execute("call");
            connection.close();
            assertThat(told.uses).containsExactly(new Use(9, true));
        }
    }

    private static void commit(Connection connection) {
        try {
            connection.commit();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void timeInWhichSeveralThreadsAreInTheDriverCountsOnce() throws Exception {
        try (Lending lending = lending()) {
            Connection connection = lending.connection();
            Stub session = lending.fresh();
            Statement statement = connection.createStatement();
            CountDownLatch isIn = new CountDownLatch(1);
            CountDownLatch mayGo = new CountDownLatch(1);
            hold(newest(session), isIn, mayGo);
            CompletableFuture<Void> other = CompletableFuture.runAsync(() -> execute(statement));
            isIn.await();
            takes(session, "commit", 5);
            connection.commit();
            pass(6);
            mayGo.countDown();
            other.join();
            pass(70);
            connection.close();
            assertThat(told.uses).containsExactly(new Use(11, true));
        }
    }

    @Test
    void aCallThatIsUnderWayAtTheCloseCountsUntilThen() throws Exception {
        try (Lending lending = lending()) {
            Connection connection = lending.connection();
            Stub session = lending.fresh();
            Statement statement = connection.createStatement();
            CountDownLatch isIn = new CountDownLatch(1);
            CountDownLatch mayGo = new CountDownLatch(1);
            hold(newest(session), isIn, mayGo);
            CompletableFuture<Void> other = CompletableFuture.runAsync(() -> execute(statement));
            isIn.await();
            pass(6);
            connection.close();
            pass(70);
            mayGo.countDown();
            other.join();
            assertThat(told.uses).containsExactly(new Use(6, true));
        }
    }

    private static void hold(Stub stub, CountDownLatch isIn, CountDownLatch mayGo) {
        stub.before = name -> {
            if (name.equals("execute")) {
                isIn.countDown();
                LeftForLaterTest.hang(mayGo);
            }
        };
    }

    private static void execute(Statement statement) {
        try {
            statement.execute(QUERY);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    // --- whether it was good

    static Stream<SQLException> timeouts() {
        SQLException batch = new BatchUpdateException("batch", "HY000", new int[0]);
        batch.setNextException(new SQLTimeoutException("time is up"));
        return Stream.of(
                new SQLTimeoutException("time is up"),
                new SQLException("canceling statement due to statement timeout", "57014"),
                batch,
                new SQLException("wrapped", "HY000", new SQLTimeoutException("time is up")));
    }

    @ParameterizedTest
    @MethodSource("timeouts")
    void aTimeoutIsNoGoodUseThoughTheConnectionLives(SQLException timeout) throws SQLException {
        try (Lending lending = lending()) {
            Connection connection = lending.connection();
            Stub session = lending.fresh();
            Statement statement = connection.createStatement();
            takes(newest(session), "executeQuery", 30);
            newest(session).failures.put("executeQuery", timeout);
            assertThatThrownBy(() -> statement.executeQuery(QUERY)).isSameAs(timeout);
            connection.commit();
            connection.close();
            assertThat(told.uses).containsExactly(new Use(30, false));
            assertThat(lending.source().pool().stats().idle()).isEqualTo(1);
        }
    }

    @Test
    void anAnswerThatIsAnErrorIsAGoodUse() throws SQLException {
        try (Lending lending = lending()) {
            Connection connection = lending.connection();
            Stub session = lending.fresh();
            Statement statement = connection.createStatement();
            takes(newest(session), "executeQuery", 3);
            newest(session).failures.put("executeQuery", new SQLSyntaxErrorException("no such table", "42P01"));
            assertThatThrownBy(() -> statement.executeQuery(QUERY)).isInstanceOf(SQLSyntaxErrorException.class);
            connection.close();
            assertThat(told.uses).containsExactly(new Use(3, true));
        }
    }

    @Test
    void aConnectionThatIsLostIsToldAtOnceAndOnlyOnce() throws SQLException {
        try (Lending lending = lending()) {
            Connection connection = lending.connection();
            takes(lending.fresh(), "commit", 3);
            lending.driver.connection().failures.put("commit", new SQLException("gone", "08006"));
            assertThatThrownBy(connection::commit).hasMessage("gone");
            assertThat(told.uses).containsExactly(new Use(3, false));
            connection.close();
            assertThat(told.uses).hasSize(1);
        }
    }

    @Test
    void aConnectionThatIsLostWhenTheCloseCleansItIsNoGoodUse() throws SQLException {
        try (Lending lending = lending()) {
            Connection connection = lending.connection();
            connection.setAutoCommit(false);
            connection.createStatement().execute("insert");
            lending.fresh().failures.put("rollback", new SQLException("gone", "08006"));
            connection.close();
            assertThat(told.uses).containsExactly(new Use(0, false));
        }
    }

    @Test
    void aSessionThatCannotBeSetBackWasAGoodUse() throws SQLException {
        try (Lending lending = lending()) {
            Connection connection = lending.connection();
            takes(lending.fresh(), "setCatalog", 2);
            connection.setCatalog("other");
            lending.driver.connection().failures.put("setCatalog", new SQLException("refused", "42000"));
            lending.driver.connection().before = name -> {};
            connection.close();
            assertThat(told.uses).containsExactly(new Use(2, true));
        }
    }

    @Test
    void anAbortIsNoGoodUse() throws SQLException {
        try (Lending lending = lending()) {
            Connection connection = lending.connection();
            takes(lending.fresh(), "commit", 3);
            connection.commit();
            connection.abort(Runnable::run);
            connection.close();
            assertThat(told.uses).containsExactly(new Use(3, false));
        }
    }

    @Test
    void aLeaseThatThePoolTookBackIsToldWhenItsHolderCloses() throws SQLException {
        try (Lending lending = new Lending(settings ->
                settings.pool(pool -> pool.ticker(ticker).sizingPolicy(told).maxLeaseTime(Duration.ofSeconds(10))))) {
            Connection connection = lending.connection();
            takes(lending.fresh(), "commit", 3);
            connection.commit();
            Pool<?> pool = lending.source().pool();
            Await.until(() -> {
                ticker.advance(Duration.ofSeconds(3));
                return pool.stats().leased() == 0;
            });
            connection.close();
            assertThat(told.uses).containsExactly(new Use(3, false));
        }
    }

    /** Only what the pool says of itself would let it grow: each time-out is as long as the one before, and so throughput grows. */
    @Test
    void aServerOnWhichEachQueryTimesOutMakesThePoolNoLarger() throws SQLException {
        AdaptiveSizing adaptive = SizingPolicy.adaptive();
        Told forwarding = new Told() {
            @Override
            public void used(Duration time, boolean isGood) {
                adaptive.used(time, isGood);
            }
        };
        Stub statement = new Stub(Statement.class);
        takes(statement, "executeQuery", 1);
        statement.failures.put("executeQuery", new SQLTimeoutException("time is up"));
        try (Lending lending = lending(forwarding)) {
            lending.driver.preparing = session -> session.answer("createStatement", statement.as(Statement.class));
            int limit = 8;
            for (int second = 0; second < 60; second++) {
                int uses = 8 * limit;
                for (int i = 0; i < uses; i++) {
                    try (Connection connection = lending.connection()) {
                        Statement wrapper = connection.createStatement();
                        assertThatThrownBy(() -> wrapper.executeQuery(QUERY)).isInstanceOf(SQLTimeoutException.class);
                    }
                }
                limit = adaptive.limit(new SizingPolicy.Load(Duration.ofMillis(1000), uses, 0, limit, true, 200))
                        .orElseThrow();
                assertThat(limit).isLessThanOrEqualTo(16);
            }
        }
    }

    // --- the rest

    @Test
    void aPolicyThatThrowsDisturbsNoClose() throws SQLException {
        Told failing = new Told() {
            @Override
            public void used(Duration time, boolean isGood) {
                super.used(time, isGood);
                throw new IllegalStateException("a bug of the policy's");
            }
        };
        try (Lending lending = lending(failing)) {
            Connection connection = lending.connection();
            connection.commit();
            connection.close();
            assertThat(failing.uses).hasSize(1);
            assertThat(lending.source().pool().stats().idle()).isEqualTo(1);
        }
    }

    @Test
    void onlyAnAdaptivePolicyCostsReadingTheClock() throws SQLException {
        assertThat(readsOfTheClock(null)).isZero();
        assertThat(readsOfTheClock(SizingPolicy.recentPeaks())).isZero();
        assertThat(readsOfTheClock(told))
                .as("twice for each call that may make a round trip")
                .isEqualTo(8);
    }

    private static int readsOfTheClock(SizingPolicy policy) throws SQLException {
        CountingTicker counting = new CountingTicker();
        try (Lending lending = new Lending(settings -> settings.pool(pool -> {
                    pool.ticker(counting);
                    if (policy != null) {
                        pool.sizingPolicy(policy);
                    }
                }));
                Connection connection = lending.connection()) {
            int before = counting.reads.get();
            PreparedStatement statement = connection.prepareStatement(QUERY);
            statement.setInt(1, 7);
            ResultSet results = statement.executeQuery();
            results.next();
            results.getInt(1);
            connection.commit();
            return counting.reads.get() - before;
        }
    }
}
