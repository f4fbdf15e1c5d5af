package dev.cenote.pool.jdbc.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.AdaptiveSizing;
import dev.cenote.pool.Pool;
import dev.cenote.pool.internal.Await;
import dev.cenote.pool.jdbc.Credentials;
import dev.cenote.pool.jdbc.PooledDataSource;
import dev.cenote.pool.jdbc.PooledDataSourceBuilder;
import dev.cenote.pool.jdbc.outage.Server;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.jdbc.PgConnection;

/** PostgreSQL. */
class PostgresTest extends DatabaseContract {

    private static Server server;

    @BeforeAll
    static void start() throws Exception {
        server = new Server(20);
        try (Connection connection = DriverManager.getConnection(server.url("postgres"));
                Statement statement = connection.createStatement()) {
            statement.execute("drop table item");
            statement.execute("create schema other");
            statement.execute("grant all on schema public, other to app");
        }
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Override
    PooledDataSourceBuilder builder() {
        return PooledDataSource.builder().url(server.url("app"));
    }

    @Override
    Class<?> driversType() {
        return PgConnection.class;
    }

    @Override
    void kill(PooledDataSource source, Connection victim) throws SQLException {
        try (Connection other = DriverManager.getConnection(server.url("postgres"));
                Statement statement = other.createStatement()) {
            statement.execute("select pg_terminate_backend("
                    + victim.unwrap(PGConnection.class).getBackendPID() + ", 5000)");
        }
    }

    /** The next one would wait in the driver for ever. */
    @Test
    void aCopyThatWasLeftOpenHoldsNobodyUp() throws SQLException {
        for (boolean autoCommit : new boolean[] {true, false}) {
            try (PooledDataSource one = builder()
                    .autoCommit(autoCommit)
                    .pool(pool -> pool.maxSize(1).validationTimeout(Duration.ofMillis(500)))
                    .build()) {
                try (Connection connection = one.getConnection()) {
                    connection.unwrap(PGConnection.class).getCopyAPI().copyIn("copy item from stdin");
                }
                try (Connection connection = one.getConnection();
                        Statement statement = connection.createStatement()) {
                    statement.execute("insert into item values (1, 'x')");
                    statement.execute("delete from item");
                }
                assertThat(one.pool().stats().created()).isEqualTo(2);
            }
        }
    }

    @Test
    void aCopyThatWasDoneLeavesAGoodSession() throws Exception {
        for (int i = 0; i < 3; i++) {
            try (Connection connection = source().getConnection()) {
                PGConnection drivers = connection.unwrap(PGConnection.class);
                drivers.getCopyAPI().copyIn("copy item from stdin", new StringReader(i + "\tx\n"));
            }
        }
        assertThat(count()).isEqualTo(3);
        assertThat(source().pool().stats().created()).isEqualTo(1);
    }

    @Test
    void aPathOfSeveralSchemasIsSetBackAsAWhole() throws SQLException {
        for (boolean autoCommit : new boolean[] {true, false}) {
            try (PooledDataSource paths = builder()
                    .autoCommit(autoCommit)
                    .connectionInitSql("set search_path to other, \"$user\", public")
                    .pool(pool -> pool.maxSize(1))
                    .build()) {
                for (int i = 0; i < 3; i++) {
                    try (Connection connection = paths.getConnection()) {
                        assertThat(path(connection)).isEqualTo("other, \"$user\", public");
                        connection.setSchema("public");
                        connection.setSchema(connection.getSchema());
                        if (!autoCommit) {
                            connection.commit();
                        }
                    }
                }
                assertThat(paths.pool().stats().created()).isEqualTo(1);
            }
        }
    }

    private static String path(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("show search_path")) {
            rows.next();
            return rows.getString(1);
        }
    }

    /** The driver notices that its prepared statements are gone. */
    @Test
    void aHookHasASessionForgetWhatWasSetBySql() throws SQLException {
        try (PooledDataSource forgetful = builder()
                .schema("other")
                // snippet: on-return
                .onReturn("DISCARD ALL") // PostgreSQL: all that a session can have
                // end
                .pool(pool -> pool.maxSize(1))
                .build()) {
            for (int i = 0; i < 10; i++) {
                try (Connection connection = forgetful.getConnection();
                        Statement statement = connection.createStatement();
                        PreparedStatement prepared = connection.prepareStatement("select ?::int + 1")) {
                    assertThat(path(connection)).isEqualTo("other");
                    prepared.setInt(1, i);
                    try (ResultSet rows = prepared.executeQuery()) {
                        rows.next();
                        assertThat(rows.getInt(1)).isEqualTo(i + 1);
                    }
                    try (ResultSet rows = statement.executeQuery("select current_setting('app.tenant', true),"
                            + " (select count(*) from pg_locks where locktype = 'advisory'"
                            + " and pid = pg_backend_pid())")) {
                        rows.next();
                        assertThat(rows.getString(1)).isIn(null, "");
                        assertThat(rows.getInt(2)).isZero();
                    }
                    statement.execute("select set_config('app.tenant', 'one', false), pg_advisory_lock(7)");
                    statement.execute("create temporary table scratch(id int)");
                }
            }
            assertThat(forgetful.pool().stats().created()).isEqualTo(1);
        }
    }

    @Test
    void aPasswordThatIsARolesNameIsNotHiddenWhereItIsThat() throws SQLException {
        try (PooledDataSource wrong = PooledDataSource.builder()
                .url("jdbc:postgresql://localhost:" + server.port() + "/postgres")
                .user("orders")
                .password("orders")
                .build()) {
            assertThatThrownBy(wrong::getConnection).hasMessageContaining("role \"orders\" does not exist");
        }
    }

    @Test
    void aSchemaThatWasChangedInATransactionIsSetBackForGood() throws SQLException {
        try (PooledDataSource manual = builder()
                .autoCommit(false)
                .schema("public")
                .pool(pool -> pool.maxSize(1))
                .build()) {
            try (Connection connection = manual.getConnection()) {
                connection.setSchema("other");
                connection.commit();
            }
            for (int i = 0; i < 2; i++) {
                try (Connection connection = manual.getConnection()) {
                    assertThat(connection.getSchema()).isEqualTo("public");
                    connection.rollback();
                    assertThat(connection.getSchema()).as("after a rollback").isEqualTo("public");
                }
            }
            assertThat(manual.pool().stats().created()).isEqualTo(1);
        }
    }

    @Test
    void aSchemaThatItsHolderSetBackInATransactionIsSetBackForGood() throws SQLException {
        try (PooledDataSource manual =
                builder().autoCommit(false).pool(pool -> pool.maxSize(1)).build()) {
            try (Connection connection = manual.getConnection()) {
                assertThat(connection.getSchema()).isEqualTo("public");
                connection.setSchema("other");
                connection.commit();
                connection.setSchema("public");
            }
            try (Connection connection = manual.getConnection()) {
                assertThat(connection.getSchema()).isEqualTo("public");
            }
            assertThat(manual.pool().stats().created()).isEqualTo(1);
        }
    }

    @Test
    void aSearchPathThatConnectionInitSqlSetsBesideASchemaIsSetBack() throws SQLException {
        try (PooledDataSource two = builder()
                .schema("other")
                .connectionInitSql("set search_path to other, public")
                .pool(pool -> pool.maxSize(1))
                .build()) {
            for (int i = 0; i < 3; i++) {
                try (Connection connection = two.getConnection();
                        Statement statement = connection.createStatement();
                        ResultSet path = statement.executeQuery("show search_path")) {
                    path.next();
                    assertThat(path.getString(1)).isEqualTo("other, public");
                    connection.setSchema("public");
                }
            }
            assertThat(two.pool().stats().created()).isEqualTo(1);
        }
    }

    @Test
    void aSchemaAndANetworkTimeoutThatNobodySetBeforeAreSetBack() throws SQLException {
        for (int i = 0; i < 2; i++) {
            try (Connection connection = source().getConnection()) {
                assertThat(connection.getSchema()).isEqualTo("public");
                assertThat(connection.getNetworkTimeout()).isZero();
                connection.setSchema("other");
                connection.setNetworkTimeout(Runnable::run, 5_000);
            }
        }
        assertThat(source().pool().stats().created()).isEqualTo(1);
    }

    @Test
    void anApplicationsNameIsSetBack() throws SQLException {
        String name;
        try (Connection connection = source().getConnection()) {
            name = connection.getClientInfo("ApplicationName");
            connection.setClientInfo("ApplicationName", "for a moment");
        }
        try (Connection connection = source().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("show application_name")) {
            rows.next();
            assertThat(rows.getString(1)).isEqualTo(name);
        }
    }

    @Test
    void arraysGoThereAndBack() throws SQLException {
        try (Connection connection = source().getConnection();
                PreparedStatement statement = connection.prepareStatement("select ?::text[], ?::int[]")) {
            statement.setArray(1, connection.createArrayOf("text", new Object[] {"a", "b"}));
            statement.setObject(2, connection.createArrayOf("int4", new Object[] {1, 2}));
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                assertThat((String[]) rows.getArray(1).getArray()).containsExactly("a", "b");
                try (ResultSet elements = ((java.sql.Array) rows.getObject(2)).getResultSet()) {
                    assertThat(elements.next()).isTrue();
                    assertThat(elements.getStatement().getConnection()).isSameAs(connection);
                }
            }
        }
    }

    @Test
    void aCursorThatAFunctionReturnsIsWrapped() throws SQLException {
        run("create or replace function items() returns refcursor language plpgsql as"
                + " $$ declare c refcursor; begin open c for select 7; return c; end $$");
        try (Connection connection = source().getConnection()) {
            connection.setAutoCommit(false);
            try (CallableStatement call = connection.prepareCall("{ ? = call items() }")) {
                call.registerOutParameter(1, Types.REF_CURSOR);
                call.execute();
                try (ResultSet rows = (ResultSet) call.getObject(1)) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getInt(1)).isEqualTo(7);
                    assertThat(rows.getStatement().getConnection()).isSameAs(connection);
                }
            }
        }
    }

    @Test
    void aServerThatDoesNotAnswerEndsTheSessionByTheNetworkTimeout() throws SQLException {
        try (PooledDataSource impatient = builder()
                .networkTimeout(Duration.ofSeconds(2))
                .pool(pool -> pool.maxSize(1))
                .build()) {
            try (Connection connection = impatient.getConnection();
                    Statement statement = connection.createStatement()) {
                assertThat(connection.getNetworkTimeout()).isEqualTo(2_000);
                assertThatThrownBy(() -> statement.execute("select pg_sleep(30)"))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo("08006"));
                assertThat(connection.isClosed()).isTrue();
            }
            impatient.getConnection().close();
            assertThat(impatient.pool().stats().created()).isEqualTo(2);
        }
    }

    @Test
    void aStatementsTimeOutLeavesTheSessionAlone() throws SQLException {
        try (Connection connection = source().getConnection();
                Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            assertThatThrownBy(() -> statement.execute("select pg_sleep(30)"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57014"));
            assertThat(connection.isClosed()).isFalse();
        }
        assertThat(source().pool().stats().created()).isEqualTo(1);
    }

    @Test
    void anAdaptivePolicyIsToldTheTimeWithinTheDriverAndATimeOut() throws SQLException {
        record Use(Duration time, boolean isGood) {}
        List<Use> uses = new CopyOnWriteArrayList<>();
        AdaptiveSizing policy = new AdaptiveSizing() {
            @Override
            public void used(Duration time, boolean isGood) {
                uses.add(new Use(time, isGood));
            }

            @Override
            public int size(int[] peaks) {
                return peaks[0];
            }
        };
        try (PooledDataSource adaptive =
                builder().pool(pool -> pool.sizingPolicy(policy)).build()) {
            try (Connection connection = adaptive.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("select pg_sleep(0.2)");
            }
            try (Connection connection = adaptive.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("set statement_timeout = 50");
                assertThatThrownBy(() -> statement.execute("select pg_sleep(30)"))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo("57014"));
            }
            assertThat(uses).extracting(Use::isGood).containsExactly(true, false);
            assertThat(uses.get(0).time()).isBetween(Duration.ofMillis(200), Duration.ofSeconds(20));
            assertThat(uses.get(1).time()).isBetween(Duration.ofMillis(50), Duration.ofSeconds(20));
        }
    }

    @Test
    void theInitSqlRunsOnceInEachSession() throws SQLException {
        run("create sequence if not exists sessions");
        try (PooledDataSource prepared = builder()
                .connectionInitSql("select nextval('sessions'), set_config('statement_timeout', '4711', false)")
                .autoCommit(false)
                .readOnly(true)
                .pool(pool -> pool.maxSize(1))
                .build()) {
            for (int i = 0; i < 2; i++) {
                try (Connection connection = prepared.getConnection();
                        Statement statement = connection.createStatement();
                        ResultSet rows = statement.executeQuery("show statement_timeout")) {
                    rows.next();
                    assertThat(rows.getString(1)).isEqualTo("4711ms");
                    assertThat(connection.isReadOnly()).isTrue();
                }
            }
        }
        try (Connection connection = source().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select nextval('sessions')")) {
            rows.next();
            assertThat(rows.getInt(1)).isEqualTo(2);
        }
    }

    @Test
    void aPasswordThatIsChangedUnderThePoolIsTriedByCallersOnlyOnceEach() throws Exception {
        askForPasswords();
        AtomicReference<String> password = new AtomicReference<>("app");
        AtomicInteger logIns = new AtomicInteger();
        try (PooledDataSource source = PooledDataSource.builder()
                .url("jdbc:postgresql://localhost:" + server.port() + "/postgres")
                .credentials(() -> {
                    logIns.incrementAndGet();
                    return new Credentials("app", password.get());
                })
                .pool(pool -> pool.maxSize(2)
                        .minIdle(2)
                        .maxConcurrentCreates(2)
                        .createBackoff(Duration.ofMillis(1), Duration.ofMillis(1))) // or it might not try by chance
                .build()) {
            source.getConnection().close();
            Pool<?> pool = source.pool();
            Await.until(() -> pool.stats().idle() >= 2 && pool.stats().creating() == 0);
            int good = logIns.get();
            administer("alter role app password 'changed'");
            pool.invalidateAll();
            Await.until(() -> pool.stats().total() + pool.stats().creating() == 0);
            int unasked = logIns.get();
            assertThat(unasked).as("what was begun before it was known").isBetween(good + 1, good + 2);
            int callers = 20;
            for (int i = 0; i < callers; i++) {
                assertThat(denied(source)).isEqualTo("28P01");
            }
            assertThat(logIns).hasValueLessThanOrEqualTo(unasked + callers);
            ExecutorService together = Executors.newFixedThreadPool(callers);
            try {
                assertThat(together.invokeAll(Collections.nCopies(callers, () -> denied(source))))
                        .allSatisfy(each -> assertThat(each.get()).isEqualTo("28P01"));
            } finally {
                together.shutdown();
            }
            assertThat(logIns).hasValueLessThanOrEqualTo(unasked + 2 * callers);
            int bad = logIns.get();
            password.set("changed");
            Await.until(() -> denied(source) == null); // at once, or after the back-off
            Await.until(() -> pool.stats().idle() >= 2);
            assertThat(logIns.get() - bad).isLessThanOrEqualTo(4);
        } finally {
            administer("alter role app password 'app'");
        }
    }

    /** The state of the refusal, or null if a connection was had. */
    private static String denied(PooledDataSource source) {
        try {
            source.getConnection().close();
            return null;
        } catch (SQLException e) {
            return e.getSQLState();
        }
    }

    /** The embedded server trusts everybody otherwise. */
    private static void askForPasswords() throws Exception {
        Path rules;
        try (Connection connection = DriverManager.getConnection(server.url("postgres"));
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("show hba_file")) {
            rows.next();
            rules = Path.of(rows.getString(1));
        }
        Files.writeString(rules, "host all app all scram-sha-256\n" + Files.readString(rules));
        administer("select pg_reload_conf()");
        Await.until(() -> {
            try {
                DriverManager.getConnection(server.url("app") + "&password=wrong")
                        .close();
                return false;
            } catch (SQLException e) {
                return true;
            }
        });
    }

    private static void administer(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(server.url("postgres"));
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
