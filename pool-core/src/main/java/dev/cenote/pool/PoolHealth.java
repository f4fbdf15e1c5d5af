package dev.cenote.pool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * The health of a pool, judged by what happened between two looks at its statistics.
 *
 * @param status the verdict
 * @param reasons why it is not {@link Status#HEALTHY}, in words; unmodifiable
 */
public record PoolHealth(Status status, List<String> reasons) {

    /** The verdict. */
    public enum Status {
        /** Nothing is wrong. */
        HEALTHY,
        /** It serves callers, but something is wrong. */
        DEGRADED,
        /** It can't serve: there is no object, and none can be made. */
        FAILED
    }

    /**
     * The bounds of what is healthy.
     *
     * @param utilisation the largest share of {@code maxSize} that may be leased; 0 to 1
     * @param meanWait the longest mean wait of the callers that waited; zero or longer
     * @param hitRate the smallest share of leases that are given without waiting, creating or validating; 0 to 1
     * @param failedValidations the largest share of validations that may fail; 0 to 1
     * @param leaks the most leases that may be reported as leaked; 0 upwards
     */
    public record Thresholds(
            double utilisation, Duration meanWait, double hitRate, double failedValidations, long leaks) {

        /** A utilisation of 90 %, a mean wait of 5 s, a hit rate of 80 %, 10 % failed validations, no leak. */
        public static final Thresholds DEFAULT = new Thresholds(0.9, Duration.ofSeconds(5), 0.8, 0.1, 0);

        /**
         * Checks the ranges.
         *
         * @param utilisation 0 to 1
         * @param meanWait zero or longer
         * @param hitRate 0 to 1
         * @param failedValidations 0 to 1
         * @param leaks 0 upwards
         */
        public Thresholds {
            Settings.share("utilisation", 1, utilisation);
            Settings.share("hitRate", 1, hitRate);
            Settings.share("failedValidations", 1, failedValidations);
            Settings.zeroOrLonger("meanWait", meanWait);
            Settings.atLeast("leaks", 0, leaks);
        }
    }

    /**
     * Copies the reasons.
     *
     * @param status the verdict
     * @param reasons why
     */
    public PoolHealth {
        reasons = List.copyOf(reasons);
    }

    /**
     * Judges a pool by all that has happened so far.
     *
     * @param now the statistics
     * @param thresholds the bounds of what is healthy
     * @return the verdict
     */
    public static PoolHealth of(PoolStats now, Thresholds thresholds) {
        return judge(
                now,
                thresholds,
                now.queued(),
                mean(now.waitTimes().total(), now.queued()),
                now.acquired(),
                now.missed(),
                now.validations(),
                now.validationFailures(),
                now.leaks());
    }

    /**
     * Judges a pool by what has happened since an earlier look. If nothing has happened since, only the present state counts.
     *
     * @param before the statistics then
     * @param now the statistics now
     * @param thresholds the bounds of what is healthy
     * @return the verdict
     */
    public static PoolHealth between(PoolStats before, PoolStats now, Thresholds thresholds) {
        long waits = now.queued() - before.queued();
        Duration waited = now.waitTimes().total().minus(before.waitTimes().total());
        return judge(
                now,
                thresholds,
                waits,
                mean(waited, waits),
                now.acquired() - before.acquired(),
                now.missed() - before.missed(),
                now.validations() - before.validations(),
                now.validationFailures() - before.validationFailures(),
                now.leaks() - before.leaks());
    }

    private static Duration mean(Duration all, long times) {
        return times <= 0 ? Duration.ZERO : all.dividedBy(times);
    }

    private static PoolHealth judge(
            PoolStats now,
            Thresholds thresholds,
            long waits,
            Duration meanWait,
            long acquired,
            long missed,
            long validations,
            long failedValidations,
            long leaks) {
        List<String> reasons = new ArrayList<>();
        double utilisation = (double) now.leased() / now.maxSize();
        if (utilisation > thresholds.utilisation) {
            reasons.add(percent(
                    "%.0f %% of the objects are leased, more than %.0f %%", utilisation, thresholds.utilisation));
        }
        if (waits > 0 && meanWait.compareTo(thresholds.meanWait) > 0) {
            reasons.add("callers wait " + TimeUnit.MILLISECONDS.convert(meanWait) + " ms on average, longer than "
                    + TimeUnit.MILLISECONDS.convert(thresholds.meanWait) + " ms");
        }
        double hitRate = acquired <= 0 ? 1 : 1 - (double) Math.min(missed, acquired) / acquired;
        if (hitRate < thresholds.hitRate) {
            reasons.add(percent(
                    "%.0f %% of the leases were served at once, less than %.0f %%", hitRate, thresholds.hitRate));
        }
        double failed = validations <= 0 ? 0 : (double) failedValidations / validations;
        if (failed > thresholds.failedValidations) {
            reasons.add(percent(
                    "%.0f %% of the validations failed, more than %.0f %%", failed, thresholds.failedValidations));
        }
        if (leaks > thresholds.leaks) {
            reasons.add(leaks + " leases are leaked, more than " + thresholds.leaks);
        }
        if (now.isFailingFast()) {
            reasons.add("no object can be made");
        }
        boolean canServe = !now.isFailingFast() || now.idle() + now.leased() + now.validating() > 0;
        Status status = reasons.isEmpty() ? Status.HEALTHY : canServe ? Status.DEGRADED : Status.FAILED;
        return new PoolHealth(status, reasons);
    }

    private static String percent(String format, double share, double threshold) {
        return String.format(Locale.ROOT, format, share * 100, threshold * 100);
    }
}
