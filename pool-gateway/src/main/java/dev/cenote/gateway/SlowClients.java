package dev.cenote.gateway;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** Clients that send request after request and read no answer, until nobody takes their requests either. */
final class SlowClients implements AutoCloseable {

    private static final byte[] REQUEST = ("GET /login HTTP/1.1\r\nHost: localhost\r\nAuthorization: "
                    + Authorization.SCRAM + " "
                    + Authorization.parameters(null, "n,,n=" + Credentials.name(0) + ",r=slow") + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);

    private final List<Socket> sockets = new ArrayList<>();
    private final LongAdder sent = new LongAdder();

    SlowClients(InetSocketAddress gateway, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            Socket socket = new Socket();
            socket.setReceiveBufferSize(4_096);
            socket.setSendBufferSize(4_096);
            socket.connect(gateway);
            sockets.add(socket);
            Thread thread = new Thread(() -> send(socket), "slow-" + i);
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void send(Socket socket) {
        try {
            while (true) {
                socket.getOutputStream().write(REQUEST);
                sent.increment();
            }
        } catch (IOException e) {
            // closed: by the gateway, which may, or by close(), which ends the thread
        }
    }

    /** Requests that were sent, also those that nobody has read. */
    long sent() {
        return sent.sum();
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
