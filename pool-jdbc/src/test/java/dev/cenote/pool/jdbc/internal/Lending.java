package dev.cenote.pool.jdbc.internal;

import dev.cenote.pool.jdbc.PooledDataSource;
import dev.cenote.pool.jdbc.PooledDataSourceBuilder;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

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
