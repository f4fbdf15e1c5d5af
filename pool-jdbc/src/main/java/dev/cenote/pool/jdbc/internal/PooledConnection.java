package dev.cenote.pool.jdbc.internal;

import dev.cenote.pool.Lease;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.sql.Connection;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * <b>What:</b> the connection that a caller has: a lease of a {@link Session}, what is open in it, and what its holder
 * changed.
 *
 * <p><b>States:</b> live → ended, by {@link #close}, {@link #abort}, or a fatal exception; or the pool took the lease back.
 *
 * <p><b>Invariants:</b> (1) {@code open} becomes {@code ENDED} once, and who sets it gives the session back, alone: so two
 * closes at once do not both clean up, the slower one in the next holder's session (P10). (2) What has to be closed is in the
 * list, or closed by who made it: who finds the list ended after the driver made something closes that. (3) From the list
 * only what is closed is dropped, and only by the next entry: a close costs no atomic step.
 *
 * <p><b>Linearization:</b> the end → the exchange of {@code open}; a new entry → the CAS on it. Entries are not put in twice,
 * so that a CAS that succeeds has seen the list as it is.
 *
 * <p><b>Ordering:</b> {@code next} is published by the CAS on {@code open}; what is written to it later skips closed
 * entries only, and may be seen late. The rest is plain: JDBC leaves it to the holder to order what his threads do
 * before he closes.
 */
@Delegates(to = Connection.class, over = Wrapping.class)
final class PooledConnection extends DelegatingConnection {

    private static final Logger LOG = LoggerFactory.getLogger("dev.cenote.pool.jdbc");
    private static final VarHandle OPEN;

    static {
        try {
            OPEN = MethodHandles.lookup().findVarHandle(PooledConnection.class, "open", Dependent.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The list of a lease that has ended. */
    @SuppressWarnings("NullAway") // belongs to no connection
    private static final Dependent ENDED = new Dependent(null) {
        @Override
        void closeDelegate() {
            throw new AssertionError("bug: the end of a list is nothing to close");
        }
    };

    private final Lease<Session> lease;

    @SuppressWarnings("unused") // by OPEN
    private volatile @Nullable Dependent open;

    /** Which traits are not as they are lent, a bit each. */
    private int changed;

    /** Whether the driver was asked for anything, and since the last commit or rollback. */
    private boolean isUsed;

    private boolean isUncommitted;

    PooledConnection(Lease<Session> lease) {
        this.lease = lease;
    }

    // --- the lease

    /** Tells the driver that a request begins, if it wants to know. */
    void begin() throws SQLException {
        Session session = live();
        if (session.marksRequests) {
            try {
                session.physical.beginRequest();
            } catch (SQLException e) {
                SQLException failure = failed(e);
                close();
                throw failure;
            }
        }
    }

    boolean isEnded() {
        return open == ENDED || sessionIfLive() == null;
    }

    private @Nullable Session sessionIfLive() {
        try {
            return lease.get();
        } catch (IllegalStateException e) {
            return null; // revoked
        }
    }

    /** The session, for what can't begin a transaction. */
    private Session live() throws SQLException {
        if (open != ENDED) {
            try {
                return lease.get();
            } catch (IllegalStateException e) {
                throw ended();
            }
        }
        throw ended();
    }

    /** The driver's connection, for whatever the caller does with it. */
    @Override
    Connection delegate() throws SQLException {
        Session session = live();
        isUsed = true;
        isUncommitted = true;
        return session.physical;
    }

    /** What each use of a dependent asks first. */
    void use() throws SQLException {
        delegate();
    }

    private static SQLException ended() {
        return new SQLException("this connection is closed", "08003");
    }

    @Override
    PooledConnection connection() {
        return this;
    }

    @Override
    SQLException failed(SQLException e) {
        Session session = sessionIfLive();
        if (session != null && session.faults.isFatal(e, isReadOnly(session))) {
            if (end() != ENDED) {
                session.isBroken = true;
                lease.invalidate(e);
            }
        }
        return e;
    }

    /** The list as it was: whoever does not find it ended gives the session back. */
    private @Nullable Dependent end() {
        return (Dependent) OPEN.getAndSet(this, ENDED);
    }

    @Override
    public void close() {
        Dependent last = end();
        if (last == ENDED) {
            return;
        }
        if (last == null && !isUsed && changed == 0) {
            Session session = sessionIfLive();
            if (session == null || !session.marksRequests) {
                lease.close();
                return;
            }
        }
        giveBack(last);
    }

    /** Leaves the session as it was lent, or has the pool destroy it. Throws nothing that has to do with the session. */
    private void giveBack(@Nullable Dependent last) {
        Session session = sessionIfLive();
        if (session == null) {
            return; // the pool has taken it back, and destroys it
        }
        boolean isClean = false;
        try {
            for (Dependent each = last; each != null; each = each.next) {
                if (!each.isClosed) {
                    each.closeDelegate();
                }
            }
            if (isUncommitted && !isAutoCommit(session)) {
                session.physical.rollback();
            }
            if (changed != 0) {
                session.restore(changed);
            }
            if (isUsed) {
                session.physical.clearWarnings();
            }
            if (session.marksRequests) {
                session.physical.endRequest();
            }
            isClean = true;
        } catch (SQLException e) {
            LOG.debug("a session that can't be cleaned is destroyed: {}", session.physical, e);
            if (session.faults.isFatal(e, isReadOnly(session))) {
                session.isBroken = true;
                lease.invalidate(e);
            }
        } finally {
            if (isClean) {
                lease.close();
            } else {
                lease.invalidate();
            }
        }
    }

    @Override
    public boolean isClosed() {
        return isEnded();
    }

    @Override
    public void abort(Executor executor) throws SQLException {
        if (executor == null) {
            throw new SQLException("executor must not be null");
        }
        Session session = sessionIfLive();
        if (end() != ENDED && session != null) {
            session.isBroken = true;
            try {
                session.physical.abort(executor);
            } finally {
                lease.invalidate();
            }
        }
    }

    @Override
    public boolean isValid(int timeout) throws SQLException {
        if (timeout < 0) {
            throw new SQLException("timeout must be 0 or more, but was " + timeout);
        }
        if (isEnded()) {
            return false;
        }
        try {
            boolean isValid = delegate().isValid(timeout);
            if (!isValid) {
                failed(new SQLException("the driver finds the connection invalid", "08006"));
            }
            return isValid;
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    // --- what is open in it

    /** Notes what has to be closed when the lease ends, and drops what was closed meanwhile. */
    <D extends Dependent> D track(D made) throws SQLException {
        while (true) {
            Dependent last = open;
            if (last == ENDED) {
                made.closeDelegate(); // lost to the end: nobody else knows of it
                throw ended();
            }
            Dependent below = firstOpen(last);
            if (below != null) {
                below.next = firstOpen(below.next);
            }
            made.next = below;
            if (OPEN.compareAndSet(this, last, made)) {
                return made;
            }
        }
    }

    private static @Nullable Dependent firstOpen(@Nullable Dependent from) {
        Dependent each = from;
        while (each != null && each.isClosed) {
            each = each.next;
        }
        return each;
    }

    // --- what its holder changes

    private void change(Trait trait, @Nullable Object value) throws SQLException {
        Session session = live();
        isUsed = true;
        isUncommitted = true;
        try {
            Object lent = session.lent(trait);
            changed |= trait.bit; // first: if the driver fails nobody knows what it has done
            trait.write(session.physical, value);
            if (Objects.equals(value, lent)) {
                changed &= ~trait.bit;
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private boolean isAutoCommit(Session session) {
        return session.isLent(Trait.AUTO_COMMIT) != ((changed & Trait.AUTO_COMMIT.bit) != 0);
    }

    private boolean isReadOnly(Session session) {
        return session.isLent(Trait.READ_ONLY) != ((changed & Trait.READ_ONLY.bit) != 0);
    }

    @Override
    public void setAutoCommit(boolean autoCommit) throws SQLException {
        boolean was = isAutoCommit(live());
        boolean isOpen = isUncommitted;
        change(Trait.AUTO_COMMIT, autoCommit);
        isUncommitted = isOpen && was == autoCommit; // a change commits
    }

    @Override
    public boolean getAutoCommit() throws SQLException {
        Session session = live();
        try {
            return session.physical.getAutoCommit();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void commit() throws SQLException {
        Connection delegate = delegate();
        try {
            delegate.commit();
        } catch (SQLException e) {
            throw failed(e);
        }
        isUncommitted = false;
    }

    @Override
    public void rollback() throws SQLException {
        Connection delegate = delegate();
        try {
            delegate.rollback();
        } catch (SQLException e) {
            throw failed(e);
        }
        isUncommitted = false;
    }

    @Override
    public void setReadOnly(boolean readOnly) throws SQLException {
        change(Trait.READ_ONLY, readOnly);
    }

    @Override
    public void setTransactionIsolation(int level) throws SQLException {
        change(Trait.ISOLATION, level);
    }

    @Override
    public void setCatalog(String catalog) throws SQLException {
        change(Trait.CATALOG, catalog);
    }

    @Override
    public void setSchema(String schema) throws SQLException {
        change(Trait.SCHEMA, schema);
    }

    @Override
    public void setNetworkTimeout(Executor executor, int milliseconds) throws SQLException {
        Session session = live();
        isUsed = true;
        try {
            session.lent(Trait.NETWORK_TIMEOUT);
            changed |= Trait.NETWORK_TIMEOUT.bit;
            session.physical.setNetworkTimeout(executor, milliseconds);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void setHoldability(int holdability) throws SQLException {
        change(Trait.HOLDABILITY, holdability);
    }

    @Override
    public void setTypeMap(Map<String, Class<?>> map) throws SQLException {
        change(Trait.TYPE_MAP, map == null ? null : new HashMap<>(map));
    }

    @Override
    public void setClientInfo(String name, String value) throws SQLClientInfoException {
        changeClientInfo(connection -> connection.setClientInfo(name, value));
    }

    @Override
    public void setClientInfo(Properties properties) throws SQLClientInfoException {
        changeClientInfo(connection -> connection.setClientInfo(properties));
    }

    private void changeClientInfo(ClientInfoChange change) throws SQLClientInfoException {
        try {
            Session session = live();
            isUsed = true;
            isUncommitted = true;
            session.lent(Trait.CLIENT_INFO);
            changed |= Trait.CLIENT_INFO.bit;
            change.on(session.physical);
        } catch (SQLClientInfoException e) {
            failed(e);
            throw e;
        } catch (SQLException e) {
            failed(e);
            throw new SQLClientInfoException(e.getMessage(), e.getSQLState(), e.getErrorCode(), Map.of(), e);
        }
    }

    @FunctionalInterface
    private interface ClientInfoChange {
        void on(Connection connection) throws SQLClientInfoException;
    }

    @Override
    public @Nullable SQLWarning getWarnings() throws SQLException {
        Session session = live();
        try {
            return session.physical.getWarnings();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void clearWarnings() throws SQLException {
        Session session = live();
        try {
            session.physical.clearWarnings();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** The pool marks requests: a lease is one. */
    @Override
    public void beginRequest() throws SQLException {
        live();
    }

    @Override
    public void endRequest() throws SQLException {
        live();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return unwrapped(delegate(), type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return isWrapping(delegate(), type);
    }

    @Override
    public String toString() {
        Session session = open == ENDED ? null : sessionIfLive();
        return session == null ? "closed connection" : "pooled connection of " + session.physical;
    }
}
