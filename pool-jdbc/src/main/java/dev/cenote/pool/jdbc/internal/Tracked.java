package dev.cenote.pool.jdbc.internal;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What has to be closed with its lease, and stands in the list of {@link PooledConnection} for that. */
abstract class Tracked extends Dependent {

    /** The next older one of the list. Written before this is published, and again to skip what is closed. */
    @Nullable
    Tracked next;

    /**
     * Written when the driver has closed it. Racy on purpose: one that is seen too late stays in the list for a while, and is
     * perhaps closed twice, which is harmless.
     */
    boolean isClosed;

    Tracked(PooledConnection connection) {
        super(connection);
    }

    /** What each use asks first. While the lease lasts, the driver says what comes of the use of what is closed. */
    final void use() throws SQLException {
        connection().delegate();
    }

    @Override
    final boolean isLeftToDriver() {
        return isClosed;
    }

    /** Closes the driver's object. */
    abstract void closeDelegate() throws SQLException;

    /** Closes it while the lease lasts; with the lease it was closed already. */
    final void closeOnce() throws SQLException {
        if (!isClosed && !connection().isEnded()) {
            DriverTime time = timed(); // some drivers read the rest of the results
            try {
                closeDelegate();
            } catch (SQLException e) {
                throw failed(e);
            } finally {
                DriverTime.end(time);
            }
        }
        isClosed = true;
    }
}
