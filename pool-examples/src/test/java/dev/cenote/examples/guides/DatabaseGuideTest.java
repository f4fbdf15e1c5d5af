package dev.cenote.examples.guides;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.PoolStats;
import dev.cenote.pool.jdbc.PooledDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** The code of docs/guides/database.md. */
class DatabaseGuideTest {

    private static final String URL = "jdbc:h2:mem:guide;DB_CLOSE_DELAY=-1";

    static PooledDataSource open(String url) throws SQLException {
        // snippet: open
        PooledDataSource source = PooledDataSource.builder()
                .url(url)
                .networkTimeout(Duration.ofSeconds(20))
                .pool(pool -> pool.name("orders")
                        .maxSize(16)
                        .minIdle(4)
                        .maxWaiters(256)
                        .acquireTimeout(Duration.ofSeconds(2))
                        .leakThreshold(Duration.ofMinutes(1)))
                .build();
        // end
        return source;
    }

    static void pay(PooledDataSource source, long order) throws SQLException {
        // snippet: transaction
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement pay = connection.prepareStatement("UPDATE orders SET paid = TRUE WHERE id = ?")) {
                pay.setLong(1, order);
                pay.executeUpdate();
            }
            connection.commit();
        } // without the commit, the close rolls back; auto-commit is as it was for whoever comes next
        // end
    }

    static void start(PooledDataSource source) throws SQLException, InterruptedException, ExecutionException {
        // snippet: start
        source.pool().warmUp(4).get(); // fails with the driver's exception if the database can't be reached
        // end
    }

    static String describe(PooledDataSource source) throws SQLException {
        // snippet: watch
        PoolStats stats = source.pool().stats();
        String state = stats.leased() + " leased, " + stats.idle() + " idle, " + stats.waiters() + " waiting, "
                + stats.timeouts() + " timed out";
        // end
        return state;
    }

    @Test
    void connectionsAreLentAndSetBack() throws Exception {
        try (PooledDataSource source = open(URL)) {
            start(source);
            try (Connection connection = source.getConnection()) {
                connection.createStatement().execute("CREATE TABLE orders (id BIGINT PRIMARY KEY, paid BOOLEAN)");
                connection.createStatement().execute("INSERT INTO orders VALUES (7, FALSE)");
            }

            pay(source, 7);

            try (Connection connection = source.getConnection()) {
                assertThat(connection.getAutoCommit()).isTrue();
                try (var paid = connection.createStatement().executeQuery("SELECT paid FROM orders WHERE id = 7")) {
                    assertThat(paid.next()).isTrue();
                    assertThat(paid.getBoolean(1)).isTrue();
                }
            }
            assertThat(describe(source)).startsWith("0 leased, ");
        }
    }

    @Test
    void aDatabaseThatIsNotThereIsToldAtTheStart() throws SQLException {
        try (PooledDataSource source = open("jdbc:h2:mem:none;IFEXISTS=TRUE")) {
            assertThatThrownBy(() -> start(source)).rootCause().isInstanceOf(SQLException.class);
            assertThatThrownBy(source::getConnection).isInstanceOf(SQLTransientConnectionException.class);
        }
    }
}
