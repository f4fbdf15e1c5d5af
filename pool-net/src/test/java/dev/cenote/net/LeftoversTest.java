package dev.cenote.net;

import static dev.cenote.net.SocketPoolTest.echo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.Lease;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A connection that something is left over on is not lent again. */
class LeftoversTest {

    private interface Use {
        void of(Connection connection) throws Exception;
    }

    private Server server;

    @BeforeEach
    void start() throws IOException {
        server = new Server(Server.ECHO);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private static SocketPoolBuilder builder() {
        return Patience.builder().maxPerAddress(1);
    }

    private boolean isLentAgainAfter(SocketPoolBuilder builder, Use use) throws Exception {
        try (SocketPool pool = builder.build()) {
            try (Lease<Connection> lease = pool.acquire(server.address())) {
                use.of(lease.get());
            }
            try (Lease<Connection> lease = pool.acquire(server.address())) {
                assertThat(echo(lease.get(), "mine")).isEqualTo("mine");
            }
            return server.accepted.get() == 1;
        }
    }

    @Test
    void nothingLeftOver() throws Exception {
        assertThat(isLentAgainAfter(builder(), connection -> {
                    connection.write(ByteBuffer.wrap(new byte[3]));
                    connection.in().readNBytes(3);
                }))
                .isTrue();
    }

    @Test
    void notUsedAtAll() throws Exception {
        assertThat(isLentAgainAfter(builder(), connection -> {})).isTrue();
    }

    @Test
    void bytesThatWereReceivedAndNotRead() throws Exception {
        assertThat(isLentAgainAfter(builder(), connection -> {
                    connection.write(ByteBuffer.wrap(new byte[3]));
                    connection.in().read();
                }))
                .isFalse();
    }

    @Test
    void bytesThatHadComeAndWereNotReceived() throws Exception {
        Semaphore isRead = new Semaphore(0);
        Semaphore isSent = new Semaphore(0);
        try (Server talkative = new Server((in, out) -> {
                    for (int read = in.read(); read >= 0; read = in.read()) {
                        out.write(read);
                        isRead.acquire();
                        out.write(99);
                        isSent.release();
                    }
                });
                SocketPool pool = builder().build()) {
            for (int i = 0; i < 2; i++) {
                try (Lease<Connection> lease = pool.acquire(talkative.address())) {
                    lease.get().write(ByteBuffer.wrap(new byte[1]));
                    assertThat(lease.get().in().read()).isEqualTo(0);
                    isRead.release();
                    isSent.acquire();
                }
            }
            assertThat(talkative.accepted).hasValue(2);
        }
    }

    @Test
    void bytesThatWereWrittenAndNotFlushed() throws Exception {
        assertThat(isLentAgainAfter(builder(), connection -> connection.out().write(1)))
                .isFalse();
    }

    @Test
    void anEmptyWriteAsksForNoAnswer() throws Exception {
        assertThat(isLentAgainAfter(builder(), connection -> {
                    connection.write(ByteBuffer.wrap(new byte[1]));
                    connection.in().read();
                    connection.write(ByteBuffer.allocate(0));
                }))
                .isTrue();
    }

    @Test
    void aRequestWhoseAnswerWasNotRead() throws Exception {
        assertThat(isLentAgainAfter(builder(), connection -> connection.write(ByteBuffer.wrap(new byte[1]))))
                .isFalse();
    }

    @Test
    void aLastWordThatHasNoAnswer() throws Exception {
        try (Server quiet = new Server(Server.SILENT);
                SocketPool pool = builder().expectsAnswers(false).build()) {
            for (int i = 0; i < 3; i++) {
                try (Lease<Connection> lease = pool.acquire(quiet.address())) {
                    lease.get().write(ByteBuffer.wrap(new byte[1]));
                }
            }
            quiet.awaitAccepted(1);
            assertThat(quiet.accepted).hasValue(1);
            assertThat(pool.stats(quiet.address()).created()).isEqualTo(1);
        }
    }

    @Test
    void aConnectionThatItsHolderClosed() throws Exception {
        assertThat(isLentAgainAfter(builder(), Connection::close)).isFalse();
    }

    @Test
    void aConnectionOfAFunctionThatThrew() throws Exception {
        try (SocketPool pool = builder().build()) {
            assertThatThrownBy(() -> pool.withConnection(server.address(), connection -> {
                        echo(connection, "hello");
                        throw new IOException("no such key");
                    }))
                    .isInstanceOf(IOException.class)
                    .hasMessage("no such key");
            assertThat(pool.<String, IOException>withConnection(
                            server.address(), connection -> echo(connection, "mine")))
                    .isEqualTo("mine");
            assertThat(server.accepted).hasValue(2);
        }
    }

    @Test
    void aLeaseThatEndedLongAgoHarmsNoLaterOne() throws Exception {
        try (SocketPool pool = builder().build()) {
            Lease<Connection> old = pool.acquire(server.address());
            Connection stale = old.get();
            old.close();
            try (Lease<Connection> lease = pool.acquire(server.address())) {
                stale.close();
                stale.attach("not mine");
                old.invalidate();
                old.invalidate(new IOException("not mine"));
                old.closeAndValidate();
                old.close();
                assertThat(lease.get().attachment()).isNull();
                assertThat(echo(lease.get(), "mine")).isEqualTo("mine");
            }
            try (Lease<Connection> lease = pool.acquire(server.address())) {
                assertThat(echo(lease.get(), "mine")).isEqualTo("mine");
            }
            assertThat(server.accepted).hasValue(1);
            assertThat(pool.stats(server.address()).staleCloses()).isEqualTo(4);
        }
    }

    @Test
    void aReadAfterTheEndOfTheLeaseDoesNotWaitForTheNextHoldersRead() throws Exception {
        Semaphore asked = new Semaphore(0);
        Semaphore mayAnswer = new Semaphore(0);
        try (Server slow = new Server((in, out) -> {
                    for (int read = in.read(); read >= 0; read = in.read()) {
                        asked.release();
                        mayAnswer.acquire();
                        out.write(read);
                    }
                });
                SocketPool pool = builder().build()) {
            Lease<Connection> first = pool.acquire(slow.address());
            Connection stale = first.get();
            first.close();
            try (Lease<Connection> lease = pool.acquire(slow.address())) {
                lease.get().write(ByteBuffer.wrap(new byte[1]));
                CompletableFuture<Integer> read = CompletableFuture.supplyAsync(() -> {
                    try {
                        return lease.get().in().read();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
                asked.acquire();
                LeasedFaultsTest.awaitReader(lease.get());
                assertThatThrownBy(() -> stale.in().read()).isInstanceOf(LeaseEndedException.class);
                assertThatThrownBy(() -> stale.in().available()).isInstanceOf(LeaseEndedException.class);
                assertThatThrownBy(stale::remoteAddress).isInstanceOf(LeaseEndedException.class);
                assertThatThrownBy(stale::localAddress).isInstanceOf(LeaseEndedException.class);
                mayAnswer.release();
                assertThat(read.get()).isEqualTo(0);
            }
        }
    }

    @Test
    void whatComesLateOfAnAnswerToOnConnectIsNoGreeting() throws Exception {
        Semaphore mayEnd = new Semaphore(0);
        Semaphore isSent = new Semaphore(0);
        try (Server slow = new Server((in, out) -> {
                    in.read();
                    out.write('O');
                    mayEnd.acquire();
                    out.write('K');
                    isSent.release();
                    in.read();
                });
                SocketPool pool = builder()
                        .maxPerAddress(2)
                        .minIdlePerAddress(1)
                        .onConnect(connection -> {
                            connection.write(ByteBuffer.wrap(new byte[1]));
                            assertThat(connection.in().read()).isEqualTo('O');
                        })
                        .build();
                Lease<Connection> first = pool.acquire(slow.address())) {
            while (pool.stats(slow.address()).idle() < 1) {
                Thread.onSpinWait(); // the one that lies ready, and was never leased
            }
            assertThat(first.get().isOpen()).isTrue();
            int unfit = slow.accepted.get();
            mayEnd.release(unfit);
            isSent.acquire(unfit);
            try (Lease<Connection> second = pool.acquire(slow.address())) {
                assertThat(second.get().in().available()).isZero();
            }
            assertThat(pool.stats(slow.address()).created()).isGreaterThan(unfit);
        }
    }

    /** It is not lent, and no good-bye is said to a server that has gone. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aGreetingDoesNotHideThatTheServerHasClosedTheConnection(boolean isTls) throws Exception {
        AtomicInteger goodByes = new AtomicInteger();
        Semaphore greeted = new Semaphore(0);
        try (Server greeting = new Server(
                        (in, out) -> {
                            out.write(7);
                            greeted.release();
                            in.read();
                        },
                        isTls ? Certificates.good() : null);
                SocketPool pool = builder()
                        .tls(Certificates.trusting())
                        .maxPerAddress(2)
                        .minIdlePerAddress(1)
                        .onClose(connection -> goodByes.incrementAndGet())
                        .build()) {
            Lease<Connection> first = pool.acquire(greeting.address());
            while (pool.stats(greeting.address()).idle() < 1) {
                Thread.onSpinWait();
            }
            greeting.awaitAccepted(2);
            int dead = greeting.accepted.get();
            greeted.acquire(dead);
            greeting.finAll();
            try (Lease<Connection> lease = pool.acquire(greeting.address())) {
                assertThat(lease.get().in().read()).isEqualTo(7);
                assertThat(pool.stats(greeting.address()).created()).isGreaterThan(dead);
                assertThat(goodByes).hasValue(0);
                lease.get().close();
            }
            first.invalidate();
        }
    }

    @Test
    void noGoodByeIsSaidToAServerThatHasClosedTheConnection() throws Exception {
        AtomicInteger goodByes = new AtomicInteger();
        try (SocketPool pool =
                builder().onClose(connection -> goodByes.incrementAndGet()).build()) {
            try (Lease<Connection> lease = pool.acquire(server.address())) {
                echo(lease.get(), "hello");
            }
            server.finAll();
        }
        assertThat(goodByes).hasValue(0);
    }

    @Test
    void aConnectionThatWasDetachedLivesOn() throws Exception {
        try (SocketPool pool = builder().build()) {
            Connection mine = pool.acquire(server.address()).detach();
            try (Lease<Connection> lease = pool.acquire(server.address())) {
                assertThat(echo(lease.get(), "hello")).isEqualTo("hello");
            }
            assertThat(echo(mine, "mine")).isEqualTo("mine");
            mine.close();
            assertThat(server.accepted).hasValue(2);
        }
    }

    @Test
    void aConnectionThatWasDetachedOutlivesItsLease() throws Exception {
        try (SocketPool pool = builder().build()) {
            Connection mine;
            try (Lease<Connection> lease = pool.acquire(server.address())) {
                mine = lease.detach();
                lease.invalidate();
            }
            assertThat(echo(mine, "mine")).isEqualTo("mine");
            mine.close();
            assertThat(mine.isOpen()).isFalse();
        }
    }

    @Test
    void anAttachmentStaysWithTheConnection() throws Exception {
        try (SocketPool pool = builder().build()) {
            try (Lease<Connection> lease = pool.acquire(server.address())) {
                lease.get().attach("parser");
            }
            try (Lease<Connection> lease = pool.acquire(server.address())) {
                assertThat(lease.get().attachment()).isEqualTo("parser");
                lease.get().close();
            }
            try (Lease<Connection> lease = pool.acquire(server.address())) {
                assertThat(lease.get().attachment()).isNull();
            }
        }
    }

    @Test
    void theReadTimeoutOfALeaseEndsWithIt() throws Exception {
        try (SocketPool pool = builder().readTimeout(Duration.ofSeconds(7)).build()) {
            try (Lease<Connection> lease = pool.acquire(server.address())) {
                lease.get().readTimeout(Duration.ZERO);
                assertThat(lease.get().readTimeout()).isEqualTo(Duration.ZERO);
            }
            try (Lease<Connection> lease = pool.acquire(server.address())) {
                assertThat(lease.get().readTimeout()).isEqualTo(Duration.ofSeconds(7));
            }
        }
    }

    /** The ping is asked where the pool validates: here, since a fault was reported. */
    @Test
    void aPingThatFailsEndsTheConnection() throws Exception {
        List<String> pings = new CopyOnWriteArrayList<>();
        try (SocketPool pool = builder()
                .ping(connection -> {
                    pings.add(echo(connection, "ping"));
                    return pings.size() < 2;
                })
                .build()) {
            for (int i = 0; i < 2; i++) {
                Lease<Connection> lease = pool.acquire(server.address());
                lease.closeAndValidate();
            }
            try (Lease<Connection> lease = pool.acquire(server.address())) {
                assertThat(echo(lease.get(), "mine")).isEqualTo("mine");
            }
            assertThat(pings).containsExactly("ping", "ping");
            assertThat(server.accepted).hasValue(2);
        }
    }

    @Test
    void bigAndSmallPiecesArriveInTheirOrder() throws Exception {
        byte[] bytes = new byte[200_000];
        new Random(7).nextBytes(bytes);
        try (SocketPool pool = builder().build();
                Lease<Connection> lease = pool.acquire(server.address())) {
            Connection connection = lease.get();
            Thread writer = new Thread(() -> {
                try {
                    int sent = 0;
                    for (int size : new int[] {1, 5000, 8192, 3, 8191, 100_000, 1, 9000}) {
                        connection.out().write(bytes, sent, size);
                        sent += size;
                    }
                    connection.out().write(bytes[sent++]);
                    connection.write(ByteBuffer.wrap(bytes, sent, bytes.length - sent));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            writer.start();
            assertThat(connection.in().readNBytes(bytes.length)).isEqualTo(bytes);
            writer.join();
        }
    }
}
