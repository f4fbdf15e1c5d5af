package dev.cenote.gateway;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * What one measurement gave.
 *
 * @param name of the case
 * @param sockets in the pool between gateway and server; 0: no pool
 * @param sessions in the pool of the database; 0: no pool
 * @param seconds that were recorded
 * @param due logins that fell due
 * @param logins that were done
 * @param unfinished logins that were due at the end and not done; their time until then is among the times
 * @param errors by what the client saw
 * @param percentileNanos what {@link #PERCENTILES} are, from when a login was due; then the longest
 * @param microsByPart processor time for each login that was done
 * @param busyByPart processors that were busy
 * @param timeline tenths of seconds
 * @param percentiles points (nines, nanoseconds) of the plot
 * @param stats what gateway and server counted
 */
record Result(
        String name,
        int sockets,
        int sessions,
        double seconds,
        long due,
        long logins,
        long unfinished,
        Map<String, Long> errors,
        List<Long> percentileNanos,
        Map<String, Double> microsByPart,
        Map<String, Double> busyByPart,
        List<Tally.Interval> timeline,
        List<double[]> percentiles,
        List<String> stats) {

    static final List<Double> PERCENTILES = List.of(50.0, 90.0, 99.0, 99.9);

    double loginsPerSecond() {
        return logins / seconds;
    }

    long errorCount() {
        return errors.values().stream().mapToLong(Long::longValue).sum();
    }

    static List<Long> percentileNanos(Histogram times) {
        return Stream.concat(PERCENTILES.stream().map(times::getValueAtPercentile), Stream.of(times.getMaxValue()))
                .toList();
    }
}
