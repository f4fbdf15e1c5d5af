package dev.cenote.pool.jdbc.outage;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/** Prints what patient clients saw of a server that was stopped, three times each for so long, as a table for the docs. */
final class RecoveryTable {

    private static final List<Long> OUTAGE_SECONDS = List.of(2L, 5L, 25L);
    private static final int TIMES = 3;

    private RecoveryTable() {}

    static void print(List<String> onlySeconds) throws Exception {
        System.out.println(
                "| stopped for | pool | in use | failed with a connection | failed without one | those refused at once:"
                        + " p50 / p99 / longest | first served after | median | all served after |");
        System.out.println("| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        List<Long> lengths = onlySeconds.isEmpty()
                ? OUTAGE_SECONDS
                : onlySeconds.stream().map(Long::valueOf).toList();
        for (long seconds : lengths) {
            for (Sources pool : Sources.values()) {
                List<Recovery> runs = new ArrayList<>();
                for (int i = 0; i < TIMES; i++) {
                    runs.add(run(pool, seconds * 1_000));
                }
                print(seconds, pool, runs);
            }
        }
    }

    private static Recovery run(Sources pool, long outageMillis) throws Exception {
        try (Server server = new Server(Scene.CONNECTIONS)) {
            DataSource source = pool.open(Server.url(server.port()), Recovery.SIZE, Sources.PATIENT_MILLIS);
            try {
                return Recovery.of(server, source, outageMillis);
            } finally {
                ((AutoCloseable) source).close();
            }
        }
    }

    private static void print(long seconds, Sources pool, List<Recovery> runs) {
        List<Long> fast = runs.stream()
                .flatMap(run -> run.refusedNanos().stream())
                .sorted()
                .toList();
        long median = runs.stream()
                .map(Recovery::firstMillis)
                .sorted()
                .skip(TIMES / 2)
                .findFirst()
                .orElseThrow();
        System.out.println("| " + seconds + " s | " + pool.label + " | " + each(runs, Recovery::inUse) + " | "
                + each(runs, Recovery::whileHeld) + " | "
                + each(runs, run -> run.withoutConnection().size()) + " | "
                + (fast.isEmpty()
                        ? "–"
                        : millis(fast, 0.5) + " / " + millis(fast, 0.99) + " / " + millis(fast, 1) + " ms")
                + " | " + each(runs, Recovery::firstMillis) + " ms | " + median + " ms | "
                + each(runs, Recovery::allMillis) + " ms |");
    }

    private static String each(List<Recovery> runs, ToLongFunction<Recovery> value) {
        return runs.stream().map(run -> String.valueOf(value.applyAsLong(run))).collect(Collectors.joining(", "));
    }

    private static String millis(List<Long> sortedNanos, double share) {
        int index = (int) Math.ceil(share * sortedNanos.size()) - 1;
        double millis = sortedNanos.get(Math.max(0, index)) / 1e6;
        return millis < 0.01 ? "< 0.01" : String.format(Locale.ROOT, "%.2f", millis);
    }
}
