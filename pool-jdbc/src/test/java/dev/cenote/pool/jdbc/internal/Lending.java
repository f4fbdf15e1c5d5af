package dev.cenote.pool.jdbc.internal;

import dev.cenote.pool.Pool;
import dev.cenote.pool.internal.Await;
import dev.cenote.pool.jdbc.PooledDataSource;
import dev.cenote.pool.jdbc.PooledDataSourceBuilder;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;

/** A data source of stubs, whose objects are made and destroyed in place. */
final class Lending implements AutoCloseable {

    final Stub.StubDriver driver = new Stub.StubDriver();
    private final PooledDataSource source;

    Lending() throws SQLException {
        this(settings -> settings);
    }

    Lending(java.util.function.UnaryOperator<PooledDataSourceBuilder> more) throws SQLException {
        PooledDataSourceBuilder builder = PooledDataSource.builder()
                .url("jdbc:stub:")
                .driver(driver)
                .pool(pool -> pool.maxSize(2)
                        .executor(Runnable::run)
                        .acquireTimeout(Duration.ofSeconds(10))
                        .shutdownGrace(Duration.ZERO));
        source = more.apply(builder).build();
    }

    Connection connection() throws SQLException {
        return source.getConnection();
    }

    /** Has the driver seen to set back all that can be changed, so that the pool does not look any more. */
    Lending proven() throws SQLException {
        try (Connection connection = connection()) {
            connection.setReadOnly(!connection.isReadOnly());
            connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            connection.setCatalog("proof");
            connection.setSchema("proof");
            connection.setNetworkTimeout(Runnable::run, 1);
            connection.setHoldability(1);
            connection.setTypeMap(Map.of("proof", String.class));
            connection.setClientInfo("proof", "proof");
            connection.setAutoCommit(!connection.getAutoCommit());
        }
        return this;
    }

    /** Until what was given back is cleaned. */
    void settle() throws SQLException {
        Pool<?> pool = source.pool();
        Await.until(() -> pool.stats().validating() + pool.stats().retiring() == 0);
    }

    PooledDataSource source() {
        return source;
    }

    /** The driver's connection that was made last, which has forgotten what it was asked so far. */
    Stub fresh() {
        Stub stub = driver.connection();
        stub.calls.clear();
        return stub;
    }

    @Override
    public void close() {
        source.close();
    }
}
