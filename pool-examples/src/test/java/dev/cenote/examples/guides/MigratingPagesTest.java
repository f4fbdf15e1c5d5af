package dev.cenote.examples.guides;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.jdbc.PooledDataSource;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** The code of docs/migrating-from-hikaricp.md and docs/migrating-from-commons-pool2.md. */
class MigratingPagesTest {

    /** A client of some server. */
    static final class Client {
        void send(String request) throws IOException {
            if (request.equals("bad")) {
                throw new IOException("broken pipe");
            }
        }
    }

    static PooledDataSource open(Properties properties) throws SQLException {
        // snippet: hikaricp
        // HikariDataSource source = new HikariDataSource(new HikariConfig(properties));
        PooledDataSource source =
                PooledDataSource.builder().hikariProperties(properties).build();
        // end
        return source;
    }

    static void send(Pool<Client> pool, String request) throws IOException, InterruptedException {
        // snippet: commons-pool2
        // GenericObjectPool<Client> pool = new GenericObjectPool<>(factory, config);
        // Client client = pool.borrowObject();
        // try {
        //     client.send(request);
        // } catch (IOException e) {
        //     pool.invalidateObject(client);
        //     client = null;
        //     throw e;
        // } finally {
        //     if (client != null) pool.returnObject(client);
        // }
        try (Lease<Client> lease = pool.acquire()) {
            try {
                lease.get().send(request);
            } catch (IOException e) {
                lease.invalidate(e);
                throw e;
            }
        }
        // end
    }

    @Test
    void theFileOfHikariCpOpensAPool() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("jdbcUrl", "jdbc:h2:mem:migrating");
        properties.setProperty("maximumPoolSize", "3");
        try (PooledDataSource source = open(properties)) {
            assertThat(source.pool().stats().maxSize()).isEqualTo(3);
        }
    }

    @Test
    void aClientWhoseConnectionIsBrokenIsNotGivenBack() throws Exception {
        try (Pool<Client> pool = Pool.builder(Client::new).maxSize(1).build()) {
            send(pool, "good");
            assertThat(pool.stats().idle()).isEqualTo(1);
            assertThatThrownBy(() -> send(pool, "bad")).hasMessage("broken pipe");
            assertThat(pool.stats().idle()).isZero();
        }
    }
}
