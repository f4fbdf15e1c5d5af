package dev.cenote.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.gateway.Credentials.Credential;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
                assertThatThrownBy(() -> table.fill(users, credentials, count -> {
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
                table.fill(users, credentials, progress::add);
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
