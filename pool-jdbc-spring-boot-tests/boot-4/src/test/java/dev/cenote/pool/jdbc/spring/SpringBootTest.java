package dev.cenote.pool.jdbc.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.cenote.pool.jdbc.PooledDataSource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** Applications as their authors write them. */
class SpringBootTest {

    @Test
    void theStarterIsEnough() throws SQLException {
        PooledDataSource source;
        try (ConfigurableApplicationContext application = Application.run(
                "spring.datasource.url=" + Postgres.url("starter"),
                "spring.datasource.name=orders",
                "spring.datasource.cenote.max-size=3",
                "spring.datasource.cenote.acquire-timeout=40s")) {
            source = (PooledDataSource) application.getBean(DataSource.class);
            assertThat(source.pool().config().name()).isEqualTo("orders");
            assertThat(source.pool().config().limits().maxSize()).isEqualTo(3);
            assertThat(source.pool().config().acquireTimeout()).isEqualTo(Duration.ofSeconds(40));
            doUsualWork(application);
            assertThat(source.pool().stats().leased()).isZero();
        }
        assertThat(source.pool().isClosed()).isTrue();
    }

    /** Without the starter's bean: as for any pool that Spring Boot does not know. */
    @Test
    void theTypeAloneIsEnoughForTheDefaults() throws SQLException {
        try (ConfigurableApplicationContext application = Application.run(
                "spring.datasource.url=" + Postgres.url("type"),
                "spring.datasource.type=dev.cenote.pool.jdbc.PooledDataSource",
                "spring.autoconfigure.exclude=" + CenoteDataSourceAutoConfiguration.class.getName())) {
            assertThat(application.getBean(DataSource.class)).isInstanceOf(PooledDataSource.class);
            doUsualWork(application);
        }
    }

    @Test
    void anotherTypeIsTheApplicationsChoice() {
        try (ConfigurableApplicationContext application = Application.run(
                "spring.datasource.url=" + Postgres.url("other"),
                "spring.datasource.type=com.zaxxer.hikari.HikariDataSource")) {
            assertThat(application.getBean(DataSource.class)).isInstanceOf(HikariDataSource.class);
        }
    }

    @Test
    void aSettingThatIsNotKnownFailsTheStart() {
        assertThatThrownBy(() -> Application.run(
                        "spring.datasource.url=" + Postgres.url("bad"), "spring.datasource.cenote.max-pool=3"))
                .hasStackTraceContaining("no setting is named 'max-pool'");
    }

    private static void doUsualWork(ConfigurableApplicationContext application) {
        JdbcTemplate jdbc = new JdbcTemplate(application.getBean(DataSource.class));
        jdbc.execute("create table item(id serial primary key, name text unique)");
        for (int i = 0; i < 20; i++) {
            jdbc.update("insert into item(name) values (?)", "item " + i);
        }
        jdbc.batchUpdate(
                "update item set name = ? where id = ?", List.of(new Object[] {"a", 1}, new Object[] {"b", 2}));
        assertThat(jdbc.queryForObject("select name from item where id = ?", String.class, 2))
                .isEqualTo("b");
        assertThat(jdbc.queryForList("select name from item order by id")).hasSize(20);
        assertThatThrownBy(() -> jdbc.update("insert into item(name) values ('a')"))
                .isInstanceOf(DuplicateKeyException.class);

        TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(jdbc.getDataSource()));
        assertThatThrownBy(() -> transaction.executeWithoutResult(status -> {
                    jdbc.update("insert into item(name) values ('lost')");
                    throw new IllegalStateException("rolled back");
                }))
                .hasMessage("rolled back");
        transaction.setIsolationLevel(TransactionDefinition.ISOLATION_SERIALIZABLE);
        transaction.executeWithoutResult(status -> {
            assertThat(jdbc.queryForObject("show transaction_isolation", String.class))
                    .isEqualTo("serializable");
            jdbc.update("insert into item(name) values ('kept')");
        });
        transaction.setReadOnly(true);
        assertThatThrownBy(() -> transaction.executeWithoutResult(
                        status -> jdbc.update("insert into item(name) values ('refused')")))
                .hasStackTraceContaining("read-only transaction");
        assertThat(jdbc.queryForObject("show transaction_isolation", String.class))
                .isEqualTo("read committed");
        assertThat(jdbc.queryForObject("select count(*) from item", Integer.class))
                .isEqualTo(21);
    }

    @Test
    void aServerThatIsNotThereIsSpringsException() throws SQLException {
        try (PooledDataSource source = PooledDataSource.builder()
                .url("jdbc:postgresql://localhost:1/none?connectTimeout=1")
                .build()) {
            assertThatThrownBy(() -> new JdbcTemplate(source).execute("select 1"))
                    .isInstanceOf(CannotGetJdbcConnectionException.class);
        }
    }
}
