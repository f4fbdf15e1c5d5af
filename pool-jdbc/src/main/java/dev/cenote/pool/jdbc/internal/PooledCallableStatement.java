package dev.cenote.pool.jdbc.internal;

import java.sql.CallableStatement;
import java.sql.SQLException;

/** A callable statement of a lease. */
@Delegates(to = CallableStatement.class, over = PooledPreparedStatement.class)
final class PooledCallableStatement extends DelegatingCallableStatement {

    private final CallableStatement statement;

    PooledCallableStatement(PooledConnection connection, CallableStatement statement) {
        super(connection, statement);
        this.statement = statement;
    }

    @Override
    CallableStatement delegate() throws SQLException {
        use();
        return statement;
    }
}
