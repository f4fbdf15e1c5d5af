package dev.cenote.pool.jdbc.internal;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * What belongs to a lease and dies with it. What has to be closed at its end stands in the list of {@link
 * PooledConnection}.
 */
abstract class Dependent extends Wrapping {

    private final PooledConnection connection;

    /** The next older one of the list. Written before this is published, and again to skip what is closed. */
    @Nullable
    Dependent next;

    /** Racy on purpose: one that is seen too late stays in the list until the lease ends, and closing twice is harmless. */
    boolean isClosed;

    Dependent(PooledConnection connection) {
        this.connection = connection;
    }

    /** Closes the driver's object. */
    abstract void closeDelegate() throws SQLException;

    /** Closes it once, while the lease lasts; with the lease it was closed already. */
    final void closeOnce() throws SQLException {
        if (!isClosed) {
            isClosed = true;
            if (!connection.isEnded()) {
                try {
                    closeDelegate();
                } catch (SQLException e) {
                    throw failed(e);
                }
            }
        }
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
