package dev.cenote.pool.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.Fairness;
import dev.cenote.pool.IdleOrder;
import dev.cenote.pool.PoolBuilder;
import dev.cenote.pool.PoolConfig;
import dev.cenote.pool.SizingPolicy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.jdbc.PreferQueryMode;

/** Settings as a framework or a file has them. */
class NamedSettingsTest {

    /** Those that are objects, or of use only with one. */
    private static final Set<String> WITHOUT_A_TEXT = Set.of(
            "executor",
            "listener",
            "ticker",
            "validator",
            "sizingPolicy",
            "budget",
            "reserved",
            "weight",
            "build",
            "config");

    @Test
    void everySettingOfThePoolHasAName() {
        Arrays.stream(PoolBuilder.class.getDeclaredMethods())
                .filter(method -> java.lang.reflect.Modifier.isPublic(method.getModifiers()))
                .map(java.lang.reflect.Method::getName)
                .filter(name -> !WITHOUT_A_TEXT.contains(name))
                .forEach(name -> assertThatThrownBy(() -> PooledDataSource.builder()
                                .properties(of(name, "☹"))
                                .url("jdbc:h2:mem:")
                                .pool(pool -> {
                                    throw new IllegalArgumentException("known: " + name);
                                })
                                .build())
                        .as(name)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(name)
                        .hasMessageNotContaining("no setting"));
    }

    @Test
    void settingsArriveWhereTheyBelong() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("url", "jdbc:h2:mem:named");
        properties.setProperty("user", "sa");
        properties.setProperty("NAME", "orders");
        properties.setProperty("max-size", "7");
        properties.setProperty("min_idle", "2");
        properties.setProperty("acquireTimeout", "40s");
        properties.setProperty("idleTimeout", "PT1M");
        properties.setProperty("maxLifetime", "1500");
        properties.setProperty("lifetimeJitter", "0.1");
        properties.setProperty("idle-order", "fifo");
        properties.setProperty("fairness", "eventual:1ms");
        properties.setProperty("fail-fast-after", "1m");
        properties.setProperty("create-backoff", "100ms..PT30S");
        properties.setProperty("maxConcurrentDestroys", "3");
        properties.setProperty("transaction-isolation", "serializable");
        properties.setProperty("autoCommit", "false");
        properties.setProperty("driver-property.DB_CLOSE_DELAY", "5");
        try (PooledDataSource source =
                        PooledDataSource.builder().properties(properties).build();
                Connection connection = source.getConnection()) {
            PoolConfig<?> config = source.pool().config();
            assertThat(config.name()).isEqualTo("orders");
            assertThat(config.limits().maxSize()).isEqualTo(7);
            assertThat(config.limits().minIdle()).isEqualTo(2);
            assertThat(config.acquireTimeout()).isEqualTo(Duration.ofSeconds(40));
            assertThat(config.idleTimeout()).isEqualTo(Duration.ofMinutes(1));
            assertThat(config.maxLifetime()).isEqualTo(Duration.ofMillis(1500));
            assertThat(config.lifetimeJitter()).isEqualTo(0.1);
            assertThat(config.idleOrder()).isEqualTo(IdleOrder.FIFO);
            assertThat(config.fairness()).isEqualTo(Fairness.eventual(Duration.ofMillis(1)));
            assertThat(config.failFastAfter()).isEqualTo(Duration.ofMinutes(1));
            assertThat(config.firstBackoff()).isEqualTo(Duration.ofMillis(100));
            assertThat(config.longestBackoff()).isEqualTo(Duration.ofSeconds(30));
            assertThat(config.maxConcurrentDestroys()).isEqualTo(3);
            assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
            assertThat(connection.getAutoCommit()).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "maxSize, many, maxSize",
        "autoCommit, yes, 'must be true or false, but was ''yes'''",
        "acquireTimeout, soon, 'acquireTimeout does not fit: ''soon'''",
        "createBackoff, 1s, 'createBackoff must be two times, as in 50ms..1s, but was ''1s'''",
        "createBackoff, 50ms..soon, 'createBackoff does not fit: ''50ms..soon'''",
        "fairness, fair, 'fairness must be strict, or eventual'",
        "idleOrder, random, 'idleOrder must be one of LIFO, FIFO'",
        "transactionIsolation, chaos, READ_UNCOMMITTED",
        "maxSizes, 3, 'no setting is named ''maxSizes''; did you mean maxSize?'",
        "colour, red, 'no setting is named ''colour''; they are '",
        "maxLifetime, 999999999999999d, maxLifetime does not fit",
        "driverClassName, java.lang.String, 'driverClassName must name a java.sql.Driver'",
        "driverClassName, no.Such, no.Such",
        "dataSource.user, me, needs a dataSourceClassName",
        "dataSourceClassName, java.lang.Object, 'must name a javax.sql.DataSource'",
        "fatalSqlStates, '57P01,x', 'one was ''x'''",
    })
    void whatDoesNotFitIsNamed(String name, String value, String message) {
        assertThatThrownBy(() -> PooledDataSource.builder().properties(of(name, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://db/app?cenote.maxSize=20, jdbc:postgresql://db/app",
        "jdbc:postgresql://db/app?cenote.maxSize=20&user=me, jdbc:postgresql://db/app?user=me",
        "jdbc:postgresql://db/app?user=me&cenote.maxSize=20, jdbc:postgresql://db/app?user=me",
        "jdbc:postgresql://db/app?a=1&cenote.name=x&cenote.max-size=20&b=2, jdbc:postgresql://db/app?a=1&b=2",
        "jdbc:sqlserver://db;cenote.maxSize=20;encrypt=true, jdbc:sqlserver://db;encrypt=true",
        "jdbc:h2:mem:a;cenote.maxSize=20;, jdbc:h2:mem:a;",
        "jdbc:h2:mem:a;cenote.maxSize=20;PASSWORD=what?, jdbc:h2:mem:a;PASSWORD=what?",
        "jdbc:h2:mem:a;b=1;cenote.maxSize=20;cenote.name=x, jdbc:h2:mem:a;b=1",
        "jdbc:sqlserver://h;cenote.password=Ab&cd;encrypt=true, jdbc:sqlserver://h;encrypt=true",
        "jdbc:postgresql://h/db?cenote.password=s3;part&ssl=true, jdbc:postgresql://h/db?ssl=true",
        "jdbc:h2:mem:a;MODE=LEGACY;, jdbc:h2:mem:a;MODE=LEGACY;",
        "jdbc:x://cenote.example/cenote.maxSize=1?a=cenote.b, jdbc:x://cenote.example/cenote.maxSize=1?a=cenote.b",
    })
    void theDriverDoesNotSeeWhatAUrlSays(String url, String driversUrl) {
        assertThat(UrlSettings.removed(url)).isEqualTo(driversUrl);
    }

    @Test
    void aUrlSaysItAll() throws SQLException {
        try (PooledDataSource source = PooledDataSource.builder()
                        .url(
                                "jdbc:h2:mem:whole;cenote.max-size=7;DB_CLOSE_DELAY=5;cenote.name=two+or%20three%3B;cenote.user=sa")
                        .pool(pool -> pool.minIdle(1))
                        .build();
                Connection connection = source.getConnection()) {
            assertThat(source.pool().config().name()).isEqualTo("two or three;");
            assertThat(source.pool().config().limits().maxSize()).isEqualTo(7);
            assertThat(source.pool().config().limits().minIdle()).isEqualTo(1);
            assertThat(connection.getMetaData().getURL()).isEqualTo("jdbc:h2:mem:whole");
            assertThat(connection.getMetaData().getUserName()).isEqualTo("SA");
        }
    }

    @Test
    void aUrlHoldsOverTheOtherProperties() throws SQLException {
        Properties properties = of("url", "jdbc:h2:mem:;cenote.maxSize=7;cenote.validationTimeout=3s");
        properties.setProperty("maxSize", "3");
        properties.setProperty("validationTimeout", "4s");
        try (PooledDataSource source =
                PooledDataSource.builder().properties(properties).build()) {
            assertThat(source.pool().config().limits().maxSize()).isEqualTo(7);
            assertThat(source.pool().config().validationTimeout()).isEqualTo(Duration.ofSeconds(3));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "cenote.maxSizes=3, 'no setting is named ''maxSizes''; did you mean maxSize?'",
        "cenote.maxSize=many, maxSize",
        "cenote.maxSize, maxSize",
        "cenote.=3, 'no setting is named'",
        "cenote.maxSize=3;cenote.max-size=4, cenote.max-size must be once",
        "cenote.url=jdbc:x, cenote.url must not",
        "cenote.createBackoff=2s..1s, createBackoff must be at least as long in the end",
        "cenote.name=%zz, cenote.name within a url must be encoded as in a web form",
    })
    void whatDoesNotFitInAUrlIsNamed(String setting, String message) {
        assertThatThrownBy(() -> PooledDataSource.builder()
                        .url("jdbc:h2:mem:;" + setting)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aDataSourceCanBeNamedByItsClass() throws SQLException {
        Properties properties = of("dataSourceClassName", "org.h2.jdbcx.JdbcDataSource");
        properties.setProperty("dataSource.url", "jdbc:h2:mem:by-class");
        properties.setProperty("dataSource.user", "sa");
        properties.setProperty("data-source.loginTimeout", "3");
        try (PooledDataSource source =
                        PooledDataSource.builder().properties(properties).build();
                Connection connection = source.getConnection()) {
            assertThat(connection.isValid(1)).isTrue();
            assertThat(source.unwrap(org.h2.jdbcx.JdbcDataSource.class).getLoginTimeout())
                    .isEqualTo(3);
        }
        properties.setProperty("data-source.loginTimeout", "secret");
        assertThatThrownBy(() -> PooledDataSource.builder().properties(properties))
                .hasMessageContaining("loginTimeout")
                .hasMessageNotContaining("secret");
        properties.remove("data-source.loginTimeout");
        properties.setProperty("dataSource.", "x");
        assertThatThrownBy(() -> PooledDataSource.builder().properties(properties))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("dataSource. must be followed by");
    }

    @ParameterizedTest
    @CsvSource({
        "serializable, 8",
        "TRANSACTION_READ_COMMITTED, 2",
        "4, 4",
        "none, 0",
        "snapshot, 4096",
        "SQL_SERVER_SNAPSHOT_ISOLATION_LEVEL, 4096",
        "4096, 4096",
        "last-committed, 5",
    })
    void anIsolationHasAName(String text, int level) {
        assertThat(PooledDataSource.builder()
                        .properties(of("transactionIsolation", text))
                        .connectionSettings()
                        .isolation())
                .isEqualTo(level);
    }

    @Test
    void aDataSourcesPropertiesAreOfManyTypes() throws SQLException {
        Properties properties = of("dataSourceClassName", "org.postgresql.ds.PGSimpleDataSource");
        properties.setProperty("dataSource.databaseName", "orders");
        properties.setProperty("dataSource.serverNames", "one, two");
        properties.setProperty("dataSource.portNumbers", "5432,5433");
        properties.setProperty("dataSource.preferQueryMode", "simple");
        properties.setProperty("dataSource.ssl", "true");
        properties.put("dataSource.loginTimeout", 7);
        try (PooledDataSource source =
                PooledDataSource.builder().properties(properties).build()) {
            PGSimpleDataSource drivers = source.unwrap(PGSimpleDataSource.class);
            assertThat(drivers.getServerNames()).containsExactly("one", "two");
            assertThat(drivers.getPortNumbers()).containsExactly(5432, 5433);
            assertThat(drivers.getPreferQueryMode()).isEqualTo(PreferQueryMode.SIMPLE);
            assertThat(drivers.getSsl()).isTrue();
            assertThat(drivers.getLoginTimeout()).isEqualTo(7);
        }
        Shouting bean = new Shouting();
        Classes.set(bean, "url", "jdbc:x");
        Classes.set(bean, "secret", "abc");
        Classes.set(bean, "random", "java.util.Random");
        assertThat(bean.url).isEqualTo("jdbc:x");
        assertThat(bean.secret).containsExactly('a', 'b', 'c');
        assertThat(bean.random).isNotNull();
        assertThatThrownBy(() -> Classes.set(bean, "random", "java.lang.String"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the value of random does not fit")
                .hasMessageNotContaining("String");
    }

    /** As some drivers spell it. */
    public static final class Shouting {
        private String url;
        private char[] secret;
        private java.util.Random random;

        public void setURL(String url) {
            this.url = url;
        }

        public void setSecret(char[] secret) {
            this.secret = secret;
        }

        public void setRandom(java.util.Random random) {
            this.random = random;
        }
    }

    /** A mistake must not turn encryption off. */
    @Test
    void aFlagOfADataSourceIsTrueOrFalse() {
        Flagged bean = new Flagged();
        Classes.set(bean, "ssl", " TRUE ");
        assertThat(bean.isSsl).isTrue();
        assertThatThrownBy(() -> Classes.set(bean, "ssl", "yes"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the value of ssl does not fit");
        assertThat(bean.isSsl).isTrue();
    }

    /** A data source with a flag. */
    public static final class Flagged {
        private boolean isSsl;

        public void setSsl(boolean isSsl) {
            this.isSsl = isSsl;
        }
    }

    @Test
    void settingsThatDoNotFitTogetherAreRefused() {
        assertThatThrownBy(() -> PooledDataSource.builder().build()).hasMessageContaining("none was");
        assertThatThrownBy(() -> PooledDataSource.builder()
                        .url("jdbc:h2:mem:")
                        .dataSource(new org.h2.jdbcx.JdbcDataSource())
                        .build())
                .hasMessageContaining("both were");
        assertThatThrownBy(() -> PooledDataSource.builder()
                        .url("jdbc:h2:mem:")
                        .user("a")
                        .credentials(() -> new Credentials("a", "b"))
                        .build())
                .hasMessageContaining("credentials must not be set beside user");
        assertThatThrownBy(() -> PooledDataSource.builder()
                        .dataSource(new org.h2.jdbcx.JdbcDataSource())
                        .driverProperty("a", "b")
                        .build())
                .hasMessageContaining("driverProperty");
        assertThatThrownBy(() -> PooledDataSource.builder()
                        .url("jdbc:h2:mem:")
                        .pool(pool -> pool.validator(object -> true))
                        .build())
                .hasMessageContaining("validator must not be set");
        assertThatThrownBy(() -> PooledDataSource.builder()
                        .url("jdbc:h2:mem:")
                        .pool(pool -> pool.maxSize(0))
                        .build())
                .hasMessageContaining("maxSize must");
        assertThatThrownBy(() -> PooledDataSource.builder().networkTimeout(Duration.ofDays(30)))
                .hasMessageContaining("PT720H");
        assertThatThrownBy(() -> PooledDataSource.builder().openTimeout(Duration.ofMillis(-1)))
                .hasMessageContaining("PT-0.001S");
        assertThatThrownBy(() -> PooledDataSource.builder().url(" ")).hasMessageContaining("' '");
    }

    @Test
    void aSizingPolicyIsSetByTheBuilder() throws SQLException {
        try (PooledDataSource source = PooledDataSource.builder()
                .url("jdbc:h2:mem:")
                .pool(pool -> pool.sizingPolicy(SizingPolicy.recentPeaks()))
                .build()) {
            assertThat(source.pool().config().sizingPolicy()).isNotNull();
        }
    }

    private static Properties of(String name, String value) {
        Properties properties = new Properties();
        properties.setProperty(name, value);
        return properties;
    }
}
