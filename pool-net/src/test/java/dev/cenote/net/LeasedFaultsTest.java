package dev.cenote.net;

import static dev.cenote.net.SocketPoolTest.echo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.Lease;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a holder sees of a connection that ends while it is leased. Nobody gets such a connection after this holder. */
class LeasedFaultsTest {

    /** Sends one byte of an answer of four, then waits for another byte, and then sends the rest. */
    private static final Server.Service HALF_AN_ANSWER = (in, out) -> {
        while (in.read() >= 0) {
            out.write(0);
            in.read();
            out.write(new byte[3]);
        }
    };

    private static SocketPoolBuilder builder() {
        return Patience.builder().maxPerAddress(1).tls(Certificates.trusting());
    }

    private static Server server(Server.Service service, boolean isTls) throws IOException {
        return new Server(service, isTls ? Certificates.good() : null);
    }

    private static void assertIsReplaced(SocketPool pool, Server server, int accepted) throws Exception {
        try (Lease<Connection> next = pool.acquire(server.address())) {
            assertThat(next.get().isOpen()).isTrue();
        }
        server.awaitAccepted(accepted);
        assertThat(server.accepted).hasValue(accepted);
        assertThat(pool.stats(server.address()).total()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFinWhileLeasedIsTheEndOfTheStream(boolean isTls) throws Exception {
        try (Server server = server(Server.ECHO, isTls);
                SocketPool pool = builder().build()) {
            try (Lease<Connection> lease = pool.acquire(server.address())) {
                echo(lease.get(), "hello");
                server.finAll();
                assertThat(lease.get().in().read()).isEqualTo(-1);
            }
            assertIsReplaced(pool, server, 2);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aResetWhileLeasedIsASocketException(boolean isTls) throws Exception {
        try (Server server = server(Server.ECHO, isTls);
                SocketPool pool = builder().build()) {
            try (Lease<Connection> lease = pool.acquire(server.address())) {
                echo(lease.get(), "hello");
                server.resetAll();
                assertThatThrownBy(() -> lease.get().in().read())
                        .isInstanceOf(SocketException.class)
                        .hasMessage("Connection reset");
            }
            assertIsReplaced(pool, server, 2);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFinInTheMiddleOfAnAnswerIsTheEndOfTheStreamAfterWhatCame(boolean isTls) throws Exception {
        try (Server server = server(HALF_AN_ANSWER, isTls);
                SocketPool pool = builder().build()) {
            try (Lease<Connection> lease = pool.acquire(server.address())) {
                Connection connection = lease.get();
                connection.write(ByteBuffer.wrap(new byte[1]));
                assertThat(connection.in().read()).isEqualTo(0);
                server.finAll();
                assertThatThrownBy(() -> new DataInputStream(connection.in()).readInt())
                        .isInstanceOf(EOFException.class);
            }
            assertIsReplaced(pool, server, 2);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aResetInTheMiddleOfAnAnswerIsASocketException(boolean isTls) throws Exception {
        try (Server server = server(HALF_AN_ANSWER, isTls);
                SocketPool pool = builder().build()) {
            try (Lease<Connection> lease = pool.acquire(server.address())) {
                Connection connection = lease.get();
                connection.write(ByteBuffer.wrap(new byte[1]));
                assertThat(connection.in().read()).isEqualTo(0);
                server.resetAll();
                assertThatThrownBy(() -> new DataInputStream(connection.in()).readInt())
                        .isInstanceOf(SocketException.class)
                        .hasMessage("Connection reset");
            }
            assertIsReplaced(pool, server, 2);
        }
    }

    @Test
    void aTlsStreamThatIsCutOffIsNoEndOfStream() throws Exception {
        try (Server server = server(HALF_AN_ANSWER, true);
                SocketPool pool = builder().build()) {
            try (Lease<Connection> lease = pool.acquire(server.address())) {
                Connection connection = lease.get();
                connection.write(ByteBuffer.wrap(new byte[1]));
                assertThat(connection.in().read()).isEqualTo(0);
                server.cutAll();
                assertThatThrownBy(() -> connection.in().read())
                        .isInstanceOf(SSLException.class)
                        .hasMessageContaining("may be cut off");
            }
            assertIsReplaced(pool, server, 2);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsBrokenIsResetAndWhatIsWellIsClosedInOrderBothOnAnotherThread(boolean isTls) throws Exception {
        BlockingQueue<String> ends = new LinkedBlockingQueue<>();
        Set<Thread> closers = ConcurrentHashMap.newKeySet();
        Server.Service service = (in, out) -> {
            try {
                while (in.read() >= 0) {
                    out.write(1);
                }
                ends.add("in order");
            } catch (IOException e) {
                ends.add(e instanceof SocketException ? "reset" : "cut off");
            }
        };
        try (Server server = server(service, isTls)) {
            try (SocketPool pool = builder()
                    .onClose(connection -> closers.add(Thread.currentThread()))
                    .build()) {
                for (boolean isBroken : List.of(true, false)) {
                    Lease<Connection> lease = pool.acquire(server.address());
                    lease.get().write(ByteBuffer.wrap(new byte[1]));
                    assertThat(lease.get().in().read()).isEqualTo(1);
                    if (isBroken) {
                        lease.invalidate();
                        assertThat(ends.take()).isEqualTo("reset");
                    } else {
                        lease.close();
                    }
                }
            }
            assertThat(ends.take()).isEqualTo("in order");
        }
        assertThat(closers).hasSize(1).doesNotContain(Thread.currentThread());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aServerThatSaysNothingIsATimeOutOfTheRead(boolean isTls) throws Exception {
        try (Server server = server(Server.SILENT, isTls);
                SocketPool pool = builder().readTimeout(Duration.ofMillis(50)).build()) {
            try (Lease<Connection> lease = pool.acquire(server.address())) {
                Connection connection = lease.get();
                connection.write(ByteBuffer.wrap(new byte[1]));
                long started = System.nanoTime();
                assertThatThrownBy(() -> connection.in().read())
                        .isInstanceOf(SocketTimeoutException.class)
                        .hasMessage("nothing came from " + server.address() + " within 50 ms");
                assertThat(System.nanoTime() - started).isGreaterThanOrEqualTo(50_000_000);
            }
            assertIsReplaced(pool, server, 2);
        }
    }

    @Test
    void aTimeOutTellsOfBytesThatWereNotFlushed() throws Exception {
        try (Server server = server(Server.SILENT, false);
                SocketPool pool = builder().readTimeout(Duration.ofMillis(50)).build();
                Lease<Connection> lease = pool.acquire(server.address())) {
            lease.get().out().write(new byte[5]);
            assertThatThrownBy(() -> lease.get().in().read())
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessageEndingWith("; 5 bytes were written and not flushed");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aServerThatReadsNothingIsATimeOutOfTheWrite(boolean isTls) throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (Server server = server(
                        (in, out) -> {
                            in.read();
                            end.await();
                        },
                        isTls);
                SocketPool pool = builder().writeTimeout(Duration.ofMillis(50)).build()) {
            try (Lease<Connection> lease = pool.acquire(server.address())) {
                assertThatThrownBy(() -> lease.get().write(ByteBuffer.allocate(64 * 1024 * 1024)))
                        .isInstanceOf(SocketTimeoutException.class)
                        .hasMessage("nothing could be sent to " + server.address() + " within 50 ms");
            }
            assertIsReplaced(pool, server, 2);
            end.countDown();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anInterruptThatEndsAReadClosesTheConnection(boolean isTls) throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (Server server = server(
                        (in, out) -> {
                            in.read();
                            asked.countDown();
                            in.read();
                        },
                        isTls);
                SocketPool pool = builder().build()) {
            CompletableFuture<Boolean> isInterrupted = new CompletableFuture<>();
            Thread reader = new Thread(() -> {
                try (Lease<Connection> lease = pool.acquire(server.address())) {
                    lease.get().write(ByteBuffer.wrap(new byte[1]));
                    assertThatThrownBy(() -> lease.get().in().read()).isInstanceOf(ClosedByInterruptException.class);
                    assertThat(lease.get().isOpen()).isFalse();
                    isInterrupted.complete(Thread.currentThread().isInterrupted());
                } catch (Throwable e) {
                    isInterrupted.completeExceptionally(e);
                }
            });
            reader.start();
            asked.await();
            reader.interrupt();
            assertThat(isInterrupted.get()).isTrue();
            reader.join();
            assertIsReplaced(pool, server, 2);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anInterruptThatEndsAWriteClosesTheConnection(boolean isTls) throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        try (Server server = server(
                        (in, out) -> {
                            in.read();
                            asked.countDown();
                            end.await();
                        },
                        isTls);
                SocketPool pool = builder().build()) {
            CompletableFuture<Boolean> isInterrupted = new CompletableFuture<>();
            Thread writer = new Thread(() -> {
                try (Lease<Connection> lease = pool.acquire(server.address())) {
                    assertThatThrownBy(() -> lease.get().write(ByteBuffer.allocate(64 * 1024 * 1024)))
                            .isInstanceOf(ClosedByInterruptException.class);
                    assertThat(lease.get().isOpen()).isFalse();
                    isInterrupted.complete(Thread.currentThread().isInterrupted());
                } catch (Throwable e) {
                    isInterrupted.completeExceptionally(e);
                }
            });
            writer.start();
            asked.await();
            writer.interrupt();
            assertThat(isInterrupted.get()).isTrue();
            writer.join();
            assertIsReplaced(pool, server, 2);
            end.countDown();
        }
    }

    @Test
    void aThreadThatComesInterruptedReadsWhatIsThere() throws Exception {
        try (Server server = server(Server.ECHO, false);
                SocketPool pool = builder().build()) {
            try (Lease<Connection> lease = pool.acquire(server.address())) {
                lease.get().write(ByteBuffer.wrap(new byte[2]));
                assertThat(lease.get().in().read()).isEqualTo(0);
                Thread.currentThread().interrupt();
                assertThat(lease.get().in().read()).isEqualTo(0);
                assertThat(Thread.interrupted()).isTrue();
            }
            assertIsReplaced(pool, server, 1);
        }
    }

    @Test
    void aLeaseThatIsRevokedEndsTheRead() throws Exception {
        try (Server server = server(Server.SILENT, false);
                SocketPool pool = builder()
                        .settings((address, settings) -> settings.maxLeaseTime(Duration.ofSeconds(1)))
                        .build()) {
            try (Lease<Connection> lease = pool.acquire(server.address())) {
                Connection connection = lease.get();
                assertThatThrownBy(() -> connection.in().read()).isInstanceOf(AsynchronousCloseException.class);
            }
            assertIsReplaced(pool, server, 2);
        }
    }

    @Test
    void aReadThatIsUnderWayWhenTheLeaseEndsTakesNoBytesOfTheNextHolder() throws Exception {
        CountDownLatch ready = new CountDownLatch(1);
        try (Server server = server(
                        (in, out) -> {
                            in.read();
                            ready.countDown();
                            Server.ECHO.serve(in, out);
                        },
                        false);
                SocketPool pool = builder().build()) {
            Lease<Connection> lease = pool.acquire(server.address());
            lease.get().write(ByteBuffer.wrap(new byte[1]));
            Connection connection = lease.get();
            CompletableFuture<Integer> read = CompletableFuture.supplyAsync(() -> {
                try {
                    return connection.in().read();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            ready.await();
            awaitReader(connection);
            lease.close();
            try (Lease<Connection> next = pool.acquire(server.address())) {
                next.get().write(ByteBuffer.wrap(new byte[1]));
                assertThat(echo(next.get(), "mine")).isEqualTo("mine");
            }
            assertThatThrownBy(read::get).isInstanceOf(ExecutionException.class);
        }
    }

    /** Until another thread has begun to read: then a second reader has to wait. */
    static void awaitReader(Connection connection) throws Exception {
        boolean isWaiting = false;
        while (!isWaiting) {
            Thread probe = new Thread(() -> {
                try {
                    connection.in().available();
                } catch (IOException e) {
                    // it was not in time
                }
            });
            probe.start();
            while (probe.getState() != Thread.State.WAITING && probe.isAlive()) {
                Thread.yield();
            }
            isWaiting = probe.isAlive();
        }
    }
}
