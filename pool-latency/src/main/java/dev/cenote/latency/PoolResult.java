package dev.cenote.latency;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.HdrHistogram.Histogram;

/**
 * What the table shows of one pool: small enough to be kept, unlike the log of the waits.
 *
 * @param name of the pool
 * @param waits how many were recorded, in all rounds together
 * @param percentiles of those waits, in nanoseconds; without those for which there were too few
 * @param longestNanos the longest of them
 * @param oversleptNanos the median of how much too late sleeping callers woke
 * @param rounds what was measured in each
 * @param failures why a round has no result
 */
record PoolResult(
        String name,
        long waits,
        Map<String, Long> percentiles,
        long longestNanos,
        long oversleptNanos,
        List<Round> rounds,
        List<String> failures) {

    /** The percentiles that are kept, as they are written. */
    static final List<String> PERCENTILES = List.of("50", "90", "99", "99.9", "99.99");

    /**
     * One process.
     *
     * @param turns served in the recorded time, of all callers together
     * @param leastTurns of the least served caller
     * @param mostTurns of the most served one
     * @param longestNanos the longest wait
     * @param timeouts acquires that ended without an item
     * @param unbegun requests that were due and not begun in the recorded time
     * @param seconds recorded
     * @param processors kept busy by the whole process
     * @param switchesPerSecond context switches of the whole process; -1 if unknown
     */
    record Round(
            long turns,
            long leastTurns,
            long mostTurns,
            long longestNanos,
            long timeouts,
            long unbegun,
            double seconds,
            double processors,
            double switchesPerSecond) {

        static Round of(Outcome outcome, long longestNanos) {
            return new Round(
                    outcome.served(),
                    Arrays.stream(outcome.turns()).min().orElseThrow(),
                    Arrays.stream(outcome.turns()).max().orElseThrow(),
                    longestNanos,
                    outcome.timeouts(),
                    outcome.unbegun(),
                    outcome.seconds(),
                    outcome.processors(),
                    outcome.switchesPerSecond());
        }

        double turnsPerSecond() {
            return turns / seconds;
        }

        double fairness() {
            return (double) leastTurns / mostTurns;
        }
    }

    static PoolResult of(
            String name, Histogram waits, Histogram oversleeps, List<Round> rounds, List<String> failures) {
        Map<String, Long> percentiles = new LinkedHashMap<>();
        for (String percentile : PERCENTILES) {
            double value = Double.parseDouble(percentile);
            if (waits.getTotalCount() * (100 - value) >= 100) {
                percentiles.put(percentile, waits.getValueAtPercentile(value));
            }
        }
        return new PoolResult(
                name,
                waits.getTotalCount(),
                percentiles,
                waits.getMaxValue(),
                oversleeps.getValueAtPercentile(50),
                rounds,
                List.copyOf(failures));
    }

    boolean isEmpty() {
        return rounds.isEmpty();
    }

    /** The wait that so many per cent of all requests did not exceed; not a number if there were too few. */
    double waitAt(String percentile) {
        Long nanos = percentiles.get(percentile);
        return nanos == null ? Double.NaN : nanos;
    }

    /** The median, over the rounds, of the longest wait in each, in nanoseconds. */
    double longestInMedianRound() {
        long[] sorted = rounds.stream().mapToLong(Round::longestNanos).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2.0;
    }

    /** Turns a second, the mean of the rounds. */
    double turnsPerSecond() {
        return mean(Round::turnsPerSecond);
    }

    /** How far the slowest and the fastest round are apart, as a part of the mean. */
    double spread() {
        double[] sorted =
                rounds.stream().mapToDouble(Round::turnsPerSecond).sorted().toArray();
        return (sorted[sorted.length - 1] - sorted[0]) / turnsPerSecond();
    }

    /** Least to most served caller, in the round in which that was worst. */
    double fairness() {
        return rounds.stream().mapToDouble(Round::fairness).min().orElseThrow();
    }

    /** Context switches a turn; not a number where the system does not tell. */
    double switchesPerTurn() {
        return mean(round ->
                round.switchesPerSecond() < 0 ? Double.NaN : round.switchesPerSecond() / round.turnsPerSecond());
    }

    /** Processors kept busy by the whole process. */
    double processors() {
        return mean(Round::processors);
    }

    double cpuNanosPerTurn() {
        return mean(round -> round.processors() * 1e9 / round.turnsPerSecond());
    }

    long timeouts() {
        return sum(Round::timeouts);
    }

    long unbegun() {
        return sum(Round::unbegun);
    }

    private double mean(ToDoubleFunction<Round> figure) {
        return rounds.stream().mapToDouble(figure).average().orElseThrow();
    }

    private long sum(ToLongFunction<Round> figure) {
        return rounds.stream().mapToLong(figure).sum();
    }
}
