package dev.cenote.pool.jdbc.internal;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** A statement of a lease. Its result sets lead back to it, and are closed with it by the driver. */
@Delegates(to = Statement.class, over = Tracked.class)
class PooledStatement extends DelegatingStatement {

    private final Statement statement;

    PooledStatement(PooledConnection connection, Statement statement) {
        super(connection);
        this.statement = statement;
    }

    @Override
    Statement delegate() throws SQLException {
        use();
        return statement;
    }

    @Override
    final @Nullable ResultSet wrapped(@Nullable ResultSet results) {
        return results == null ? null : new PooledResultSet(connection(), this, results);
    }

    @Override
    void closeDelegate() throws SQLException {
        statement.close();
    }

    @Override
    public final void close() throws SQLException {
        closeOnce();
    }

    @Override
    public final boolean isClosed() throws SQLException {
        return isClosed || connection().isEnded() || statement.isClosed();
    }

    @Override
    public final Connection getConnection() throws SQLException {
        Statement delegate = delegate();
        try {
            delegate.getConnection(); // throws if this is closed
        } catch (SQLException e) {
            throw failed(e);
        }
        return connection();
    }

    @Override
    public final String toString() {
        return statement.toString();
    }
}
