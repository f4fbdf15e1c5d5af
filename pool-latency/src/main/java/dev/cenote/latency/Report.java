package dev.cenote.latency;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The page: one file, with all that it needs inside. Its script draws what stands in {@link Page}. */
final class Report {

    /** Callers that the fairness plot shows at the most. */
    private static final int BARS = 100;
    /** Points of a time-line at the most. */
    private static final int POINTS = 600;

    /** What the page's script is given. */
    record Page(Run run, List<Head> heads, List<Row> rows, List<String> failures, List<String> facts) {}

    /** Of a column. */
    record Head(String title, String meaning) {}

    /**
     * One pool.
     *
     * @param cells as text
     * @param best columns in which no pool has a better figure
     * @param percentiles points (nines, wait): 1 is 90 %, 2 is 99 % …
     * @param timeline points
     * @param shares of the callers, the least served first
     */
    record Row(
            String name,
            List<String> cells,
            List<Integer> best,
            List<double[]> percentiles,
            List<Summary.Interval> timeline,
            double[] shares) {}

    private Report() {}

    static void write(Path file, Run run, List<Summary> summaries) throws IOException {
        List<Summary> measured =
                summaries.stream().filter(summary -> !summary.isEmpty()).toList();
        List<PoolResult> results = measured.stream().map(Summary::result).toList();
        List<Column> columns = Column.of(run, results);
        Page page = new Page(
                run,
                columns.stream()
                        .map(column -> new Head(column.title(), column.meaning()))
                        .toList(),
                measured.stream().map(summary -> row(summary, results, columns)).toList(),
                summaries.stream()
                        .flatMap(summary -> summary.failures.stream().map(failure -> summary.name + ", " + failure))
                        .toList(),
                facts(measured));
        Files.writeString(file, OneFilePage.of(Report.class, "report", page));
    }

    private static Row row(Summary summary, List<PoolResult> all, List<Column> columns) {
        PoolResult result = summary.result();
        return new Row(
                summary.name,
                columns.stream().map(column -> column.cell(result)).toList(),
                IntStream.range(0, columns.size())
                        .filter(i -> isBest(columns.get(i), result, all))
                        .boxed()
                        .toList(),
                OneFilePage.percentiles(summary.waits),
                thinned(summary.timeline),
                thinned(summary.shares()));
    }

    /** Whether no pool has a better figure there, as far as the table shows it; if all have the same, none is best. */
    private static boolean isBest(Column column, PoolResult result, List<PoolResult> all) {
        Comparator<PoolResult> byFigure = Comparator.comparingDouble(column.figure());
        Comparator<PoolResult> bestFirst = column.better() == Column.Better.LOW ? byFigure : byFigure.reversed();
        List<String> cells = all.stream()
                .filter(each -> !Double.isNaN(column.figure().applyAsDouble(each)))
                .sorted(bestFirst)
                .map(column::cell)
                .distinct()
                .toList();
        return column.better() != Column.Better.NEITHER
                && cells.size() > 1
                && cells.get(0).equals(column.cell(result));
    }

    /** Intervals put together, so that a long run stays readable: the mean of the rates, the longest of the waits. */
    private static List<Summary.Interval> thinned(List<Summary.Interval> timeline) {
        int together = (timeline.size() + POINTS - 1) / POINTS;
        return IntStream.iterate(0, i -> i < timeline.size(), i -> i + together)
                .mapToObj(i -> timeline.subList(i, Math.min(i + together, timeline.size())))
                .map(Report::together)
                .toList();
    }

    private static Summary.Interval together(List<Summary.Interval> part) {
        return new Summary.Interval(
                part.get(0).begin(),
                part.get(part.size() - 1).end(),
                part.stream()
                        .mapToDouble(Summary.Interval::turnsPerSecond)
                        .filter(rate -> !Double.isNaN(rate))
                        .average()
                        .orElse(Double.NaN),
                part.stream()
                        .mapToDouble(Summary.Interval::longestNanos)
                        .filter(longest -> !Double.isNaN(longest))
                        .max()
                        .orElse(Double.NaN));
    }

    /** Evenly chosen, the least and the most served among them. */
    private static double[] thinned(double[] shares) {
        int bars = Math.min(BARS, shares.length);
        return IntStream.range(0, bars)
                .mapToDouble(i -> shares[bars == 1 ? 0 : (int) ((long) i * (shares.length - 1) / (bars - 1))])
                .toArray();
    }

    private static List<String> facts(List<Summary> measured) {
        return measured.stream()
                .flatMap(summary -> summary.rounds.stream())
                .flatMap(outcome -> Stream.concat(
                        Stream.ofNullable(outcome.database()),
                        Stream.of("collectors: " + String.join(", ", outcome.collectors()))))
                .distinct()
                .toList();
    }
}
