package dev.cenote.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.Factory;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The same load is run for real with pools of 4, 8 and 16, and what is measured at 4 and 16 is compared with what the recording at 8
 * alone predicts. A run in which the machine held up callers, or stretched holds, tells nothing of the model, and is done again, at
 * most three times; what decides that are arrivals and holds, never waits. A prediction that is wrong is not tried again.
 */
@Tag("full")
class RealityTest {

    private static final int RECORDED = 8;
    private static final int[] SIZES = {4, 8, 16};
    private static final int SECONDS = 4;
    private static final int ATTEMPTS = 3;
    private static final double FACTOR = 1.5;
    private static final double TIMEOUTS_WITHIN = 0.2;
    private static final Duration TIMEOUT = Duration.ofMillis(250);
    private static final long MOST_LATE_NANOS = 10_000_000;
    private static final double HOLDS_WITHIN = 0.02;
    private static final double TRANSACTIONS_WITHIN = 0.1;
    private static final int ROWS = 6;

    @TempDir
    private Path folder;

    /** How long plain objects are held, in nanoseconds; 20 ms on average. And how many callers come at once each second. */
    enum Load {
        /** With 4 objects no caller's time is up. */
        FIXED(random -> 20e6, 40),
        FIXED_IN_LARGE_BURSTS(random -> 20e6, 100),
        /** Pareto's distribution, with a tail of 1.6, cut off at half a second. */
        HEAVY_TAILED(random -> Math.min(500e6, 8.1e6 * Math.pow(1 - random, -1 / 1.6)), 100);

        private final DoubleUnaryOperator nanos;
        private final int burst;

        Load(DoubleUnaryOperator nanos, int burst) {
            this.nanos = nanos;
            this.burst = burst;
        }
    }

    @ParameterizedTest
    @EnumSource
    void theRecordingAtEightPredictsFourAndSixteen(Load kind) throws Exception {
        RealLoad load = RealLoad.of(42, SECONDS, 20, kind.burst, kind.nanos);
        Map<Integer, RealLoad.Run> measured = undisturbed(
                (size, file) -> load.run(
                        (Factory<Object>) Object::new,
                        size,
                        TIMEOUT,
                        (object, nanos) -> RealLoad.park((long) nanos),
                        file),
                true);
        Map<Integer, Answer.Point> predictions = predict(measured.get(RECORDED).recording());
        for (int size : SIZES) {
            RealLoad.Run real = measured.get(size);
            Outcome predicted = predictions.get(size).assumed();
            System.out.printf(
                    "%s, size %d: p50 %s, predicted %s; p99 %s, predicted %s; time-outs %d, predicted %d%n",
                    kind,
                    size,
                    text(real.wait(0.5)),
                    text(predicted.p50()),
                    text(real.wait(0.99)),
                    text(predicted.p99()),
                    real.timeouts(),
                    predicted.timeouts());
            assertThat(Outcome.of(real.recording()).timeouts())
                    .as("time-outs that were recorded")
                    .isEqualTo(real.timeouts());
            assertThat(ratio(predicted.p99(), real.wait(0.99)))
                    .as("p99 of size %d, predicted to measured", size)
                    .isBetween(1 / FACTOR, FACTOR);
            if (real.wait(0.5).toNanos() > 2 * MOST_LATE_NANOS) { // else it is how late the machine lets threads run
                assertThat(ratio(predicted.p50(), real.wait(0.5)))
                        .as("p50 of size %d, predicted to measured", size)
                        .isBetween(1 / FACTOR, FACTOR);
            }
            assertThat((double) predicted.timeouts())
                    .as("time-outs of size %d", size)
                    .isBetween(
                            real.timeouts() * (1 - TIMEOUTS_WITHIN) - 1, real.timeouts() * (1 + TIMEOUTS_WITHIN) + 1);
        }
    }

    /** As the command does. */
    private static Map<Integer, Answer.Point> predict(Recording recorded) {
        Replay.Settings settings = Replay.Settings.of(recorded, RECORDED);
        List<Integer> sizes = Arrays.stream(SIZES).boxed().toList();
        return Answer.of(recorded, sizes, settings, Assumption.of(recorded, 0), 1).points().stream()
                .collect(Collectors.toMap(Answer.Point::size, Function.identity()));
    }

    /** One run, for a pool of that size. */
    @FunctionalInterface
    private interface Running {
        RealLoad.Run run(int size, Path file) throws Exception;
    }

    /**
     * The size of the recording is run once more at the end, so that a machine that has become slower shows.
     *
     * @param isHoldTheSame whatever the size; else only the two runs of that one size are compared
     */
    private Map<Integer, RealLoad.Run> undisturbed(Running running, boolean isHoldTheSame) throws Exception {
        String disturbance = "";
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Map<Integer, RealLoad.Run> runs = new TreeMap<>();
            for (int size : SIZES) {
                runs.put(size, running.run(size, folder.resolve(attempt + "-" + size)));
            }
            RealLoad.Run again = running.run(RECORDED, folder.resolve(attempt + "-again"));
            List<RealLoad.Run> alike = new ArrayList<>(isHoldTheSame ? runs.values() : List.of(runs.get(RECORDED)));
            alike.add(again);
            long late = Stream.concat(runs.values().stream(), Stream.of(again))
                    .mapToLong(RealLoad.Run::latePercentile)
                    .max()
                    .orElseThrow();
            DoubleSummaryStatistics holds = alike.stream()
                    .mapToDouble(run -> medianHold(run.recording()))
                    .summaryStatistics();
            double within = isHoldTheSame ? HOLDS_WITHIN : TRANSACTIONS_WITHIN;
            if (late <= MOST_LATE_NANOS && holds.getMax() <= (1 + within) * holds.getMin()) {
                return runs;
            }
            disturbance = "one caller in 20 came %.1f ms late or more, and medians of holds were %.2f to %.2f ms"
                    .formatted(late / 1e6, holds.getMin(), holds.getMax());
            System.out.println("disturbed: " + disturbance);
        }
        return Assumptions.<Map<Integer, RealLoad.Run>>abort("the machine is too busy: " + disturbance);
    }

    /** The median hold in milliseconds: it is the same in all runs, unless threads sleep for longer than they want to. */
    private static double medianHold(Recording recording) {
        long[] holds = recording.calls().holds();
        Arrays.sort(holds);
        return holds[holds.length / 2] / 1e6;
    }

    private static double meanHold(Recording recording) {
        return Arrays.stream(recording.calls().holds()).average().orElseThrow() / 1e6;
    }

    private static double ratio(Duration one, Duration other) {
        return (double) Math.max(1, one.toNanos()) / Math.max(1, other.toNanos());
    }

    private static String text(Duration time) {
        return TimeSpans.text(time);
    }

    /**
     * Transactions that each keep one of a few rows to themselves: with more connections more of them wait for a row, so each takes
     * longer. The recording of one size does not say by how much. So the answer is a band; its ends are the cases that holds stay as
     * they are, and that the server was at its limit. What is measured lies between them. Waiting for a row needs no processor, so
     * this test and the server do not disturb each other, as they do with queries that compute.
     */
    @Test
    void whatADatabaseDoesLiesWithinTheBand() throws Exception {
        RealLoad load = RealLoad.of(42, SECONDS, 40, 40, random -> Math.floor(random * ROWS));
        try (EmbeddedPostgres server = EmbeddedPostgres.start()) {
            String url = server.getJdbcUrl("postgres", "postgres");
            try (Connection connection = DriverManager.getConnection(url)) {
                execute(connection, "CREATE TABLE hot (id INT PRIMARY KEY, n INT)");
                execute(connection, "INSERT INTO hot SELECT i, 0 FROM generate_series(0, " + (ROWS - 1) + ") i");
            }
            Map<Integer, RealLoad.Run> measured = undisturbed(
                    (size, file) -> load.run(
                            new Connecting(url),
                            size,
                            Duration.ofSeconds(10),
                            (connection, row) -> execute(
                                    connection,
                                    "BEGIN; UPDATE hot SET n = n + 1 WHERE id = " + (int) row
                                            + "; SELECT pg_sleep(0.01); COMMIT"),
                            file),
                    false);
            Recording recorded = measured.get(RECORDED).recording();
            System.out.println("PostgreSQL: " + Assumption.of(recorded, 0).text());
            Map<Integer, Answer.Point> predictions = predict(recorded);
            for (int size : SIZES) {
                Duration real = measured.get(size).wait(0.99);
                Duration least = predictions.get(size).least(Outcome::p99);
                Duration most = predictions.get(size).most(Outcome::p99);
                System.out.printf(
                        "PostgreSQL, size %d: holds of %.1f ms, p99 %s, predicted %s to %s%n",
                        size, meanHold(measured.get(size).recording()), text(real), text(least), text(most));
                assertThat(ratio(real, least)).isGreaterThan(1 / FACTOR);
                assertThat(ratio(real, most)).isLessThan(FACTOR);
            }
            assertThat(meanHold(measured.get(16).recording()))
                    .as("more connections make each use longer, or the test shows nothing")
                    .isGreaterThan(1.2 * meanHold(measured.get(4).recording()));
        }
    }

    private record Connecting(String url) implements Factory<Connection> {
        @Override
        public Connection create() throws SQLException {
            return DriverManager.getConnection(url);
        }

        @Override
        public void destroy(Connection connection) throws SQLException {
            connection.close();
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
