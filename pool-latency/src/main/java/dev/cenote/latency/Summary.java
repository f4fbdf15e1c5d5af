package dev.cenote.latency;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.HdrHistogram.Histogram;

/** What was measured of one pool, all rounds together. */
final class Summary {

    /** The waits that end after the recorded time make an interval of hardly any length. */
    private static final double SHORTEST_SECONDS = 0.02;

    final String name;
    final List<Outcome> rounds = new ArrayList<>();
    final List<String> failures = new ArrayList<>();
    /** Waits of all rounds, in nanoseconds. */
    final Histogram waits = Caller.newHistogram();
    /** How much too late sleeping callers woke, in nanoseconds. */
    final Histogram oversleeps = Caller.newHistogram();

    final List<Interval> timeline = new ArrayList<>();

    private final List<Long> longestOfRounds = new ArrayList<>();

    /**
     * A tenth of a second, or longer where this machine was late.
     *
     * @param begin in seconds from the begin of the first round, without the time between rounds
     * @param end likewise
     * @param turnsPerSecond in it; not a number for what ended after the recorded time
     * @param longestNanos the longest wait that ended in it; not a number if none did
     */
    record Interval(double begin, double end, double turnsPerSecond, double longestNanos) {}

    Summary(String name) {
        this.name = name;
    }

    void add(Outcome outcome, Path waitLog) throws IOException {
        if (outcome.failure() != null) {
            failures.add("round " + outcome.round() + ": " + outcome.failure());
            return;
        }
        rounds.add(outcome);
        WaitLog.Content content = WaitLog.read(waitLog);
        content.waits().forEach(waits::add);
        content.oversleeps().forEach(oversleeps::add);
        longestOfRounds.add(
                content.waits().stream().mapToLong(Histogram::getMaxValue).max().orElseThrow());
        addToTimeline(content.waits());
    }

    private void addToTimeline(List<Histogram> intervals) {
        double before =
                timeline.isEmpty() ? 0 : timeline.get(timeline.size() - 1).end();
        long start = intervals.get(0).getStartTimeStamp();
        for (int i = 0; i < intervals.size(); i++) {
            Histogram interval = intervals.get(i);
            double begin = before + (interval.getStartTimeStamp() - start) / 1e3;
            double end = before + (interval.getEndTimeStamp() - start) / 1e3;
            boolean isEmpty = interval.getTotalCount() == 0;
            if (end - begin >= SHORTEST_SECONDS || !isEmpty) {
                boolean isAfterwards = i > 0 && i == intervals.size() - 1; // and what was not begun is there, too
                timeline.add(new Interval(
                        begin,
                        end,
                        isAfterwards ? Double.NaN : interval.getTotalCount() / Math.max(end - begin, SHORTEST_SECONDS),
                        isEmpty ? Double.NaN : interval.getMaxValue()));
            }
        }
    }

    boolean isEmpty() {
        return rounds.isEmpty();
    }

    /** What the table shows of it. */
    PoolResult result() {
        List<PoolResult.Round> each = new ArrayList<>();
        for (int i = 0; i < rounds.size(); i++) {
            each.add(PoolResult.Round.of(rounds.get(i), longestOfRounds.get(i)));
        }
        return PoolResult.of(name, waits, oversleeps, each, failures);
    }

    /** Turns of each caller as parts of their mean in the round in which that was worst, the least served first. */
    double[] shares() {
        long[] turns = leastFair().turns();
        double mean = Arrays.stream(turns).average().orElseThrow();
        return Arrays.stream(turns).sorted().mapToDouble(each -> each / mean).toArray();
    }

    private Outcome leastFair() {
        return rounds.stream()
                .min(Comparator.comparingDouble(Outcome::fairness))
                .orElseThrow();
    }
}
