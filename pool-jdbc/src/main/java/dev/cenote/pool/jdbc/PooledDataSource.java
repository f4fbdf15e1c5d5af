package dev.cenote.pool.jdbc;

import dev.cenote.pool.Pool;
import dev.cenote.pool.jdbc.internal.ConnectionPool;
import dev.cenote.pool.jdbc.internal.ConnectionSettings;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.util.Properties;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A data source whose connections are pooled: {@link #getConnection} lends one, and its {@code close} gives it back, as it was
 * lent. Thread-safe, but for the setters, which are for frameworks that configure beans: they have to be called before the
 * first connection is asked for.
 *
 * <p>What is lent is fenced: a connection that was closed is dead for good, and so is every statement, result set, array and
 * {@link java.sql.DatabaseMetaData} that came from it, though the physical connection has gone to somebody else. What a driver
 * gives out besides (large objects, the metadata of a result set, what was unwrapped) is its own.
 *
 * @since 0.9.0
 */
public final class PooledDataSource implements DataSource, AutoCloseable {

    private final PooledDataSourceBuilder settings;
    private volatile @Nullable ConnectionPool connections;
    private volatile int loginTimeoutSeconds;
    private boolean isClosed;

    /**
     * For frameworks: to be configured by the setters, and opened when the first connection is asked for.
     *
     * @since 0.9.0
     */
    public PooledDataSource() {
        settings = builder();
    }

    PooledDataSource(ConnectionPool connections) {
        settings = builder();
        this.connections = connections;
    }

    /**
     * Begins a new data source. Every setting but where to connect has a default.
     *
     * @return a builder
     * @since 0.9.0
     */
    public static PooledDataSourceBuilder builder() {
        return new PooledDataSourceBuilder();
    }

    /**
     * Acquires a connection, waiting no longer than the {@link #setLoginTimeout login time-out}, or the pool's {@code
     * acquireTimeout} if there is none. Callers are served in the order in which
     * they came.
     *
     * @return a connection, to be closed by the caller
     * @throws java.sql.SQLTransientConnectionException if there is none: the time is up, too many wait, the thread was
     *     interrupted (its flag is kept), or none can be made. The message has the pool's counts, and the cause, the {@link
     *     dev.cenote.pool.PoolException} or the {@link InterruptedException}; what the driver threw, if it did, is the next
     *     exception, and its state is this one's
     * @throws java.sql.SQLNonTransientConnectionException if this is closed, or its settings do not fit
     * @since 0.9.0
     */
    @Override
    public Connection getConnection() throws SQLException {
        ConnectionPool opened = connections;
        return (opened != null ? opened : opened()).connection(loginTimeoutSeconds);
    }

    /**
     * Not supported: all connections of a pool are one user's.
     *
     * @throws SQLFeatureNotSupportedException always
     * @since 0.9.0
     */
    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException(
                "all connections of a pool are one user's: use getConnection(), and a pool for each user");
    }

    private ConnectionPool opened() throws SQLException {
        synchronized (settings) {
            ConnectionPool opened = connections;
            if (opened == null) {
                if (isClosed) {
                    throw new SQLNonTransientConnectionException("this data source is closed", "08003");
                }
                try {
                    opened = settings.open();
                } catch (IllegalArgumentException e) {
                    throw new SQLNonTransientConnectionException(
                            "this data source can't be opened: " + e.getMessage(), "08001", e);
                }
                connections = opened;
            }
            return opened;
        }
    }

    /**
     * The pool, to be looked at ({@link Pool#stats}) and looked after ({@link Pool#resize}, {@link Pool#invalidateAll}, {@link
     * Pool#suspend} …). What is leased from it directly is of no use.
     *
     * @return the pool, opened if it was not yet
     * @throws SQLException if it can't be opened
     * @since 0.9.0
     */
    public Pool<?> pool() throws SQLException {
        ConnectionPool opened = connections;
        return (opened != null ? opened : opened()).pool();
    }

    /**
     * Closes the pool: waits for leases as long as its {@code shutdownGrace} says, and ends what is left. Idempotent.
     *
     * @since 0.9.0
     */
    @Override
    public void close() {
        ConnectionPool opened;
        synchronized (settings) {
            isClosed = true;
            opened = connections;
        }
        if (opened != null) {
            opened.close();
        }
    }

    // --- for frameworks

    private PooledDataSourceBuilder unopened(String setting) {
        if (connections != null) {
            throw new IllegalStateException(setting + " can't be set any more: the data source is open");
        }
        return settings;
    }

    private ConnectionSettings settings() {
        ConnectionPool opened = connections;
        return opened == null ? settings.connectionSettings() : opened.settings();
    }

    /**
     * See {@link PooledDataSourceBuilder#url}.
     *
     * @return the URL as the driver gets it, which may have a password in it; null if there is none
     * @since 0.9.0
     */
    public @Nullable String getUrl() {
        return settings().url();
    }

    /**
     * See {@link PooledDataSourceBuilder#url}.
     *
     * @param url the setting
     * @since 0.9.0
     */
    public void setUrl(String url) {
        unopened("url").url(url);
    }

    /**
     * See {@link PooledDataSourceBuilder#user}.
     *
     * @return the setting; null if it is left to the driver, or to {@link PooledDataSourceBuilder#credentials}
     * @since 0.9.0
     */
    public @Nullable String getUsername() {
        return settings().fixed().user();
    }

    /**
     * See {@link PooledDataSourceBuilder#user}.
     *
     * @param username the setting
     * @since 0.9.0
     */
    public void setUsername(String username) {
        unopened("username").user(username);
    }

    /**
     * See {@link PooledDataSourceBuilder#password}. For what makes another data source from this one, as Spring Boot's {@code
     * DataSourceBuilder.derivedFrom} does, which fails without it.
     *
     * @return the secret; null if it is left to the driver, or to {@link PooledDataSourceBuilder#credentials}
     * @since 0.9.0
     */
    public @Nullable String getPassword() {
        return settings().fixed().password();
    }

    /**
     * See {@link PooledDataSourceBuilder#password}.
     *
     * @param password the setting
     * @since 0.9.0
     */
    public void setPassword(String password) {
        unopened("password").password(password);
    }

    /**
     * See {@link PooledDataSourceBuilder#driverClassName}.
     *
     * @return the class of the driver that was set; null if it is the one that {@link java.sql.DriverManager} knows
     * @since 0.9.0
     */
    public @Nullable String getDriverClassName() {
        Driver driver = settings().driver();
        return driver == null ? null : driver.getClass().getName();
    }

    /**
     * See {@link PooledDataSourceBuilder#driverClassName}.
     *
     * @param name the setting
     * @since 0.9.0
     */
    public void setDriverClassName(String name) {
        unopened("driverClassName").driverClassName(name);
    }

    /**
     * See {@link PooledDataSourceBuilder#properties}. An {@code openTimeout} is for how long the first callers wait.
     *
     * @param properties settings by their names
     * @since 0.9.0
     */
    public void setProperties(Properties properties) {
        unopened("properties").properties(properties);
    }

    // --- of a data source

    /**
     * How long {@link #getConnection} waits, rounded up to the second.
     *
     * @return what was set; else the pool's {@code acquireTimeout}, or zero if it is not opened yet
     * @since 0.9.0
     */
    @Override
    public int getLoginTimeout() {
        int set = loginTimeoutSeconds;
        ConnectionPool opened = connections;
        if (set > 0 || opened == null) {
            return set;
        }
        Duration timeout = opened.pool().config().acquireTimeout();
        return (int) Math.min(Integer.MAX_VALUE, timeout.plusNanos(999_999_999).toSeconds());
    }

    /**
     * How long {@link #getConnection} waits from now on, in place of the pool's {@code acquireTimeout}. Zero, the default, leaves
     * it to that.
     *
     * @throws SQLException if it is negative
     * @since 0.9.0
     */
    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        if (seconds < 0) {
            throw new SQLException("loginTimeout must be 0 or more, but was " + seconds);
        }
        loginTimeoutSeconds = seconds;
    }

    /**
     * None: the pool logs by SLF4J.
     *
     * @return null
     * @since 0.9.0
     */
    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    /**
     * Not supported, but for null: the pool logs by SLF4J.
     *
     * @throws SQLFeatureNotSupportedException if there is a writer
     * @since 0.9.0
     */
    @Override
    public void setLogWriter(@Nullable PrintWriter writer) throws SQLException {
        if (writer != null) {
            throw new SQLFeatureNotSupportedException("the pool logs by SLF4J");
        }
    }

    /**
     * Not supported: the pool logs by SLF4J.
     *
     * @throws SQLFeatureNotSupportedException always
     * @since 0.9.0
     */
    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("the pool logs by SLF4J");
    }

    /**
     * This, its {@link Pool}, or the data source that makes its connections.
     *
     * @since 0.9.0
     */
    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        if (type == null) {
            throw new SQLException("what to unwrap must not be null");
        }
        if (type.isInstance(this)) {
            return type.cast(this);
        }
        if (type == Pool.class) {
            return type.cast(pool());
        }
        DataSource source = settings().dataSource();
        if (type.isInstance(source)) {
            return type.cast(source);
        }
        if (source != null) {
            return source.unwrap(type);
        }
        throw new SQLException(this + " is not, and does not wrap, a " + type.getName());
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        if (type == null) {
            return false;
        }
        DataSource source = settings().dataSource();
        return type.isInstance(this)
                || type == Pool.class
                || type.isInstance(source)
                || (source != null && source.isWrapperFor(type));
    }

    /**
     * The pool's name and where it leads to; no secret.
     *
     * @since 0.9.0
     */
    @Override
    public String toString() {
        ConnectionPool opened = connections;
        return opened == null
                ? "PooledDataSource, not opened"
                : "PooledDataSource '" + opened.pool().config().name() + "' of " + opened.settings();
    }
}
