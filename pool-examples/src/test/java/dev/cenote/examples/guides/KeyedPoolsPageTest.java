package dev.cenote.examples.guides;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.KeyedPool;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The code of docs/keyed-pools.md. */
class KeyedPoolsPageTest {

    private static Connection connect(String tenant) throws SQLException {
        return DriverManager.getConnection("jdbc:h2:mem:" + tenant);
    }

    static String catalog() throws Exception {
        // snippet: open
        try (KeyedPool<String, Connection> pool = KeyedPool.<String, Connection>builder(tenant -> connect(tenant))
                .name("tenants")
                .maxTotal(100) // of all tenants together
                .maxPerKey(10)
                .settings((tenant, it) -> it.acquireTimeout(Duration.ofSeconds(2)))
                .build()) {
            return pool.withObject("acme", connection -> connection.getCatalog());
        }
        // end
    }

    @Test
    void eachTenantHasConnectionsOfItsOwn() throws Exception {
        assertThat(catalog()).isEqualTo("ACME");
    }
}
