package dev.cenote.peers;

import static net.bytebuddy.matcher.ElementMatchers.isAbstract;

import java.lang.reflect.Constructor;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.concurrent.Executor;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.dynamic.loading.ClassLoadingStrategy;
import net.bytebuddy.implementation.StubMethod;

/** A connection that does nothing; it is an item, whose number is its schema. What is not written here returns zero or null. */
public abstract class StubConnection implements Connection {

    private static final Constructor<? extends StubConnection> CONNECTION = completed(StubConnection.class);
    private static final Constructor<? extends StubStatement> STATEMENT = completed(StubStatement.class);
    private static final Constructor<? extends StubResults> RESULTS = completed(StubResults.class);

    private Maker maker;
    private Item item;
    private boolean autoCommit = true;
    private boolean isClosed;

    /** Made by {@link #of}. */
    protected StubConnection() {}

    static Connection of(Maker maker) {
        StubConnection made = made(CONNECTION);
        made.maker = maker;
        made.item = maker.create();
        return made;
    }

    /** Of a class with the abstract methods of that one, which do nothing. */
    private static <T> Constructor<? extends T> completed(Class<T> type) {
        try {
            return new ByteBuddy()
                    .subclass(type)
                    .method(isAbstract())
                    .intercept(StubMethod.INSTANCE)
                    .make()
                    .load(type.getClassLoader(), ClassLoadingStrategy.Default.WRAPPER)
                    .getLoaded()
                    .getConstructor();
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <T> T made(Constructor<? extends T> type) {
        try {
            return type.newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            maker.destroy();
        }
    }

    @Override
    public void abort(Executor executor) {
        close();
    }

    @Override
    public boolean isClosed() {
        return isClosed;
    }

    @Override
    public boolean isValid(int timeout) {
        return true;
    }

    @Override
    public void setAutoCommit(boolean value) {
        autoCommit = value;
    }

    @Override
    public boolean getAutoCommit() {
        return autoCommit;
    }

    @Override
    public String getSchema() {
        return "item " + item.number();
    }

    @Override
    public Statement createStatement() {
        return made(STATEMENT);
    }

    @Override
    public PreparedStatement prepareStatement(String sql) {
        return made(STATEMENT);
    }

    /** A statement that does nothing. */
    public abstract static class StubStatement implements PreparedStatement {

        private boolean isClosed;

        /** Made by the connection. */
        protected StubStatement() {}

        @Override
        public ResultSet executeQuery() {
            return made(RESULTS);
        }

        @Override
        public ResultSet executeQuery(String sql) {
            return made(RESULTS);
        }

        @Override
        public void close() {
            isClosed = true;
        }

        @Override
        public boolean isClosed() {
            return isClosed;
        }
    }

    /** A result set of nothing. */
    public abstract static class StubResults implements ResultSet {

        /** Made by the statement. */
        protected StubResults() {}
    }
}
