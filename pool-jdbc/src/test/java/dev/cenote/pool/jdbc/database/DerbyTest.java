package dev.cenote.pool.jdbc.database;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.cenote.pool.jdbc.PooledDataSource;
import dev.cenote.pool.jdbc.PooledDataSourceBuilder;
import java.sql.Connection;
import java.sql.SQLException;
import org.apache.derby.iapi.jdbc.EngineConnection;
import org.junit.jupiter.api.BeforeAll;

/** Derby, in memory. */
class DerbyTest extends DatabaseContract {

    private static final String EXISTS = "X0Y32";

    @BeforeAll
    static void writeTheLogElsewhere() {
        System.setProperty("derby.stream.error.file", "target/derby.log");
    }

    @Override
    PooledDataSourceBuilder builder() {
        return PooledDataSource.builder().url("jdbc:derby:memory:contract;create=true");
    }

    @Override
    Class<?> driversType() {
        return EngineConnection.class;
    }

    @Override
    String one() {
        return "values 1";
    }

    @Override
    void createItems() throws SQLException {
        try {
            run("create table item(id int primary key, name varchar(50))");
        } catch (SQLException e) {
            if (!EXISTS.equals(e.getSQLState())) {
                throw e;
            }
            run("delete from item");
        }
    }

    @Override
    void kill(PooledDataSource source, Connection victim) {
        abort("it knows no way to end a session");
    }
}
