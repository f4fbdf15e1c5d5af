package dev.cenote.pool.jdbc.outage;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * An outage as the clients of a data source saw it.
 *
 * @param seen how many failed, by class and state
 * @param longestMillis how long the slowest of those who failed waited
 * @param servedMillis how long after the end of the outage each client had been served again; -1: not within a minute
 */
record OutageRun(Map<String, Long> seen, long longestMillis, long servedMillis, List<SQLException> failures) {

    static final int CLIENTS = 8;

    /** Has clients work for a time, breaks what they need for another, and watches until all are served again. */
    static OutageRun of(Outage outage, Scene scene, DataSource source, long steadyMillis, long outageMillis)
            throws IOException, InterruptedException {
        try (Load load = new Load(source, CLIENTS)) {
            if (load.awaitAllServedSince(Long.MIN_VALUE, TimeUnit.SECONDS.toNanos(30)) == 0) {
                throw new IllegalStateException("not served before the outage: " + load.tries());
            }
            Thread.sleep(steadyMillis);
            long began = System.nanoTime();
            outage.begin(scene);
            Thread.sleep(outageMillis);
            outage.end(scene);
            long ended = System.nanoTime();
            long served = load.awaitAllServedSince(ended, TimeUnit.MINUTES.toNanos(1));
            List<Load.Try> failed = load.tries().stream()
                    .filter(each -> !each.isGood() && each.ended() >= began)
                    .toList();
            return new OutageRun(
                    failed.stream()
                            .collect(Collectors.groupingBy(
                                    each -> named(each.failure()), TreeMap::new, Collectors.counting())),
                    failed.stream()
                            .mapToLong(each -> TimeUnit.NANOSECONDS.toMillis(each.ended() - each.began()))
                            .max()
                            .orElse(0),
                    served == 0 ? -1 : TimeUnit.NANOSECONDS.toMillis(served - ended),
                    failed.stream().map(Load.Try::failure).toList());
        } finally {
            outage.undo(scene);
        }
    }

    private static String named(SQLException e) {
        return e.getClass().getSimpleName() + " " + e.getSQLState();
    }
}
