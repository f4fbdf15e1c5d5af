package dev.cenote.latency;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;

/**
 * A figure of the table.
 *
 * @param title its head
 * @param meaning in a sentence
 * @param better which figures are better
 * @param figure takes it from a result; not a number if there is none
 * @param shown writes it
 */
record Column(
        String title,
        String meaning,
        Better better,
        ToDoubleFunction<PoolResult> figure,
        DoubleFunction<String> shown) {

    enum Better {
        LOW,
        HIGH,
        NEITHER
    }

    /** Those that say something about this run. */
    static List<Column> of(Run run, List<PoolResult> results) {
        List<Column> columns = new ArrayList<>();
        for (String percentile : PoolResult.PERCENTILES) {
            columns.add(new Column(
                    "p" + percentile,
                    "the wait that " + percentile + " % of all requests did not exceed; – if there were too few",
                    Better.LOW,
                    result -> result.waitAt(percentile),
                    Figures::time));
        }
        columns.add(new Column("max", "the longest wait", Better.LOW, PoolResult::longestNanos, Figures::time));
        if (run.rounds() > 1) {
            columns.add(new Column(
                    "max/round",
                    "the longest wait in a round, the median of the rounds: of three or more, one chance event does not decide it",
                    Better.LOW,
                    PoolResult::longestInMedianRound,
                    Figures::time));
        }
        columns.add(new Column(
                "turns/s", "requests served in a second", Better.HIGH, PoolResult::turnsPerSecond, Figures::count));
        if (run.rounds() > 1) {
            columns.add(new Column(
                    "spread",
                    "how far the slowest and the fastest round are apart in turns/s",
                    Better.LOW,
                    PoolResult::spread,
                    Figures::percent));
        }
        columns.add(new Column(
                "least/most",
                "turns of the least served caller to those of the most served one: 1 is even, 0 starves somebody",
                Better.HIGH,
                PoolResult::fairness,
                Figures::ratio));
        columns.add(new Column(
                "switches/turn",
                "context switches of the whole process",
                Better.LOW,
                PoolResult::switchesPerTurn,
                Figures::ratio));
        columns.add(new Column(
                "CPU/turn",
                "processor time of the whole process, work under the lease included",
                Better.LOW,
                PoolResult::cpuNanosPerTurn,
                Figures::time));
        columns.add(new Column(
                "processors",
                "kept busy by the whole process, on average",
                Better.NEITHER,
                PoolResult::processors,
                Figures::ratio));
        if (run.settings().isOpenLoop()) {
            columns.add(new Column(
                    "overslept",
                    "median of how late the system woke callers who slept until their request was due;"
                            + " it is part of the wait, and not the pool's doing",
                    Better.NEITHER,
                    PoolResult::oversleptNanos,
                    Figures::time));
            columns.add(new Column(
                    "not begun",
                    "requests that were due and not begun when the time was over: the pool could not keep up",
                    Better.LOW,
                    PoolResult::unbegun,
                    Figures::count));
        }
        if (results.stream().anyMatch(result -> result.timeouts() > 0)) {
            columns.add(new Column(
                    "time-outs", "acquires that got nothing", Better.LOW, PoolResult::timeouts, Figures::count));
        }
        return columns;
    }

    /** What stands in the table for that pool. */
    String cell(PoolResult result) {
        return shown.apply(figure.applyAsDouble(result));
    }
}
