package dev.cenote.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.gateway.Credentials.Credential;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("full")
class UserTableTest {

    private static final int ITERATIONS = 3;

    private final Credentials credentials = new Credentials(7, ITERATIONS);

    @Test
    void aLoadThatIsInterruptedGoesOnAfterTheLastWholeBatchAlsoOnAServerThatWasRestarted(@TempDir Path folder)
            throws Exception {
        long users = 3L * UserTable.BATCH + 5;
        try (Database database = new Database(folder)) {
            try (Connection connection = database.connect()) {
                UserTable table = new UserTable(connection, ITERATIONS);
                assertThatThrownBy(() -> table.fill(users, credentials::of, count -> {
                            if (count == 2L * UserTable.BATCH) {
                                throw new IllegalStateException("interrupted");
                            }
                        }))
                        .hasMessage("interrupted");
            }
            database.stop();
            database.start();
            List<Long> progress = new ArrayList<>();
            try (Connection connection = database.connect()) {
                UserTable table = new UserTable(connection, ITERATIONS);
                assertThat(table.size()).isEqualTo(2L * UserTable.BATCH);
                table.fill(users, credentials::of, progress::add);
                table.warm();
            }
            assertThat(progress).containsExactly(3L * UserTable.BATCH, users);

            SqlUsers found = new SqlUsers(database::connect, UserTable.name(ITERATIONS));
            for (long user : new long[] {0, UserTable.BATCH - 1, UserTable.BATCH, users - 1}) {
                Credential credential = credentials.of(user);
                assertThat(found.find(Credentials.name(user)))
                        .usingRecursiveComparison()
                        .isEqualTo(new User(
                                credential.salt(), ITERATIONS, credential.storedKey(), credential.serverKey()));
            }
            assertThat(found.find(Credentials.name(users))).isNull();
            assertThat(found.find("' or true --")).isNull();
        }
        try (Database again = new Database(folder);
                Connection connection = again.connect()) {
            assertThat(new UserTable(connection, ITERATIONS).size()).isEqualTo(users);
        }
    }

    @Test
    void aLoadThatFailsWithinABatchGoesOnFromItsBegin(@TempDir Path folder) throws Exception {
        long users = UserTable.BATCH + 2_000;
        long last = UserTable.BATCH + 1_500; // some rows of its batch are with the server
        try (Database database = new Database(folder)) {
            try (Connection connection = database.connect()) {
                UserTable table = new UserTable(connection, ITERATIONS);
                assertThatThrownBy(() -> table.fill(
                                users,
                                user -> {
                                    if (user == last) {
                                        throw new IllegalStateException("interrupted");
                                    }
                                    return credentials.of(user);
                                },
                                count -> {}))
                        .hasMessage("interrupted");
            }
            assertIsFilled(database, UserTable.BATCH, users);
        }
    }

    @Test
    void aLoadGoesOnOnAServerThatStoppedWithinABatch(@TempDir Path folder) throws Exception {
        long users = UserTable.BATCH + 2_000;
        try (Database database = new Database(folder)) {
            try (Connection connection = database.connect()) {
                UserTable table = new UserTable(connection, ITERATIONS);
                assertThatThrownBy(() -> table.fill(
                                users,
                                user -> {
                                    if (user == UserTable.BATCH + 1_500) {
                                        stop(database);
                                    }
                                    return credentials.of(user);
                                },
                                count -> {}))
                        .isInstanceOf(SQLException.class);
            } catch (SQLException e) {
                // its session has ended
            }
            database.start();
            assertIsFilled(database, UserTable.BATCH, users);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"alter table users_3 add", "vacuum", "checkpoint"})
    void aLoadThatStopsBeforeAStatementGoesOnThere(String statement, @TempDir Path folder) throws Exception {
        try (Database database = new Database(folder)) {
            try (Connection connection = database.connect()) {
                UserTable table = new UserTable(stoppedBefore(statement, connection), ITERATIONS);
                assertThatThrownBy(() -> table.fill(1_000, credentials::of, count -> {}))
                        .hasMessage("interrupted");
            }
            assertIsFilled(database, 1_000, 1_000);
        }
    }

    /** After the rest is loaded, each user is there once, with an index, and the table is vacuumed. */
    private void assertIsFilled(Database database, long loaded, long users) throws Exception {
        try (Connection connection = database.connect()) {
            UserTable table = new UserTable(connection, ITERATIONS);
            assertThat(table.size()).isEqualTo(loaded);
            table.fill(users, credentials::of, count -> {});
            table.warm(); // fails without the index
        }
        String query = "select (select count(*) from users_3), (select count(distinct name) from users_3),"
                + " (select relallvisible >= relpages from pg_class where relname = 'users_3')";
        try (Connection connection = database.connect();
                ResultSet row = connection.createStatement().executeQuery(query)) {
            row.next();
            assertThat(row.getLong(1)).isEqualTo(users);
            assertThat(row.getLong(2)).isEqualTo(users);
            assertThat(row.getBoolean(3)).as("vacuumed").isTrue();
        }
    }

    private static void stop(Database database) {
        try {
            database.stop();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A connection that fails at a statement that begins so. */
    private static Connection stoppedBefore(String begin, Connection connection) {
        return (Connection) proxy(Connection.class, (method, arguments) -> {
            Object result = method.invoke(connection, arguments);
            return !(result instanceof Statement)
                    ? result
                    : proxy(Statement.class, (execute, sql) -> {
                        if (execute.getName().equals("execute") && ((String) sql[0]).startsWith(begin)) {
                            throw new SQLException("interrupted");
                        }
                        return execute.invoke(result, sql);
                    });
        });
    }

    /** What a method does. */
    private interface Call {
        Object of(Method method, Object[] arguments) throws Exception;
    }

    private static Object proxy(Class<?> type, Call call) {
        return Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> call.of(method, arguments));
    }

    @Test
    void aServerThatWasLeftBehindIsStopped(@TempDir Path folder) throws Exception {
        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Parent.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long left = Long.parseLong(parent.inputReader().readLine());
        parent.destroyForcibly().waitFor();
        assertThat(ProcessHandle.of(left)).isPresent();

        try (Database database = new Database(folder)) {
            assertThat(database.postmaster().orElseThrow().pid()).isNotEqualTo(left);
        }
    }

    /** Starts a server and is killed. */
    static final class Parent {

        private Parent() {}

        public static void main(String[] args) throws Exception {
            Database database = new Database(Path.of(args[0]));
            System.out.println(database.postmaster().orElseThrow().pid());
            Thread.currentThread().join();
        }
    }
}
