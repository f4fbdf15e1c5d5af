package dev.cenote.net;

import static dev.cenote.net.SocketPoolTest.echo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cenote.pool.CreateFailedException;
import dev.cenote.pool.Lease;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS: who is trusted, what is agreed upon, and that what TLS says to itself harms no connection. */
class TlsTest {

    private static SocketPoolBuilder builder() {
        return Patience.builder().maxPerAddress(1).tls(Certificates.trusting());
    }

    private static Throwable failure(ThrowingCallable acquire) {
        return catchThrowableOfType(CreateFailedException.class, acquire).getCause();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aConnectionIsLentAgainThoughATicketCameInBetween(String version) throws Exception {
        try (Server server = new Server(Server.ECHO, Certificates.good());
                SocketPool pool = builder()
                        .tlsParameters(parameters -> parameters.setProtocols(new String[] {version}))
                        .build()) {
            pool.acquire(server.address()).close();
            server.handshakes.acquire(); // with it goes the ticket of 1.3, which nobody has read yet
            for (int i = 0; i < 10; i++) {
                try (Lease<Connection> lease = pool.acquire(server.address())) {
                    assertThat(lease.get().tlsSession().getProtocol()).isEqualTo(version);
                    assertThat(echo(lease.get(), "hello")).isEqualTo("hello");
                }
            }
            assertThat(server.accepted).hasValue(1);
        }
    }

    @Test
    void aNewHandshakeOfTls12GoesOnWhileTheHolderReads() throws Exception {
        CompletableFuture<OutputStream> answers = new CompletableFuture<>();
        try (Server server = new Server(
                        (in, out) -> {
                            in.read();
                            answers.complete(out);
                            in.read(); // goes through with the handshake
                        },
                        Certificates.good());
                SocketPool pool = builder().readTimeout(Duration.ofSeconds(20)).build()) {
            server.speaks("TLSv1.2");
            try (Lease<Connection> lease = pool.acquire(server.address())) {
                server.handshakes.acquire();
                lease.get().write(ByteBuffer.wrap(new byte[1]));
                OutputStream answer = answers.get();
                server.shakeHandsAgain();
                Server.daemon("answers after the handshake", () -> {
                    server.handshakes.acquireUninterruptibly();
                    try {
                        answer.write(9);
                    } catch (IOException e) {
                        // the client has gone
                    }
                });
                assertThat(lease.get().in().read()).isEqualTo(9);
            }
            assertThat(server.accepted).hasValue(1);
        }
    }

    /** A relay between both lets the ticket of TLS 1.3 come in two halves. */
    @Test
    void halfARecordThatCameInBetweenWaitsForItsOtherHalf() throws Exception {
        CountDownLatch isHalfSent = new CountDownLatch(1);
        CountDownLatch sendTheRest = new CountDownLatch(1);
        AtomicBoolean isHandshakeOver =
                new AtomicBoolean(); // as far as the client goes: its first encrypted record ends it
        Relay.Passing inHalves = (record, isOfClient, to) -> {
            if (isOfClient && Relay.isEncrypted(record)) {
                isHandshakeOver.set(true);
            }
            int half = !isOfClient && isHandshakeOver.get() && isHalfSent.getCount() > 0 ? record.length / 2 : 0;
            to.write(record, 0, half);
            if (half > 0) {
                isHalfSent.countDown();
                sendTheRest.await();
            }
            to.write(record, half, record.length - half);
        };
        try (Server server = new Server(Server.ECHO, Certificates.good());
                Relay relay = new Relay(server.port(), inHalves);
                SocketPool pool = builder().build()) {
            pool.acquire(relay.address()).close();
            isHalfSent.await();
            try (Lease<Connection> lease = pool.acquire(relay.address())) {
                assertThat(lease.get().tlsSession().getProtocol()).isEqualTo("TLSv1.3");
                sendTheRest.countDown();
                assertThat(echo(lease.get(), "hello")).isEqualTo("hello");
            }
            assertThat(server.accepted).hasValue(1);
        }
    }

    /** Stands between the one client and the server, and sees the records of TLS. */
    private static final class Relay implements AutoCloseable {

        interface Passing {
            void pass(byte[] record, boolean isOfClient, OutputStream to) throws IOException, InterruptedException;
        }

        private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        private final Passing passing;

        Relay(int server, Passing passing) throws IOException {
            this.passing = passing;
            Server.daemon("relay", () -> {
                try (Socket client = listener.accept();
                        Socket behind = new Socket("127.0.0.1", server)) {
                    Server.daemon("relay of the client", () -> pass(client, behind, true));
                    pass(behind, client, false);
                } catch (IOException e) {
                    // closed
                }
            });
        }

        Address address() {
            return Address.tls("127.0.0.1", listener.getLocalPort());
        }

        /** Tells whether it is a record of TLS 1.3 that is encrypted. */
        static boolean isEncrypted(byte[] record) {
            return record[0] == 23;
        }

        private void pass(Socket from, Socket to, boolean isOfClient) {
            try {
                DataInputStream in = new DataInputStream(from.getInputStream());
                while (true) {
                    byte[] header = new byte[5];
                    in.readFully(header);
                    int length = (header[3] & 0xff) << 8 | header[4] & 0xff;
                    byte[] record = Arrays.copyOf(header, header.length + length);
                    in.readFully(record, header.length, length);
                    passing.pass(record, isOfClient, to.getOutputStream());
                }
            } catch (IOException | InterruptedException e) {
                // closed
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }

    /** Both ends ask for new keys after 64 KiB, see {@code security.properties}. */
    @Test
    void aConnectionIsLentAgainThoughKeysWereUpdatedInBetween() throws Exception {
        Random random = new Random(42);
        byte[] bytes = new byte[40_000];
        // The record's header, the message, the byte that names its kind, the zeros with which the JDK fills it up, the
        // seal.
        int lengthOfUpdate = 5 + 5 + 1 + 16 + 16; // nothing else has this length
        AtomicInteger updatesOfClient = new AtomicInteger();
        AtomicInteger updatesOfServer = new AtomicInteger();
        Semaphore sent = new Semaphore(0);
        Server.Service echo = (in, out) -> {
            while (true) {
                out.write(in.readNBytes(bytes.length));
                sent.release(); // and with it the update of the keys, if one is due
            }
        };
        Relay.Passing counting = (record, isOfClient, to) -> {
            if (Relay.isEncrypted(record) && record.length == lengthOfUpdate) {
                (isOfClient ? updatesOfClient : updatesOfServer).incrementAndGet();
            }
            to.write(record);
        };
        try (Server server = new Server(echo, Certificates.good());
                Relay relay = new Relay(server.port(), counting);
                SocketPool pool = builder().build()) {
            for (int i = 0; i < 20; i++) {
                random.nextBytes(bytes);
                try (Lease<Connection> lease = pool.acquire(relay.address())) {
                    lease.get().write(ByteBuffer.wrap(bytes));
                    assertThat(lease.get().in().readNBytes(bytes.length)).isEqualTo(bytes);
                }
                sent.acquire();
            }
            assertThat(server.accepted).hasValue(1);
            assertThat(updatesOfClient).hasPositiveValue();
            assertThat(updatesOfServer).hasPositiveValue();
        }
    }

    @Test
    void bytesThatNobodyAskedForMakeAConnectionUnfit() throws Exception {
        Semaphore sent = new Semaphore(0);
        try (Server server = new Server(
                        (in, out) -> {
                            for (int read = in.read(); read >= 0; read = in.read()) {
                                out.write(read);
                                out.write(99); // a record of its own
                                sent.release();
                            }
                        },
                        Certificates.good());
                SocketPool pool = builder().build()) {
            for (int i = 1; i <= 3; i++) {
                try (Lease<Connection> lease = pool.acquire(server.address())) {
                    lease.get().write(ByteBuffer.wrap(new byte[1]));
                    assertThat(lease.get().in().read()).isEqualTo(0);
                }
                sent.acquire();
            }
            assertThat(server.accepted).hasValue(3);
        }
    }

    @Test
    void anExpiredCertificateIsRefused() throws Exception {
        try (Server server = new Server(Server.ECHO, Certificates.expired());
                SocketPool pool = builder().build()) {
            assertThat(failure(() -> pool.acquire(server.address())))
                    .isInstanceOf(SSLHandshakeException.class)
                    .hasRootCauseInstanceOf(CertificateExpiredException.class);
        }
    }

    @Test
    void aCertificateOfAnotherHostIsRefused() throws Exception {
        try (Server server = new Server(Server.ECHO, Certificates.ofAnotherHost());
                SocketPool pool = builder().build()) {
            assertThat(failure(() -> pool.acquire(server.address())))
                    .isInstanceOf(SSLHandshakeException.class)
                    .hasRootCauseInstanceOf(CertificateException.class)
                    .hasMessageContaining("No subject alternative names matching IP address 127.0.0.1 found");
        }
    }

    @Test
    void aCertificateOfAnUnknownIssuerIsRefused() throws Exception {
        try (Server server = new Server(Server.ECHO, Certificates.good());
                SocketPool pool =
                        Patience.builder().tls(SSLContext.getDefault()).build()) {
            assertThat(failure(() -> pool.acquire(server.address())))
                    .isInstanceOf(SSLHandshakeException.class)
                    .hasMessageContaining("unable to find valid certification path");
        }
    }

    @Test
    void aCertificateThatIsRefusedIsNotTriedAgainByThePoolItself() throws Exception {
        try (Server server = new Server(Server.ECHO, Certificates.expired());
                SocketPool pool = builder()
                        .settings((address, settings) -> settings.openTimeout(java.time.Duration.ofHours(1)))
                        .build()) {
            assertThat(failure(() -> pool.acquire(server.address()))).isInstanceOf(SSLHandshakeException.class);
            assertThat(server.accepted).hasValue(1);
        }
    }

    @Test
    void aVersionThatTheServerDoesNotSpeakIsRefused() throws Exception {
        try (Server server = new Server(Server.ECHO, Certificates.good())) {
            server.speaks("TLSv1.2");
            try (SocketPool pool = builder()
                    .tlsParameters(parameters -> parameters.setProtocols(new String[] {"TLSv1.3"}))
                    .build()) {
                assertThat(failure(() -> pool.acquire(server.address())))
                        .isInstanceOf(SSLHandshakeException.class)
                        .hasMessageEndingWith("Received fatal alert: protocol_version");
            }
        }
    }

    @Test
    void aServerThatSpeaksNoTlsIsRefused() throws Exception {
        try (Server server = new Server(Server.ECHO);
                SocketPool pool = builder().build()) {
            assertThat(failure(() -> pool.acquire(Address.tls("127.0.0.1", server.port()))))
                    .isInstanceOf(SSLException.class);
        }
    }

    @Test
    void theServerChoosesOneOfTheProtocols() throws Exception {
        try (Server server = new Server(Server.ECHO, Certificates.good())) {
            server.offers("b", "c");
            try (SocketPool pool = builder().applicationProtocols("a", "b").build();
                    Lease<Connection> lease = pool.acquire(server.address())) {
                assertThat(lease.get().applicationProtocol()).isEqualTo("b");
            }
            try (SocketPool pool = builder().applicationProtocols("x").build()) {
                assertThat(failure(() -> pool.acquire(server.address())))
                        .isInstanceOf(SSLHandshakeException.class)
                        .hasMessageEndingWith("Received fatal alert: no_application_protocol");
            }
        }
    }

    @Test
    void theNameOfTheHostIsVerifiedAndNotItsAddress() throws Exception {
        try (Server server = new Server(Server.ECHO, Certificates.good());
                SocketPool pool = builder()
                        .resolver(host -> List.of(InetAddress.getByName("127.0.0.1")))
                        .build()) {
            try (Lease<Connection> lease = pool.acquire(Address.tls("Server.Example", server.port()))) {
                assertThat(echo(lease.get(), "hello")).isEqualTo("hello");
            }
            assertThat(failure(() -> pool.acquire(Address.tls("another.example", server.port()))))
                    .hasMessageContaining("No subject alternative DNS name matching another.example found");
        }
    }
}
