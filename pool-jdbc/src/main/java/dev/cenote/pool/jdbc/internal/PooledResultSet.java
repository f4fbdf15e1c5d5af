package dev.cenote.pool.jdbc.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** A result set of a lease. */
@Delegates(to = ResultSet.class, over = Tracked.class)
final class PooledResultSet extends DelegatingResultSet {

    private final ResultSet results;

    /** Null for what the driver has a statement of its own for: then it is wrapped when somebody asks. */
    private @Nullable Statement statement;

    PooledResultSet(PooledConnection connection, @Nullable Statement statement, ResultSet results) {
        super(connection);
        this.statement = statement;
        this.results = results;
    }

    @Override
    ResultSet delegate() throws SQLException {
        use();
        return results;
    }

    @Override
    void closeDelegate() throws SQLException {
        results.close();
    }

    @Override
    public void close() throws SQLException {
        closeOnce();
    }

    @Override
    public boolean isClosed() throws SQLException {
        return isClosed || connection().isEnded() || results.isClosed();
    }

    @Override
    public @Nullable Statement getStatement() throws SQLException {
        ResultSet delegate = delegate();
        try {
            Statement physical = delegate.getStatement(); // throws if this is closed
            if (statement == null && physical != null) {
                statement = wrapped(physical);
            }
        } catch (SQLException e) {
            throw failed(e);
        }
        return statement;
    }

    @Override
    public String toString() {
        return results.toString();
    }
}
