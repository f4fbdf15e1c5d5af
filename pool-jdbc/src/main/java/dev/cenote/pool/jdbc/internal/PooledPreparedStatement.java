package dev.cenote.pool.jdbc.internal;

import java.sql.PreparedStatement;
import java.sql.SQLException;

/** A prepared statement of a lease. */
@Delegates(to = PreparedStatement.class, over = PooledStatement.class)
class PooledPreparedStatement extends DelegatingPreparedStatement {

    private final PreparedStatement statement;

    PooledPreparedStatement(PooledConnection connection, PreparedStatement statement) {
        super(connection, statement);
        this.statement = statement;
    }

    @Override
    PreparedStatement delegate() throws SQLException {
        use();
        return statement;
    }
}
