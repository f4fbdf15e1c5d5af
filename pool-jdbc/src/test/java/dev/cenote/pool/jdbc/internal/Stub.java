package dev.cenote.pool.jdbc.internal;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverPropertyInfo;
import java.sql.ResultSet;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.Wrapper;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * An object of a driver that has no database: any interface of {@code java.sql}. It notes what it is asked, gives back what was
 * set, makes more such objects, and fails when it is told to.
 */
final class Stub implements InvocationHandler {

    /** What it was asked. */
    record Call(Method method, List<Object> arguments) {
        @Override
        public String toString() {
            return method.getName() + arguments;
        }
    }

    private static final Map<String, Object> DEFAULTS = Map.of(
            "getAutoCommit", true, "getTransactionIsolation", Connection.TRANSACTION_READ_COMMITTED, "isValid", true);

    final Class<?> face;
    final List<Call> calls = new CopyOnWriteArrayList<>();
    final List<Stub> made = new CopyOnWriteArrayList<>();

    /** Told the name of each method, before it does anything. */
    volatile Consumer<String> before = name -> {};

    /** Thrown by the methods of these names. */
    final Map<String, SQLException> failures = new ConcurrentHashMap<>();

    /** Setters that do nothing with such a value, without a word. */
    volatile BiPredicate<String, Object> ignoring = (setter, value) -> false;

    /** Setters that refuse such a value, with what {@link #refusal} is. */
    volatile BiPredicate<String, Object> refusing = (setter, value) -> false;

    volatile SQLException refusal = new SQLException("refused", "42000");

    private final Map<String, Object> answers = new ConcurrentHashMap<>();
    private final Map<String, Object> state = new ConcurrentHashMap<>(DEFAULTS);
    private final Object object;

    Stub(Class<?> face) {
        this.face = face;
        object = Proxy.newProxyInstance(Stub.class.getClassLoader(), new Class<?>[] {face}, this);
    }

    static Stub of(Object object) {
        return (Stub) Proxy.getInvocationHandler(object);
    }

    static boolean isStub(Object object) {
        return object != null && Proxy.isProxyClass(object.getClass());
    }

    <T> T as(Class<T> type) {
        return type.cast(object);
    }

    /** What it says from now on; an exception it throws. */
    void answer(String name, Object value) {
        answers.put(name, value);
    }

    /** As it was made. */
    void reset() {
        state.clear();
        state.putAll(DEFAULTS);
    }

    /** The names of what it was asked, in order, but for the beginning and the end of a request. */
    List<String> asked() {
        return told().map(call -> call.method().getName()).toList();
    }

    /** The same with the arguments. */
    List<String> askedInFull() {
        return told().map(Call::toString).toList();
    }

    private Stream<Call> told() {
        return calls.stream().filter(call -> !call.method().getName().endsWith("Request"));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        String name = method.getName();
        switch (name) {
            case "equals":
                return proxy == arguments[0];
            case "hashCode":
                return System.identityHashCode(proxy);
            case "toString":
                return "stub of " + face.getSimpleName();
            default:
        }
        calls.add(new Call(method, arguments == null ? List.of() : Arrays.asList(arguments)));
        before.accept(name);
        SQLException failure = failures.get(name);
        if (failure != null) {
            throw name.equals("setClientInfo")
                    ? new SQLClientInfoException(
                            failure.getMessage(), failure.getSQLState(), failure.getErrorCode(), Map.of())
                    : failure;
        }
        if (method.getDeclaringClass() == Wrapper.class) {
            throw new SQLException("a stub wraps nothing");
        }
        if ((name.equals("close") || name.equals("abort")) && !ignoring.test(name, "")) {
            state.put("isClosed", true);
        }
        if (name.startsWith("set") && method.getReturnType() == void.class && arguments.length > 0) {
            Object value = arguments[arguments.length - 1];
            String property = name.substring(3);
            if (refusing.test(name, value)) {
                throw name.equals("setClientInfo") ? new SQLClientInfoException(Map.of(), refusal) : refusal;
            }
            if (ignoring.test(name, value)) {
                return null;
            }
            if (name.equals("setClientInfo") && arguments.length == 2) {
                Properties changed = new Properties();
                changed.putAll((Properties) state.getOrDefault("getClientInfo", new Properties()));
                changed.remove(arguments[0]);
                if (value != null) {
                    changed.put(arguments[0], value);
                }
                state.put("getClientInfo", changed);
            } else if (value == null) {
                state.remove("get" + property);
            } else {
                state.put("get" + property, value);
                state.put("is" + property, value);
            }
        }
        return answer(method);
    }

    private Object answer(Method method) {
        Class<?> type = method.getReturnType();
        Object known = answers.getOrDefault(method.getName(), state.get(method.getName()));
        if (known instanceof RuntimeException failure) {
            throw failure;
        }
        if (known != null && (type.isInstance(known) || type.isPrimitive())) {
            return known;
        }
        if (type.isInterface() && type.getPackage() != null && type.getName().startsWith("java.sql.")) {
            return more(type);
        }
        if (type == Properties.class) {
            return new Properties();
        }
        if (type == Object.class) {
            return method.getName().equals("getObject") ? more(ResultSet.class) : new String[] {"a"};
        }
        return Values.zero(type);
    }

    private Object more(Class<?> type) {
        Stub stub = new Stub(type);
        made.add(stub);
        return stub.object;
    }

    /** A driver of stubs. Its connections are what it was asked for, in order. */
    static final class StubDriver implements Driver {

        final List<Stub> connections = new CopyOnWriteArrayList<>();
        final List<Properties> properties = new CopyOnWriteArrayList<>();

        /** Thrown by the next connects. */
        volatile SQLException failure;

        /** Done to each new connection. */
        volatile Consumer<Stub> preparing = stub -> {};

        @Override
        public Connection connect(String url, Properties info) throws SQLException {
            properties.add(info);
            if (failure != null) {
                throw failure;
            }
            Stub connection = new Stub(Connection.class);
            preparing.accept(connection);
            connections.add(connection);
            return connection.as(Connection.class);
        }

        Stub connection() {
            return connections.get(connections.size() - 1);
        }

        @Override
        public boolean acceptsURL(String url) {
            return true;
        }

        @Override
        public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
            return new DriverPropertyInfo[0];
        }

        @Override
        public int getMajorVersion() {
            return 1;
        }

        @Override
        public int getMinorVersion() {
            return 0;
        }

        @Override
        public boolean jdbcCompliant() {
            return false;
        }

        @Override
        public Logger getParentLogger() {
            return Logger.getGlobal();
        }
    }
}
