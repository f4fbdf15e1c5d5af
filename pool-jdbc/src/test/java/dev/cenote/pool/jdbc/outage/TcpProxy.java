package dev.cenote.pool.jdbc.outage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What lies between a client and its server: passes bytes on, late, not at all, or breaks. */
final class TcpProxy implements AutoCloseable {

    /** What happens to what comes. */
    enum Mode {
        PASS,
        /** Later by {@link #DELAY_MILLIS}, each way. */
        DELAY,
        /** Connections are reset as soon as they are there. */
        REFUSE,
        /** Connections are accepted, and nothing is ever passed on, as behind a firewall that drops packets. */
        SWALLOW
    }

    static final int DELAY_MILLIS = 100;

    private final ServerSocket listener;
    private final List<Link> links = new CopyOnWriteArrayList<>();
    private volatile int target;
    private volatile Mode mode = Mode.PASS;

    TcpProxy(int target) throws IOException {
        this.target = target;
        listener = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Where new connections lead to. */
    void lead(int toPort) {
        target = toPort;
    }

    void set(Mode newMode) {
        mode = newMode;
    }

    /** Resets every connection. */
    void cut() {
        links.forEach(Link::reset);
    }

    /** From now on nothing more passes on the connections that are open. */
    void muteOpen() {
        links.forEach(link -> link.isMute = true);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Link link = new Link(client);
                links.add(link);
                start(mode == Mode.REFUSE ? link::reset : link::open);
            } catch (IOException e) {
                // closed, or the client has gone
            }
        }
    }

    private static void start(Runnable task) {
        Thread thread = new Thread(task, "proxy");
        thread.setDaemon(true);
        thread.start();
    }

    /** One connection through the proxy. */
    private final class Link {

        private final Socket client;
        private volatile Socket server;
        private volatile boolean isMute;

        Link(Socket client) {
            this.client = client;
        }

        void open() {
            try {
                Socket opened = new Socket();
                opened.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), 2_000);
                server = opened;
                start(() -> pump(client, opened));
                pump(opened, client);
            } catch (IOException e) {
                reset();
            }
        }

        private void pump(Socket from, Socket to) {
            byte[] buffer = new byte[8_192];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    if (mode == Mode.SWALLOW) {
                        isMute = true; // what was lost once is not sent again
                    }
                    if (mode == Mode.DELAY) {
                        Thread.sleep(DELAY_MILLIS);
                    }
                    if (!isMute) {
                        out.write(buffer, 0, count);
                    }
                }
                if (!isMute && mode != Mode.SWALLOW) {
                    to.close();
                }
            } catch (IOException e) {
                if (!isMute && mode != Mode.SWALLOW) {
                    reset();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        void reset() {
            links.remove(this);
            for (Socket socket : new Socket[] {client, server}) {
                try {
                    if (socket != null) {
                        socket.setSoLinger(true, 0);
                        socket.close();
                    }
                } catch (IOException e) {
                    // it is closed
                }
            }
        }
    }
}
