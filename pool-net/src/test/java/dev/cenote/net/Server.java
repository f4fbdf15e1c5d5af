package dev.cenote.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;

/** A server on this machine, with a thread for each connection. What it does with one is given; then the connection is closed. */
final class Server implements AutoCloseable {

    interface Service {
        void serve(Socket socket) throws Exception;
    }

    /** Sends back each byte that comes. */
    static final Service ECHO = socket -> {
        byte[] bytes = new byte[8192];
        for (int read = socket.getInputStream().read(bytes);
                read > 0;
                read = socket.getInputStream().read(bytes)) {
            socket.getOutputStream().write(bytes, 0, read);
        }
    };

    final List<Socket> open = new CopyOnWriteArrayList<>();
    final AtomicInteger accepted = new AtomicInteger();
    private final ServerSocket listener;

    Server(Service service) throws IOException {
        this(ServerSocketFactory.getDefault(), 0, service);
    }

    Server(ServerSocketFactory sockets, int port, Service service) throws IOException {
        listener = sockets.createServerSocket(port, 50, InetAddress.getByName("127.0.0.1"));
        daemon("acceptor", () -> accept(service));
    }

    private void accept(Service service) {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                open.add(socket);
                accepted.incrementAndGet();
                daemon("connection", () -> serve(service, socket));
            } catch (IOException e) {
                // closed, or the client has gone
            }
        }
    }

    private void serve(Service service, Socket socket) {
        try (socket) {
            service.serve(socket);
        } catch (Exception e) {
            // the client has gone, or the test has closed the socket
        } finally {
            open.remove(socket);
        }
    }

    private static void daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return listener.getLocalPort();
    }

    Address address() {
        return Address.of("127.0.0.1", port());
    }

    /** Ends every connection as a server does that stops. */
    void finAll() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
    }

    /** Ends every connection as a server does that crashes. */
    void resetAll() throws IOException {
        for (Socket socket : open) {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        finAll();
    }
}
