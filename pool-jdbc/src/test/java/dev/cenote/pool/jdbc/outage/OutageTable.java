package dev.cenote.pool.jdbc.outage;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** Prints what the clients of each data source saw of each outage, as a table for the docs: {@code bin/jdbc-outages}. */
public final class OutageTable {

    private static final long OUTAGE_MILLIS = 5_000;

    private OutageTable() {}

    /**
     * Runs the outages, some by name or all.
     *
     * @param arguments names of outages
     */
    public static void main(String[] arguments) throws Exception {
        Outage[] outages = arguments.length == 0
                ? Outage.values()
                : Arrays.stream(arguments)
                        .map(name -> Outage.valueOf(
                                name.toUpperCase(java.util.Locale.ROOT).replace('-', '_')))
                        .toArray(Outage[]::new);
        System.out.println("| outage | pool | what callers saw | longest failing call | served again after |");
        System.out.println("| --- | --- | --- | ---: | ---: |");
        for (Outage outage : outages) {
            for (Sources pool : Sources.values()) {
                try (Scene scene = new Scene()) {
                    DataSource source = pool.open(scene.url());
                    try {
                        print(outage, pool, OutageRun.of(outage, scene, source, OUTAGE_MILLIS));
                    } finally {
                        ((AutoCloseable) source).close();
                    }
                }
            }
        }
    }

    private static void print(Outage outage, Sources pool, OutageRun run) {
        String seen = run.seen().entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .map(each -> each.getKey() + " × " + each.getValue())
                .collect(Collectors.joining(", "));
        System.out.println("| " + outage.description + " | " + (pool == Sources.CENOTE ? "Cenote" : "HikariCP") + " | "
                + (seen.isEmpty() ? "nothing" : seen) + " | "
                + (seen.isEmpty() ? "–" : run.longestMillis() + " ms") + " | "
                + (run.servedMillis() < 0 ? "not within a minute" : run.servedMillis() + " ms") + " |");
    }
}
