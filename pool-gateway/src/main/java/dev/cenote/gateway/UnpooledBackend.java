package dev.cenote.gateway;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.atomic.LongAdder;

/** Opens a connection for each request: what a pool is measured against. */
final class UnpooledBackend implements Backend {

    static final int CONNECT_MILLIS = 2_000;
    static final int READ_MILLIS = 5_000;

    private final InetSocketAddress address;
    private final LongAdder opened = new LongAdder();

    UnpooledBackend(InetSocketAddress address) {
        this.address = address;
    }

    @Override
    public Frame ask(Frame request) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(READ_MILLIS);
            socket.connect(address, CONNECT_MILLIS);
            opened.increment();
            socket.getOutputStream().write(request.toBytes());
            Frame answer = new Frame.Reader().next(socket.getInputStream());
            if (answer == null) {
                throw new EOFException("the server closed the connection");
            }
            return answer;
        }
    }

    @Override
    public String stats() {
        return opened.sum() + " connections opened, no pool";
    }

    @Override
    public void close() {}
}
