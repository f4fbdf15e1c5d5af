package dev.cenote.pool.jdbc;

import java.sql.Connection;
import org.apache.commons.dbcp2.TestConnectionPool;
import org.apache.commons.dbcp2.TesterDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

/** What DBCP2's own tests ask of each of its pools, asked of this one, over the driver of those tests. */
@Tag("full")
class DbcpsTest extends TestConnectionPool {

    private PooledDataSource source;

    @BeforeEach
    void open() throws Exception {
        source = PooledDataSource.builder()
                .url("jdbc:apache:commons:testdriver")
                .driver(new TesterDriver())
                .user("u1")
                .password("p1")
                .pool(pool -> pool.maxSize(getMaxTotal()).acquireTimeout(getMaxWaitDuration()))
                .build();
    }

    @AfterEach
    void close() {
        source.close();
    }

    @Override
    protected Connection getConnection() throws Exception {
        return source.getConnection();
    }
}
