package dev.cenote.pool.jdbc.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.jdbc.PooledDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** What the actuator shows, asked as an operator asks it. */
@Timeout(60)
class ActuatorTest {

    /** Another library's wrapper about each data source, as of tracing. */
    @Configuration(proxyBeanMethods = false)
    static class Wrapping {

        @Bean
        static BeanPostProcessor wrapper() {
            return new BeanPostProcessor() {
                @Override
                public Object postProcessAfterInitialization(Object bean, String name) {
                    return bean instanceof PooledDataSource source ? new DelegatingDataSource(source) : bean;
                }
            };
        }

        /** Of the type that the wrapper leaves. */
        @Bean
        DataSource dataSource() throws SQLException {
            return PooledDataSource.builder()
                    .url("jdbc:h2:mem:wrapped")
                    .pool(pool -> pool.maxSize(5).minIdle(1))
                    .build();
        }
    }

    private static double gauge(ConfigurableApplicationContext application, String name) {
        return application
                .getBean(MeterRegistry.class)
                .get("jdbc.connections." + name)
                .tag("name", "dataSource")
                .gauge()
                .value();
    }

    @Test
    void theMetersOfJdbcConnectionsAreThereThroughAWrapperToo() throws SQLException {
        try (var application = Application.run(Wrapping.class)) {
            DataSource source = application.getBean(DataSource.class);
            assertThat(gauge(application, "max")).isEqualTo(5);
            assertThat(gauge(application, "min")).isEqualTo(1);
            assertThat(gauge(application, "active")).isZero();
            try (Connection connection = source.getConnection()) {
                assertThat(connection.isValid(1)).isTrue();
                assertThat(gauge(application, "active")).isEqualTo(1);
            }
            assertThat(gauge(application, "active")).isZero();
            assertThat(gauge(application, "idle")).isPositive();
        }
    }

    @Test
    void thePoolsMetersAreBoundUnderOpenTelemetrysNames() throws SQLException {
        try (var application = Application.run(Wrapping.class)) {
            MeterRegistry registry = application.getBean(MeterRegistry.class);
            try (Connection connection = application.getBean(DataSource.class).getConnection()) {
                assertThat(connection.isValid(1)).isTrue();
                assertThat(registry.get("db.client.connection.count")
                                .tag("db.client.connection.state", "used")
                                .gauge()
                                .value())
                        .isEqualTo(1);
            }
            assertThat(registry.get("db.client.connection.max").gauge().value()).isEqualTo(5);
            assertThat(registry.get("cenote.pool.acquired").functionCounter().count())
                    .isPositive();
            assertThat(registry.find("hikaricp.connections").meters()).isEmpty();
        }
    }

    @Test
    void thePoolsMetersAreBoundUnderHikariCpsNamesWhereThatIsAskedFor() {
        try (var application = Application.run(
                "spring.datasource.url=jdbc:h2:mem:meters",
                "spring.datasource.name=orders",
                "management.metrics.cenote.names=hikaricp,opentelemetry")) {
            MeterRegistry registry = application.getBean(MeterRegistry.class);
            assertThat(registry.get("hikaricp.connections.max")
                            .tag("pool", "orders")
                            .gauge()
                            .value())
                    .isEqualTo(10);
            assertThat(registry.get("db.client.connection.max")
                            .tag("db.client.connection.pool.name", "orders")
                            .gauge()
                            .value())
                    .isEqualTo(10);
        }
        assertThatThrownBy(() -> Application.run(
                        "spring.datasource.url=jdbc:h2:mem:meters", "management.metrics.cenote.names=dropwizard"))
                .rootCause()
                .hasMessageContaining("must be opentelemetry, hikaricp or both, but was dropwizard");
    }

    @Test
    void aPoolIsAnMBeanWhereThatIsAskedFor() throws Exception {
        var server = java.lang.management.ManagementFactory.getPlatformMBeanServer();
        var name = new javax.management.ObjectName("dev.cenote.pool:type=Pool,name=managed");
        try (var application = Application.run(
                "spring.datasource.url=jdbc:h2:mem:managed",
                "spring.datasource.name=managed",
                "spring.datasource.cenote.jmx=true")) {
            assertThat(application.isActive()).isTrue();
            assertThat(server.getAttribute(name, "MaxSize")).isEqualTo(10);
        }
        // The thread that destroys the last connection takes the MBean away, perhaps a moment after the context is
        // closed.
        long deadline = System.nanoTime() + java.util.concurrent.TimeUnit.SECONDS.toNanos(10);
        while (server.isRegistered(name) && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(server.isRegistered(name)).isFalse();
    }

    private static HttpResponse<String> health(ConfigurableApplicationContext application)
            throws IOException, InterruptedException {
        String port = application.getEnvironment().getProperty("local.server.port");
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator/health/cenote"))
                                .build(),
                        BodyHandlers.ofString());
    }

    @Test
    void theHealthOfAPoolSaysHowItIsAndWhy() throws Exception {
        try (var application = Application.run(
                "server.port=0",
                "management.endpoint.health.show-details=always",
                "spring.datasource.url=jdbc:h2:mem:health",
                "spring.datasource.name=orders",
                "spring.datasource.cenote.max-size=1")) {
            assertThat(health(application).body())
                    .contains("\"dataSource\":{", "\"pool\":\"orders\"", "\"status\":\"HEALTHY\"", "\"maxSize\":1")
                    .doesNotContain("reasons");
            try (Connection connection = application.getBean(DataSource.class).getConnection()) {
                assertThat(connection.isValid(1)).isTrue();
                HttpResponse<String> busy = health(application);
                assertThat(busy.statusCode()).isEqualTo(200);
                assertThat(busy.body())
                        .contains("\"status\":\"DEGRADED\"", "100 % of the objects are leased", "\"leased\":1");
            }
        }
    }

    @Test
    void theHealthOfAPoolThatCanConnectToNothingIsDownAndSaysWhatTheDriverSaid() throws Exception {
        try (var application = Application.run(
                "server.port=0",
                "management.endpoint.health.show-details=always",
                "spring.datasource.url=jdbc:postgresql://localhost:1/none?connectTimeout=1")) {
            assertThatThrownBy(application.getBean(DataSource.class)::getConnection)
                    .isInstanceOf(SQLTransientConnectionException.class);
            HttpResponse<String> down = health(application);
            assertThat(down.statusCode()).as(down.body()).isEqualTo(503);
            assertThat(down.body()).contains("\"status\":\"FAILED\"", "Connection to localhost:1 refused");
        }
    }

    @Test
    void theHealthCanBeTurnedOff() {
        try (var application =
                Application.run("spring.datasource.url=jdbc:h2:mem:health", "management.health.cenote.enabled=false")) {
            assertThat(application.containsBean("cenoteHealthContributor")).isFalse();
        }
    }
}
