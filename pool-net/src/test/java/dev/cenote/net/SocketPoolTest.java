package dev.cenote.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.Lease;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections are made, lent, and lent again. */
class SocketPoolTest {

    private Server server;
    private final SocketPool pool = SocketPool.builder().build();

    @BeforeEach
    void start() throws IOException {
        server = new Server(Server.ECHO);
    }

    @AfterEach
    void stop() throws IOException {
        pool.close();
        server.close();
    }

    static String echo(Connection connection, String text) throws IOException {
        connection.out().write(text.getBytes(UTF_8));
        connection.out().flush();
        return new String(connection.in().readNBytes(text.length()), UTF_8);
    }

    @Test
    void aConnectionIsLentAgain() throws Exception {
        for (int i = 0; i < 100; i++) {
            try (Lease<Connection> lease = pool.acquire(server.address())) {
                assertThat(echo(lease.get(), "hello " + i)).isEqualTo("hello " + i);
            }
        }
        assertThat(server.accepted).hasValue(1);
    }

    @Test
    void theStreamsGoDeadWithTheLease() throws Exception {
        Lease<Connection> lease = pool.acquire(server.address());
        Connection connection = lease.get();
        echo(connection, "hello");
        lease.close();

        assertThatThrownBy(() -> connection.in().read()).isInstanceOf(LeaseEndedException.class);
        assertThatThrownBy(() -> connection.out().write(1)).isInstanceOf(LeaseEndedException.class);
        assertThatThrownBy(lease::get).isInstanceOf(IllegalStateException.class);
    }
}
