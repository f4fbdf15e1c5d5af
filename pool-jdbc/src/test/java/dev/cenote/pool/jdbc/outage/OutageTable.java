package dev.cenote.pool.jdbc.outage;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/**
 * Prints what the clients of each data source saw of each outage, as a table for the docs: {@code bin/jdbc-outages}. With {@code
 * --patient} they wait for a connection for 30 s instead of 2 s; {@code --recovery} is {@link RecoveryTable}, of outages of some
 * lengths in seconds or of all.
 */
public final class OutageTable {

    private static final long STEADY_MILLIS = 2_000; // until each pool has all its sessions, in use now and then
    private static final long OUTAGE_MILLIS = 5_000;

    private OutageTable() {}

    /**
     * Runs the outages, some by name or all.
     *
     * @param arguments names of outages, or lengths after {@code --recovery}
     */
    public static void main(String[] arguments) throws Exception {
        List<String> names = new ArrayList<>(List.of(arguments));
        if (names.remove("--recovery")) {
            RecoveryTable.print(names);
            return;
        }
        int acquireMillis = names.remove("--patient") ? Sources.PATIENT_MILLIS : Sources.IMPATIENT_MILLIS;
        List<Outage> outages = names.isEmpty()
                ? List.of(Outage.values())
                : names.stream()
                        .map(name ->
                                Outage.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_')))
                        .toList();
        System.out.println("| outage | pool | what callers saw | longest failing call | served again after |");
        System.out.println("| --- | --- | --- | ---: | ---: |");
        for (Outage outage : outages) {
            for (Sources pool : List.of(Sources.CENOTE, Sources.HIKARI)) {
                try (Scene scene = new Scene()) {
                    DataSource source = pool.open(scene.url(), Sources.SIZE, acquireMillis);
                    try {
                        print(outage, pool, OutageRun.of(outage, scene, source, STEADY_MILLIS, OUTAGE_MILLIS));
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
        System.out.println("| " + outage.description + " | " + pool.label + " | " + (seen.isEmpty() ? "nothing" : seen)
                + " | "
                + (seen.isEmpty() ? "–" : run.longestMillis() + " ms") + " | "
                + (run.servedMillis() < 0 ? "not within a minute" : run.servedMillis() + " ms") + " |");
    }
}
