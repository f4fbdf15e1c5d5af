package dev.cenote.pool.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolConfig;
import dev.cenote.pool.internal.Await;
import dev.cenote.pool.internal.RecordedLog;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HikariCP's own configuration, as its users have it. */
class HikariNamesTest {

    @Test
    void aUsersFileIsUnderstood() throws SQLException {
        Properties hikari = new Properties();
        hikari.setProperty("jdbcUrl", "jdbc:h2:mem:hikari");
        hikari.setProperty("username", "sa");
        hikari.setProperty("password", "");
        hikari.setProperty("poolName", "orders");
        hikari.setProperty("maximumPoolSize", "7");
        hikari.setProperty("minimumIdle", "3");
        hikari.setProperty("connectionTimeout", "2000");
        hikari.setProperty("idleTimeout", "60000");
        hikari.setProperty("maxLifetime", "900000");
        hikari.setProperty("keepaliveTime", "120000");
        hikari.setProperty("validationTimeout", "1000");
        hikari.setProperty("leakDetectionThreshold", "5000");
        hikari.setProperty("connectionTestQuery", "select 1");
        hikari.setProperty("connectionInitSql", "set time zone 'UTC'");
        hikari.setProperty("transactionIsolation", "TRANSACTION_READ_COMMITTED");
        hikari.setProperty("autoCommit", "false");
        hikari.setProperty("initializationFailTimeout", "1");
        hikari.setProperty("dataSource.DB_CLOSE_DELAY", "5");
        try (PooledDataSource source =
                        PooledDataSource.builder().hikariProperties(hikari).build();
                Connection connection = source.getConnection()) {
            PoolConfig<?> config = source.pool().config();
            assertThat(config.name()).isEqualTo("orders");
            assertThat(config.limits().maxSize()).isEqualTo(7);
            assertThat(config.limits().minIdle()).isEqualTo(3);
            assertThat(config.acquireTimeout()).isEqualTo(Duration.ofSeconds(2));
            assertThat(config.idleTimeout()).isEqualTo(Duration.ofMinutes(1));
            assertThat(config.maxLifetime()).isEqualTo(Duration.ofMinutes(15));
            assertThat(config.keepaliveTime()).isEqualTo(Duration.ofMinutes(2));
            assertThat(config.validationTimeout()).isEqualTo(Duration.ofSeconds(1));
            assertThat(config.leakThreshold()).isEqualTo(Duration.ofSeconds(5));
            assertThat(connection.getAutoCommit()).isFalse();
        }
    }

    /** Each setter of HikariConfig has a counterpart, or says what to do. */
    @Test
    void noSettingOfHikariCpIsForgotten() {
        List<String> settings = Arrays.stream(HikariConfig.class.getMethods())
                .filter(method -> method.getName().startsWith("set") && method.getParameterCount() == 1)
                .map(Method::getName)
                .map(name -> Character.toLowerCase(name.charAt(3)) + name.substring(4))
                .distinct()
                .filter(name -> !List.of(
                                "dataSource",
                                "dataSourceProperties",
                                "credentialsProvider",
                                "credentials",
                                "exceptionOverride")
                        .contains(name)) // objects
                .toList();
        assertThat(settings).hasSizeGreaterThan(25);
        for (String setting : settings) {
            AtomicReference<Properties> converted = new AtomicReference<>();
            List<String> log = RecordedLog.during(() -> {
                Properties hikari = new Properties();
                hikari.setProperty(setting, "1");
                converted.set(HikariNames.converted(hikari));
                if (!setting.equals("minimumIdle")) {
                    converted.get().remove("minIdle"); // which is always there
                }
            });
            assertThat(converted.get().isEmpty()).as(setting).isEqualTo(!log.isEmpty());
            assertThat(log)
                    .as(setting)
                    .allSatisfy(line -> assertThat(line).contains(setting).doesNotContain("it is not known"));
        }
    }

    @Test
    void whatIsNotKnownIsLeftOutWithAWarning() {
        Properties hikari = new Properties();
        hikari.setProperty("colour", "red");
        List<String> log = RecordedLog.during(() -> HikariNames.converted(hikari));
        assertThat(log).singleElement().asString().contains("colour").doesNotContain("red");
    }

    @ParameterizedTest
    @CsvSource({
        "connectionTimeout, 0, acquireTimeout, 24d",
        "connectionTimeout, 30s, acquireTimeout, 30s",
        "initializationFailTimeout, -1, openTimeout,",
        "initializationFailTimeout, 0, openTimeout,",
        "initializationFailTimeout, 1, openTimeout, 1",
        "minimumIdle, -1, minIdle, 10",
        "minimumIdle, 99, minIdle, 10",
        "minimumIdle, 3, minIdle, 3",
        "maximumPoolSize, 7, minIdle, 7",
        "poolName, orders, minIdle, 10",
        "leakDetectionThreshold, 5000, leakTraces, 1",
        "transactionIsolation, TRANSACTION_READ_COMMITTED, transactionIsolation, TRANSACTION_READ_COMMITTED",
    })
    void valuesMeanWhatTheyMeanThere(String name, String value, String counterpart, String converted) {
        Properties hikari = new Properties();
        hikari.setProperty(name, value);
        assertThat(HikariNames.converted(hikari).getProperty(counterpart)).isEqualTo(converted);
    }

    @Test
    void numbersAndFlagsAreTakenAsTheyAre() {
        Properties hikari = new Properties();
        hikari.put("maximumPoolSize", 20);
        hikari.put("autoCommit", false);
        assertThat(HikariNames.converted(hikari)).containsEntry("maxSize", "20").containsEntry("autoCommit", "false");
    }

    @Test
    void anObjectThatHasNoCounterpartIsAWarning() throws SQLException {
        Properties hikari = new Properties();
        hikari.setProperty("jdbcUrl", "jdbc:h2:mem:");
        hikari.setProperty("minimumIdle", "0");
        for (String name : List.of("metricRegistry", "healthCheckRegistry", "threadFactory", "colour")) {
            hikari.put(name, new Object());
        }
        List<String> log = RecordedLog.during(() -> {
            try (PooledDataSource source =
                    PooledDataSource.builder().hikariProperties(hikari).build()) {
                source.getConnection().close();
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(log)
                .filteredOn(line -> !line.startsWith("Pool '")) // what a pool tells of its life
                .hasSize(4)
                .anySatisfy(line -> assertThat(line).contains("metricRegistry", "pool().stats()"));
    }

    @Test
    void anObjectOfADataSourceIsHandedOn() throws SQLException {
        PrintWriter writer = new PrintWriter(new StringWriter());
        Properties hikari = new Properties();
        hikari.setProperty("dataSourceClassName", "org.h2.jdbcx.JdbcDataSource");
        hikari.setProperty("dataSource.url", "jdbc:h2:mem:");
        hikari.put("dataSource.logWriter", writer);
        try (PooledDataSource source =
                PooledDataSource.builder().hikariProperties(hikari).build()) {
            assertThat(source.unwrap(JdbcDataSource.class).getLogWriter()).isSameAs(writer);
        }
        JdbcDataSource itself = new JdbcDataSource();
        itself.setUrl("jdbc:h2:mem:");
        hikari.clear();
        hikari.put("dataSource", itself);
        try (PooledDataSource source =
                PooledDataSource.builder().hikariProperties(hikari).build()) {
            assertThat(source.unwrap(JdbcDataSource.class)).isSameAs(itself);
        }
    }

    /** Its last connection is its life. */
    @Test
    void withoutMinimumIdleThePoolIsOfFixedSize() throws SQLException {
        Properties hikari = new Properties();
        hikari.setProperty("jdbcUrl", "jdbc:h2:mem:fixed");
        hikari.setProperty("maximumPoolSize", "3");
        try (PooledDataSource source =
                PooledDataSource.builder().hikariProperties(hikari).build()) {
            Pool<?> pool = source.pool();
            assertThat(pool.config().limits().minIdle()).isEqualTo(3);
            Await.until(() -> pool.stats().idle() == 3);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "maximum-pool-size, it is maxSize here",
        "minimumIdle, it is minIdle here",
        "connection-timeout, it is acquireTimeout here",
        "jdbcUrl, it is url here",
        "connectionTestQuery, it is testQuery here",
        "registerMbeans, it is jmx here",
        "metricRegistry, cenote-micrometer",
    })
    void aNameOfHikariCpsGetsAHint(String name, String hint) {
        Properties properties = new Properties();
        properties.setProperty(name, "1");
        assertThatThrownBy(() -> PooledDataSource.builder().properties(properties))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(hint);
    }

    /** Nothing for a setting, and no list of all for a name that is like none. */
    @ParameterizedTest
    @CsvSource({
        "maximum-pool-size, ', which is HikariCP''s: it is maxSize here'",
        "maxSizes, ; did you mean maxSize?",
        "driverClassName, ''",
        "colour, ''",
    })
    void theHintIsThereForThoseWhoTellOfNamesThemselves(String name, String hint) {
        assertThat(PooledDataSourceBuilder.hint(name)).isEqualTo(hint);
    }

    @Test
    void blanksAroundNamesAndValuesAreNoPartOfThem() throws SQLException {
        Properties hikari = new Properties();
        hikari.setProperty("jdbcUrl ", " jdbc:h2:mem:blanks ");
        hikari.setProperty("driverClassName", "org.h2.Driver ");
        hikari.setProperty("poolName", " orders\t");
        hikari.setProperty("username", "sa ");
        hikari.setProperty("password", " s ");
        hikari.setProperty("maximumPoolSize", " 3 ");
        hikari.setProperty("dataSource.DB_CLOSE_DELAY", "5 ");
        try (PooledDataSource source =
                PooledDataSource.builder().hikariProperties(hikari).build()) {
            assertThat(source.getUrl()).isEqualTo("jdbc:h2:mem:blanks");
            assertThat(source.getUsername()).isEqualTo("sa");
            assertThat(source.getPassword()).as("may have them").isEqualTo(" s ");
            assertThat(source.pool().config().name()).isEqualTo("orders");
            assertThat(source.pool().config().limits().maxSize()).isEqualTo(3);
        }
    }

    @Test
    void aNumberThatIsNoneIsNamed() {
        Properties hikari = new Properties();
        hikari.setProperty("minimumIdle", "few");
        assertThatThrownBy(() -> HikariNames.converted(hikari)).hasMessageContaining("'few'");
    }

    @Test
    void aClassOfADataSourceKeepsItsProperties() throws SQLException {
        Properties hikari = new Properties();
        hikari.setProperty("dataSourceClassName", "org.h2.jdbcx.JdbcDataSource");
        hikari.setProperty("jdbcUrl", "jdbc:h2:mem:ignored");
        hikari.setProperty("dataSource.url", "jdbc:h2:mem:hikari-class");
        try (PooledDataSource source =
                        PooledDataSource.builder().hikariProperties(hikari).build();
                Connection connection = source.getConnection()) {
            assertThat(connection.isValid(1)).isTrue();
        }
    }
}
