package dev.cenote.pool.jdbc.internal;

import dev.cenote.pool.Lease;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.sql.Connection;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection that a caller has: a lease of a {@link Session}, and what is open in it.
 *
 * <p><b>States:</b> live → ended, by {@link #close}, {@link #abort}, or a fatal exception; or the pool took the lease back.
 *
 * <p><b>Invariants:</b> (1) {@code open} becomes {@code ENDED} once, and the thread that sets it gives the session back, alone: so two
 * closes at once do not both clean up, the slower one in the next holder's session (P10). An {@code abort} that finds it ended
 * takes the lease away from a close that is under way: the lease ends once, by the thread that is first, so the session is destroyed while
 * the close still works on it, or given back and the abort comes too late. (2) What has to be closed is in the
 * list, or closed by the thread that made it: a thread that finds the list ended after the driver made something closes that. (3) From the list
 * only what the driver has closed is dropped, and only by the next entry: a close costs no atomic step.
 *
 * <p><b>Linearization:</b> the end → the exchange of {@code open}; a new entry → the CAS on it. Entries are not put in twice,
 * so that a CAS that succeeds has seen the list as it is.
 *
 * <p><b>Ordering:</b> {@code next} is published by the CAS on {@code open}; what is written to it later skips closed
 * entries only, and may be seen late. A call that is under way in another thread when this is closed goes on in the session,
 * which may have its next holder by then: to wait for it would take a lock for each call.
 */
@Delegates(to = Connection.class, over = LeasedState.class)
final class PooledConnection extends DelegatingConnection {

    private static final Logger LOG = LoggerFactory.getLogger("dev.cenote.pool.jdbc");
    private static final VarHandle OPEN;

    static {
        try {
            OPEN = MethodHandles.lookup().findVarHandle(PooledConnection.class, "open", Tracked.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The list of a lease that has ended. */
    @SuppressWarnings("NullAway") // belongs to no connection
    private static final Tracked ENDED = new Tracked(null) {
        @Override
        Object delegate() {
            throw new AssertionError("bug: the end of a list is nothing to use");
        }

        @Override
        void closeDelegate() {
            throw new AssertionError("bug: the end of a list is nothing to close");
        }
    };

    /** After so many entries the whole list is looked through. */
    private static final int LOOK_EACH = 64;

    private final Lease<Session> lease;

    /** Times the calls; null if nobody wants to know. */
    final @Nullable DriverTime time;

    @SuppressWarnings("unused") // by OPEN
    private volatile @Nullable Tracked open;

    /** Racy on purpose: one that is lost puts a look off. */
    private int entries;

    PooledConnection(Lease<Session> lease, @Nullable DriverTime time) {
        this.lease = lease;
        this.time = time;
    }

    // --- the lease

    /** Tells the driver that a request begins, if it wants to know. */
    void begin() throws SQLException {
        Session session = live();
        session.isNew = false;
        if (session.marksRequests) {
            session.isBroken = true; // until it has: or the next caller would get the same one
            try {
                session.physical.beginRequest();
            } catch (SQLException e) {
                throw failed(e);
            }
            session.isBroken = false;
        }
    }

    boolean isEnded() {
        return open == ENDED || sessionIfLeased() == null;
    }

    /** Nothing if the pool has taken it back. */
    private @Nullable Session sessionIfLeased() {
        try {
            return lease.get();
        } catch (IllegalStateException e) {
            return null;
        }
    }

    /** The session, for what can't begin a transaction. */
    private Session live() throws SQLException {
        if (open != ENDED) {
            try {
                return lease.get();
            } catch (IllegalStateException e) {
                throw ClosedException.ofConnection();
            }
        }
        throw ClosedException.ofConnection();
    }

    /** The driver's connection, for whatever the caller does with it; what depends on it asks this before each use, too. */
    @Override
    Connection delegate() throws SQLException {
        Session session = live();
        noteUse();
        return session.physical;
    }

    @Override
    PooledConnection connection() {
        return this;
    }

    @Override
    SQLException failed(SQLException e) {
        Session session = e instanceof ClosedException ? null : sessionIfLeased();
        boolean isFatal = session != null && session.isEndedBy(e, isReadOnly(session));
        if (time != null) {
            time.note(e, isFatal);
        }
        if (session != null && isFatal) {
            session.isBroken = true; // first: a thread that is just giving it back looks there
            if (end() != ENDED) {
                lease.invalidate(e);
                tellTime();
            }
        }
        return e;
    }

    /** By the thread that ends the lease, once it has. */
    private void tellTime() {
        if (time != null) {
            time.tell();
        }
    }

    private void noteFailure() {
        if (time != null) {
            time.noteFailure();
        }
    }

    /** The list as it was: the thread that does not find it ended gives the session back. */
    private @Nullable Tracked end() {
        return (Tracked) OPEN.getAndSet(this, ENDED);
    }

    /** Never throws for what has to do with the session: the holder's work is done. */
    @Override
    public void close() {
        Tracked last = end();
        if (last != ENDED) {
            Session session = sessionIfLeased();
            try {
                if (session == null) {
                    noteFailure(); // the pool has taken it back, and destroys it
                } else if (last == null && isUntouched() && !session.marksRequests) {
                    lease.close();
                } else {
                    giveBack(session, last);
                }
            } finally {
                tellTime();
            }
        }
    }

    /** Leaves the session as it was lent, or has the pool destroy it. */
    private void giveBack(Session session, @Nullable Tracked last) {
        if (isSuspect() || (session.hook != null && !isUntouched())) {
            session.cleanLater(() -> cleanOnWorker(session, last), isSuspect());
            lease.closeAndValidate();
            return;
        }
        Exception failure = null;
        boolean isClean = false;
        DriverTime timed = isUntouched() ? null : timed();
        try {
            clean(session, last);
            isClean = !session.isBroken;
        } catch (SQLException | RuntimeException e) {
            failure = e;
        } finally {
            DriverTime.end(timed);
            if (isClean) {
                lease.close();
            } else {
                invalidate(session, failure);
            }
        }
    }

    /** The driver may hang in it, or it takes its time: so nobody waits for it, and the pool sees to it that it ends. */
    private void cleanOnWorker(Session session, @Nullable Tracked last) throws SQLException {
        try {
            clean(session, last);
        } catch (SQLException | RuntimeException e) {
            if (!isFault(session, e)) {
                session.tellUncleaned(e);
            }
            throw e;
        }
    }

    private void clean(Session session, @Nullable Tracked last) throws SQLException {
        restoreLimit(session);
        for (Tracked each = last; each != null; each = each.next) {
            if (!each.isClosed) {
                each.closeDelegate(); // before the rollback: some drivers refuse one while results are open
            }
        }
        rollBack(session);
        restore(session);
        session.endRequest();
    }

    private void invalidate(Session session, @Nullable Exception failure) {
        session.isBroken = true; // or a driver may commit what could not be rolled back, when it takes leave
        boolean isFault = false;
        try {
            if (failure != null) {
                LOG.debug("a session that can't be cleaned is destroyed: {}", session.physical, failure);
                isFault = isFault(session, failure);
                if (!isFault) {
                    session.tellUncleaned(failure);
                }
            }
        } finally {
            if (failure != null && isFault) {
                noteFailure();
                lease.invalidate(failure);
            } else {
                lease.invalidate();
            }
        }
    }

    private boolean isFault(Session session, Exception failure) {
        return failure instanceof SQLException e && session.isEndedBy(e, isReadOnly(session));
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
        Session session = sessionIfLeased();
        noteFailure();
        boolean isClosing = end() == ENDED;
        try {
            if (session != null) {
                session.isBroken = true; // if the close has just ended, the next holder's close destroys a good session
                abort(session, isClosing, executor);
            }
        } finally {
            if (!isClosing) {
                tellTime();
            }
        }
    }

    private void abort(Session session, boolean isClosing, Executor executor) throws SQLException {
        try {
            if (!isClosing) {
                session.physical.abort(executor);
            }
        } finally {
            lease.invalidate(); // also if a close is under way, and hangs: the destroy frees it
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
        Connection delegate = delegate();
        boolean isValid;
        DriverTime timed = timed();
        try {
            isValid = delegate.isValid(timeout);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            DriverTime.end(timed);
        }
        if (!isValid) {
            failed(new SQLException("the driver finds the connection invalid", "08006"));
        }
        return isValid;
    }

    // --- what is open in it

    /** Notes what has to be closed when the lease ends, and drops what was closed meanwhile. */
    <T extends Tracked> T track(T made) throws SQLException {
        while (true) {
            Tracked last = open;
            if (last == ENDED) {
                made.closeDelegate(); // lost to the end: nobody else knows of it
                throw ClosedException.ofConnection();
            }
            Tracked below = firstOpen(last);
            if (below != null) {
                below.next = firstOpen(below.next);
            }
            made.next = below;
            if (OPEN.compareAndSet(this, last, made)) {
                if (++entries % LOOK_EACH == 0) {
                    dropClosed(made);
                }
                return made;
            }
        }
    }

    private static @Nullable Tracked firstOpen(@Nullable Tracked from) {
        Tracked each = from;
        while (each != null && each.isClosed) {
            each = each.next;
        }
        return each;
    }

    private static void dropClosed(Tracked from) {
        for (Tracked each = from; each != null; each = each.next) {
            each.next = firstOpen(each.next);
        }
    }

    // --- what its holder changes

    private void set(Trait trait, @Nullable Object value) throws SQLException {
        Session session = live();
        try {
            change(session, trait, value);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void setAutoCommit(boolean autoCommit) throws SQLException {
        Session session = live();
        try {
            changeAutoCommit(session, autoCommit);
        } catch (SQLException e) {
            throw failed(e);
        }
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
        DriverTime timed = timed();
        try {
            delegate.commit();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            DriverTime.end(timed);
        }
        noteCommitOrRollback();
    }

    @Override
    public void rollback() throws SQLException {
        Connection delegate = delegate();
        DriverTime timed = timed();
        try {
            delegate.rollback();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            DriverTime.end(timed);
        }
        noteCommitOrRollback();
    }

    @Override
    public void setReadOnly(boolean readOnly) throws SQLException {
        set(Trait.READ_ONLY, readOnly);
        noteReadOnly(readOnly);
    }

    @Override
    public void setTransactionIsolation(int level) throws SQLException {
        set(Trait.ISOLATION, level);
    }

    @Override
    public void setCatalog(String catalog) throws SQLException {
        set(Trait.CATALOG, catalog);
    }

    @Override
    public void setSchema(String schema) throws SQLException {
        set(Trait.SCHEMA, schema);
    }

    @Override
    public void setNetworkTimeout(Executor executor, int milliseconds) throws SQLException {
        Session session = live();
        try {
            change(session, Trait.NETWORK_TIMEOUT, connection -> connection.setNetworkTimeout(executor, milliseconds));
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void setHoldability(int holdability) throws SQLException {
        set(Trait.HOLDABILITY, holdability);
    }

    @Override
    public void setTypeMap(Map<String, Class<?>> map) throws SQLException {
        set(Trait.TYPE_MAP, map);
    }

    /** A copy: the driver may give out its own, and what is put there would be there for good. */
    @Override
    public Map<String, Class<?>> getTypeMap() throws SQLException {
        Session session = live();
        try {
            return Trait.copy(session.physical.getTypeMap());
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** A copy, as of the type map. */
    @Override
    public Properties getClientInfo() throws SQLException {
        Connection delegate = delegate();
        try {
            return Trait.copy(delegate.getClientInfo());
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    @Override
    public void setClientInfo(String name, String value) throws SQLClientInfoException {
        changeClientInfo(connection -> connection.setClientInfo(name, value));
    }

    @Override
    public void setClientInfo(@Nullable Properties properties) throws SQLClientInfoException {
        Properties given = properties == null ? null : Trait.copy(properties); // it may be the driver's own
        changeClientInfo(connection -> connection.setClientInfo(given));
    }

    private void changeClientInfo(Change change) throws SQLClientInfoException {
        try {
            change(live(), Trait.CLIENT_INFO, change);
        } catch (SQLClientInfoException e) {
            failed(e);
            throw e;
        } catch (SQLException e) {
            failed(e);
            throw new SQLClientInfoException(e.getMessage(), e.getSQLState(), e.getErrorCode(), Map.of(), e);
        }
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
    public String toString() {
        Session session = open == ENDED ? null : sessionIfLeased();
        return session == null ? "closed connection" : "pooled connection of " + session.physical;
    }
}
