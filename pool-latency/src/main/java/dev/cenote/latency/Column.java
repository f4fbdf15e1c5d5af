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
 * @param figure takes it from a summary; not a number if there is none
 * @param shown writes it
 */
record Column(
        String title, String meaning, Better better, ToDoubleFunction<Summary> figure, DoubleFunction<String> shown) {

    enum Better {
        LOW,
        HIGH,
        NEITHER
    }

    private static final double[] PERCENTILES = {50, 90, 99, 99.9, 99.99};

    /** Those that say something about this run. */
    static List<Column> of(Run run, List<Summary> summaries) {
        List<Column> columns = new ArrayList<>();
        for (double percentile : PERCENTILES) {
            String title = "p" + String.valueOf(percentile).replaceAll("\\.0$", "");
            columns.add(new Column(
                    title,
                    "the wait that " + title.substring(1)
                            + " % of all requests did not exceed; – if there were too few",
                    Better.LOW,
                    summary -> waitAt(percentile, summary),
                    Figures::time));
        }
        columns.add(new Column(
                "max", "the longest wait", Better.LOW, summary -> summary.waits.getMaxValue(), Figures::time));
        if (run.rounds() > 1) {
            columns.add(new Column(
                    "max/round",
                    "the longest wait in a round, the median of the rounds: of three or more, one chance event does not decide it",
                    Better.LOW,
                    Summary::longestInMedianRound,
                    Figures::time));
        }
        columns.add(new Column(
                "turns/s", "requests served in a second", Better.HIGH, Summary::turnsPerSecond, Figures::count));
        if (run.rounds() > 1) {
            columns.add(new Column(
                    "spread",
                    "how far the slowest and the fastest round are apart in turns/s",
                    Better.LOW,
                    Summary::spread,
                    Figures::percent));
        }
        columns.add(new Column(
                "least/most",
                "turns of the least served caller to those of the most served one: 1 is even, 0 starves somebody",
                Better.HIGH,
                Summary::fairness,
                Figures::ratio));
        columns.add(new Column(
                "switches/turn",
                "context switches of the whole process",
                Better.LOW,
                Summary::switchesPerTurn,
                Figures::ratio));
        columns.add(new Column(
                "CPU/turn",
                "processor time of the whole process, work under the lease included",
                Better.LOW,
                Summary::cpuNanosPerTurn,
                Figures::time));
        columns.add(new Column(
                "processors",
                "kept busy by the whole process, on average",
                Better.NEITHER,
                Summary::processors,
                Figures::ratio));
        if (run.settings().isOpenLoop()) {
            columns.add(new Column(
                    "overslept",
                    "median of how late the system woke callers who slept until their request was due;"
                            + " it is part of the wait, and not the pool's doing",
                    Better.NEITHER,
                    summary -> summary.oversleeps.getValueAtPercentile(50),
                    Figures::time));
            columns.add(new Column(
                    "not begun",
                    "requests that were due and not begun when the time was over: the pool could not keep up",
                    Better.LOW,
                    Summary::unbegun,
                    Figures::count));
        }
        if (summaries.stream().anyMatch(summary -> summary.timeouts() > 0)) {
            columns.add(new Column(
                    "time-outs", "acquires that got nothing", Better.LOW, Summary::timeouts, Figures::count));
        }
        return columns;
    }

    private static double waitAt(double percentile, Summary summary) {
        boolean isKnown = summary.waits.getTotalCount() * (100 - percentile) >= 100;
        return isKnown ? summary.waits.getValueAtPercentile(percentile) : Double.NaN;
    }

    /** What stands in the table for that pool. */
    String cell(Summary summary) {
        return shown.apply(figure.applyAsDouble(summary));
    }
}
