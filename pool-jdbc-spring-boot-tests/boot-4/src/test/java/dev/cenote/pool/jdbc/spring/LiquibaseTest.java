package dev.cenote.pool.jdbc.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.jdbc.PooledDataSource;
import java.sql.SQLException;
import liquibase.integration.spring.SpringLiquibase;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;

/** An application whose schema is Liquibase's business, as a user of its own. */
@Tag("full")
class LiquibaseTest {

    private static ConfigurableApplicationContext start(String url, String user, String... settings) {
        String[] all = new String[settings.length + 5];
        all[0] = "spring.datasource.url=" + url;
        all[1] = "spring.datasource.username=" + user;
        all[2] = "spring.datasource.password=secret";
        all[3] = "spring.liquibase.enabled=true";
        all[4] = "spring.liquibase.change-log=classpath:/db/liquibase/changes.sql";
        System.arraycopy(settings, 0, all, 5, settings.length);
        return Application.run(all);
    }

    private static void worksAndIsChangedOnce(
            String database, String owner, String other, String user, String... settings) throws SQLException {
        String url = Postgres.urlOfOwner(database, owner, other);
        for (int start = 0; start < 2; start++) {
            try (ConfigurableApplicationContext application = start(url, user, settings)) {
                JdbcTemplate jdbc = application.getBean(JdbcTemplate.class);
                assertThat(jdbc.update("insert into basket (item) values ('more')"))
                        .isEqualTo(1);
                assertThat(jdbc.queryForObject("select current_user", String.class))
                        .isEqualTo(user);
                assertThat(jdbc.queryForObject(
                                "select tableowner from pg_tables where tablename = 'basket'", String.class))
                        .isEqualTo(owner);
                assertThat(Postgres.count(database, "select count(*) from databasechangelog"))
                        .isEqualTo(2);
                assertThat(jdbc.queryForObject("select count(*) from basket", Integer.class))
                        .isEqualTo(start + 2);
                PooledDataSource source = application.getBean(PooledDataSource.class);
                assertThat(source.pool().stats().leased()).isZero();
                assertThat(application.getBean(SpringLiquibase.class).getDataSource() == source)
                        .isEqualTo(owner.equals(user));
            }
        }
    }

    @Test
    void aUserOfItsOwnChangesTheSchema() throws SQLException {
        worksAndIsChangedOnce(
                "baskets",
                "basket_owner",
                "basket_app",
                "basket_app",
                "spring.liquibase.user=basket_owner",
                "spring.liquibase.password=secret");
    }

    @Test
    void withoutOneThePoolsUserDoes() throws SQLException {
        worksAndIsChangedOnce("own_baskets", "own_owner", "own_other", "own_owner");
    }
}
