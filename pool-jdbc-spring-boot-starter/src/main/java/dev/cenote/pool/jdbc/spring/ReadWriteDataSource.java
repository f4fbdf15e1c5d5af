package dev.cenote.pool.jdbc.spring;

import dev.cenote.pool.jdbc.PooledDataSource;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;

/**
 * A data source with two pools: transactions that Spring begins as read-only get their connections from the second, all else from
 * the first. Which one is told when the first statement is made. It owns the first.
 */
final class ReadWriteDataSource extends LazyConnectionDataSourceProxy implements AutoCloseable {

    private final PooledDataSource forWriting;

    ReadWriteDataSource(PooledDataSource forWriting, PooledDataSource forReading) {
        super(forWriting);
        this.forWriting = forWriting;
        setReadOnlyDataSource(forReading);
    }

    /** Spring Boot derives another user's data source, as of Flyway, from what this gives. */
    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return type == DataSource.class ? type.cast(forWriting) : super.unwrap(type);
    }

    @Override
    public void close() {
        forWriting.close();
    }
}
