package dev.cenote.pool.jdbc.internal;

import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.sql.Statement;
import java.sql.Wrapper;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What each wrapper has to answer: the delegating methods call these. */
abstract class Wrapping {

    /** Tells what an exception of the driver means for the connection. Returns it, to be thrown. */
    abstract SQLException failed(SQLException e);

    /** The driver's object, if it may still be used. */
    abstract Object delegate() throws SQLException;

    /** Whether it is closed, so that the driver says what comes of that. */
    boolean isLeftToDriver() {
        return false;
    }

    /** The lease that this belongs to. */
    abstract PooledConnection connection();

    /**
     * A call begins that may ask the server.
     *
     * @return what times it, to be told of its end; null if nobody wants to know
     */
    final @Nullable DriverTime timed() {
        DriverTime time = connection().time;
        if (time != null) {
            time.begin();
        }
        return time;
    }

    /** What the driver returned, so that it does not lead to the physical connection, and is closed with the lease. */
    @Nullable
    ResultSet wrapped(@Nullable ResultSet results) throws SQLException {
        return results == null ? null : tracked(results);
    }

    /** What has a statement of the driver's own, if any, that nobody else closes. */
    private ResultSet tracked(ResultSet results) throws SQLException {
        return connection().track(new PooledResultSet(connection(), null, results));
    }

    Statement wrapped(Statement statement) throws SQLException {
        return connection().track(new PooledStatement(connection(), statement));
    }

    PreparedStatement wrapped(PreparedStatement statement) throws SQLException {
        return connection().track(new PooledPreparedStatement(connection(), statement));
    }

    CallableStatement wrapped(CallableStatement statement) throws SQLException {
        return connection().track(new PooledCallableStatement(connection(), statement));
    }

    DatabaseMetaData wrapped(DatabaseMetaData data) {
        return new PooledDatabaseMetaData(connection(), data);
    }

    @Nullable
    Array wrapped(@Nullable Array array) {
        return array == null ? null : new PooledArray(connection(), array);
    }

    @Nullable
    Object wrapped(@Nullable Object object) throws SQLException {
        if (object instanceof String || object instanceof Number) {
            return object; // what it mostly is, and quickly told
        }
        if (object instanceof ResultSet results) {
            return tracked(results);
        }
        return object instanceof Array array ? wrapped(array) : escaped(object);
    }

    /** What is the driver's own, and may reach the database when it is used. */
    <T> @Nullable T escaped(@Nullable T object) {
        if (object instanceof Blob || object instanceof Clob || object instanceof SQLXML || object instanceof Wrapper) {
            connection().noteEscape();
        }
        return object;
    }

    /** The same where the caller named a type, which may be a driver's own. */
    <T> @Nullable T wrapped(@Nullable T object, Class<T> type) throws SQLException {
        return type.isAssignableFrom(ResultSet.class) || type.isAssignableFrom(Array.class)
                ? type.cast(wrapped((Object) object))
                : escaped(object);
    }

    /** What the driver made, since it may know its own objects only. */
    static @Nullable Array bare(@Nullable Array array) {
        return array instanceof PooledArray wrapper ? wrapper.array : array;
    }

    static @Nullable Object bare(@Nullable Object object) {
        return object instanceof PooledArray wrapper ? wrapper.array : object;
    }

    /** A copy, of the same type, if that has one of these. */
    static @Nullable Object @Nullable [] bare(@Nullable Object @Nullable [] objects) {
        if (objects == null || Arrays.stream(objects).noneMatch(PooledArray.class::isInstance)) {
            return objects;
        }
        @Nullable Object[] bare = objects.clone();
        Arrays.setAll(bare, i -> bare(bare[i]));
        return bare;
    }

    /** {@link Wrapper#unwrap}. */
    public final <T> T unwrap(Class<T> type) throws SQLException {
        Object delegate = delegate();
        if (type == null) {
            throw new SQLException("what to unwrap must not be null");
        }
        if (type.isInstance(this) && !isLeftToDriver()) {
            return type.cast(this);
        }
        if (type.isInstance(delegate) && !isLeftToDriver()) {
            connection().noteUnwrapped();
            return type.cast(delegate);
        }
        if (delegate instanceof Wrapper wrapper) {
            try {
                T unwrapped = wrapper.unwrap(type);
                connection().noteUnwrapped();
                return unwrapped;
            } catch (SQLException e) {
                throw failed(e);
            }
        }
        throw new SQLException(delegate.getClass().getName() + " is not, and does not wrap, a " + type.getName());
    }

    /** {@link Wrapper#isWrapperFor}. */
    public final boolean isWrapperFor(Class<?> type) throws SQLException {
        Object delegate = delegate();
        if (type == null) {
            return false;
        }
        try {
            return (type.isInstance(this) && !isLeftToDriver())
                    || (type.isInstance(delegate) && !isLeftToDriver())
                    || (delegate instanceof Wrapper wrapper && wrapper.isWrapperFor(type));
        } catch (SQLException e) {
            throw failed(e);
        }
    }
}
