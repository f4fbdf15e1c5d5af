package dev.cenote.examples.guides;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.jdbc.PooledDataSource;
import dev.cenote.pool.jdbc.ReturnHook;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The code of docs/jdbc.md. */
class JdbcPageTest {

    private static final String URL = "jdbc:h2:mem:page;DB_CLOSE_DELAY=-1";

    static int orders(String url, String password) throws SQLException {
        int orders = 0;
        // snippet: open
        PooledDataSource source = PooledDataSource.builder()
                .url(url) // jdbc:postgresql://localhost/orders
                .user("app")
                .password(password)
                .pool(pool -> pool.name("orders").maxSize(16).acquireTimeout(Duration.ofSeconds(2)))
                .build();
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id FROM orders")) {
            while (rows.next()) {
                orders++;
            }
        }
        // end
        source.close();
        return orders;
    }

    static ReturnHook hook() {
        // snippet: on-return
        ReturnHook forgets = physical -> {
            try (Statement statement = physical.createStatement()) {
                statement.execute("SET @tenant = NULL"); // what holders set: variables, a role
            }
        };
        // end
        return forgets;
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void aQueryRunsOnAPooledConnection() throws SQLException {
        try (Connection administrator = DriverManager.getConnection(URL, "app", "secret")) {
            execute(administrator, "CREATE TABLE orders (id BIGINT PRIMARY KEY)");
            execute(administrator, "INSERT INTO orders VALUES (1), (2)");
        }

        assertThat(orders(URL, "secret")).isEqualTo(2);
    }

    @Test
    void aSessionForgetsWhatItsHolderSet() throws SQLException {
        try (PooledDataSource source = PooledDataSource.builder()
                .url("jdbc:h2:mem:forgetful")
                .onReturn(hook())
                .pool(pool -> pool.maxSize(1))
                .build()) {
            try (Connection connection = source.getConnection()) {
                execute(connection, "SET @tenant = 'acme'");
            }
            try (Connection connection = source.getConnection();
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT @tenant")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(1)).isNull();
            }
            assertThat(source.pool().stats().created()).isEqualTo(1);
        }
    }
}
