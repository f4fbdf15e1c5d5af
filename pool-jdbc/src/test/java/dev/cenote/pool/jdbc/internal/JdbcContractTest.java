package dev.cenote.pool.jdbc.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.sql.Array;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLSyntaxErrorException;
import java.sql.Statement;
import java.sql.Wrapper;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each method of each wrapped interface: through the wrapper, after the connection was closed, and when the driver fails. */
class JdbcContractTest {

    private static final Class<?>[] FACES = {
        Connection.class,
        Statement.class,
        PreparedStatement.class,
        CallableStatement.class,
        ResultSet.class,
        DatabaseMetaData.class,
        Array.class
    };

    /** What leads back to the connection. */
    private static final Class<?>[] LEADING = {
        Connection.class, Statement.class, ResultSet.class, DatabaseMetaData.class, Array.class
    };

    /** What the wrappers answer themselves. */
    private static final Set<String> OWN = Set.of(
            "Connection.abort",
            "Connection.beginRequest",
            "Connection.close",
            "Connection.endRequest",
            "Connection.isClosed",
            "DatabaseMetaData.getConnection",
            "Statement.getConnection",
            "PreparedStatement.getConnection",
            "CallableStatement.getConnection");

    /** What does not fail, or whose failure says nothing. */
    private static final Set<String> NEVER_FAIL = Set.of("isClosed", "getDriverMajorVersion", "getDriverMinorVersion");

    /** What a dead wrapper answers. */
    private static final Set<String> ANSWERED_WHEN_DEAD = Set.of(
            "abort", "close", "isClosed", "Connection.isValid", "getDriverMajorVersion", "getDriverMinorVersion");

    /** A method of an interface. */
    record Case(Class<?> face, Method method) {

        boolean is(Set<String> names) {
            return names.contains(method.getName()) || names.contains(face.getSimpleName() + "." + method.getName());
        }

        @Override
        public String toString() {
            return face.getSimpleName() + "." + method.getName()
                    + Arrays.stream(method.getParameterTypes())
                            .map(Class::getSimpleName)
                            .collect(Collectors.joining(", ", "(", ")"));
        }
    }

    static Stream<Case> cases() {
        return Arrays.stream(FACES)
                .flatMap(face -> Arrays.stream(face.getMethods())
                        .filter(method -> !Modifier.isStatic(method.getModifiers()) && !method.isBridge())
                        .map(method -> new Case(face, method))
                        .sorted(Comparator.comparing(Case::toString)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void reachesTheDriverAndNotMore(Case tested) throws Throwable {
        try (Lending lending = new Lending();
                Connection connection = lending.connection()) {
            Object wrapper = wrapper(tested.face(), connection);
            Stub driver = driverOf(tested.face(), lending);
            driver.calls.clear();
            Object[] arguments = arguments(tested, connection);
            Object result;
            try {
                result = tested.method().invoke(wrapper, arguments);
            } catch (InvocationTargetException e) {
                assertThat(tested.method().getDeclaringClass())
                        .as("only to unwrap fails")
                        .isEqualTo(Wrapper.class);
                assertThat(e.getCause()).isInstanceOf(SQLException.class);
                return;
            }
            if (!tested.is(OWN) && tested.method().getDeclaringClass() != Wrapper.class) {
                assertThat(driver.calls).anySatisfy(call -> {
                    assertThat(call.method()).isEqualTo(tested.method());
                    assertThat(call.arguments().toArray()).isEqualTo(bare(arguments));
                });
            }
            for (Class<?> leading : LEADING) {
                if (leading.isInstance(result)) {
                    assertThat(Stub.isStub(result)).as("leads to the driver").isFalse();
                    assertThat(result).isInstanceOf(Wrapping.class);
                    assertThat(((Wrapping) result).connection()).isSameAs(connection);
                }
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void isDeadOnceTheConnectionIsClosed(Case tested) throws Throwable {
        try (Lending lending = new Lending()) {
            Connection connection = lending.connection();
            Object wrapper = wrapper(tested.face(), connection);
            Stub driver = driverOf(tested.face(), lending);
            Object[] arguments = arguments(tested, connection);
            connection.close();
            try (Connection next = lending.connection()) {
                assertThat(driverOf(Connection.class, lending))
                        .as("the same session")
                        .isSameAs(driver(next));
                driver.calls.clear();
                driver(next).calls.clear();
                Throwable thrown = catchThrowable(() -> tested.method().invoke(wrapper, arguments));
                if (tested.is(ANSWERED_WHEN_DEAD)) {
                    assertThat(thrown).isNull();
                } else {
                    assertThat(thrown).isInstanceOf(InvocationTargetException.class);
                    assertThat(thrown.getCause()).isInstanceOf(SQLException.class);
                    assertThat(((SQLException) thrown.getCause()).getSQLState()).isEqualTo("08003");
                }
                assertThat(driver.asked()).isSubsetOf("getDriverMajorVersion", "getDriverMinorVersion");
                assertThat(driver(next).asked()).as("the next holder's").isEmpty();
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void passesFailuresOnAndEndsTheLeaseIfTheyAreFatal(Case tested) throws Throwable {
        if (tested.is(OWN) || tested.is(NEVER_FAIL) || tested.method().getDeclaringClass() == Wrapper.class) {
            return;
        }
        SQLException harmless = new SQLSyntaxErrorException("harmless", "42601", 7);
        SQLException fatal = new SQLException("the server has gone", "08006", 8);
        for (SQLException failure : new SQLException[] {harmless, fatal}) {
            try (Lending lending = new Lending();
                    Connection connection = lending.connection()) {
                Object wrapper = wrapper(tested.face(), connection);
                Stub session = driverOf(Connection.class, lending);
                Stub driver = driverOf(tested.face(), lending);
                Object[] arguments = arguments(tested, connection);
                driver.failures.put(tested.method().getName(), failure);
                assertThatThrownBy(() -> tested.method().invoke(wrapper, arguments))
                        .cause()
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                thrown -> assertThat(thrown.getSQLState()).isEqualTo(failure.getSQLState()));
                assertThat(connection.isClosed()).isEqualTo(failure == fatal);
                assertThat(session.asked().contains("abort")).isEqualTo(failure == fatal);
                session.failures.clear();
            }
        }
    }

    private static Stub driver(Connection connection) throws SQLException {
        return Stub.of(((PooledConnection) connection).delegate());
    }

    private static Object wrapper(Class<?> face, Connection connection) throws SQLException {
        if (face == Statement.class) {
            return connection.createStatement();
        }
        if (face == PreparedStatement.class) {
            return connection.prepareStatement("select");
        }
        if (face == CallableStatement.class) {
            return connection.prepareCall("call");
        }
        if (face == ResultSet.class) {
            return connection.createStatement().executeQuery("select");
        }
        if (face == DatabaseMetaData.class) {
            return connection.getMetaData();
        }
        return face == Array.class ? connection.createArrayOf("text", new Object[0]) : connection;
    }

    private static Stub driverOf(Class<?> face, Lending lending) {
        Stub connection = lending.driver.connection();
        if (face == Connection.class) {
            return connection;
        }
        Stub last = connection.made.get(connection.made.size() - 1);
        return face == ResultSet.class ? last.made.get(0) : connection.made.get(0);
    }

    private static Object[] arguments(Case tested, Connection connection) throws Exception {
        Class<?>[] types = tested.method().getParameterTypes();
        Object[] arguments = new Object[types.length];
        for (int i = 0; i < types.length; i++) {
            arguments[i] =
                    types[i] == Array.class ? connection.createArrayOf("int", new Object[0]) : Values.some(types[i]);
        }
        return arguments;
    }

    private static Object[] bare(Object[] arguments) {
        return Arrays.stream(arguments)
                .map(argument -> argument instanceof PooledArray array ? array.array : argument)
                .toArray();
    }
}
