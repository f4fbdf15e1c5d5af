package dev.cenote.net;

import static dev.cenote.net.SocketPoolTest.echo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.cenote.pool.AcquirePhase;
import dev.cenote.pool.CreateFailedException;
import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolTimeoutException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How a connection is made, and what a caller sees if none can be made. */
class ConnectingTest {

    private static final Duration SOON = Duration.ofMillis(300);

    private static List<InetAddress> addresses(String... literals) {
        List<InetAddress> addresses = new ArrayList<>();
        for (String literal : literals) {
            try {
                addresses.add(InetAddress.getByName(literal));
            } catch (UnknownHostException e) {
                throw new AssertionError(e);
            }
        }
        return addresses;
    }

    /** A listener whose queue is full, so that the system answers no further connect. */
    private static final class FullQueue implements AutoCloseable {

        final ServerSocket listener = new ServerSocket();
        private final List<SocketChannel> clients = new ArrayList<>();

        FullQueue(String host, int port) throws IOException {
            listener.bind(new InetSocketAddress(host, port), 1);
            boolean isConnected = true;
            while (isConnected) {
                SocketChannel client = SocketChannel.open();
                client.configureBlocking(false);
                client.connect(listener.getLocalSocketAddress());
                clients.add(client);
                try (var selector = java.nio.channels.Selector.open()) {
                    client.register(selector, java.nio.channels.SelectionKey.OP_CONNECT);
                    isConnected = client.isConnected() || (selector.select(100) > 0 && client.finishConnect());
                }
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
            for (SocketChannel client : clients) {
                client.close();
            }
        }
    }

    /** Not one of those that the system hands out: nobody else is given it meanwhile. */
    static int freePort() throws IOException {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 30_000);
            try (ServerSocket socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (BindException e) {
                // it is taken
            }
        }
    }

    @Test
    void aRefusedConnectFailsAtOnce() throws Exception {
        int port = freePort();
        try (SocketPool pool = Patience.builder().build()) {
            assertThatThrownBy(() -> pool.acquire(Address.of("127.0.0.1", port)))
                    .isInstanceOf(CreateFailedException.class)
                    .cause()
                    .isInstanceOf(ConnectException.class)
                    .hasMessage("127.0.0.1:" + port + " can't be reached (127.0.0.1:" + port + ": Connection refused)");
        }
    }

    @Test
    void aHostWithoutAddressFailsAtOnce() throws Exception {
        Resolver resolver = host -> {
            throw new UnknownHostException(host);
        };
        try (SocketPool pool = Patience.builder().resolver(resolver).build()) {
            assertThatThrownBy(() -> pool.acquire(Address.of("nowhere.example", 1)))
                    .isInstanceOf(CreateFailedException.class)
                    .cause()
                    .isInstanceOf(UnknownHostException.class)
                    .hasMessage("nowhere.example");
        }
    }

    @Test
    void aResolverThatUsesUpTheConnectTimeoutIsNamed() throws Exception {
        Resolver slow = host -> {
            long started = System.nanoTime();
            while (System.nanoTime() - started < 2_000_000) {
                Thread.onSpinWait();
            }
            return addresses("127.0.0.1");
        };
        try (SocketPool pool = Patience.builder()
                .resolver(slow)
                .connectTimeout(Duration.ofMillis(1))
                .build()) {
            assertThatThrownBy(() -> pool.acquire(Address.of("server.example", 1)))
                    .cause()
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("to find the addresses of server.example took longer than 1 ms");
        }
    }

    @Test
    void aConnectTimeoutMayBeAsLongAsADuration() throws Exception {
        try (Server server = new Server(Server.ECHO);
                SocketPool pool = Patience.builder()
                        .connectTimeout(Duration.ofSeconds(Long.MAX_VALUE))
                        .build();
                Lease<Connection> lease = pool.acquire(server.address())) {
            assertThat(echo(lease.get(), "hello")).isEqualTo("hello");
        }
    }

    @Test
    void aFullQueueFailsAtTheConnectTimeout() throws Exception {
        Duration connectTimeout = Duration.ofSeconds(1);
        try (FullQueue server = new FullQueue("127.0.0.1", 0);
                SocketPool pool = Patience.builder()
                        .maxPerAddress(1)
                        .connectTimeout(connectTimeout)
                        .build()) {
            int port = server.listener.getLocalPort();
            long started = System.nanoTime();
            assertThatThrownBy(() -> pool.acquire(Address.of("127.0.0.1", port)))
                    .isInstanceOf(CreateFailedException.class)
                    .cause()
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage(
                            "127.0.0.1:" + port + " did not answer within 1000 ms (127.0.0.1:" + port + ": no answer)");
            assertThat(System.nanoTime() - started).isGreaterThanOrEqualTo(connectTimeout.toNanos());
        }
    }

    @Test
    void aFullQueueFailsAtTheCallersDeadlineIfThatComesFirst() throws Exception {
        try (FullQueue server = new FullQueue("127.0.0.1", 0);
                SocketPool pool = Patience.builder().build()) {
            Address address = Address.of("127.0.0.1", server.listener.getLocalPort());
            assertThatThrownBy(() -> pool.acquire(address, SOON)).isInstanceOf(PoolTimeoutException.class);
        }
    }

    @Test
    void aTlsServerThatSaysNothingFailsAtTheConnectTimeout() throws Exception {
        try (Server server = new Server(Server.SILENT);
                SocketPool pool = Patience.builder()
                        .maxPerAddress(1)
                        .connectTimeout(Duration.ofSeconds(1))
                        .build()) {
            assertThatThrownBy(() -> pool.acquire(Address.tls("127.0.0.1", server.port())))
                    .isInstanceOf(CreateFailedException.class)
                    .cause()
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessageStartingWith("the TLS handshake with tls://127.0.0.1:" + server.port());
        }
    }

    @Test
    void aServerThatClosesEachConnectionIsGivenUpAfterSomeTries() throws Exception {
        AtomicInteger made = new AtomicInteger();
        try (Server server = new Server((in, out) -> {})) {
            ConnectionAction untilItIsClosed = connection -> {
                int number = made.incrementAndGet();
                while (server.accepted.get() < number || server.open() > 0) {
                    Thread.yield();
                }
            };
            try (SocketPool pool = Patience.builder()
                    .maxPerAddress(2)
                    .onConnect(untilItIsClosed)
                    .build()) {
                assertThatThrownBy(() -> pool.acquire(server.address()))
                        .isInstanceOf(CreateFailedException.class)
                        .cause()
                        .isInstanceOf(ConnectException.class)
                        .hasMessage(server.address() + " closed 5 connections before they were used");
            }
        }
    }

    /** Connections that are dead when they are made: the time of the first wait is not taken off twice. */
    @Test
    void anAsynchronousAcquireHasItsWholeTimeThoughConnectionsWereDead() throws Exception {
        Duration timeout = Duration.ofMillis(400);
        AtomicInteger made = new AtomicInteger();
        CountDownLatch end = new CountDownLatch(1);
        AtomicInteger served = new AtomicInteger();
        Server.Service closesAllButTheFirst = (in, out) -> {
            if (served.incrementAndGet() == 1) {
                in.read();
            }
        };
        try (Server server = new Server(closesAllButTheFirst);
                SocketPool pool = Patience.builder()
                        .maxPerAddress(1)
                        .onConnect(connection -> {
                            int number = made.incrementAndGet();
                            while (number > 1 && (server.accepted.get() < number || server.open() > 0)) {
                                Thread.yield();
                            }
                            if (number > 3) {
                                end.await();
                            }
                        })
                        .build()) {
            Lease<Connection> first = pool.acquire(server.address());
            long started = System.nanoTime();
            CompletableFuture<Lease<Connection>> second = pool.acquireAsync(server.address(), timeout);
            while (System.nanoTime() - started < timeout.toNanos() / 4) {
                Thread.onSpinWait();
            }
            first.invalidate();
            assertThatThrownBy(second::get).hasCauseInstanceOf(PoolTimeoutException.class);
            assertThat(System.nanoTime() - started).isGreaterThanOrEqualTo(timeout.toNanos());
            end.countDown();
        }
    }

    /** A call that does not return by itself. */
    private static final class Hang {

        final CountDownLatch hasBegun = new CountDownLatch(1);
        final CountDownLatch isInterrupted = new CountDownLatch(1);

        void run() throws InterruptedException {
            hasBegun.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                isInterrupted.countDown();
                throw e;
            }
        }
    }

    private interface Hanging {
        SocketPoolBuilder in(SocketPoolBuilder builder, Hang hang);
    }

    static Stream<Named<Hanging>> hangings() {
        return Stream.of(
                Named.of(
                        "the resolver",
                        (builder, hang) -> builder.resolver(host -> {
                            try {
                                hang.run();
                            } catch (InterruptedException e) {
                                throw new UnknownHostException("interrupted");
                            }
                            throw new AssertionError("nothing ends it");
                        })),
                Named.of("onConnect", (builder, hang) -> builder.onConnect(connection -> hang.run())));
    }

    @ParameterizedTest
    @MethodSource("hangings")
    void whatHangsWhileAConnectionIsMadeHoldsNoCallerBeyondItsTime(Hanging hanging) throws Exception {
        Hang hang = new Hang();
        try (Server server = new Server(Server.ECHO);
                SocketPool pool =
                        hanging.in(Patience.builder(), hang).maxPerAddress(1).build()) {
            assertThatThrownBy(() -> pool.acquire(server.address(), SOON))
                    .isInstanceOfSatisfying(
                            PoolTimeoutException.class,
                            failure -> assertThat(failure.phase()).isEqualTo(AcquirePhase.CREATING));
            assertThat(hang.isInterrupted.getCount()).isOne(); // somebody else may still get it
            hang.hasBegun.await(); // what has not begun when the pool is closed never does
        }
        hang.isInterrupted.await(); // the close does not wait for it either
    }

    @ParameterizedTest
    @MethodSource("hangings")
    @Tag("full")
    void whatHangsWhileAConnectionIsMadeIsInterruptedSoonAfterTheConnectTimeout(Hanging hanging) throws Exception {
        Hang hang = new Hang();
        Duration connectTimeout = Duration.ofMillis(500);
        try (Server server = new Server(Server.ECHO);
                SocketPool pool = hanging.in(Patience.builder(), hang)
                        .connectTimeout(connectTimeout)
                        .build()) {
            long started = System.nanoTime();
            assertThatThrownBy(() -> pool.acquire(server.address()))
                    .isInstanceOf(CreateFailedException.class)
                    .cause()
                    .isInstanceOf(TimeoutException.class);
            assertThat(System.nanoTime() - started)
                    .isGreaterThanOrEqualTo(connectTimeout.plusSeconds(2).toNanos());
            hang.isInterrupted.await();
        }
    }

    @Test
    void theNameIsResolvedForEachConnection() throws Exception {
        AtomicReference<List<InetAddress>> answer = new AtomicReference<>(addresses("127.0.0.1"));
        try (Server old = new Server(Server.ECHO);
                Server moved = new Server(Server.ECHO, null, "127.0.0.2", old.port());
                SocketPool pool = Patience.builder()
                        .maxPerAddress(1)
                        .resolver(host -> answer.get())
                        .build()) {
            Address address = Address.of("server.example", old.port());
            try (Lease<Connection> lease = pool.acquire(address)) {
                echo(lease.get(), "hello");
            }
            answer.set(addresses("127.0.0.2"));
            try (Lease<Connection> lease = pool.acquire(address)) {
                assertThat(lease.get().remoteAddress()).isEqualTo(new InetSocketAddress("127.0.0.1", old.port()));
            }
            old.finAll();
            try (Lease<Connection> lease = pool.acquire(address)) {
                assertThat(lease.get().remoteAddress()).isEqualTo(new InetSocketAddress("127.0.0.2", old.port()));
                echo(lease.get(), "hello");
            }
            assertThat(moved.accepted).hasValue(1);
        }
    }

    @Test
    void anAddressThatDoesNotAnswerIsPassedAfterTheAttemptDelay() throws Exception {
        try (Server server = new Server(Server.ECHO, null, "127.0.0.2", 0);
                FullQueue dead = new FullQueue("127.0.0.1", server.port());
                SocketPool pool = SocketPool.builder()
                        .resolver(host -> addresses("127.0.0.1", "127.0.0.2", "127.0.0.3"))
                        .build()) {
            long started = System.nanoTime();
            try (Lease<Connection> lease = pool.acquire(Address.of("server.example", server.port()))) {
                assertThat(System.nanoTime() - started).isGreaterThanOrEqualTo(250_000_000);
                assertThat(lease.get().remoteAddress()).isEqualTo(new InetSocketAddress("127.0.0.2", server.port()));
                echo(lease.get(), "hello");
            }
            assertThat(dead.listener.isClosed()).isFalse();
        }
    }

    /** Counts the files that the process has open, where that can be had: one that is left at each connect would show. */
    @Test
    void attemptsThatLoseAreClosed() throws Exception {
        UnixOperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class);
        assumeTrue(system != null);
        int connects = 40;
        try (Server server = new Server(Server.ECHO, null, "127.0.0.2", 0);
                FullQueue dead = new FullQueue("127.0.0.1", server.port());
                SocketPool pool = Patience.builder()
                        .attemptDelay(Duration.ofMillis(10))
                        .resolver(host -> addresses("127.0.0.1", "127.0.0.2"))
                        .build()) {
            Address address = Address.of("server.example", server.port());
            pool.acquire(address).invalidate();
            long before = system.getOpenFileDescriptorCount();
            for (int i = 0; i < connects; i++) {
                pool.acquire(address).invalidate();
            }
            while (system.getOpenFileDescriptorCount() > before + connects / 4) {
                Thread.onSpinWait(); // closed off this thread; others of this JVM open files, too
            }
            assertThat(dead.listener.isClosed()).isFalse();
        }
    }

    @Test
    void anAddressThatRefusesIsPassedAtOnce() throws Exception {
        try (Server server = new Server(Server.ECHO, null, "127.0.0.3", 0);
                SocketPool pool = Patience.builder()
                        .attemptDelay(Duration.ofHours(1))
                        .resolver(host -> addresses("127.0.0.1", "127.0.0.2", "127.0.0.3"))
                        .build();
                Lease<Connection> lease = pool.acquire(Address.of("server.example", server.port()))) {
            assertThat(echo(lease.get(), "hello")).isEqualTo("hello");
        }
    }

    @Test
    void theFailureTellsOfEachAddressAndNoTwoAttemptsComeInOneBurst() throws Exception {
        int port = freePort();
        try (SocketPool pool = Patience.builder()
                .resolver(host -> addresses("127.0.0.1", "127.0.0.2", "127.0.0.3"))
                .build()) {
            long started = System.nanoTime();
            assertThatThrownBy(() -> pool.acquire(Address.of("server.example", port)))
                    .cause()
                    .hasMessage("server.example:" + port + " can't be reached (127.0.0.1:" + port
                            + ": Connection refused; 127.0.0.2:" + port + ": Connection refused; 127.0.0.3:" + port
                            + ": Connection refused)");
            assertThat(System.nanoTime() - started).isGreaterThanOrEqualTo(2 * 10_000_000);
        }
    }

    @Test
    void theFamiliesOfAddressesTakeTurns() throws Exception {
        int port = freePort();
        try (SocketPool pool = Patience.builder()
                .resolver(host -> addresses("127.0.0.1", "127.0.0.2", "::1"))
                .build()) {
            assertThatThrownBy(() -> pool.acquire(Address.of("server.example", port)))
                    .cause()
                    .message()
                    .containsSubsequence("127.0.0.1:", "0:0:0:0:0:0:0:1:", "127.0.0.2:");
        }
    }

    @Test
    void whatTheServerSaysFirstIsKeptForTheFirstHolder() throws Exception {
        try (Server server = new Server((in, out) -> {
                    out.write(7);
                    Server.ECHO.serve(in, out);
                });
                SocketPool pool = Patience.builder().maxPerAddress(1).build()) {
            for (int i = 0; i < 3; i++) {
                try (Lease<Connection> lease = pool.acquire(server.address())) {
                    if (i == 0) {
                        assertThat(lease.get().in().read()).isEqualTo(7);
                    }
                    echo(lease.get(), "hello");
                }
            }
            assertThat(server.accepted).hasValue(1);
        }
    }

    @Test
    void aPingDoesNotTakeWhatTheServerSaysFirst() throws Exception {
        Semaphore greeted = new Semaphore(0);
        AtomicBoolean hasTakenAny = new AtomicBoolean();
        try (Server server = new Server((in, out) -> {
                    out.write(7);
                    greeted.release();
                    Server.ECHO.serve(in, out);
                });
                SocketPool pool = Patience.builder()
                        .maxPerAddress(2)
                        .minIdlePerAddress(1)
                        .pingIfIdleFor(Duration.ZERO)
                        .ping(connection -> {
                            hasTakenAny.compareAndSet(false, connection.in().available() > 0);
                            return echo(connection, "ping").equals("ping"); // or it came before the greeting
                        })
                        .build();
                Lease<Connection> first = pool.acquire(server.address())) {
            assertThat(first.get().in().read()).isEqualTo(7);
            while (pool.stats(server.address()).idle() < 1) {
                Thread.onSpinWait(); // the one that lies ready, and was never leased
            }
            greeted.acquire(2);
            try (Lease<Connection> second = pool.acquire(server.address())) {
                assertThat(second.get().in().read()).isEqualTo(7);
                assertThat(echo(second.get(), "hello")).isEqualTo("hello");
            }
            assertThat(hasTakenAny).isFalse();
        }
    }

    @Test
    void theProtocolBeginsAndEndsEachConnection() throws Exception {
        List<String> heard = new CopyOnWriteArrayList<>();
        try (Server server = new Server((in, out) -> {
            out.write('>');
            for (int command = in.read(); command >= 0; command = in.read()) {
                heard.add("" + (char) command);
                out.write('!');
            }
        })) {
            try (SocketPool pool = Patience.builder()
                            .maxPerAddress(1)
                            .onConnect(connection -> {
                                assertThat(connection.in().read()).isEqualTo('>');
                                connection.out().write('h');
                                connection.out().flush();
                                assertThat(connection.in().read()).isEqualTo('!');
                            })
                            .onClose(connection -> {
                                connection.out().write('q');
                                connection.out().flush();
                            })
                            .build();
                    Lease<Connection> lease = pool.acquire(server.address())) {
                lease.get().out().write('r');
                lease.get().out().flush();
                assertThat(lease.get().in().read()).isEqualTo('!');
            }
            server.awaitAllClosed();
            assertThat(heard).containsExactly("h", "r", "q");
        }
    }

    @Test
    void aBeginningThatFailsIsNoConnection() throws Exception {
        try (Server server = new Server(Server.ECHO);
                SocketPool pool = Patience.builder()
                        .maxPerAddress(1)
                        .onConnect(connection -> {
                            throw new IOException("wrong password");
                        })
                        .build()) {
            assertThatThrownBy(() -> pool.acquire(server.address()))
                    .isInstanceOf(CreateFailedException.class)
                    .cause()
                    .hasMessage("wrong password");
            server.awaitAccepted(1);
            server.awaitAllClosed();
            assertThat(server.accepted).hasValue(1);
        }
    }

    @Test
    void theOptionsOfTheSocketAreSet() throws Exception {
        try (Server server = new Server(Server.ECHO);
                SocketPool pool = Patience.builder()
                        .bindAddress(InetAddress.getByName("127.0.0.9"))
                        .option(StandardSocketOptions.SO_RCVBUF, 50_000)
                        .keepAlive(Duration.ofSeconds(10), Duration.ofSeconds(5), 3)
                        .build();
                Lease<Connection> lease = pool.acquire(server.address())) {
            assertThat(lease.get().localAddress().toString()).startsWith("/127.0.0.9:");
            SocketChannel channel = channelOf(lease.get());
            assertThat(channel.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
            assertThat(channel.getOption(StandardSocketOptions.SO_KEEPALIVE)).isTrue();
            assertThat(channel.getOption(ExtendedSocketOptions.TCP_KEEPIDLE)).isEqualTo(10);
            assertThat(channel.getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL))
                    .isEqualTo(5);
            assertThat(channel.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT)).isEqualTo(3);
            assertThat(channel.getOption(StandardSocketOptions.SO_RCVBUF)).isGreaterThanOrEqualTo(50_000);
        }
    }

    /** What a connection stands on; nobody but a test should have it. */
    private static SocketChannel channelOf(Connection connection) throws ReflectiveOperationException {
        Field link = connection.getClass().getDeclaredField("link");
        link.setAccessible(true);
        Field channel = link.getType().getDeclaredField("channel");
        channel.setAccessible(true);
        return (SocketChannel) channel.get(link.get(connection));
    }

    @Test
    void aUnixDomainSocketIsAnAddressLikeAnother(@TempDir Path folder) throws Exception {
        Path path = folder.resolve("socket");
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                SocketPool pool = Patience.builder().maxPerAddress(1).build()) {
            listener.bind(UnixDomainSocketAddress.of(path));
            AtomicReference<SocketChannel> served = new AtomicReference<>();
            Server.daemon("unix", () -> {
                try {
                    while (true) {
                        SocketChannel channel = listener.accept();
                        served.set(channel);
                        Server.daemon("connection", () -> {
                            try {
                                Server.ECHO.serve(
                                        java.nio.channels.Channels.newInputStream(channel),
                                        java.nio.channels.Channels.newOutputStream(channel));
                            } catch (Exception e) {
                                // the test closes it
                            }
                        });
                    }
                } catch (IOException e) {
                    // the test is over
                }
            });
            Address address = Address.unix(path);
            try (Lease<Connection> lease = pool.acquire(address)) {
                assertThat(echo(lease.get(), "hello")).isEqualTo("hello");
            }
            SocketChannel first = served.get();
            try (Lease<Connection> lease = pool.acquire(address)) {
                assertThat(echo(lease.get(), "again")).isEqualTo("again");
                lease.get().readTimeout(Duration.ofMillis(50));
                assertThatThrownBy(() -> lease.get().in().read())
                        .isInstanceOf(SocketTimeoutException.class)
                        .hasMessage("nothing came from unix:" + path + " within 50 ms");
            }
            try (Lease<Connection> lease = pool.acquire(address)) {
                assertThat(echo(lease.get(), "hello")).isEqualTo("hello");
            }
            assertThat(served.get()).isNotSameAs(first);
            served.get().shutdownOutput();
            try (Lease<Connection> lease = pool.acquire(address)) {
                assertThat(echo(lease.get(), "hello")).isEqualTo("hello");
            }
        }
    }
}
