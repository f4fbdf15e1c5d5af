package dev.cenote.bench;

import com.sun.net.httpserver.HttpServer;
import dev.cenote.net.Address;
import dev.cenote.net.Connection;
import dev.cenote.net.SocketPool;
import dev.cenote.pool.KeyedPool;
import dev.cenote.pool.Lease;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.internal.connection.RealCall;
import okhttp3.internal.connection.RealConnection;
import okhttp3.internal.connection.RealConnectionPool;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.PoolEntry;
import org.apache.hc.core5.pool.StrictConnPool;
import org.apache.hc.core5.util.TimeValue;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A healthy connection to a server on this machine is acquired and given back. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 5,
        jvmArgs = {"-Xms1g", "-Xmx1g", "-XX:+AlwaysPreTouch"})
@State(Scope.Benchmark)
public class Sockets {

    private static final int CONNECTIONS = 16;

    /** What is measured. */
    private interface Way extends AutoCloseable {

        /** Acquires a connection and gives it back. */
        Object acquireAndRelease() throws Exception;

        @Override
        void close() throws IOException;
    }

    @Param({"read-without-wait", "keyed-pool-without-look", "cenote", "httpcore", "httpcore-stale-check", "okhttp"})
    public String way;

    private HttpServer server;
    private Way opened;

    @Setup(Level.Trial)
    public void open() throws Exception {
        // So that the server ends no connection that only lies there.
        System.setProperty("sun.net.httpserver.idleInterval", "3600");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), CONNECTIONS);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 2);
            try (exchange) {
                exchange.getResponseBody().write(new byte[] {'o', 'k'});
            }
        });
        server.start();
        opened = open(server.getAddress());
    }

    private Way open(InetSocketAddress address) throws Exception {
        return switch (way) {
            case "read-without-wait" -> new Read(address);
            case "keyed-pool-without-look" -> new WithoutLook(address);
            case "cenote" -> new Cenote(address);
            case "httpcore" -> new HttpCore(address, false);
            case "httpcore-stale-check" -> new HttpCore(address, true);
            case "okhttp" -> new OkHttp(address);
            default -> throw new IllegalArgumentException("way must be one of those above, but was " + way);
        };
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        opened.close();
        server.stop(0);
    }

    @Benchmark
    public Object acquireAndRelease() throws Exception {
        return opened.acquireAndRelease();
    }

    /** The limit: what the look costs by itself. */
    private static final class Read implements Way {

        private final SocketChannel channel;
        private final ByteBuffer buffer = ByteBuffer.allocate(8192);

        Read(InetSocketAddress address) throws IOException {
            channel = SocketChannel.open(address);
            channel.configureBlocking(false);
        }

        @Override
        public Object acquireAndRelease() throws IOException {
            return channel.read(buffer);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private static final class WithoutLook implements Way {

        private final KeyedPool<Address, SocketChannel> pool;
        private final Address address;

        WithoutLook(InetSocketAddress address) {
            this.address = Address.of(address.getHostString(), address.getPort());
            pool = KeyedPool.<Address, SocketChannel>builder(key -> SocketChannel.open(address))
                    .maxPerKey(CONNECTIONS)
                    .build();
        }

        @Override
        public Object acquireAndRelease() throws InterruptedException {
            try (Lease<SocketChannel> lease = pool.acquire(address)) {
                return lease.get();
            }
        }

        @Override
        public void close() {
            pool.close();
        }
    }

    private static final class Cenote implements Way {

        private final SocketPool pool =
                SocketPool.builder().maxPerAddress(CONNECTIONS).build();
        private final Address address;

        Cenote(InetSocketAddress address) {
            this.address = Address.of(address.getHostString(), address.getPort());
        }

        @Override
        public Object acquireAndRelease() throws InterruptedException {
            try (Lease<Connection> lease = pool.acquire(address)) {
                return lease.get();
            }
        }

        @Override
        public void close() {
            pool.close();
        }
    }

    /** Its pool, and the look of its connections, which the client built on it has for those that were idle for 2 s. */
    private static final class HttpCore implements Way {

        private final StrictConnPool<HttpHost, DefaultBHttpClientConnection> pool =
                new StrictConnPool<>(CONNECTIONS, CONNECTIONS);
        private final HttpHost host;
        private final boolean isChecked;

        HttpCore(InetSocketAddress address, boolean isChecked) {
            host = new HttpHost(address.getHostString(), address.getPort());
            this.isChecked = isChecked;
        }

        @Override
        public Object acquireAndRelease() throws Exception {
            PoolEntry<HttpHost, DefaultBHttpClientConnection> entry =
                    pool.lease(host, null).get();
            boolean isStale = !entry.hasConnection()
                    || (isChecked && entry.getConnection().isStale());
            if (isStale) {
                DefaultBHttpClientConnection made = new DefaultBHttpClientConnection(Http1Config.DEFAULT);
                made.bind(new Socket(host.getHostName(), host.getPort()));
                entry.assignConnection(made);
            }
            entry.updateExpiry(TimeValue.NEG_ONE_MILLISECOND); // as its clients do: otherwise it has expired
            pool.release(entry, true);
            return entry;
        }

        @Override
        public void close() {
            pool.close(CloseMode.IMMEDIATE);
        }
    }

    /** What a call does between its beginning and its request; it looks at those that were idle for 10 s. */
    private static final class OkHttp implements Way {

        private final OkHttpClient client = new OkHttpClient();
        private final RealConnectionPool pool = client.connectionPool().getDelegate$okhttp();
        private final RealCall call;
        private final okhttp3.Address address;

        OkHttp(InetSocketAddress address) throws IOException {
            Request request = new Request.Builder()
                    .url("http://" + address.getHostString() + ":" + address.getPort() + "/")
                    .build();
            client.newCall(request).execute().close();
            call = new RealCall(client, request, false);
            this.address = client.address(request.url());
        }

        @Override
        public Object acquireAndRelease() throws IOException {
            RealConnection connection = pool.callAcquirePooledConnection$okhttp(true, address, call, null, false);
            if (connection == null) {
                throw new IOException("the connection has gone");
            }
            synchronized (connection) { // as OkHttp does
                call.releaseConnectionNoEvents$okhttp();
            }
            return connection;
        }

        @Override
        public void close() {
            pool.evictAll();
        }
    }
}
