package dev.cenote.gateway;

import dev.cenote.gateway.Credentials.Credential;
import dev.cenote.gateway.Main.Case;
import dev.cenote.peers.Machine;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import picocli.CommandLine;

/** One run of the command: users, cases, faults, costs. */
final class Run {

    /** Passwords that the users share among them; fewer where one takes long to derive. */
    private static final int MOST_PASSWORDS = 1_024;

    private static final int MOST_ITERATIONS_OF_ALL = 10_000_000;
    /** Of a row of the costs: few, since a plain login may take a second of a processor. */
    private static final int CLIENTS_OF_COSTS = 32;

    private static final long USERS_OF_COSTS = 10_000;

    private final Main options;
    private final Path folder;
    private final PrintStream out = System.out;
    private final Map<String, String> facts = new LinkedHashMap<>();
    private final List<Result> results = new ArrayList<>();
    private final List<Fault.Seen> faults = new ArrayList<>();
    private final List<Report.Cost> costs = new ArrayList<>();

    Run(Main options, Path folder) {
        this.options = options;
        this.folder = folder;
    }

    /** What was measured before a failure stays in the {@link #report}. */
    void measure() throws IOException, SQLException, InterruptedException {
        try {
            measureAll();
        } catch (Exception e) {
            facts.put("failed", e.toString());
            throw e;
        }
    }

    private void measureAll() throws IOException, SQLException, InterruptedException {
        expectDisk();
        Files.createDirectories(folder);
        try (Database database = new Database(options.data)) {
            expectDisk(database);
            putFacts(database);
            Credentials credentials = users(database, options.users, options.iterations);
            Measurement load = measurement(options.seconds, attempts(credentials, options.users, options.isPlain));
            for (Map.Entry<Case, Setup> each : options.setups(database.url()).entrySet()) {
                measure(each.getKey(), each.getValue(), load, database);
            }
            if (!options.faults().isEmpty()) {
                chaos(load, database);
            }
            for (int iterations : options.costs) {
                costs.add(cost(iterations, database));
            }
        }
    }

    /** Of what has been measured so far; none if nothing has. */
    Optional<Report> report() {
        return results.isEmpty() && faults.isEmpty() && costs.isEmpty()
                ? Optional.empty()
                : Optional.of(new Report(settings(), facts, results, faults, costs));
    }

    // --- users

    /** Says what users and a new database need, and throws if there is too little for them before anything is written. */
    private void expectDisk() throws IOException {
        Files.createDirectories(options.data);
        long needed = options.users * UserTable.BYTES_PER_USER + UserTable.BYTES_BESIDES;
        out.printf(
                "%s users need some %s of disk in %s, of which %s are free. They stay for the next run.%n",
                Text.count(options.users), Text.bytes(needed), options.data, Text.bytes(freeBytes()));
        if (!Database.isIn(options.data)) {
            expectFree(needed);
        }
    }

    /** Of a database that was there: for the users that it does not have yet. */
    private void expectDisk(Database database) throws IOException, SQLException {
        try (Connection connection = database.connect()) {
            expectFree(new UserTable(connection, options.iterations).missingBytes(options.users));
        }
    }

    private void expectFree(long needed) throws IOException {
        if (freeBytes() < needed) {
            throw new IOException("too little disk in " + options.data + ": " + Text.bytes(needed) + " are needed, but "
                    + Text.bytes(freeBytes()) + " are free");
        }
    }

    private long freeBytes() throws IOException {
        return Files.getFileStore(options.data).getUsableSpace();
    }

    private Credentials users(Database database, long users, int iterations)
            throws SQLException, IOException, InterruptedException {
        int passwords = Math.max(16, Math.min(MOST_PASSWORDS, MOST_ITERATIONS_OF_ALL / iterations));
        Credentials credentials = new Credentials(passwords, iterations);
        try (Connection connection = database.connect()) {
            UserTable table = new UserTable(connection, iterations);
            long size = table.size();
            if (size < users) {
                Progress progress = new Progress(out, CommandLine.Help.Ansi.AUTO.enabled(), "users", size, users);
                table.fill(users, credentials::of, progress::tell);
            } else {
                table.fill(users, credentials::of, count -> {}); // the index, if the last run was interrupted before it
            }
            table.warm();
        }
        return credentials;
    }

    private static Supplier<LoginAttempt> attempts(Credentials credentials, long users, boolean isPlain) {
        SplittableRandom random = new SplittableRandom();
        Supplier<String> nonces = () -> Long.toString(random.nextLong() >>> 1, Character.MAX_RADIX)
                + Long.toString(random.nextLong() >>> 1, Character.MAX_RADIX);
        BiFunction<String, Credential, LoginAttempt> attempt =
                isPlain ? LoginAttempt::plain : (name, credential) -> LoginAttempt.scram(name, credential, nonces);
        return () -> {
            long user = random.nextLong(users);
            return attempt.apply(Credentials.name(user), credentials.of(user));
        };
    }

    // --- measurements

    private Measurement measurement(double seconds, Supplier<LoginAttempt> attempts) {
        return new Measurement(
                options.clients, options.rate, options.warmUp, seconds, (long) (options.timeout * 1_000), attempts);
    }

    private Stack stack(Database database, Setup setup) throws IOException {
        return new Stack(database, setup, options.jvmArguments, folder.resolve("servers.log"));
    }

    private void measure(Case each, Setup setup, Measurement load, Database database)
            throws IOException, InterruptedException {
        Measurement measurement = each == Case.POOL ? load : load.withSeconds(options.otherSeconds);
        try (Stack stack = stack(database, setup)) {
            Result result = measurement.run(each.what, stack, setup, measurement::justRun);
            results.add(result);
            facts.put("counted, " + result.name(), String.join("; ", result.stats()));
            out.printf(
                    "   %s: %s logins/s, %s errors, p99 %s%n",
                    result.name(),
                    Text.count(result.loginsPerSecond()),
                    Text.count(result.errorCount()),
                    Text.millis(result.percentileNanos().get(2)));
        }
    }

    private void chaos(Measurement load, Database database) throws IOException, InterruptedException {
        Setup setup = options.setup(database.url());
        try (Stack stack = stack(database, setup)) {
            load.run("chaos", stack, setup, (tally, running) -> {
                for (Fault fault : options.faults()) {
                    Fault.Seen seen = fault.run(stack, database, tally, running, options.faultSeconds);
                    faults.add(seen);
                    out.printf("   %s: %s%n", fault.what, Text.errors(seen.errors()));
                }
            });
        }
    }

    private Report.Cost cost(int iterations, Database database) throws IOException, SQLException, InterruptedException {
        Credentials credentials = users(database, USERS_OF_COSTS, iterations);
        Setup setup = options.setup(database.url()).withTable(UserTable.name(iterations), iterations);
        try (Stack stack = stack(database, setup)) {
            List<Result> both = new ArrayList<>();
            for (boolean isPlain : new boolean[] {false, true}) {
                Measurement closedLoop = new Measurement(
                        CLIENTS_OF_COSTS,
                        0,
                        Math.min(5, options.warmUp),
                        options.otherSeconds,
                        (long) (options.timeout * 1_000),
                        attempts(credentials, USERS_OF_COSTS, isPlain));
                both.add(closedLoop.run(isPlain ? "plain" : "SCRAM", stack, setup, closedLoop::justRun));
            }
            out.printf(
                    "   %s iterations: %s%n",
                    Text.count(iterations),
                    both.stream()
                            .map(result -> Text.count(result.loginsPerSecond()) + " logins/s by " + result.name())
                            .toList());
            return new Report.Cost(iterations, both.get(0), both.get(1));
        }
    }

    // --- what the report says of it

    private String settings() {
        return Text.count(options.clients) + " clients, "
                + (options.rate == 0
                        ? "each again as soon as it is done"
                        : Text.count(options.rate) + " logins a second due")
                + ", by " + (options.isPlain ? "Basic" : Authorization.SCRAM) + ", of " + Text.count(options.users)
                + " users; " + Text.count(options.sockets) + " sockets, " + Text.count(options.sessions)
                + " sessions of the database and "
                + (options.isVirtual ? "virtual threads" : options.workers + " workers")
                + "; recorded for " + Text.count(options.seconds) + " s after " + Text.count(options.warmUp)
                + " s of warm-up.";
    }

    private void putFacts(Database database) throws IOException, SQLException {
        facts.put("command", options.command());
        facts.put("date", ZonedDateTime.now().truncatedTo(ChronoUnit.SECONDS).toString());
        facts.put("machine", Machine.here(System.getProperty("java.class.path")).summary());
        try (Connection connection = database.connect()) {
            facts.put("database", "PostgreSQL " + connection.getMetaData().getDatabaseProductVersion() + ", embedded");
        }
        facts.put("iterations", Text.count(options.iterations));
    }
}
