package dev.cenote.gateway;

import dev.cenote.net.Address;
import dev.cenote.net.Connection;
import dev.cenote.net.SocketPool;
import dev.cenote.pool.PoolException;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/**
 * Leases a connection for each request. A connection that breaks before it has answered is given up, and the request is sent
 * once more over another one: no request here changes anything, so none does harm if it is carried out twice.
 */
final class PooledBackend implements Backend {

    private static final int LARGEST_QUEUE = 10_000;
    private static final Duration ACQUIRE_TIMEOUT = Duration.ofSeconds(2);

    private final Address address;
    private final SocketPool pool;
    private final LongAdder retries = new LongAdder();

    /**
     * Makes the pool.
     *
     * @param size connections at the most
     */
    PooledBackend(InetSocketAddress server, int size) {
        address = Address.of(server.getHostString(), server.getPort());
        pool = SocketPool.builder()
                .name("backend")
                .maxPerAddress(size)
                .maxTotal(size)
                .acquireTimeout(ACQUIRE_TIMEOUT)
                .connectTimeout(Duration.ofMillis(UnpooledBackend.CONNECT_MILLIS))
                .readTimeout(Duration.ofMillis(UnpooledBackend.READ_MILLIS))
                .settings((to, settings) -> settings.maxWaiters(LARGEST_QUEUE))
                .build();
    }

    @Override
    public Frame ask(Frame request) throws IOException, InterruptedException {
        byte[] bytes = request.toBytes();
        try {
            try {
                return pool.withConnection(address, connection -> exchange(connection, bytes));
            } catch (SocketTimeoutException e) {
                throw e; // the client has waited long enough
            } catch (IOException e) {
                retries.increment();
                return pool.withConnection(address, connection -> exchange(connection, bytes));
            }
        } catch (PoolException e) {
            throw new IOException("no connection", e);
        }
    }

    private static Frame exchange(Connection connection, byte[] request) throws IOException {
        Frame.Reader reader = (Frame.Reader) connection.attachment();
        if (reader == null) {
            reader = new Frame.Reader();
            connection.attach(reader);
        }
        connection.out().write(request);
        connection.out().flush();
        Frame answer = reader.next(connection.in());
        if (answer == null) {
            throw new EOFException("the server closed the connection");
        }
        return answer;
    }

    /** Requests that were sent once more. */
    long retries() {
        return retries.sum();
    }

    @Override
    public String stats() {
        return retries.sum() + " requests sent once more; " + pool.stats(address);
    }

    @Override
    public void close() {
        pool.close();
    }
}
