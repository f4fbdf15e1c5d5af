package dev.cenote.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.CreateFailedException;
import dev.cenote.pool.Lease;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections are made, lent, and lent again. */
class SocketPoolTest {

    private Server server;
    private final SocketPool pool = Patience.builder().build();

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
        try (SocketPool one = Patience.builder().maxPerAddress(1).build()) {
            for (int i = 0; i < 100; i++) {
                try (Lease<Connection> lease = one.acquire(server.address())) {
                    assertThat(echo(lease.get(), "hello " + i)).isEqualTo("hello " + i);
                }
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

    @Test
    void aConnectionThatIsBusyIsNotTried() throws Exception {
        try (SocketPool one = Patience.builder().maxPerAddress(1).build()) {
            one.tryAcquire(server.address())
                    .ifPresent(Lease::close); // it begins to make one, or has made it as fast as that
            try (Lease<Connection> lease = one.acquire(server.address())) {
                assertThat(one.tryAcquire(server.address())).isEmpty();
                echo(lease.get(), "hello");
            }
            Optional<Lease<Connection>> tried = one.tryAcquire(server.address());
            assertThat(echo(tried.orElseThrow().get(), "hello")).isEqualTo("hello");
            tried.orElseThrow().close();
            server.finAll();
            Optional<Lease<Connection>> alive = one.tryAcquire(server.address()); // if it was made as fast as that
            if (alive.isPresent()) {
                assertThat(echo(alive.orElseThrow().get(), "hello")).isEqualTo("hello");
                alive.orElseThrow().close();
            }
        }
    }

    @Test
    void aFutureGetsAConnectionThatIsAlive() throws Exception {
        for (int i = 0; i < 5; i++) {
            List<CompletableFuture<Lease<Connection>>> futures = Stream.generate(
                            () -> pool.acquireAsync(server.address()))
                    .limit(10)
                    .toList();
            for (CompletableFuture<Lease<Connection>> future : futures) {
                assertThat(echo(future.get().get(), "hello")).isEqualTo("hello");
            }
            for (CompletableFuture<Lease<Connection>> future : futures) {
                future.get().close();
            }
            server.finAll();
        }
    }

    @Test
    void aFutureThatIsCancelledLeavesTheQueue() throws Exception {
        try (SocketPool one = Patience.builder().maxPerAddress(1).build()) {
            Lease<Connection> lease = one.acquire(server.address());
            CompletableFuture<Lease<Connection>> cancelled = one.acquireAsync(server.address());
            CompletableFuture<Lease<Connection>> next = one.acquireAsync(server.address());
            assertThat(one.stats(server.address()).waiters()).isEqualTo(2);
            cancelled.cancel(true);
            assertThat(one.stats(server.address()).waiters()).isEqualTo(1);
            lease.close();
            assertThat(echo(next.get().get(), "hello")).isEqualTo("hello");
            next.get().close();
        }
    }

    @Test
    void aFutureFailsAsACallerDoes() throws Exception {
        int port = ConnectingTest.freePort();
        assertThatThrownBy(
                        () -> pool.acquireAsync(Address.of("127.0.0.1", port)).get())
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(CreateFailedException.class)
                .cause()
                .isInstanceOf(ConnectException.class);
    }

    @Test
    void theAddressesShareOneBound() throws Exception {
        try (Server other = new Server(Server.ECHO);
                SocketPool two = Patience.builder().maxTotal(2).build()) {
            two.acquire(server.address()).close();
            Lease<Connection> first = two.acquire(server.address());
            Lease<Connection> second = two.acquire(server.address());
            first.close();
            second.close();
            try (Lease<Connection> lease = two.acquire(other.address())) { // in place of an idle one
                assertThat(echo(lease.get(), "hello")).isEqualTo("hello");
            }
            assertThat(two.addresses()).containsExactlyInAnyOrder(server.address(), other.address());
            assertThat(two.stats().total().total()).isEqualTo(2);
        }
    }

    @Test
    void thePoolsOwnSettingsAreReached() throws Exception {
        try (SocketPool pool = Patience.builder()
                .name("orders")
                .maxPerAddress(1)
                .settings((address, settings) -> settings.maxUses(1))
                .build()) {
            for (int i = 0; i < 3; i++) {
                try (Lease<Connection> lease = pool.acquire(server.address())) {
                    echo(lease.get(), "hello");
                }
            }
            assertThat(server.accepted).hasValue(3);
            assertThat(pool.stats(server.address()).name()).isEqualTo("orders/" + server.address());
        }
    }

    @Test
    void aNegativeTimeOutIsAnErrorHoweverItIsAsked() {
        Duration negative = Duration.ofSeconds(-1);
        assertThatThrownBy(() -> pool.acquire(server.address(), negative)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> pool.acquireAsync(server.address(), negative))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
