package dev.cenote.examples;

import dev.cenote.console.Console;
import dev.cenote.pool.Factory;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolStats;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Pools real database connections under load while things go wrong, and shows what callers see. */
@Command(
        name = "bin/demo",
        description = "Drives a pool of real database connections under load and faults, and shows how it goes.")
public final class Demo implements Callable<Integer> {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help message and exit")
    boolean wantsHelp;

    @Option(names = "--threads", defaultValue = "64", description = "threads that query (default: ${DEFAULT-VALUE})")
    int threads;

    @Option(names = "--size", defaultValue = "8", description = "connections in the pool (default: ${DEFAULT-VALUE})")
    int size;

    @Option(
            names = "--seconds",
            defaultValue = "5",
            description = "length of each of the first four phases; the fifth takes 17 s (default: ${DEFAULT-VALUE})")
    int seconds;

    @Option(names = "--h2", description = "use H2, not PostgreSQL")
    boolean wantsH2;

    @Option(
            names = "--console",
            description =
                    "show the pool on a page in the browser; the address is printed, and the page stays until Enter")
    boolean wantsConsole;

    private static final String HANGING = "the pool, connects hang for 5 s and then fail for 10 s; callers have 1 s";
    private static final int HANG_SECONDS = 5;
    private static final int FAIL_SECONDS = 10;
    private static final Duration SHORT_DEADLINE = Duration.ofSeconds(1);

    /** What happens before a connect. */
    private interface Trouble {
        void run() throws SQLException, InterruptedException;
    }

    private volatile Trouble trouble = () -> {};

    // Of the phase that is running.
    private Load load;
    private Pool<Connection> sampled; // null without a pool
    private long queriesBefore;

    private final List<String> rows = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger mostOpen = new AtomicInteger();

    /**
     * Runs the demo.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Demo()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if (threads < 1 || size < 1 || seconds < 2) {
            throw new CommandLine.ParameterException(
                    new CommandLine(this),
                    "threads and size must be 1 or more and seconds 2 or more, but were " + threads + ", " + size
                            + " and " + seconds);
        }
        try (Database database = Database.start(wantsH2)) {
            System.out.printf(
                    "%s, JDK %s, %d processors; %d threads, %d connections, %d s a phase%n",
                    database.name(),
                    System.getProperty("java.version"),
                    Runtime.getRuntime().availableProcessors(),
                    threads,
                    size,
                    seconds);
            withoutPool(database);
            withPool(database);
        }
        System.out.printf(
                "%n%-34s %10s %8s %12s %12s %12s %12s%n",
                "phase", "queries", "errors", "acquire p50", "p99", "max", "recovery");
        rows.forEach(System.out::println);
        if (violations.isEmpty()) {
            System.out.println("\nEvery invariant held: never more than " + size
                    + " connections, each destroyed once, nothing lost.");
            return 0;
        }
        violations.forEach(violation -> System.out.println("VIOLATED: " + violation));
        return 1;
    }

    private void withoutPool(Database database) throws Exception {
        System.out.println("\n1. no pool: a connection for each query");
        Load.Source source = () -> {
            Connection connection = database.connect();
            return loan(connection, connection::close, connection::close);
        };
        load = new Load(source, threads);
        try {
            rest(seconds);
        } finally {
            load.stop();
        }
        addRow("1 no pool", "-");
    }

    private void withPool(Database database) throws Exception {
        Factory<Connection> factory = new Factory<>() {
            @Override
            public Connection create() throws Exception {
                mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
                try {
                    trouble.run();
                    return database.connect();
                } catch (Throwable failure) {
                    open.decrementAndGet();
                    throw failure;
                }
            }

            @Override
            public void destroy(Connection connection) throws SQLException {
                try {
                    connection.close();
                } finally {
                    open.decrementAndGet();
                }
            }
        };
        Pool<Connection> pool = Pool.builder(factory)
                .name("demo")
                .maxSize(size)
                .acquireTimeout(Duration.ofSeconds(2))
                .validator(connection -> connection.isValid(1))
                .build();
        try (pool;
                Console console = wantsConsole ? Console.open(pool) : null) {
            tell(console);
            phase(pool, "2 pool", "the pool", () -> {
                rest(seconds);
                return "-";
            });
            phase(pool, "3 pool, a session killed a second", "the pool, a session killed a second", () -> {
                Duration longest = Duration.ZERO;
                for (int i = 0; i < seconds; i++) {
                    longest = max(longest, killAndAwaitReplacement(database, pool));
                }
                return millis(longest);
            });
            phase(pool, "4 pool, server stopped, started", "the pool, the server stopped and started again", () -> {
                rest(1);
                System.out.println("   stopping the server");
                database.stop();
                rest(2);
                database.start();
                System.out.println("   the server is back");
                long back = System.nanoTime();
                Duration recovery = awaitSuccessAfter(back);
                rest(seconds);
                return millis(recovery);
            });
            phase(pool, "5 pool, connects hang, then fail", HANGING, () -> {
                try (Connection asker = database.connect()) {
                    return connectsHangThenFail(database, pool, asker);
                }
            });
            awaitReader(console);
        }
        check("open connections, at most " + size, mostOpen.get() <= size, mostOpen);
        check("connections left open", open.get() == 0, open);
        PoolStats stats = pool.stats();
        check("total after close", stats.total() == 0, stats);
        check("created = destroyed", stats.created() == stats.destroyed(), stats);
        check("acquired = released", stats.acquired() == stats.released(), stats);
    }

    private static void tell(Console console) throws InterruptedException {
        if (console != null) {
            System.out.println("\nThe pool, live: " + console.uri() + "\nThe demo goes on in 5 s.");
            TimeUnit.SECONDS.sleep(5);
        }
    }

    /** Lets a reader look at the page, if the demo was started by one. */
    private static void awaitReader(Console console) {
        if (console != null && System.console() != null) {
            System.console().readLine("%nThe page is there until you press Enter. ");
        }
    }

    /** Callers have a deadline of 1 s in this phase. */
    private String connectsHangThenFail(Database database, Pool<Connection> pool, Connection asker) throws Exception {
        rest(1);
        System.out.println("   connects hang");
        CountDownLatch end = new CountDownLatch(1);
        trouble = () -> {
            end.await();
            throw new SQLException("the connect hung, and failed");
        };
        pool.invalidateAll();
        restAndCount(database, asker, HANG_SECONDS);
        Histogram timeouts = load.timeouts.getIntervalHistogram();
        System.out.println("   connects fail");
        trouble = () -> {
            throw new SQLException("no connects");
        };
        end.countDown();
        restAndCount(database, asker, FAIL_SECONDS);
        Histogram refusals = load.refusals.getIntervalHistogram();
        System.out.println("   connects succeed again");
        long back = System.nanoTime();
        trouble = () -> {};
        Duration recovery = awaitSuccessAfter(back);
        restAndCount(database, asker, 1);
        System.out.printf(
                Locale.ROOT,
                "   while connects hung, %d callers with a deadline of 1,000 ms were told after %.1f ms (p99 %.1f ms);%n"
                        + "   while they failed, %d callers after %.3f ms (p99 %.3f ms), with the cause%n",
                timeouts.getTotalCount(),
                timeouts.getValueAtPercentile(50) / 1e6,
                timeouts.getValueAtPercentile(99) / 1e6,
                refusals.getTotalCount(),
                refusals.getValueAtPercentile(50) / 1e6,
                refusals.getValueAtPercentile(99) / 1e6);
        check("callers that were told in time", timeouts.getTotalCount() > 0, timeouts.getTotalCount());
        check("callers that were told the cause", refusals.getTotalCount() > 0, refusals.getTotalCount());
        return millis(recovery);
    }

    /** Waits, and asks the server ten times a second how many sessions it has. */
    private void restAndCount(Database database, Connection asker, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            for (int tenth = 0; tenth < 10; tenth++) {
                TimeUnit.MILLISECONDS.sleep(100);
                int sessions = database.sessions(asker);
                check("sessions at the server, at most " + size, sessions <= size, sessions);
            }
            print(sampled.stats());
        }
    }

    private void phase(Pool<Connection> pool, String row, String title, Callable<String> script) throws Exception {
        System.out.println("\n" + row.charAt(0) + ". " + title);
        sampled = pool;
        Load.Source source = () -> {
            Lease<Connection> lease = title.equals(HANGING) ? pool.acquire(SHORT_DEADLINE) : pool.acquire();
            return loan(lease.get(), lease::close, lease::invalidate);
        };
        String recovery;
        load = new Load(source, threads);
        try {
            recovery = script.call();
        } finally {
            load.stop();
        }
        addRow(row, recovery);
        PoolStats stats = pool.stats();
        check("waiters after a phase", stats.waiters() == 0, stats);
        check("leases after a phase", stats.leased() == 0, stats);
    }

    /** Waits, and prints a line each second. */
    private void rest(int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            TimeUnit.SECONDS.sleep(1);
            print(sampled == null ? null : sampled.stats());
        }
    }

    private Duration killAndAwaitReplacement(Database database, Pool<Connection> pool) throws Exception {
        long createdBefore = pool.stats().created();
        long start = System.nanoTime();
        int killed = database.killOneSession();
        while (killed > 0 && pool.stats().created() == createdBefore && System.nanoTime() - start < 5_000_000_000L) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        rest(1);
        return took;
    }

    private Duration awaitSuccessAfter(long instant) throws InterruptedException {
        while (load.lastSuccessNanos.get() - instant < 0) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        return Duration.ofNanos(load.lastSuccessNanos.get() - instant);
    }

    private void check(String what, boolean holds, Object seen) {
        if (!holds) {
            violations.add(what + ": " + seen);
        }
    }

    private void print(PoolStats stats) {
        long queries = load.queries.sum();
        long rate = Math.max(0, queries - queriesBefore);
        queriesBefore = queries;
        Histogram acquires = load.lately();
        String line = String.format(
                Locale.ROOT,
                "   %7d queries/s   acquire p50 %s p99 %s",
                rate,
                micros(acquires.getValueAtPercentile(50)),
                micros(acquires.getValueAtPercentile(99)));
        if (stats != null) {
            line += String.format(
                    "   leased %d idle %d waiters %d   created %d destroyed %d",
                    stats.leased(), stats.idle(), stats.waiters(), stats.created(), stats.destroyed());
            check("objects, at most " + size, stats.total() + stats.creating() <= size, stats);
        }
        System.out.println(line);
    }

    private void addRow(String name, String recovery) {
        queriesBefore = 0;
        Histogram acquires = load.whole();
        rows.add(String.format(
                Locale.ROOT,
                "%-34s %10d %8d %12s %12s %12s %12s",
                name,
                load.queries.sum(),
                load.errors.sum(),
                micros(acquires.getValueAtPercentile(50)),
                micros(acquires.getValueAtPercentile(99)),
                micros(acquires.getMaxValue()),
                recovery));
    }

    private static String micros(long nanos) {
        return String.format(Locale.ROOT, "%,d µs", nanos / 1_000);
    }

    private static String millis(Duration time) {
        return time.toMillis() + " ms";
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private interface Closing {
        void run() throws SQLException;
    }

    private static Load.Loan loan(Connection connection, Closing giveBack, Closing giveUp) {
        return new Load.Loan() {
            @Override
            public Connection connection() {
                return connection;
            }

            @Override
            public void giveBack() throws SQLException {
                giveBack.run();
            }

            @Override
            public void giveUp() throws SQLException {
                giveUp.run();
            }
        };
    }
}
