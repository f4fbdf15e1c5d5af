package dev.cenote.commons.jedis;

import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAccumulator;
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
 * How many PINGs a second many threads get through the pool of Jedis and through this one, in turn, on one Redis, and how long the
 * unluckiest one waits. Each round of
 * each pool is a process of its own, since a pool that hangs leaves threads that hold the carriers of all others. Arguments: how
 * many threads (1000), how many connections (8), seconds a round (3), rounds (5). Threads are virtual where the JVM has them.
 */
final class JedisThroughput {

    /** Of a process, for its answer, since the pools' logs go to the same stream. */
    private static final String ANSWER = "PINGs a second, longest wait in ms: ";

    /** What is read of a pool that hangs. */
    private static final Measured NOTHING = new Measured(0, 0);

    private static final int PATIENCE_SECONDS = 30;

    private final int threads;
    private final int connections;
    private final int seconds;

    private record Measured(double rate, long longestMillis) {

        @Override
        public String toString() {
            return rate == 0 ? "hangs" : String.format("%,.0f/s (longest wait %,d ms)", rate, longestMillis);
        }
    }

    private JedisThroughput(int threads, int connections, int seconds) {
        this.threads = threads;
        this.connections = connections;
        this.seconds = seconds;
    }

    public static void main(String[] args) throws Exception {
        if (args.length == 6) {
            measureHere(args);
            return;
        }
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
            new JedisThroughput(numbers[0], numbers[1], numbers[2]).compare(port, numbers[3]);
        } finally {
            server.stop();
        }
    }

    private void compare(int port, int rounds) throws Exception {
        System.out.printf(
                "%d %s threads, %d connections, JDK %s%n",
                threads, isVirtual() ? "virtual" : "platform", connections, Runtime.version());
        List<Double> ratios = new ArrayList<>();
        int hangs = 0;
        for (int round = 1; round <= rounds; round++) {
            Measured theirs = measuredApart("jedis", port);
            Measured ours = measuredApart("cenote", port);
            System.out.printf("Jedis %s, Cenote %s%n", theirs, ours);
            if (theirs.rate() == 0) {
                hangs++;
            } else {
                ratios.add(ours.rate() / theirs.rate());
            }
        }
        if (hangs > 0) {
            System.out.printf("Jedis' own pool hung in %d of %d rounds%n", hangs, rounds);
        }
        if (!ratios.isEmpty()) {
            ratios.sort(null);
            System.out.printf(
                    "Cenote / Jedis, median of %d rounds: %.2f%n", ratios.size(), ratios.get(ratios.size() / 2));
        }
    }

    /** In a new process. */
    private Measured measuredApart(String which, int port) throws Exception {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        JedisThroughput.class.getName(),
                        which,
                        Integer.toString(port),
                        Integer.toString(threads),
                        Integer.toString(connections),
                        Integer.toString(seconds),
                        "apart")
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Optional<String> answer =
                printed.lines().filter(line -> line.startsWith(ANSWER)).findFirst();
        if (process.waitFor() != 0 || answer.isEmpty()) {
            throw new IllegalStateException("The process of " + which + " failed:\n" + printed);
        }
        String[] numbers = answer.get().substring(ANSWER.length()).split(" ");
        return new Measured(Double.parseDouble(numbers[0]), Long.parseLong(numbers[1]));
    }

    private static void measureHere(String[] args) throws Exception {
        HostAndPort address = new HostAndPort("localhost", Integer.parseInt(args[1]));
        JedisClientConfig client = DefaultJedisClientConfig.builder().build();
        JedisThroughput here =
                new JedisThroughput(Integer.parseInt(args[2]), Integer.parseInt(args[3]), Integer.parseInt(args[4]));
        ConnectionPool pool = switch (args[0]) {
            case "jedis" -> new ConnectionPool(address, client, here.config());
            case "cenote" -> new CenoteConnectionPool(address, client, here.config(), settings -> {});
            default -> throw new IllegalArgumentException(args[0]);
        };
        Measured warmUp = here.measured(pool);
        Measured measured = warmUp.equals(NOTHING) ? NOTHING : here.measured(pool);
        System.out.println(ANSWER + measured.rate() + " " + measured.longestMillis());
        Runtime.getRuntime().halt(0); // threads that hang do not end
    }

    private GenericObjectPoolConfig<Connection> config() {
        GenericObjectPoolConfig<Connection> config = new ConnectionPoolConfig();
        config.setMaxTotal(connections);
        config.setMaxIdle(connections);
        return config;
    }

    /** {@link #NOTHING} if the threads do not end, as those of a pool that holds carriers do not. */
    private Measured measured(ConnectionPool pool) throws Exception {
        LongAdder pings = new LongAdder();
        LongAccumulator longest = new LongAccumulator(Math::max, 0);
        AtomicBoolean isOver = new AtomicBoolean();
        CountDownLatch ended = new CountDownLatch(threads);
        ThreadFactory factory = threadFactory();
        long begin = System.nanoTime();
        for (int i = 0; i < threads; i++) {
            factory.newThread(() -> {
                        try {
                            while (!isOver.get()) {
                                long asked = System.nanoTime();
                                try (Connection connection = pool.getResource()) {
                                    longest.accumulate(System.nanoTime() - asked);
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
        if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            return NOTHING;
        }
        return new Measured(pings.sum() * 1e9 / (System.nanoTime() - begin), longest.get() / 1_000_000);
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
