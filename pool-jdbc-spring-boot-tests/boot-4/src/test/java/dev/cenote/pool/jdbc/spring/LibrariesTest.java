package dev.cenote.pool.jdbc.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.jdbc.PooledDataSource;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import java.sql.SQLException;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.BatchSettings;
import org.hibernate.cfg.Configuration;
import org.hibernate.cfg.JdbcSettings;
import org.hibernate.cfg.SchemaToolingSettings;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.exception.IntegrityConstraintViolationException;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.junit.jupiter.api.Test;

/** Libraries that get their connections from a data source: each does its usual work. */
class LibrariesTest {

    /** An entity. */
    @Entity(name = "Item")
    static class Item {

        @Id
        @GeneratedValue(strategy = GenerationType.IDENTITY)
        Long id;

        String name;

        String[] tags;

        Item() {}

        Item(String name, String... tags) {
            this.name = name;
            this.tags = tags;
        }
    }

    @Test
    void flywayMigrates() throws SQLException {
        try (PooledDataSource source = Postgres.source("flyway")) {
            Flyway flyway = Flyway.configure().dataSource(source).load();
            assertThat(flyway.migrate().migrationsExecuted).isEqualTo(2);
            assertThat(flyway.migrate().migrationsExecuted).isZero();
            flyway.validate();
            try (var connection = source.getConnection();
                    var statement = connection.createStatement();
                    var rows = statement.executeQuery("select name, tags from item")) {
                assertThat(rows.next()).isTrue();
                assertThat((String[]) rows.getArray(2).getArray()).containsExactly("a", "b");
            }
            assertThat(source.pool().stats().leased()).isZero();
        }
    }

    @Test
    void jooqQueriesAndRollsBack() throws SQLException {
        try (PooledDataSource source = Postgres.source("jooq")) {
            Flyway.configure().dataSource(source).load().migrate();
            DSLContext jooq = DSL.using(source, SQLDialect.POSTGRES);
            var item = DSL.table("item");
            var name = DSL.field("name", SQLDataType.VARCHAR);
            var tags = DSL.field("tags", SQLDataType.VARCHAR.array());
            jooq.insertInto(item, name, tags)
                    .values("second", new String[] {"x", "y"})
                    .execute();
            assertThat(jooq.select(tags).from(item).where(name.eq("second")).fetchOne(tags))
                    .containsExactly("x", "y");
            assertThatThrownBy(() -> jooq.transaction(transaction -> {
                        transaction.dsl().deleteFrom(item).execute();
                        transaction
                                .dsl()
                                .insertInto(item, name)
                                .values("third")
                                .values("third")
                                .execute();
                    }))
                    .isInstanceOf(IntegrityConstraintViolationException.class);
            assertThat(jooq.fetchCount(item)).isEqualTo(2);
            assertThat(jooq.batch(
                                    jooq.insertInto(item, name).values("a"),
                                    jooq.insertInto(item, name).values("b"))
                            .execute())
                    .containsExactly(1, 1);
            assertThat(source.pool().stats().leased()).isZero();
        }
    }

    @Test
    void hibernateStoresAndQueries() throws SQLException {
        try (PooledDataSource source = Postgres.source("hibernate")) {
            Configuration configuration = new Configuration().addAnnotatedClass(Item.class);
            configuration.getProperties().put(JdbcSettings.JAKARTA_NON_JTA_DATASOURCE, source);
            configuration.setProperty(SchemaToolingSettings.HBM2DDL_AUTO, "create");
            configuration.setProperty(BatchSettings.STATEMENT_BATCH_SIZE, "10");
            try (SessionFactory sessions = configuration.buildSessionFactory()) {
                sessions.inTransaction(session -> {
                    for (int i = 0; i < 30; i++) {
                        session.persist(new Item("item " + i, "a", "b"));
                    }
                });
                assertThatThrownBy(() -> sessions.inTransaction(session -> {
                            session.persist(new Item("lost"));
                            session.flush();
                            throw new IllegalStateException("rolled back");
                        }))
                        .hasMessage("rolled back");
                sessions.inSession(session -> {
                    List<Item> items = session.createQuery("from Item order by id", Item.class)
                            .getResultList();
                    assertThat(items).hasSize(30);
                    assertThat(items.get(0).tags).containsExactly("a", "b");
                });
                sessions.inTransaction(session -> session.find(Item.class, 1L).name = "changed");
                sessions.inSession(
                        session -> assertThat(session.find(Item.class, 1L).name).isEqualTo("changed"));
            }
            assertThat(source.pool().stats().leased()).isZero();
        }
    }
}
