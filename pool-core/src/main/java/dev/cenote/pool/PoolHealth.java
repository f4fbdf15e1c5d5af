package dev.cenote.pool;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The health of a pool, judged by what happened between two looks at its statistics.
 *
 * @param status the verdict
 * @param reasons why it is not {@link Status#HEALTHY}, in words, and what was added {@link #with}; unmodifiable
 * @since 0.9.0
 */
public record PoolHealth(Status status, List<String> reasons) {

    /**
     * The verdict.
     *
     * @since 0.9.0
     */
    public enum Status {
        /** Nothing is wrong. */
        HEALTHY,
        /** It serves callers, but something is wrong. */
        DEGRADED,
        /**
         * It can't serve: there is no object, and none can be made; or it is suspended or closed; or each of ten callers or
         * more failed.
         */
        FAILED
    }

    /**
     * The bounds of what is healthy.
     *
     * @param utilisation the largest share of {@code maxSize} that may be leased; 0 to 1
     * @param meanWait the longest mean wait of the callers that waited, and the longest time for which the oldest waiter may have
     *     waited; zero or longer
     * @param hitRate the smallest share of leases that are given without waiting, creating or validating; 0 to 1
     * @param failedValidations the largest share of validations that may fail; 0 to 1
     * @param leaks the most leases that may be reported as leaked; 0 upwards
     * @param failedCallers the largest share of callers whose time may be up, that may be refused, or that may fail because no
     *     object can be made; 0 to 1
     * @since 0.9.0
     */
    public record Thresholds(
            double utilisation,
            Duration meanWait,
            double hitRate,
            double failedValidations,
            long leaks,
            double failedCallers) {

        /**
         * A utilisation of 90 %, a mean wait of 5 s, a hit rate of 80 %, 10 % failed validations, no leak, 1 % failed callers.
         */
        public static final Thresholds DEFAULT = new Thresholds(0.9, Duration.ofSeconds(5), 0.8, 0.1, 0, 0.01);

        /**
         * Checks the ranges.
         *
         * @param utilisation 0 to 1
         * @param meanWait zero or longer
         * @param hitRate 0 to 1
         * @param failedValidations 0 to 1
         * @param leaks 0 upwards
         * @param failedCallers 0 to 1
         * @since 0.9.0
         */
        public Thresholds {
            Settings.share("utilisation", 1, utilisation);
            Settings.share("hitRate", 1, hitRate);
            Settings.share("failedValidations", 1, failedValidations);
            Settings.share("failedCallers", 1, failedCallers);
            Settings.zeroOrLonger("meanWait", meanWait);
            Settings.atLeast("leaks", 0, leaks);
        }
    }

    /**
     * Copies the reasons.
     *
     * @param status the verdict
     * @param reasons why
     * @since 0.9.0
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
     * @since 0.9.0
     */
    public static PoolHealth of(PoolStats now, Thresholds thresholds) {
        return new Judgement(null, now, thresholds).health();
    }

    /**
     * Judges a pool by what has happened since an earlier look. If nothing has happened since, only the present state counts.
     *
     * @param before the statistics then
     * @param now the statistics now
     * @param thresholds the bounds of what is healthy
     * @return the verdict
     * @since 0.9.0
     */
    public static PoolHealth between(PoolStats before, PoolStats now, Thresholds thresholds) {
        return new Judgement(Objects.requireNonNull(before, "before"), now, thresholds).health();
    }

    /**
     * Adds what the pool advises. The verdict stays: a pool that is larger than it needs to be is not ill.
     *
     * @param advice what {@link Pool#advice} says; empty to add nothing
     * @return the same status, and the advice as the last of the reasons
     * @since 0.9.0
     */
    public PoolHealth with(Optional<PoolAdvice> advice) {
        return new PoolHealth(
                status,
                Stream.concat(reasons.stream(), advice.stream().map(it -> "size: " + it))
                        .toList());
    }
}
