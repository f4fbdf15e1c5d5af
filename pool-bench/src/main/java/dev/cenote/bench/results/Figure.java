package dev.cenote.bench.results;

import java.util.Arrays;
import org.openjdk.jmh.util.ListStatistics;

/**
 * What was measured of one pool with one setting.
 *
 * @param column the title of the setting
 * @param pool its id
 * @param forks the mean of each process, in the order in which they ran
 * @param bytes allocated by an operation, the mean of each process; null if that was not measured
 */
record Figure(String column, String pool, double[] forks, double[] bytes) {

    double median() {
        return median(forks);
    }

    double medianBytes() {
        return median(bytes);
    }

    double least() {
        return Arrays.stream(forks).min().orElseThrow();
    }

    /** How far the least and the greatest fork are apart. */
    double spread() {
        return Arrays.stream(forks).max().orElseThrow() - least();
    }

    private static double median(double[] values) {
        return new ListStatistics(values).getPercentile(50);
    }
}
