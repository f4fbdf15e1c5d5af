package dev.cenote.bench.results;

import dev.cenote.bench.results.Case.Column;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** How long is measured. */
enum Effort {
    /** For the documentation. */
    FULL(1, 5, 4, 300),
    /** To see whether all works, and nothing else. */
    QUICK(1, 1, 1, 100),
    /** The same in this process, with small pools. */
    IN_PROCESS(0, 0, 1, 10);

    private static final Map<String, Integer> MOST_IN_PROCESS = Map.of("size", 64, "waiters", 100);
    private static final int MOST_THREADS = 4;
    private static final int ROUNDS = 5;
    private static final String VIRTUAL_THREADS_IN_PROCESS = "100";

    private final int forks;
    private final int warmups;
    private final int iterations;
    private final TimeValue time;

    Effort(int forks, int warmups, int iterations, int millis) {
        this.forks = forks;
        this.warmups = warmups;
        this.iterations = iterations;
        this.time = TimeValue.milliseconds(millis);
    }

    /** How often all pools are measured, one after the other, each time in new processes. */
    int rounds() {
        return this == FULL ? ROUNDS : 1;
    }

    boolean isInProcess() {
        return this == IN_PROCESS;
    }

    /** The setting that this effort is for. */
    Column scaled(Column column) {
        if (!isInProcess()) {
            return column;
        }
        Map<String, String> params = new TreeMap<>(column.params());
        MOST_IN_PROCESS.forEach((name, most) -> params.computeIfPresent(
                name, (same, value) -> String.valueOf(Math.min(most, Integer.parseInt(value)))));
        return new Column(column.title(), Math.min(MOST_THREADS, column.threads()), params);
    }

    void apply(ChainedOptionsBuilder options) {
        options.forks(forks)
                .warmupIterations(warmups)
                .warmupTime(time)
                .measurementIterations(iterations)
                .measurementTime(time)
                .timeout(TimeValue.minutes(1));
        if (isInProcess()) {
            options.syncIterations(false)
                    .param("threads", VIRTUAL_THREADS_IN_PROCESS)
                    .verbosity(VerboseMode.SILENT);
        }
    }
}
