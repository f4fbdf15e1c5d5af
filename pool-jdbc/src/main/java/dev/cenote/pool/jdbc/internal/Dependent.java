package dev.cenote.pool.jdbc.internal;

import java.sql.SQLException;

/** What belongs to a lease and dies with it. */
abstract class Dependent extends Wrapping {

    private final PooledConnection connection;

    Dependent(PooledConnection connection) {
        this.connection = connection;
    }

    @Override
    final PooledConnection connection() {
        return connection;
    }

    @Override
    final SQLException failed(SQLException e) {
        return connection.failed(e);
    }
}
