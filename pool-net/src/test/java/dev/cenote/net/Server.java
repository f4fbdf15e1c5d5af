package dev.cenote.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A server on this machine, with a thread for each connection. What it does with one is given; then the connection is closed. */
final class Server implements AutoCloseable {

    interface Service {
        void serve(InputStream in, OutputStream out) throws Exception;
    }

    /** Sends back what comes, piece by piece. */
    static final Service ECHO = (in, out) -> {
        byte[] bytes = new byte[64 * 1024];
        for (int read = in.read(bytes); read > 0; read = in.read(bytes)) {
            out.write(bytes, 0, read);
        }
    };

    /** Takes what comes and says nothing. */
    static final Service SILENT = (in, out) -> in.transferTo(OutputStream.nullOutputStream());

    private record Accepted(Socket raw, Socket socket) {}

    final AtomicInteger accepted = new AtomicInteger();
    /** One for each handshake of TLS that is over. */
    final Semaphore handshakes = new Semaphore(0);

    private final List<Accepted> open = new CopyOnWriteArrayList<>();
    private final ServerSocket listener = new ServerSocket();
    private final @Nullable SSLContext tls;
    private final Service service;
    private volatile String[] versions = {};
    private volatile String[] offers = {};

    Server(Service service) throws IOException {
        this(service, null);
    }

    /** @param tls null for a plain server */
    Server(Service service, @Nullable SSLContext tls) throws IOException {
        this(service, tls, "127.0.0.1", 0);
    }

    /** @param port zero for any */
    Server(Service service, @Nullable SSLContext tls, String host, int port) throws IOException {
        this.service = service;
        this.tls = tls;
        listener.setReuseAddress(true);
        listener.bind(new InetSocketAddress(InetAddress.getByName(host), port), 200);
        daemon("acceptor", this::accept);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket raw = listener.accept();
                raw.setTcpNoDelay(true);
                Socket socket = raw;
                if (tls != null) {
                    SSLSocket wrapped = (SSLSocket) tls.getSocketFactory().createSocket(raw, null, raw.getPort(), true);
                    wrapped.setUseClientMode(false);
                    SSLParameters parameters = wrapped.getSSLParameters();
                    parameters.setApplicationProtocols(offers);
                    if (versions.length > 0) {
                        parameters.setProtocols(versions);
                    }
                    wrapped.setSSLParameters(parameters);
                    wrapped.addHandshakeCompletedListener(over -> handshakes.release());
                    socket = wrapped;
                }
                Accepted connection = new Accepted(raw, socket);
                open.add(connection);
                accepted.incrementAndGet();
                daemon("connection", () -> serve(connection));
            } catch (IOException e) {
                // closed, or the client has gone
            }
        }
    }

    private void serve(Accepted connection) {
        try (Socket socket = connection.socket()) {
            service.serve(socket.getInputStream(), socket.getOutputStream());
        } catch (Exception e) {
            // the client has gone, or the test has closed the socket
        } finally {
            open.remove(connection);
        }
    }

    static void daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** From now on, which versions of TLS. */
    void speaks(String... versions) {
        this.versions = versions;
    }

    /** From now on, which protocols by ALPN. */
    void offers(String... protocols) {
        offers = protocols;
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Until that many connections were accepted in all; a client knows of each before the server does. */
    void awaitAccepted(int connections) {
        while (accepted.get() < connections) {
            Thread.yield();
        }
    }

    /** How many connections are open, as far as the server knows. */
    int open() {
        return open.size();
    }

    Address address() {
        return tls == null ? Address.of("127.0.0.1", port()) : Address.tls("127.0.0.1", port());
    }

    private interface End {
        void of(Accepted connection) throws IOException;
    }

    /** As a server does that stops. (To close an {@code SSLSocket} that another thread reads can hang in the JDK.) */
    private static final End FIN = connection -> {
        if (connection.socket() instanceof SSLSocket) {
            connection.socket().shutdownOutput();
        }
        connection.raw().close();
    };

    /** As a server does that crashes. */
    private static final End RESET = connection -> {
        connection.raw().setSoLinger(true, 0);
        connection.raw().close();
    };

    /** Without a word, also where TLS would have one. */
    private static final End CUT = connection -> connection.raw().close();

    private static void end(Accepted connection, End end) {
        try {
            end.of(connection);
        } catch (IOException e) {
            // it has just ended by itself
        }
    }

    /** Returns when none is open. Those that it accepts meanwhile end, too: a client knows of one before the server does. */
    private void endAll(End end) {
        Set<Accepted> told = new HashSet<>();
        while (!open.isEmpty()) {
            for (Accepted connection : open) {
                if (told.add(connection)) {
                    end(connection, end);
                }
            }
            Thread.yield();
        }
    }

    void finAll() {
        endAll(FIN);
    }

    void resetAll() {
        endAll(RESET);
    }

    void cutAll() {
        endAll(CUT);
    }

    /** Returns when one of the connections has ended, if there are any. */
    private void endOne(End end, Random random) {
        List<Accepted> known = List.copyOf(open);
        if (!known.isEmpty()) {
            Accepted one = known.get(random.nextInt(known.size()));
            end(one, end);
            while (open.contains(one)) {
                Thread.yield(); // a socket that a thread reads is closed by that thread, once it has been woken
            }
        }
    }

    void finOne(Random random) {
        endOne(FIN, random);
    }

    void resetOne(Random random) {
        endOne(RESET, random);
    }

    void cutOne(Random random) {
        endOne(CUT, random);
    }

    /** Asks for a new handshake on every connection, as TLS 1.2 allows; the threads of the connections go through with it. */
    void shakeHandsAgain() {
        for (Accepted connection : open) {
            daemon("handshake", () -> {
                try {
                    ((SSLSocket) connection.socket()).startHandshake();
                } catch (IOException e) {
                    // the connection ends
                }
            });
        }
    }

    /** A socket that a thread reads is closed by that thread, once it has been woken. */
    void awaitAllClosed() {
        while (!open.isEmpty()) {
            Thread.yield();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Accepted connection : open) {
            end(connection, FIN);
        }
    }
}
