package dev.cenote.latency;

import dev.cenote.peers.Maker;
import dev.cenote.peers.Peer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Measures one pool, in a process of its own. The order comes on standard input, so that no password is seen among the
 * processes; how far it is goes to standard output, and the result to files.
 */
public final class Measurement {

    /** How a failure begins that is no pool's. */
    static final String SETUP_FAILED = "the setup failed";

    private static final long FILL_MILLIS = 60_000;
    private static final long GRACE_MILLIS = 60_000;

    private final Order order;
    private final Queue<Connection> opened = new ConcurrentLinkedQueue<>();

    /**
     * What to measure.
     *
     * @param folder where the result goes
     * @param setup SQL to be run on the database first; null if none
     */
    record Order(Settings settings, String pool, int round, String folder, String setup) {

        Path result() {
            return Path.of(folder, pool + "." + round + ".json");
        }

        Path waits() {
            return Path.of(folder, pool + "." + round + ".hlog");
        }

        /** What the process says on its standard error. */
        Path errors() {
            return Path.of(folder, pool + "." + round + ".err");
        }
    }

    /**
     * What the process tells in a line of its standard output.
     *
     * @param part of the whole time that has passed
     * @param turnsPerSecond lately; not a number while warming up
     * @param longestNanos the longest wait, lately
     * @param failure null while all is well
     */
    record Line(double part, double turnsPerSecond, long longestNanos, String failure) {}

    private Measurement(Order order) {
        this.order = order;
    }

    /**
     * Runs in the process that measures.
     *
     * @param args none
     */
    public static void main(String[] args) {
        try {
            Order order = Json.read(new String(System.in.readAllBytes(), Json.CHARSET), Order.class);
            endInTime(order.settings());
            new Measurement(order).run();
            Runtime.getRuntime().halt(0); // whatever the pool has left behind
        } catch (Throwable e) {
            StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace, true));
            System.err.println(Secrets.masked(trace.toString()));
            fail(reasons(e));
        }
    }

    private static void fail(String reason) {
        System.out.println(Json.line(new Line(1, 0, 0, reason)));
        System.out.flush();
        Runtime.getRuntime().halt(1);
    }

    /** In case that the pool hangs, also when it is opened or closed. */
    private static void endInTime(Settings settings) {
        long millis = (long) ((settings.warmUpSeconds() + settings.seconds()) * 1e3)
                + FILL_MILLIS
                + settings.timeoutMillis()
                + GRACE_MILLIS;
        Threads.start(false, () -> {
            Time.SYSTEM.sleepUntil(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
            fail("it hangs");
        });
    }

    /** The messages of a failure and its causes, in one line. */
    private static String reasons(Throwable failure) {
        StringBuilder reasons = new StringBuilder();
        for (Throwable each = failure; each != null; each = each.getCause()) {
            String message = each.getMessage() == null ? each.getClass().getSimpleName() : each.getMessage();
            if (reasons.indexOf(message) < 0) {
                reasons.append(reasons.length() == 0 ? "" : ": ").append(message.replaceAll("\\s+", " "));
            }
        }
        return Secrets.masked(reasons.toString());
    }

    private void run() throws Exception {
        Settings settings = order.settings();
        Database database = settings.database();
        if (order.setup() != null) {
            setUp(database);
        }
        String server = database == null ? null : database.tried();
        Maker maker = database == null ? new Maker() : new Maker(this::open);
        Peer.Named kind = Contestants.nameable(settings).get(order.pool());
        Load.Result result;
        try (Peer peer = kind.kind().open(settings.size(), maker);
                WaitLog log = new WaitLog(Files.newOutputStream(order.waits()))) {
            peer.fill(settings.size());
            result = new Load(settings, peer, log, Measurement::tell).await();
        } finally {
            for (Connection connection : opened) {
                connection.close();
            }
        }
        write(result, server);
    }

    private void setUp(Database database) {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(order.setup());
        } catch (SQLException e) {
            throw new IllegalStateException(SETUP_FAILED, e);
        }
    }

    private Connection open() {
        try {
            Connection connection = order.settings().database().connect();
            opened.add(connection);
            return connection;
        } catch (SQLException e) {
            throw new IllegalStateException("no connection", e);
        }
    }

    private static void tell(double part, Histogram waits, double seconds) {
        System.out.println(Json.line(new Line(part, waits.getTotalCount() / seconds, waits.getMaxValue(), null)));
    }

    private void write(Load.Result result, String server) throws IOException {
        Outcome outcome = new Outcome(
                order.pool(),
                order.round(),
                null,
                result.tallies().stream().mapToLong(Caller.Tally::turns).toArray(),
                result.tallies().stream().mapToLong(Caller.Tally::timeouts).sum(),
                result.tallies().stream().mapToLong(Caller.Tally::unbegun).sum(),
                order.settings().seconds(),
                result.processors(),
                result.switchesPerSecond(),
                ManagementFactory.getGarbageCollectorMXBeans().stream()
                        .map(GarbageCollectorMXBean::getName)
                        .toList(),
                server);
        Files.writeString(order.result(), Json.text(outcome));
    }
}
