package dev.cenote.commons.jedis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.authentication.core.SimpleToken;
import redis.clients.authentication.core.Token;
import redis.clients.authentication.core.TokenAuthConfig;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.authentication.AuthXManager;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;
import redis.embedded.RedisServer;

@Timeout(60)
class CenoteConnectionPoolTest {

    private static RedisServer server;
    private static HostAndPort address;

    private final ConnectionPoolConfig config = new ConnectionPoolConfig();
    private CenoteConnectionPool pool;
    private RedisClient client;

    /** Another process may take the port that was free: then the server does not start, and gets another one. */
    @BeforeAll
    static void start() throws IOException {
        for (int triesLeft = 2; address == null; triesLeft--) {
            int port;
            try (ServerSocket free = new ServerSocket(0)) {
                port = free.getLocalPort();
            }
            server = RedisServer.newRedisServer().port(port).build();
            try {
                server.start();
                address = new HostAndPort("localhost", port);
            } catch (IOException e) {
                if (triesLeft == 0) {
                    throw e;
                }
            }
        }
    }

    @AfterAll
    static void stop() throws IOException {
        server.stop();
    }

    private void open() {
        pool = new CenoteConnectionPool(
                address, DefaultJedisClientConfig.builder().build(), config, settings -> settings.name("redis"));
        client = RedisClient.builder().connectionProvider(pool).build();
    }

    @AfterEach
    void close() {
        if (client != null) {
            client.close();
            assertThat(pool.isClosed()).isTrue();
        }
    }

    @Test
    void aClientUsesItsConnections() {
        open();
        long before = pool.pool().stats().acquired(); // the client has asked for the server's version
        client.set("key", "value");
        assertThat(client.get("key")).isEqualTo("value");
        assertThat(pool.getNumActive()).isZero();
        assertThat(pool.getNumIdle()).isEqualTo(1);
        assertThat(pool.pool().stats().acquired()).isEqualTo(before + 2);
    }

    @Test
    void aConnectionThatBrokeIsReplaced() {
        config.setMaxTotal(1);
        open();
        String id = client.executeCommand(new CommandArguments(Command.CLIENT).add("ID"))
                .toString();
        try (RedisClient other = RedisClient.create(address)) {
            other.executeCommand(
                    new CommandArguments(Command.CLIENT).add("KILL").add("ID").add(id));
        }
        assertThatThrownBy(() -> client.get("key")).isInstanceOf(JedisConnectionException.class);
        assertThat(client.set("key", "again")).isEqualTo("OK");
        assertThat(pool.pool().stats().created()).isEqualTo(2);
    }

    @Test
    void anExhaustedPoolIsAnExceptionOfJedis() {
        config.setMaxTotal(1);
        config.setMaxWait(Duration.ofMillis(1));
        open();
        try (Connection connection = pool.getResource()) {
            assertThat(connection.ping()).isTrue();
            assertThatThrownBy(() -> client.get("key"))
                    .isInstanceOf(JedisException.class)
                    .rootCause()
                    .hasMessageContaining("redis")
                    .hasMessageContaining("leased 1");
        }
        assertThat(client.set("key", "value")).isEqualTo("OK");
    }

    @Test
    void aServerThatIsNotThereIsTheExceptionOfJedis() {
        pool = new CenoteConnectionPool(
                new HostAndPort("localhost", 1),
                DefaultJedisClientConfig.builder().build());
        client = RedisClient.builder().connectionProvider(pool).build();
        assertThatThrownBy(() -> client.get("key")).isInstanceOf(JedisConnectionException.class);
    }

    @Test
    void anEvictionByHandValidatesIdleConnections() throws Exception {
        open();
        pool.addObjects(2);
        int idle = pool.getNumIdle();
        long before = pool.pool().stats().validations();
        pool.evict();
        while (pool.pool().stats().validations() < before + idle) {
            Thread.onSpinWait();
        }
        assertThat(pool.pool().stats().destroyed()).isZero();
    }

    private static ExecutorService virtualThreads() {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The program of jedis#3927. */
    @Test
    @Tag("full")
    void aThousandVirtualThreadsAreServed() throws Exception {
        assumeTrue(Runtime.version().feature() >= 21);
        open();
        ExecutorService threads = virtualThreads();
        List<Future<Boolean>> pings = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            pings.add(threads.submit(() -> {
                try (Connection connection = pool.getResource()) {
                    return connection.ping();
                }
            }));
        }
        for (Future<Boolean> ping : pings) {
            assertThat(ping.get(30, TimeUnit.SECONDS)).isTrue();
        }
        threads.shutdown();
        assertThat(pool.pool().stats().total()).isLessThanOrEqualTo(8);
    }

    private static Token token(String value) {
        long now = System.currentTimeMillis();
        return new SimpleToken("app", value, now + 3_600_000, now, Map.of());
    }

    private static String authentications(RedisClient administrator) {
        String info = administrator.info("commandstats");
        return info.lines()
                .filter(line -> line.startsWith("cmdstat_auth:"))
                .findFirst()
                .orElse("none");
    }

    @Test
    void aNewTokenReachesTheConnectionsThatExist() {
        AuthXManager tokens = new AuthXManager(TokenAuthConfig.builder()
                .expirationRefreshRatio(0.8f)
                .tokenRequestExecTimeoutInMs(5_000)
                .identityProviderConfig(() -> () -> token("first"))
                .build());
        try (RedisClient administrator = RedisClient.create(address)) {
            administrator.executeCommand(new CommandArguments(Command.ACL)
                    .addObjects("SETUSER", "app", "on", ">first", ">second", "~*", "+@all"));
            pool = new CenoteConnectionPool(
                    address,
                    DefaultJedisClientConfig.builder().authXManager(tokens).build());
            client = RedisClient.builder().connectionProvider(pool).build();
            String connection = id();
            String before = authentications(administrator);
            tokens.authenticateConnections(token("second"));
            assertThat(client.ping()).isEqualTo("PONG");
            assertThat(id()).as("the same connection").isEqualTo(connection);
            assertThat(authentications(administrator))
                    .as("which has logged in again")
                    .isNotEqualTo(before);
        } finally {
            tokens.stop();
        }
    }

    private String id() {
        return client.executeCommand(new CommandArguments(Command.CLIENT).add("ID"))
                .toString();
    }
}
