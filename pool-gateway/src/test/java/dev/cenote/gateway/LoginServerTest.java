package dev.cenote.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.gateway.Frame.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A server on a machine that is short of what it needs for one moment. */
class LoginServerTest {

    private final AtomicBoolean isShort = new AtomicBoolean(true);

    @Test
    void connectionsAreAcceptedAgainAfterAnAcceptThatFailed() throws Exception {
        ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress()) {
            @Override
            public Socket accept() throws IOException {
                if (isShort.getAndSet(false)) {
                    throw new IOException("Too many open files");
                }
                return super.accept();
            }
        };
        try (LoginServer server = server(listener, Executors.newCachedThreadPool())) {
            assertThat(ask(server)).isEqualTo(Kind.MALFORMED);
        }
    }

    @Test
    void connectionsAreAcceptedAgainAfterAThreadThatCouldNotBeStarted() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool(task -> {
            if (isShort.getAndSet(false)) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            return new Thread(task);
        });
        ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        try (LoginServer server = server(listener, threads)) {
            assertThat(ask(server)).isNull(); // it is closed, and does not wait for ever
            assertThat(ask(server)).isEqualTo(Kind.MALFORMED);
        }
    }

    private static LoginServer server(ServerSocket listener, ExecutorService threads) {
        byte[] key = new byte[32];
        Users users = name -> null;
        Scram scram = new Scram(users, new ServerNonce(key, System::currentTimeMillis), key, 10);
        return new LoginServer(listener, scram, new Passwords(users, 10), threads);
    }

    /** The kind of the answer, null if the server closes the connection. */
    private static Kind ask(LoginServer server) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(Frame.of(Kind.WELCOME, "").toBytes());
            Frame answer = new Frame.Reader().next(socket.getInputStream());
            return answer == null ? null : answer.kind();
        }
    }
}
