package dev.cenote.pool.jdbc.internal;

import java.sql.Array;
import java.sql.SQLException;

/** An array of a lease, which can be read as a result set. */
@Delegates(to = Array.class, over = Dependent.class)
final class PooledArray extends DelegatingArray {

    final Array array;

    PooledArray(PooledConnection connection, Array array) {
        super(connection);
        this.array = array;
    }

    @Override
    Array delegate() throws SQLException {
        connection().delegate();
        return array;
    }

    @Override
    public String toString() {
        return array.toString();
    }
}
