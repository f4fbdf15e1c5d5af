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
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.stream.Collectors;
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

    @TempDir
    private Path folder;

    /** How long plain objects are held, in nanoseconds; 20 ms on average. */
    enum Holds {
        FIXED(random -> 20e6),
        /** Pareto's distribution, with a tail of 1.6, cut off at half a second. */
        HEAVY_TAILED(random -> Math.min(500e6, 8.1e6 * Math.pow(1 - random, -1 / 1.6)));

        private final DoubleUnaryOperator nanos;

        Holds(DoubleUnaryOperator nanos) {
            this.nanos = nanos;
        }
    }

    @ParameterizedTest
    @EnumSource
    void theRecordingAtEightPredictsFourAndSixteen(Holds holds) throws Exception {
        RealLoad load = RealLoad.of(42, SECONDS, 20, 100, holds.nanos);
        Map<Integer, Recording> measured = undisturbed(
                (size, file) -> load.run(
                        (Factory<Object>) Object::new,
                        size,
                        TIMEOUT,
                        (object, nanos) -> RealLoad.park((long) nanos),
                        file),
                HOLDS_WITHIN);
        Map<Integer, Answer.Point> predictions = predict(measured.get(RECORDED));
        for (int size : SIZES) {
            Outcome real = Outcome.of(measured.get(size));
            Outcome predicted = predictions.get(size).assumed();
            System.out.printf(
                    "%s holds, size %d: p50 %s, predicted %s; p99 %s, predicted %s; time-outs %d, predicted %d%n",
                    holds,
                    size,
                    text(real.p50()),
                    text(predicted.p50()),
                    text(real.p99()),
                    text(predicted.p99()),
                    real.timeouts(),
                    predicted.timeouts());
            assertThat(ratio(predicted.p99(), real.p99()))
                    .as("p99 of size %d, predicted to measured", size)
                    .isBetween(1 / FACTOR, FACTOR);
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

    private Map<Integer, Recording> undisturbed(Running running, double holdsWithin) throws Exception {
        String disturbance = "";
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Map<Integer, Recording> recordings = new TreeMap<>();
            long late = 0;
            for (int size : SIZES) {
                RealLoad.Run run = running.run(size, folder.resolve(attempt + "-" + size));
                recordings.put(size, run.recording());
                late = Math.max(late, run.latePercentile());
            }
            DoubleSummaryStatistics holds = recordings.values().stream()
                    .mapToDouble(RealityTest::medianHold)
                    .summaryStatistics();
            if (late <= MOST_LATE_NANOS && holds.getMax() <= (1 + holdsWithin) * holds.getMin()) {
                return recordings;
            }
            disturbance = "one caller in 20 came %.1f ms late or more, and medians of holds were %.2f to %.2f ms"
                    .formatted(late / 1e6, holds.getMin(), holds.getMax());
            System.out.println("disturbed: " + disturbance);
        }
        return Assumptions.<Map<Integer, Recording>>abort("the machine is too busy: " + disturbance);
    }

    /** The median hold in milliseconds: it is the same in all runs, unless threads sleep for longer than they want to. */
    private static double medianHold(Recording recording) {
        long[] holds = recording.calls().holds();
        Arrays.sort(holds);
        return holds[holds.length / 2] / 1e6;
    }

    private static double ratio(Duration one, Duration other) {
        return (double) Math.max(1, one.toNanos()) / Math.max(1, other.toNanos());
    }

    private static String text(Duration time) {
        return TimeSpans.text(time);
    }

    /**
     * Queries that compute, on a PostgreSQL that has the machine's processors to share with this test: with more connections each
     * query takes longer. The recording of one size does not say by how much. So the answer is a band; its ends are the cases that
     * holds stay as they are, and that the server was at its limit. What is measured lies between them.
     */
    @Test
    void whatADatabaseDoesLiesWithinTheBand() throws Exception {
        RealLoad load = RealLoad.of(42, SECONDS, 40, 40, random -> 1);
        try (EmbeddedPostgres server = EmbeddedPostgres.start()) {
            String url = server.getJdbcUrl("postgres", "postgres");
            int rows = rowsForFiveMillis(url);
            Map<Integer, Recording> measured = undisturbed(
                    (size, file) -> load.run(
                            new Connecting(url),
                            size,
                            Duration.ofSeconds(10),
                            (connection, work) -> query(connection, rows),
                            file),
                    Double.POSITIVE_INFINITY); // holds grow with the size
            Recording recorded = measured.get(RECORDED);
            System.out.println("PostgreSQL: " + Assumption.of(recorded, 0).text());
            Map<Integer, Answer.Point> predictions = predict(recorded);
            for (int size : SIZES) {
                Outcome real = Outcome.of(measured.get(size));
                Duration least = predictions.get(size).least(Outcome::p99);
                Duration most = predictions.get(size).most(Outcome::p99);
                System.out.printf(
                        "PostgreSQL, size %d: p99 %s, predicted %s to %s%n",
                        size, text(real.p99()), text(least), text(most));
                assertThat(ratio(real.p99(), least)).isGreaterThan(1 / FACTOR);
                assertThat(ratio(real.p99(), most)).isLessThan(FACTOR);
            }
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

    private static void query(Connection connection, int rows) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT sum(sqrt(i)) FROM generate_series(1, " + rows + ") i");
        }
    }

    private static int rowsForFiveMillis(String url) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url)) {
            int rows = 5_000;
            query(connection, rows);
            long begin = System.nanoTime();
            int times = 20;
            for (int i = 0; i < times; i++) {
                query(connection, rows);
            }
            return (int) Math.max(100, rows * 5e6 * times / (System.nanoTime() - begin));
        }
    }
}
