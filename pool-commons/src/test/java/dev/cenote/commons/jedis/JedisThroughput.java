package dev.cenote.commons.jedis;

import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPool;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.embedded.RedisServer;

/**
 * How many PINGs a second many threads get through the pool of Jedis and through this one, in turn, on one Redis. Arguments: how
 * many threads (1000), how many connections (8), seconds a round (3), rounds (5). Threads are virtual where the JVM has them.
 */
final class JedisThroughput {

    private final int threads;
    private final int connections;
    private final int seconds;

    private JedisThroughput(int threads, int connections, int seconds) {
        this.threads = threads;
        this.connections = connections;
        this.seconds = seconds;
    }

    public static void main(String[] args) throws Exception {
        int[] given = Arrays.stream(args).mapToInt(Integer::parseInt).toArray();
        int[] numbers = {1_000, 8, 3, 5};
        System.arraycopy(given, 0, numbers, 0, given.length);
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        RedisServer server = RedisServer.newRedisServer().port(port).build();
        server.start();
        try {
            new JedisThroughput(numbers[0], numbers[1], numbers[2])
                    .compare(new HostAndPort("localhost", port), numbers[3]);
        } finally {
            server.stop();
        }
    }

    private void compare(HostAndPort address, int rounds) throws Exception {
        JedisClientConfig client = DefaultJedisClientConfig.builder().build();
        System.out.printf(
                "%d %s threads, %d connections, JDK %s%n",
                threads, isVirtual() ? "virtual" : "platform", connections, Runtime.version());
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round <= rounds; round++) {
            double theirs = measured(new ConnectionPool(address, client, config()));
            double ours = measured(new CenoteConnectionPool(address, client, config(), settings -> {}));
            if (round > 0) { // the first warms up
                ratios.add(ours / theirs);
            }
            System.out.printf("%s Jedis %,.0f/s, Cenote %,.0f/s%n", round == 0 ? "warm-up:" : "", theirs, ours);
        }
        ratios.sort(null);
        System.out.printf("Cenote / Jedis, median of %d: %.2f%n", rounds, ratios.get(rounds / 2));
    }

    private GenericObjectPoolConfig<Connection> config() {
        GenericObjectPoolConfig<Connection> config = new ConnectionPoolConfig();
        config.setMaxTotal(connections);
        config.setMaxIdle(connections);
        return config;
    }

    /** PINGs a second; none if they do not end, as those of a pool that holds carriers do. */
    private double measured(ConnectionPool pool) throws Exception {
        LongAdder pings = new LongAdder();
        AtomicBoolean isOver = new AtomicBoolean();
        CountDownLatch ended = new CountDownLatch(threads);
        ThreadFactory factory = threadFactory();
        long begin = System.nanoTime();
        for (int i = 0; i < threads; i++) {
            factory.newThread(() -> {
                        try {
                            while (!isOver.get()) {
                                try (Connection connection = pool.getResource()) {
                                    connection.ping();
                                }
                                pings.increment();
                            }
                        } finally {
                            ended.countDown();
                        }
                    })
                    .start();
        }
        TimeUnit.SECONDS.sleep(seconds);
        isOver.set(true);
        if (!ended.await(30, TimeUnit.SECONDS)) {
            System.out.printf(
                    "%s hangs: %d threads do not end%n", pool.getClass().getSimpleName(), ended.getCount());
            return 0;
        }
        double rate = pings.sum() * 1e9 / (System.nanoTime() - begin);
        pool.close();
        return rate;
    }

    private static boolean isVirtual() {
        return Runtime.version().feature() >= 21;
    }

    private static ThreadFactory threadFactory() throws ReflectiveOperationException {
        if (!isVirtual()) {
            return Thread::new;
        }
        Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
        return (ThreadFactory)
                Class.forName("java.lang.Thread$Builder").getMethod("factory").invoke(builder);
    }
}
