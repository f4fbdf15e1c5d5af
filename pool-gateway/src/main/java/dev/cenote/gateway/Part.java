package dev.cenote.gateway;

import com.google.gson.Gson;
import dev.cenote.pool.jdbc.PooledDataSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;

/**
 * The main class of the gateway's and the server's process. It prints its port when it is ready, answers each line of
 * standard input by a line, and ends when its input does: no process outlives the one that started it.
 */
final class Part {

    static final String GATEWAY = "gateway";
    static final String SERVER = "server";
    /** A command: what the part has counted. */
    static final String STATS = "stats";
    /** A command of the server: a FIN to each idle connection. */
    static final String FINISH_IDLE = "finish-idle";
    /** The environment variable with the servers' key, in hexadecimal digits. */
    static final String KEY = "CENOTE_GATEWAY_KEY";

    private static final Duration ACQUIRE_TIMEOUT = Duration.ofSeconds(2);

    /** Answers a command. */
    private interface Command {
        String run(String command) throws IOException, SQLException;
    }

    private Part() {}

    /**
     * Runs a part.
     *
     * @param args which one; its {@link Setup}, in JSON
     */
    public static void main(String[] args) {
        try {
            Setup setup = new Gson().fromJson(args[1], Setup.class);
            if (args[0].equals(GATEWAY)) {
                gateway(setup);
            } else {
                server(setup);
            }
            System.exit(0);
        } catch (Exception e) {
            e.printStackTrace();
            System.exit(1); // threads of what was started would keep the process, and nobody would hear of it
        }
    }

    private static void gateway(Setup setup) throws Exception {
        InetSocketAddress server = new InetSocketAddress(InetAddress.getLoopbackAddress(), setup.serverPort());
        try (Backend backend = setup.sockets() == 0
                        ? new UnpooledBackend(server)
                        : new PooledBackend(server, setup.sockets());
                Gateway gateway = new Gateway(
                        setup.gatewayPort(), backend, Threads.bounded(setup.isVirtual(), setup.workers()))) {
            serve(gateway.port(), command -> backend.stats());
        }
    }

    private static void server(Setup setup) throws Exception {
        byte[] key = HexFormat.of().parseHex(System.getenv(KEY));
        try (PooledDataSource pool = setup.sessions() == 0 ? null : pool(setup)) {
            Users users = new SqlUsers(
                    pool != null ? pool::getConnection : () -> DriverManager.getConnection(setup.url()), setup.table());
            Scram scram = new Scram(users, new ServerNonce(key, System::currentTimeMillis), key, setup.iterations());
            try (LoginServer server = new LoginServer(
                    setup.serverPort(),
                    scram,
                    new Passwords(users, setup.iterations()),
                    Threads.perTask(setup.isVirtual()))) {
                serve(
                        server.port(),
                        command -> command.equals(FINISH_IDLE)
                                ? server.finishIdle() + " connections were sent a FIN"
                                : server.accepted() + " connections accepted; "
                                        + (pool != null ? pool.pool().stats() : "no pool of sessions"));
            }
        }
    }

    private static PooledDataSource pool(Setup setup) throws SQLException {
        return PooledDataSource.builder()
                .url(setup.url())
                .pool(pool -> pool.name("users")
                        .maxSize(setup.sessions())
                        .maxWaiters(10_000)
                        .acquireTimeout(ACQUIRE_TIMEOUT))
                .build();
    }

    private static void serve(int port, Command command) throws IOException, SQLException {
        System.out.println(port);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = in.readLine()) != null; ) {
            System.out.println(command.run(line).replaceAll("\\s*\\R\\s*", " "));
        }
    }
}
