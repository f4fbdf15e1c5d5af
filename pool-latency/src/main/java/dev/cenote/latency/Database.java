package dev.cenote.latency;

import dev.cenote.peers.DataSourcePeer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/**
 * Where connections go, and what is asked there.
 *
 * @param url of JDBC
 * @param user null if the URL says it, or none is wanted
 * @param password as above
 * @param query each turn runs it once
 */
record Database(String url, String user, String password, String query) {

    Connection connect() throws SQLException {
        Properties properties = new Properties();
        if (user != null) {
            properties.setProperty("user", user);
        }
        if (password != null) {
            properties.setProperty("password", password);
        }
        return DriverManager.getConnection(url, properties);
    }

    /** The same for pools that are data sources. */
    DataSourcePeer.Target target(long timeoutMillis) {
        return new DataSourcePeer.Target(url, null, user, password, timeoutMillis);
    }

    /** Runs the query, and reads all that it returns. */
    void ask(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (statement.execute(query)) {
                try (ResultSet rows = statement.getResultSet()) {
                    while (rows.next()) {
                        rows.getObject(1);
                    }
                }
            }
        }
    }

    /** Tries it once, and returns the names of the server and the driver. */
    String tried() throws SQLException {
        try (Connection connection = connect()) {
            ask(connection);
            var facts = connection.getMetaData();
            return facts.getDatabaseProductName() + " " + facts.getDatabaseProductVersion() + ", "
                    + facts.getDriverName() + " " + facts.getDriverVersion();
        }
    }

    /** The same without what should not be shown. */
    Database shown() {
        return new Database(Secrets.masked(url), user, null, query);
    }
}
