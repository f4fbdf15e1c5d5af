package dev.cenote.pool.jdbc.internal;

import dev.cenote.pool.AdaptiveSizing;
import dev.cenote.pool.CreateFailedException;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolBuilder;
import dev.cenote.pool.PoolClosedException;
import dev.cenote.pool.PoolConfig;
import dev.cenote.pool.PoolException;
import dev.cenote.pool.Ticker;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A pool of sessions, each lent as a connection. It and its settings are what others use of this package. */
public final class ConnectionPool implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("dev.cenote.pool.jdbc");
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(5);

    private final Pool<Session> pool;
    private final ConnectionSettings settings;
    private final @Nullable AdaptiveSizing sizing;
    private final Ticker ticker;

    private ConnectionPool(Pool<Session> pool, ConnectionSettings settings) {
        this.pool = pool;
        this.settings = settings;
        PoolConfig<Session> config = pool.config();
        sizing = config.sizingPolicy() instanceof AdaptiveSizing adaptive ? adaptive : null;
        ticker = config.ticker();
    }

    /**
     * Opens a pool.
     *
     * @param settings how connections are made
     * @param poolSettings sets what is the pool's
     * @return a running pool
     * @throws IllegalArgumentException if the pool's settings do not fit
     */
    public static ConnectionPool open(ConnectionSettings settings, Consumer<? super PoolBuilder<?>> poolSettings) {
        Sessions sessions = new Sessions(settings);
        PoolBuilder<Session> builder = Pool.builder(sessions);
        poolSettings.accept(builder);
        PoolConfig<Session> config = builder.config();
        if (config.validator() != null) {
            throw new IllegalArgumentException(
                    "validator must not be set for connections, which testQuery or the driver validates, but was "
                            + config.validator());
        }
        sessions.belongTo(config);
        builder.validator(sessions::isValid);
        return new ConnectionPool(builder.build(), settings);
    }

    /**
     * The pool, to be looked at and looked after.
     *
     * @return the pool
     */
    public Pool<?> pool() {
        return pool;
    }

    /**
     * Where the connections lead to, without secrets.
     *
     * @return the settings
     */
    public ConnectionSettings settings() {
        return settings;
    }

    /**
     * Acquires a connection.
     *
     * @param atMostSeconds how long to wait; zero leaves it to the pool
     * @return the connection, to be closed by the caller
     * @throws SQLException if there is none
     */
    public Connection connection(int atMostSeconds) throws SQLException {
        Lease<Session> lease;
        try {
            lease = atMostSeconds == 0 ? pool.acquire() : pool.acquire(Duration.ofSeconds(atMostSeconds));
        } catch (PoolException e) {
            throw refused(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLTransientConnectionException(
                    "pool '" + pool.config().name() + "': interrupted while waiting for a connection ("
                            + pool.stats().summary() + ")",
                    "08001",
                    e);
        }
        DriverTime time = sizing == null ? null : new DriverTime(sizing, ticker);
        PooledConnection connection = new PooledConnection(lease, time);
        try {
            connection.begin();
            return connection;
        } catch (SQLException e) {
            connection.close();
            SQLException refusal = new SQLTransientConnectionException(
                    "pool '" + pool.config().name() + "': a connection is of no use: " + e.getMessage() + " ("
                            + pool.stats().summary() + ")",
                    e.getSQLState() == null ? "08001" : e.getSQLState(),
                    e.getErrorCode(),
                    e);
            refusal.setNextException(e);
            throw refusal;
        } catch (Throwable e) {
            connection.close();
            throw e;
        }
    }

    /** As JDBC has it: with the driver's state if a create failed, and its exception as the next one. */
    private static SQLException refused(PoolException e) {
        SQLException driver = e.getCause() instanceof SQLException cause ? cause : null;
        String state = driver == null || driver.getSQLState() == null ? "08001" : driver.getSQLState();
        int code = driver == null ? 0 : driver.getErrorCode();
        String message = e.getMessage() + (driver == null ? "" : ": " + driver.getMessage());
        SQLException refusal = e instanceof PoolClosedException
                ? new SQLNonTransientConnectionException(message, state, code, e)
                : new SQLTransientConnectionException(message, state, code, e);
        if (driver != null) {
            refusal.setNextException(driver);
        }
        return refusal;
    }

    /**
     * Waits until a connection was made. The first try is waited for in any case; if it fails, the pool tries again at its own
     * pace until the time is up, unless the server does not accept the credentials. Leaves no connection that {@code minIdle}
     * does not ask for.
     *
     * @param atMost how long to try again
     * @throws SQLException if none can be made within that time
     */
    public void awaitFirst(Duration atMost) throws SQLException {
        long deadline = System.nanoTime() + atMost.toNanos();
        long createNanos = TimeUnit.NANOSECONDS.convert(pool.config().createTimeout());
        Throwable failure = null;
        do {
            CompletableFuture<Void> first =
                    pool.warmUp(1); // fails when the pool's callers do: mostly with the next try
            try {
                if (failure == null) {
                    first.get(atMost.toNanos() + Math.min(createNanos, Long.MAX_VALUE / 2), TimeUnit.NANOSECONDS);
                } else {
                    first.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
                }
                if (pool.config().limits().minIdle() == 0) {
                    endUnwanted();
                }
                return;
            } catch (ExecutionException e) {
                failure = e.getCause();
            } catch (TimeoutException e) {
                failure = failure != null ? failure : e; // else what failed before is the reason
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new SQLTransientConnectionException(
                        "interrupted while the first connection was made", "08001", e);
            } finally {
                first.cancel(false);
            }
        } while (failure instanceof CreateFailedException
                && !Authorization.isDenied(failure)
                && System.nanoTime() - deadline < 0);
        throw failure instanceof PoolException refusal
                ? refused(refusal)
                : new SQLTransientConnectionException(String.valueOf(failure), "08001", failure);
    }

    /** An acquire that may wait, since it may have to be validated first; if another one has it, it is wanted. */
    private void endUnwanted() throws InterruptedException {
        Duration validation = pool.config().validationTimeout();
        try {
            pool.acquire(validation.compareTo(LONGEST_LOOK) < 0 ? validation : LONGEST_LOOK)
                    .invalidate();
        } catch (PoolException e) {
            LOG.debug(
                    "Pool '{}': the first connection is not there to be closed",
                    pool.config().name(),
                    e);
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
