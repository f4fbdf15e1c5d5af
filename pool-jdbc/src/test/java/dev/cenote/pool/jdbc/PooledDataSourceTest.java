package dev.cenote.pool.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.CreateFailedException;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolTimeoutException;
import dev.cenote.pool.internal.Await;
import dev.cenote.pool.internal.RecordedLog;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.sql.Wrapper;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;

/** The data source itself: opening, failing, closing, and what it does not tell. */
class PooledDataSourceTest {

    private static final String SECRET = "s3cr3t)w@0rd;";

    @Test
    void aUrlIsEnough() throws SQLException {
        try (PooledDataSource source =
                        PooledDataSource.builder().url("jdbc:h2:mem:").build();
                Connection connection = source.getConnection()) {
            assertThat(connection.isValid(1)).isTrue();
            assertThat(source).hasToString("PooledDataSource 'pool' of jdbc:h2:mem:");
            assertThat(connection.toString()).startsWith("pooled connection of ");
        }
    }

    @Test
    void timeOutsCarryTheCountsAndTheCause() throws SQLException {
        try (PooledDataSource source = PooledDataSource.builder()
                .url("jdbc:h2:mem:")
                .pool(pool -> pool.maxSize(1).acquireTimeout(Duration.ofMillis(20)))
                .build()) {
            source.pool().warmUp(1).join();
            try (Connection held = source.getConnection()) {
                assertThat(held.isClosed()).isFalse();
                assertThatThrownBy(source::getConnection)
                        .isInstanceOf(SQLTransientConnectionException.class)
                        .hasMessageContaining("leased 1")
                        .hasCauseInstanceOf(PoolTimeoutException.class)
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo("08001"));
            }
            source.getConnection().close();
        }
    }

    @Test
    void aFailedCreateHasTheDriversStateAndException() throws SQLException {
        JdbcDataSource missing = new JdbcDataSource();
        missing.setUrl("jdbc:h2:mem:missing;IFEXISTS=TRUE");
        try (PooledDataSource source =
                PooledDataSource.builder().dataSource(missing).build()) {
            assertThatThrownBy(source::getConnection)
                    .isInstanceOf(SQLTransientConnectionException.class)
                    .hasCauseInstanceOf(CreateFailedException.class)
                    .hasRootCauseInstanceOf(SQLException.class)
                    .isInstanceOfSatisfying(SQLException.class, e -> {
                        assertThat(e.getSQLState()).isEqualTo("90146");
                        assertThat(e.getErrorCode()).isEqualTo(90146);
                        assertThat(e.getNextException().getMessage()).contains("missing");
                    });
        }
    }

    @Test
    void anInterruptIsAnExceptionAndKeepsItsFlag() throws SQLException {
        try (PooledDataSource source = PooledDataSource.builder()
                        .url("jdbc:h2:mem:")
                        .pool(pool -> pool.maxSize(1))
                        .build();
                Connection held = source.getConnection()) {
            assertThat(held.isClosed()).isFalse();
            Thread.currentThread().interrupt();
            assertThatThrownBy(source::getConnection)
                    .isInstanceOf(SQLTransientConnectionException.class)
                    .hasCauseInstanceOf(InterruptedException.class)
                    .hasMessageContaining("leased 1");
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void closingIsFinal() throws SQLException {
        PooledDataSource source = PooledDataSource.builder().url("jdbc:h2:mem:").build();
        source.close();
        source.close();
        assertThatThrownBy(source::getConnection).isInstanceOf(SQLNonTransientConnectionException.class);

        PooledDataSource bean = new PooledDataSource();
        bean.setUrl("jdbc:h2:mem:");
        bean.close();
        assertThatThrownBy(bean::getConnection)
                .isInstanceOf(SQLNonTransientConnectionException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void openingCanWaitForTheFirstConnection() throws SQLException {
        try (PooledDataSource source = PooledDataSource.builder()
                .url("jdbc:h2:mem:")
                .openTimeout(Duration.ofSeconds(10))
                .pool(pool -> pool.maxSize(1).minIdle(1))
                .build()) {
            assertThat(source.pool().stats().total()).isEqualTo(1);
        }
        assertThatThrownBy(() -> PooledDataSource.builder()
                        .url("jdbc:h2:mem:absent;IFEXISTS=TRUE")
                        .openTimeout(Duration.ofMillis(200))
                        .build())
                .isInstanceOf(SQLTransientConnectionException.class)
                .hasMessageContaining("absent");
        assertThatThrownBy(() -> PooledDataSource.builder()
                        .dataSource(slow())
                        .pool(pool -> pool.createTimeout(Duration.ofMillis(20)))
                        .openTimeout(Duration.ofMillis(50))
                        .build())
                .isInstanceOf(SQLTransientConnectionException.class)
                .hasRootCauseInstanceOf(TimeoutException.class);
        AtomicInteger tries = new AtomicInteger();
        JdbcDataSource there = new JdbcDataSource();
        there.setUrl("jdbc:h2:mem:");
        try (PooledDataSource source = PooledDataSource.builder()
                .dataSource(failing(2, tries, there))
                .openTimeout(Duration.ofMinutes(1))
                .pool(pool -> pool.maxSize(1))
                .build()) {
            assertThat(tries).hasValue(3);
            Pool<?> pool = source.pool();
            assertThat(pool.stats().created()).isEqualTo(1);
            Await.until(() -> pool.stats().total() == 0); // since minIdle asks for none
        }
    }

    @Test
    void theFirstConnectionIsClosedAgainThoughItHasToBeValidatedToBeLent() throws SQLException {
        try (PooledDataSource source = PooledDataSource.builder()
                .url("jdbc:h2:mem:")
                .openTimeout(Duration.ofMinutes(1))
                .pool(pool -> pool.maxSize(1).validateIfIdleFor(Duration.ZERO))
                .build()) {
            Pool<?> pool = source.pool();
            Await.until(() -> pool.stats().total() == 0);
            assertThat(pool.stats().created()).isEqualTo(1);
        }
    }

    /** Who is told to wait for the first connection is not refused one before. */
    @Test
    void anOpenTimeoutIsThePoolsToo() throws SQLException {
        AtomicInteger tries = new AtomicInteger();
        JdbcDataSource there = new JdbcDataSource();
        there.setUrl("jdbc:h2:mem:");
        try (PooledDataSource bean = new PooledDataSource(PooledDataSource.builder()
                .dataSource(failing(2, tries, there))
                .openTimeout(Duration.ofMinutes(1))
                .pool(pool -> pool.maxSize(1))
                .open())) {
            assertThat(bean.pool().config().openTimeout()).isEqualTo(Duration.ofMinutes(1));
            bean.getConnection().close();
            assertThat(tries).hasValue(3);
        }
        try (PooledDataSource own = PooledDataSource.builder()
                .dataSource(there)
                .pool(pool -> pool.openTimeout(Duration.ofSeconds(2)))
                .openTimeout(Duration.ofMinutes(1))
                .build()) {
            assertThat(own.pool().config().openTimeout()).isEqualTo(Duration.ofSeconds(2));
        }
    }

    /** Fails so often, and makes connections then. */
    private static DataSource failing(int times, AtomicInteger tries, DataSource then) {
        return (DataSource) Proxy.newProxyInstance(
                PooledDataSourceTest.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> {
                    if (tries.incrementAndGet() <= times) {
                        throw new SQLException("not yet", "57P03");
                    }
                    return then.getConnection();
                });
    }

    /** Makes a connection for as long as it is not interrupted. */
    private static DataSource slow() {
        return (DataSource) Proxy.newProxyInstance(
                PooledDataSourceTest.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> {
                    new CountDownLatch(1).await();
                    throw new AssertionError("not interrupted");
                });
    }

    @Test
    void credentialsAreAskedForEachConnection() throws SQLException {
        AtomicInteger asked = new AtomicInteger();
        try (PooledDataSource source = PooledDataSource.builder()
                        .url("jdbc:h2:mem:")
                        .credentials(() -> new Credentials("user" + asked.incrementAndGet(), ""))
                        .pool(pool -> pool.maxSize(2))
                        .build();
                Connection first = source.getConnection();
                Connection second = source.getConnection()) {
            assertThat(List.of(
                            first.getMetaData().getUserName(),
                            second.getMetaData().getUserName()))
                    .containsExactlyInAnyOrder("USER1", "USER2");
        }
    }

    @Test
    void credentialsThatDoNotFitAreNamed() throws SQLException {
        try (PooledDataSource source = PooledDataSource.builder()
                .url("jdbc:h2:mem:")
                .credentials(() -> null)
                .build()) {
            assertThatThrownBy(source::getConnection).hasStackTraceContaining("credentials must not be null");
        }
        try (PooledDataSource source = PooledDataSource.builder()
                .dataSource(new org.h2.jdbcx.JdbcDataSource())
                .password("s3cr3t")
                .build()) {
            assertThatThrownBy(source::getConnection)
                    .hasMessageContaining("needs a user")
                    .hasMessageNotContaining("s3cr3t");
        }
    }

    @Test
    void passwordsAreNotTold() throws SQLException {
        assertThat(new Credentials("a", SECRET)).asString().doesNotContain(SECRET);
        Driver telling = new TellingDriver();
        DriverManager.registerDriver(telling);
        try {
            for (PooledDataSourceBuilder builder : List.of(
                    PooledDataSource.builder().url("jdbc:telling:db?password=" + SECRET + "&x=1"),
                    PooledDataSource.builder().url("jdbc:telling://me:" + SECRET + "@host/db"),
                    PooledDataSource.builder().url("jdbc:telling:db;user=me;password={" + SECRET + "};x=1"),
                    PooledDataSource.builder().url("jdbc:telling:db").user("me").password(SECRET),
                    PooledDataSource.builder().url("jdbc:telling:db").driverProperty("password", SECRET),
                    PooledDataSource.builder()
                            .url("jdbc:telling:db")
                            .credentials(() -> new Credentials("me", SECRET)))) {
                StringWriter written = new StringWriter();
                List<String> log = RecordedLog.inFullDuring(() -> {
                    try (PooledDataSource source = builder.build()) {
                        written.append(source.toString());
                        source.getConnection().close();
                        throw new AssertionError("connected");
                    } catch (SQLException e) {
                        e.printStackTrace(new PrintWriter(written, true));
                        for (SQLException next = e.getNextException(); next != null; next = next.getNextException()) {
                            next.printStackTrace(new PrintWriter(written, true));
                        }
                    }
                });
                assertThat(written.toString()).contains("cannot connect").doesNotContain(SECRET);
                assertThat(log.toString()).doesNotContain(SECRET);
            }
        } finally {
            DriverManager.deregisterDriver(telling);
        }
        assertThatThrownBy(() -> PooledDataSource.builder()
                        .url("jdbc:nobody:db;password=" + SECRET)
                        .openTimeout(Duration.ofMillis(1))
                        .build())
                .isInstanceOf(SQLException.class)
                .hasMessageNotContaining(SECRET);
    }

    /** Tells everything, in its exception, that one's cause and the next one. */
    private static final class TellingDriver implements Driver {

        @Override
        public Connection connect(String url, Properties properties) throws SQLException {
            if (!acceptsURL(url)) {
                return null;
            }
            SQLException e = new SQLException(
                    "cannot connect to " + url + " with " + properties,
                    "08001",
                    new IllegalStateException("because of " + properties + url));
            e.setNextException(new SQLException("and " + url + properties));
            throw e;
        }

        @Override
        public boolean acceptsURL(String url) {
            return url.startsWith("jdbc:telling:");
        }

        @Override
        public java.sql.DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
            return new java.sql.DriverPropertyInfo[0];
        }

        @Override
        public int getMajorVersion() {
            return 1;
        }

        @Override
        public int getMinorVersion() {
            return 0;
        }

        @Override
        public boolean jdbcCompliant() {
            return false;
        }

        @Override
        public java.util.logging.Logger getParentLogger() {
            return java.util.logging.Logger.getGlobal();
        }
    }

    @Test
    void aBeanThatCannotBeOpenedSaysWhy() {
        PooledDataSource bean = new PooledDataSource();
        assertThatThrownBy(bean::getConnection)
                .isInstanceOf(SQLNonTransientConnectionException.class)
                .hasMessageContaining("either url or dataSource must be set");
    }

    @Test
    void aBeanIsOpenedByItsFirstUse() throws SQLException {
        PooledDataSource bean = new PooledDataSource();
        assertThat(bean).hasToString("PooledDataSource, not opened");
        bean.setUrl("jdbc:h2:mem:bean");
        bean.setUsername("sa");
        bean.setPassword("");
        bean.setDriverClassName("org.h2.Driver");
        Properties properties = new Properties();
        properties.setProperty("maxSize", "3");
        bean.setProperties(properties);
        try (bean;
                Connection connection = bean.getConnection()) {
            assertThat(connection.isValid(1)).isTrue();
            assertThat(bean.pool().config().limits().maxSize()).isEqualTo(3);
            assertThatThrownBy(() -> bean.setUrl("jdbc:h2:mem:other"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("url");
        }
    }

    @Test
    void aLoginTimeoutIsKeptAndHolds() throws SQLException {
        PooledDataSource bean = new PooledDataSource();
        bean.setUrl("jdbc:h2:mem:");
        Properties properties = new Properties();
        properties.setProperty("maxSize", "1");
        properties.setProperty("acquireTimeout", "1d");
        bean.setProperties(properties);
        assertThat(bean.getLoginTimeout()).as("opens nothing").isZero();
        assertThat(bean).hasToString("PooledDataSource, not opened");
        bean.setLoginTimeout(1);
        bean.pool().warmUp(1).join();
        try (bean;
                Connection held = bean.getConnection()) {
            assertThat(held.isClosed()).isFalse();
            assertThat(bean.getLoginTimeout()).isEqualTo(1);
            assertThatThrownBy(bean::getConnection).isInstanceOf(SQLTransientConnectionException.class);
            bean.setLoginTimeout(0);
            assertThat(bean.getLoginTimeout()).isEqualTo(24 * 60 * 60);
            assertThatThrownBy(() -> bean.setLoginTimeout(-1))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("-1");
        }
    }

    /** Frameworks make another data source of the same database from it. */
    @Test
    void whereItLeadsToCanBeAskedOpenedOrNot() throws SQLException {
        PooledDataSource bean = new PooledDataSource();
        assertThat(Arrays.asList(bean.getUrl(), bean.getUsername(), bean.getPassword(), bean.getDriverClassName()))
                .containsOnlyNulls();
        bean.setUrl("jdbc:h2:mem:asked;cenote.maxSize=3");
        bean.setUsername("sa");
        bean.setPassword("p");
        bean.setDriverClassName("org.h2.Driver");
        PooledDataSource built = PooledDataSource.builder()
                .url("jdbc:h2:mem:asked")
                .user("sa")
                .password("p")
                .driver(new org.h2.Driver())
                .build();
        for (boolean isOpened : new boolean[] {false, true}) {
            for (PooledDataSource source : List.of(bean, built)) {
                assertThat(source.getUrl()).isEqualTo("jdbc:h2:mem:asked");
                assertThat(source.getUsername()).isEqualTo("sa");
                assertThat(source.getPassword()).isEqualTo("p");
                assertThat(source.getDriverClassName()).isEqualTo("org.h2.Driver");
                if (!isOpened) {
                    source.getConnection().close();
                }
            }
        }
        bean.close();
        built.close();
        try (PooledDataSource changing = PooledDataSource.builder()
                .url("jdbc:h2:mem:")
                .credentials(() -> new Credentials("sa", "p"))
                .build()) {
            assertThat(changing.getUsername()).isNull();
            assertThat(changing.getPassword()).isNull();
            assertThat(changing.getDriverClassName()).isNull();
        }
    }

    @Test
    void itIsADataSourceInAllElse() throws SQLException {
        try (PooledDataSource source =
                PooledDataSource.builder().url("jdbc:h2:mem:").build()) {
            assertThat(source.getLoginTimeout()).isEqualTo(30);
            assertThat(source.getLogWriter()).isNull();
            source.setLogWriter(null);
            assertThatThrownBy(() -> source.setLogWriter(new PrintWriter(new StringWriter())))
                    .isInstanceOf(SQLFeatureNotSupportedException.class);
            assertThatThrownBy(source::getParentLogger).isInstanceOf(SQLFeatureNotSupportedException.class);
            assertThatThrownBy(() -> source.getConnection("a", "b"))
                    .isInstanceOf(SQLFeatureNotSupportedException.class);
            assertThat(source.unwrap(DataSource.class)).isSameAs(source);
            assertThat(source.unwrap(Pool.class)).isSameAs(source.pool());
            assertThat(source.isWrapperFor(Pool.class)).isTrue();
            assertThat(source.isWrapperFor(String.class)).isFalse();
            assertThatThrownBy(() -> source.unwrap(String.class)).isInstanceOf(SQLException.class);
            assertThat(source.isWrapperFor(null)).isFalse();
            assertThatThrownBy(() -> source.unwrap(null)).isInstanceOf(SQLException.class);
            try (Connection connection = source.getConnection();
                    Statement statement = connection.createStatement()) {
                for (Wrapper wrapper : List.of(connection, statement)) {
                    assertThat(wrapper.isWrapperFor(null)).isFalse();
                    assertThatThrownBy(() -> wrapper.unwrap(null)).isInstanceOf(SQLException.class);
                }
            }
        }
    }
}
