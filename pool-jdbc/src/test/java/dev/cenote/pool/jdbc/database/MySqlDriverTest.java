package dev.cenote.pool.jdbc.database;

import org.junit.jupiter.api.Tag;

/** MariaDB with MySQL's driver. */
@Tag("full")
class MySqlDriverTest extends MariaDbTest {

    @Override
    String scheme() {
        return "jdbc:mysql:";
    }

    @Override
    Class<?> driversType() {
        return com.mysql.cj.jdbc.JdbcConnection.class;
    }

    @Override
    String databaseIsSchema() {
        return "&databaseTerm=SCHEMA";
    }
}
