package dev.cenote.pool.jdbc.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.jdbc.PooledDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;

/** Two databases behind one data source; here they differ, so that it shows which one was asked. */
class ReadWriteTest {

    /** A service as its author writes it. */
    static class Items {

        private final JdbcTemplate jdbc;

        Items(JdbcTemplate jdbc) {
            this.jdbc = jdbc;
        }

        @Transactional
        public void add(String name) {
            jdbc.update("insert into item(name) values (?)", name);
        }

        @Transactional(readOnly = true)
        public int count() {
            return jdbc.queryForObject("select count(*) from item", Integer.class);
        }

        @Transactional(readOnly = true)
        public void addThoughItOnlyReads(String name) {
            add(name);
        }

        public int countWithoutATransaction() {
            return jdbc.queryForObject("select count(*) from item", Integer.class);
        }
    }

    /** The rest of it. */
    @Configuration(proxyBeanMethods = false)
    @EnableTransactionManagement
    static class Service {

        @Bean
        Items items(JdbcTemplate jdbc) {
            return new Items(jdbc);
        }
    }

    private static String database(String name) throws SQLException {
        String url = Postgres.url(name);
        try (PooledDataSource source = PooledDataSource.builder().url(url).build();
                var connection = source.getConnection();
                var statement = connection.createStatement()) {
            statement.execute("create table item(name text)");
        }
        return url;
    }

    @Test
    void transactionsThatOnlyReadHaveAPoolOfTheirOwn() throws SQLException {
        PooledDataSource read;
        PooledDataSource write;
        try (var application = Application.run(
                Service.class,
                "spring.datasource.url=" + database("writing"),
                "spring.datasource.name=items",
                "spring.datasource.cenote.read-url=" + database("reading"),
                "spring.datasource.cenote.max-size=3")) {
            read = application.getBean("readDataSource", PooledDataSource.class);
            write = application.getBean(DataSource.class).unwrap(PooledDataSource.class);
            assertThat(write).isNotSameAs(read);
            assertThat(write.pool().config().name()).isEqualTo("items");
            assertThat(read.pool().config().name()).isEqualTo("items-read");
            assertThat(read.pool().config().limits().maxSize()).isEqualTo(3);

            Items items = application.getBean(Items.class);
            items.add("a");
            items.add("b");
            assertThat(items.count()).isZero();
            assertThat(items.countWithoutATransaction()).isEqualTo(2);
            assertThatThrownBy(() -> items.addThoughItOnlyReads("c")).hasStackTraceContaining("read-only transaction");
            assertThat(read.pool().stats().acquired()).isEqualTo(2);

            assertThat(DataSourceBuilder.derivedFrom(application.getBean(DataSource.class))
                            .type(SimpleDriverDataSource.class)
                            .build()
                            .getUrl())
                    .isEqualTo(write.getUrl());

            MeterRegistry meters = application.getBean(MeterRegistry.class);
            assertThat(meters.get("jdbc.connections.max").gauges())
                    .extracting(gauge -> gauge.getId().getTag("name"))
                    .containsExactlyInAnyOrder("dataSource", "read");
        }
        assertThat(read.pool().isClosed()).isTrue();
        assertThat(write.pool().isClosed()).isTrue();
    }

    @Test
    void aUrlAmongTheSettingsOfBothPoolsIsRefused() {
        assertThatThrownBy(() -> Application.run(
                        "spring.datasource.url=jdbc:h2:mem:write",
                        "spring.datasource.cenote.URL=jdbc:h2:mem:both",
                        "spring.datasource.cenote.read-url=jdbc:h2:mem:read"))
                .hasStackTraceContaining("spring.datasource.cenote.url: with read-url");
    }

    @Test
    void aClassThatMakesTheConnectionsOfBothPoolsIsRefused() {
        assertThatThrownBy(() -> Application.run(
                        "spring.datasource.url=jdbc:h2:mem:write",
                        "spring.datasource.cenote.data-source-class-name=org.h2.jdbcx.JdbcDataSource",
                        "spring.datasource.cenote.data-source.url=jdbc:h2:mem:both",
                        "spring.datasource.cenote.read-url=jdbc:h2:mem:read"))
                .hasStackTraceContaining("spring.datasource.cenote.data-source-class-name: with read-url");
    }

    @Test
    void itsCloseClosesThePoolThatItOwns() throws SQLException {
        try (PooledDataSource read =
                PooledDataSource.builder().url("jdbc:h2:mem:read").build()) {
            PooledDataSource write =
                    PooledDataSource.builder().url("jdbc:h2:mem:write").build();
            new ReadWriteDataSource(write, read).close();
            assertThat(write.pool().isClosed()).isTrue();
            assertThat(read.pool().isClosed()).isFalse();
        }
    }
}
