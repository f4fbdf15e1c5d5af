package dev.cenote.gateway;

import dev.cenote.gateway.Frame.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The TCP server, in which all decisions are taken. A thread serves each connection: it reads a {@link Frame}, answers it,
 * and reads the next.
 */
final class LoginServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LoginServer.class);
    private static final int BACKLOG = 1_024;
    /** After an accept that failed: what the machine is short of (files, threads) is not there at once. */
    private static final long PAUSE_NANOS = 100_000_000;

    private final Scram scram;
    private final Passwords passwords;
    private final ServerSocket listener;
    private final ExecutorService threads;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final LongAdder accepted = new LongAdder();

    /**
     * Listens on this machine.
     *
     * @param port 0 for any that is free
     */
    LoginServer(int port, Scram scram, Passwords passwords, ExecutorService threads) throws IOException {
        this(listener(port), scram, passwords, threads);
    }

    LoginServer(ServerSocket listener, Scram scram, Passwords passwords, ExecutorService threads) {
        this.listener = listener;
        this.scram = scram;
        this.passwords = passwords;
        this.threads = threads;
        Thread acceptor = new Thread(this::accept, "accept");
        acceptor.setDaemon(true);
        acceptor.start();
    }

    private static ServerSocket listener(int port) throws IOException {
        ServerSocket listener = new ServerSocket();
        listener.setReuseAddress(true);
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        return listener;
    }

    int port() {
        return listener.getLocalPort();
    }

    long accepted() {
        return accepted.sum();
    }

    /** Sends a FIN to each connection that waits for a request, and returns to how many. */
    int finishIdle() throws IOException {
        int finished = 0;
        for (Connection connection : connections) {
            finished += connection.finishIfIdle() ? 1 : 0;
        }
        return finished;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                serve(listener.accept());
            } catch (IOException | RejectedExecutionException | OutOfMemoryError e) {
                if (!listener.isClosed()) {
                    LOG.error("A connection could not be accepted.", e);
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        }
    }

    /** Without a thread there is no connection: its client is not to wait for an answer. */
    private void serve(Socket socket) throws IOException {
        accepted.increment();
        try {
            threads.execute(new Connection(socket));
        } catch (RejectedExecutionException | OutOfMemoryError e) { // no native thread is an OutOfMemoryError, too
            socket.close();
            throw e;
        }
    }

    /** What the request is answered by. */
    Frame answer(Frame request) {
        try {
            return switch (request.kind()) {
                case FIRST -> scram.first(request.field(0));
                case FINAL -> scram.last(request.field(0), request.field(1));
                case PLAIN -> passwords.login(request.field(0), request.field(1));
                default -> Frame.of(Kind.MALFORMED, request.kind() + " is no request");
            };
        } catch (SQLException e) {
            // The pool logs the outage with its cause, which is none of the client's business.
            return Frame.of(Kind.UNAVAILABLE, "no database");
        } catch (RuntimeException e) {
            LOG.error("{} could not be answered.", request.kind(), e);
            return Frame.of(Kind.UNAVAILABLE, "a bug of the server");
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Connection connection : connections) {
            connection.socket.close();
        }
        threads.shutdown();
    }

    private final class Connection implements Runnable {

        private final Socket socket;
        private boolean isBusy; // guarded by this

        Connection(Socket socket) {
            this.socket = socket;
        }

        @Override
        public void run() {
            connections.add(this);
            try (socket) {
                socket.setTcpNoDelay(true);
                socket.setKeepAlive(true);
                serve();
            } catch (IOException e) {
                LOG.debug("A connection of the gateway failed.", e);
            } finally {
                connections.remove(this);
            }
        }

        private void serve() throws IOException {
            Frame.Reader reader = new Frame.Reader();
            for (Frame request; (request = reader.next(socket.getInputStream())) != null; ) {
                setBusy(true);
                socket.getOutputStream().write(answer(request).toBytes());
                setBusy(false);
            }
        }

        private synchronized void setBusy(boolean isBusy) {
            this.isBusy = isBusy;
        }

        synchronized boolean finishIfIdle() throws IOException {
            if (isBusy || socket.isClosed() || socket.isOutputShutdown()) {
                return false;
            }
            socket.shutdownOutput();
            return true;
        }
    }
}
