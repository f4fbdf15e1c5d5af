package dev.cenote.pool.jdbc.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.cenote.pool.Fairness;
import dev.cenote.pool.IdleOrder;
import dev.cenote.pool.PoolConfig;
import dev.cenote.pool.jdbc.PooledDataSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/** Where the settings come from, and that none is lost on the way. */
@ExtendWith(OutputCaptureExtension.class)
class SettingsTest {

    private static final String H2 = "jdbc:h2:mem:settings";

    /** Two data sources of the application's own. */
    @Configuration(proxyBeanMethods = false)
    static class TwoSources {

        @Bean
        @Primary
        @ConfigurationProperties("app.orders")
        DataSource orders() {
            return DataSourceBuilder.create().type(PooledDataSource.class).build();
        }

        @Bean
        @ConfigurationProperties("app.audit.pool")
        PooledDataSource audit() {
            return DataSourceBuilder.create()
                    .type(PooledDataSource.class)
                    .url(H2)
                    .build();
        }
    }

    /** As docs/spring.md declares it. */
    @Configuration(proxyBeanMethods = false)
    static class OfThePage {

        // snippet: audit
        @Bean
        @Qualifier("audit")
        @ConfigurationProperties("app.audit")
        DataSource auditDataSource() {
            return DataSourceBuilder.create().type(PooledDataSource.class).build();
        }
        // end
    }

    /** One that was built with all that it needs. */
    @Configuration(proxyBeanMethods = false)
    static class OpenSource {

        static final AtomicReference<PooledDataSource> BUILT = new AtomicReference<>();

        @Bean
        @ConfigurationProperties("app.orders")
        PooledDataSource orders() throws SQLException {
            BUILT.set(PooledDataSource.builder().url(H2).build());
            return BUILT.get();
        }
    }

    private static PoolConfig<?> config(DataSource source) throws SQLException {
        return ((PooledDataSource) source).pool().config();
    }

    @Test
    void settingsAreWrittenTheWayThatSpringBootWritesThem() throws SQLException {
        try (var application = Application.run(
                "spring.datasource.url=" + H2,
                "spring.datasource.cenote.max-size=7",
                "spring.datasource.cenote.minIdle=1",
                "spring.datasource.cenote.acquire-timeout=45000",
                "spring.datasource.cenote.max-lifetime=PT10M",
                "spring.datasource.cenote.idle-timeout=1m",
                "spring.datasource.cenote.idle-order=fifo",
                "spring.datasource.cenote.fairness=eventual:1ms",
                "spring.datasource.cenote.create-backoff=100ms..2s",
                "spring.datasource.cenote.fatal-sql-states[0]=90067",
                "spring.datasource.cenote.fatal-sql-states[1]=90098",
                "spring.datasource.cenote.driver-property.CACHE_SIZE=1024",
                "spring.datasource.cenote.transaction-isolation=serializable",
                "spring.datasource.cenote.lifetime-jitter=0.25")) {
            DataSource source = application.getBean(DataSource.class);
            PoolConfig<?> config = config(source);
            assertThat(config.limits().maxSize()).isEqualTo(7);
            assertThat(config.limits().minIdle()).isEqualTo(1);
            assertThat(config.acquireTimeout()).isEqualTo(Duration.ofSeconds(45));
            assertThat(config.maxLifetime()).isEqualTo(Duration.ofMinutes(10));
            assertThat(config.idleTimeout()).isEqualTo(Duration.ofMinutes(1));
            assertThat(config.idleOrder()).isEqualTo(IdleOrder.FIFO);
            assertThat(config.fairness()).isEqualTo(Fairness.eventual(Duration.ofMillis(1)));
            assertThat(config.firstBackoff()).isEqualTo(Duration.ofMillis(100));
            assertThat(config.lifetimeJitter()).isEqualTo(0.25);
            try (Connection connection = source.getConnection()) {
                assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_SERIALIZABLE);
            }
        }
    }

    @Test
    void settingsComeFromVariablesOfTheEnvironment() throws SQLException {
        try (var application = Application.run(
                List.of(Application.class),
                Map.of(
                        "SPRING_DATASOURCE_URL", H2,
                        "SPRING_DATASOURCE_CENOTE_MAX_SIZE", "3",
                        "SPRING_DATASOURCE_CENOTE_ACQUIRE_TIMEOUT", "2s",
                        "SPRING_DATASOURCE_CENOTE_MINIDLE", "1",
                        "SPRING_DATASOURCE_CENOTE_FATAL_SQL_STATES_0", "90067"))) {
            PoolConfig<?> config = config(application.getBean(DataSource.class));
            assertThat(config.limits().maxSize()).isEqualTo(3);
            assertThat(config.limits().minIdle()).isEqualTo(1);
            assertThat(config.acquireTimeout()).isEqualTo(Duration.ofSeconds(2));
            assertThat(config.name()).isEqualTo("dataSource");
        }
    }

    @Test
    void aClassThatMakesTheConnectionsNeedsNoUrl() throws SQLException {
        try (var application = Application.run(
                "spring.datasource.username=sa",
                "spring.datasource.cenote.data-source-class-name=org.h2.jdbcx.JdbcDataSource",
                "spring.datasource.cenote.data-source.url=jdbc:h2:mem:byclass")) {
            try (Connection connection = application.getBean(DataSource.class).getConnection()) {
                assertThat(connection.getMetaData().getURL()).isEqualTo("jdbc:h2:mem:byclass");
            }
        }
    }

    @Test
    void aVariableOfTheEnvironmentThatIsNoSettingFailsTheStart() {
        assertThatThrownBy(() -> Application.run(
                        List.of(Application.class),
                        Map.of("SPRING_DATASOURCE_URL", H2, "SPRING_DATASOURCE_CENOTE_MAX_POOL", "3")))
                .hasStackTraceContaining("no setting is named 'max-pool'");
    }

    @Test
    void aValueThatDoesNotFitIsNamed() {
        assertThatThrownBy(
                        () -> Application.run("spring.datasource.url=" + H2, "spring.datasource.cenote.max-size=many"))
                .hasStackTraceContaining("spring.datasource.cenote.max-size")
                .hasStackTraceContaining("many");
    }

    @Test
    void aDataSourceOfTheApplicationsOwnTakesTheSettings() throws SQLException {
        try (var application = Application.run(
                TwoSources.class,
                "app.orders.url=" + H2,
                "app.orders.username=sa",
                "app.orders.max-size=3",
                "app.orders.acquire-timeout=2s",
                "app.audit.pool.maxSize=2",
                "app.audit.pool.name=for the auditors")) {
            PoolConfig<?> orders = config(application.getBean("orders", DataSource.class));
            assertThat(orders.limits().maxSize()).isEqualTo(3);
            assertThat(orders.acquireTimeout()).isEqualTo(Duration.ofSeconds(2));
            assertThat(orders.name()).isEqualTo("orders");
            PoolConfig<?> audit = config(application.getBean("audit", DataSource.class));
            assertThat(audit.limits().maxSize()).isEqualTo(2);
            assertThat(audit.name()).isEqualTo("for the auditors");
        }
    }

    @Test
    void theDataSourceOfThePageIsNamedByItsBean() throws SQLException {
        try (var application = Application.run(OfThePage.class, "app.audit.url=" + H2, "app.audit.max-size=2")) {
            PoolConfig<?> audit = config(application.getBean("auditDataSource", DataSource.class));
            assertThat(audit.limits().maxSize()).isEqualTo(2);
            assertThat(audit.name()).isEqualTo("auditDataSource");
        }
    }

    @Test
    void whatIsNotKnownOfADataSourceOfTheApplicationsOwnIsToldInOneLine(CapturedOutput output) {
        try (var application = Application.run(
                TwoSources.class,
                "app.orders.url=" + H2,
                "app.orders.maximum-pool-size=3",
                "app.orders.colour=green",
                "app.orders.shipping.countries=CH")) {
            assertThat(application.isActive()).isTrue();
        }
        assertThat(output.getAll().lines().filter(line -> line.contains("not known")))
                .singleElement()
                .asString()
                .contains("'orders'")
                .contains("app.orders.colour; app.orders.maximum-pool-size, which is HikariCP's: it is maxSize here")
                .doesNotContain("shipping", "url");
    }

    @Test
    void whatTheBeanItselfHasASetterForIsKnownHoweverItIsWritten(CapturedOutput output) throws SQLException {
        try (var application = Application.run(
                TwoSources.class,
                "app.orders.URL=" + H2,
                "app.orders.userName=sa",
                "app.orders.driverClassName=org.h2.Driver",
                "app.orders.loginTimeout=3")) {
            PooledDataSource orders = application.getBean("orders", PooledDataSource.class);
            assertThat(orders.getDriverClassName()).isEqualTo("org.h2.Driver");
            assertThat(orders.getLoginTimeout()).isEqualTo(3);
        }
        assertThat(output.getAll()).doesNotContain("not known");
    }

    @Test
    void aDataSourceThatIsOpenRefusesSettingsInsteadOfIgnoringThem() throws SQLException {
        assertThatThrownBy(() -> Application.run(OpenSource.class, "app.orders.max-size=3"))
                .hasStackTraceContaining("the data source is open");
        assertThat(OpenSource.BUILT.get().pool().isClosed()).isTrue();
    }

    @Test
    void aSecondPoolOfADataSourceOfTheApplicationsOwnIsRefused() {
        assertThatThrownBy(() -> Application.run(TwoSources.class, "app.orders.url=" + H2, "app.orders.read-url=" + H2))
                .hasStackTraceContaining("app.orders.read-url");
    }

    @Test
    void settingsThatCantBeRightFailTheStartAndNotTheFirstCaller() {
        assertThatThrownBy(() -> Application.run(TwoSources.class, "app.orders.max-size=3"))
                .hasStackTraceContaining("either url or dataSource must be set");
    }

    @Test
    void whatIsLeftOfHikariCpIsToldInOneLine(CapturedOutput output) {
        try (ConfigurableApplicationContext application = Application.run(
                "spring.datasource.url=" + H2,
                "spring.datasource.hikari.maximum-pool-size=30",
                "spring.datasource.hikari.connection-timeout=2000")) {
            assertThat(application.isActive()).isTrue();
        }
        assertThat(output.getAll().lines().filter(line -> line.contains("HikariCP's settings")))
                .singleElement()
                .asString()
                .contains("WARN")
                .contains("spring.datasource.hikari.connection-timeout, spring.datasource.hikari.maximum-pool-size");
    }

    /** The message of the builder has all names. */
    @Test
    void eachSettingOfTheBuilderIsOneHere() {
        Properties unknown = new Properties();
        unknown.setProperty("zzz", "1");
        String names = catchThrowable(() -> PooledDataSource.builder().properties(unknown))
                .getMessage()
                .replaceFirst(".*they are ", "");
        TreeSet<String> expected = new TreeSet<>(List.of(names.split(", ")));
        expected.removeAll(List.of("url", "user", "username", "password", "driverClassName")); // Spring Boot has these.
        TreeSet<String> components = new TreeSet<>();
        Arrays.stream(CenoteProperties.class.getRecordComponents())
                .forEach(component -> components.add(component.getName()));
        components.removeAll(List.of("readUrl", "dataSource", "dataSourceClassName", "driverProperty"));
        assertThat(components).isEqualTo(expected);
    }

    @Test
    void anIdeCompletesEachSettingWithItsTypeAndADescription() throws IOException {
        String json = null;
        for (var resource : Collections.list(
                getClass().getClassLoader().getResources("META-INF/spring-configuration-metadata.json"))) {
            try (var stream = resource.openStream()) {
                String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
                json = text.contains("spring.datasource.cenote.max-size") ? text : json;
            }
        }
        assertThat(json)
                .contains("\"description\": \"How long a caller waits for a connection. Default: 30s.\"")
                .contains("\"type\": \"dev.cenote.pool.IdleOrder\"")
                .contains("spring.datasource.cenote.read-url");
    }
}
