package dev.cenote.examples;

import dev.cenote.net.Address;
import dev.cenote.net.SocketPool;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.Response;
import redis.embedded.RedisServer;

/**
 * Connections to Redis, each leased for a pipeline: many commands, one round trip. Beside it the same with Jedis and its
 * pool.
 */
final class RedisExample implements Examples.Example {

    private static final int CONNECTIONS = 4;
    private static final int THREADS = 16;
    private static final int PIPELINES = 200; // of each thread
    private static final int COMMANDS = 20; // of each pipeline

    /**
     * Sends all commands, then reads all answers. If one fails, the connection is closed, since other answers may follow.
     */
    // snippet: pipeline
    static List<String> pipeline(SocketPool pool, Address redis, List<String[]> commands)
            throws IOException, InterruptedException {
        return pool.withConnection(redis, connection -> {
            for (String[] command : commands) {
                Resp.send(connection.out(), command);
            }
            connection.out().flush();
            List<String> answers = new ArrayList<>();
            for (int i = 0; i < commands.size(); i++) {
                answers.add(Resp.receive(connection.in()));
            }
            return answers;
        });
    }
    // end

    /** The same, by Jedis. */
    static List<String> pipeline(RedisClient jedis, List<String[]> commands) {
        try (Pipeline pipeline = jedis.pipelined()) {
            List<Response<Long>> answers = new ArrayList<>();
            for (String[] command : commands) {
                answers.add(pipeline.incr(command[1]));
            }
            pipeline.sync();
            return answers.stream().map(answer -> answer.get().toString()).toList();
        }
    }

    @Override
    public void run(PrintStream out) throws Exception {
        int port = freePort();
        RedisServer server = RedisServer.newRedisServer()
                .bind("127.0.0.1")
                .port(port)
                .setting("save \"\"")
                .build();
        server.start();
        ConnectionPoolConfig config = new ConnectionPoolConfig();
        config.setMaxTotal(CONNECTIONS);
        config.setMaxIdle(CONNECTIONS);
        Address redis = Address.of("127.0.0.1", port);
        try (SocketPool pool = SocketPool.builder()
                        .maxPerAddress(CONNECTIONS)
                        .readTimeout(Duration.ofSeconds(2))
                        .build();
                RedisClient jedis = RedisClient.builder()
                        .hostAndPort("127.0.0.1", port)
                        .poolConfig(config)
                        .build()) {
            for (int round = 0; round < 2; round++) { // the first is for the compiler
                out.println(timed("SocketPool", commands -> pipeline(pool, redis, commands)));
                out.println(timed("Jedis' pool", commands -> pipeline(jedis, commands)));
            }
            int visits = Integer.parseInt(pipeline(pool, redis, List.<String[]>of(new String[] {"GET", "visits"}))
                    .get(0));
            out.println(visits + " visits, of " + 4 * THREADS * PIPELINES * COMMANDS);
        } finally {
            server.stop();
        }
    }

    /** What is timed. */
    private interface Client {
        List<String> run(List<String[]> commands) throws IOException, InterruptedException;
    }

    private static String timed(String name, Client client) throws Exception {
        List<String[]> commands = new ArrayList<>();
        for (int i = 0; i < COMMANDS; i++) {
            commands.add(new String[] {"INCR", "visits"});
        }
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            long begin = System.nanoTime();
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                running.add(threads.submit(() -> {
                    for (int j = 0; j < PIPELINES; j++) {
                        client.run(commands);
                    }
                    return null;
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            return String.format(Locale.ROOT, "%-12s %,.0f commands/s", name, THREADS * PIPELINES * COMMANDS / seconds);
        } finally {
            threads.shutdown();
        }
    }

    /** Not one of those that the system hands out: nobody else is given it before the server begins. */
    static int freePort() throws IOException {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 30_000);
            try (ServerSocket any = new ServerSocket(port)) {
                return any.getLocalPort();
            } catch (BindException e) {
                // it is taken
            }
        }
    }
}
