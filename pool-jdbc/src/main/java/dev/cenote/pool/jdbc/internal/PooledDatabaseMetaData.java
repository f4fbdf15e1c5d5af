package dev.cenote.pool.jdbc.internal;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;

/** What the driver tells of the database. Its result sets are closed with the lease. */
@Delegates(to = DatabaseMetaData.class, over = Dependent.class)
final class PooledDatabaseMetaData extends DelegatingDatabaseMetaData {

    private final DatabaseMetaData data;

    PooledDatabaseMetaData(PooledConnection connection, DatabaseMetaData data) {
        super(connection);
        this.data = data;
    }

    @Override
    DatabaseMetaData delegate() throws SQLException {
        connection().delegate();
        return data;
    }

    /** A fact of the driver, which the interface lets nobody refuse. */
    @Override
    public int getDriverMajorVersion() {
        return data.getDriverMajorVersion();
    }

    @Override
    public int getDriverMinorVersion() {
        return data.getDriverMinorVersion();
    }

    @Override
    public Connection getConnection() throws SQLException {
        delegate();
        return connection();
    }

    @Override
    public String toString() {
        return data.toString();
    }
}
