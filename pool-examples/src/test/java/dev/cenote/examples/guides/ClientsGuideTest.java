package dev.cenote.examples.guides;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.embedded.RedisServer;

/** The code of docs/guides/clients.md. */
class ClientsGuideTest {

    static Pool<HttpClient> openHttp() {
        // snippet: http
        HttpClient shared = HttpClient.newHttpClient();
        Pool<HttpClient> backend = Pool.builder(() -> shared) // thread-safe, and pools its connections itself
                .name("backend")
                .maxSize(8) // so many requests at a time
                .maxWaiters(200)
                .acquireTimeout(Duration.ofSeconds(1))
                .maxLifetime(Duration.ZERO)
                .executor(Runnable::run)
                .build();
        // end
        return backend;
    }

    static int request(Pool<HttpClient> backend, HttpRequest request) throws InterruptedException, IOException {
        // snippet: request
        try (Lease<HttpClient> lease = backend.acquire()) {
            HttpResponse<String> response = lease.get().send(request, BodyHandlers.ofString());
            return response.statusCode();
        }
        // end
    }

    static CompletableFuture<String> requestAsync(Pool<HttpClient> backend, HttpRequest request) {
        // snippet: request-async
        return backend.acquireAsync()
                .thenCompose(lease -> lease.get()
                        .sendAsync(request, BodyHandlers.ofString())
                        .whenComplete((response, failure) -> lease.close()))
                .thenApply(HttpResponse::body);
        // end
    }

    static Pool<Jedis> openRedis(HostAndPort server) {
        // snippet: redis
        Pool<Jedis> redis = Pool.builder(() -> new Jedis(
                        server,
                        DefaultJedisClientConfig.builder()
                                .connectionTimeoutMillis(1_000)
                                .socketTimeoutMillis(2_000)
                                .autoNegotiateProtocol(false)
                                .build()))
                .name("redis")
                .maxSize(16)
                .acquireTimeout(Duration.ofSeconds(1))
                .validator(connection -> "PONG".equals(connection.ping()))
                .validationTimeout(Duration.ofSeconds(3))
                .build();
        // end
        return redis;
    }

    static String visit(Pool<Jedis> redis, String page) throws InterruptedException {
        // snippet: visit
        try (Lease<Jedis> lease = redis.acquire()) {
            try {
                return "visit " + lease.get().incr("visits:" + page);
            } catch (JedisConnectionException e) {
                lease.invalidate(e); // this one is dead; the others are looked at before anybody gets them
                throw e;
            }
        }
        // end
    }

    @Test
    void noMoreRequestsAreOnTheWayThanThePoolAllows() throws Exception {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", exchange -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            Thread.yield();
            now.decrementAndGet();
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("ok".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            exchange.close();
        });
        server.start();
        URI there = URI.create("http://localhost:" + server.getAddress().getPort() + "/");
        HttpRequest request =
                HttpRequest.newBuilder(there).timeout(Duration.ofSeconds(20)).build();
        try (Pool<HttpClient> backend = openHttp()) {
            assertThat(request(backend, request)).isEqualTo(200);
            CompletableFuture<?>[] all = new CompletableFuture<?>[24];
            for (int i = 0; i < all.length; i++) {
                all[i] = requestAsync(backend, request)
                        .thenAccept(body -> assertThat(body).isEqualTo("ok"));
            }
            CompletableFuture.allOf(all).join();
            assertThat(most).hasValueBetween(1, 8);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aDeadConnectionIsReplaced() throws Exception {
        int port = freePort();
        RedisServer server =
                RedisServer.newRedisServer().port(port).setting("save \"\"").build();
        server.start();
        try (Pool<Jedis> redis = openRedis(new HostAndPort("localhost", port))) {
            assertThat(visit(redis, "home")).isEqualTo("visit 1");
            server.stop();
            assertThatThrownBy(() -> visit(redis, "home")).isInstanceOf(JedisConnectionException.class);
            server.start();
            assertThat(visit(redis, "home")).startsWith("visit ");
            assertThat(redis.stats().destroyed()).isPositive();
        } finally {
            server.stop();
        }
    }

    /** Not one of those that the system hands out: nobody else is given it while the server is away. */
    private static int freePort() throws IOException {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 30_000);
            try (ServerSocket free = new ServerSocket(port)) {
                return free.getLocalPort();
            } catch (BindException e) {
                // it is taken
            }
        }
    }
}
