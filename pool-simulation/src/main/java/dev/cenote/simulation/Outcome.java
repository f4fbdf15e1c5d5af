package dev.cenote.simulation;

import java.time.Duration;

/**
 * What callers of a pool saw, in a recording or in a replay of it.
 *
 * @param size the pool's {@code maxSize}
 * @param calls how many callers came
 * @param p50 the wait that half of those that waited for a lease did not exceed; those that found one at once waited zero, and those
 *     whose time was up waited so long
 * @param p99 the same for 99 of 100
 * @param p999 the same for 999 of 1,000
 * @param mean the mean wait
 * @param timeouts how many callers' time was up
 * @param refusals how many were refused since {@code maxWaiters} waited
 * @param failures how many failed since no object could be made
 * @param creates how many objects were made
 * @param utilisation the share of the time that an object was leased, 0 to 1
 * @param served within which time callers were served
 */
public record Outcome(
        int size,
        int calls,
        Duration p50,
        Duration p99,
        Duration p999,
        Duration mean,
        int timeouts,
        int refusals,
        int failures,
        long creates,
        double utilisation,
        Served served) {

    /**
     * The time within which a share of all callers got a lease: {@link Long#MAX_VALUE} nanoseconds if fewer got one.
     *
     * @param p50 of half of them
     * @param p99 of 99 of 100
     * @param p999 of 999 of 1,000
     */
    public record Served(Duration p50, Duration p99, Duration p999) {

        static Served of(Waits waits) {
            return new Served(
                    Duration.ofNanos(waits.percentile(0.5)),
                    Duration.ofNanos(waits.percentile(0.99)),
                    Duration.ofNanos(waits.percentile(0.999)));
        }
    }

    static Outcome of(Recording recording) {
        Calls calls = recording.calls();
        Waits waits = calls.waits();
        int refusals = calls.count(Calls.Ending.REFUSED);
        int failures = calls.count(Calls.Ending.FAILED);
        double held = 0;
        for (long hold : calls.holds()) {
            held += hold;
        }
        int size = recording.settings().maxSize();
        return new Outcome(
                size,
                waits.count() + refusals + failures,
                Duration.ofNanos(waits.percentile(0.5)),
                Duration.ofNanos(waits.percentile(0.99)),
                Duration.ofNanos(waits.percentile(0.999)),
                Duration.ofNanos((long) waits.mean()),
                calls.count(Calls.Ending.TIMED_OUT),
                refusals,
                failures,
                recording.creates().made(),
                held / size / Math.max(1, recording.length().toNanos()),
                Served.of(calls.waitsToBeServed()));
    }
}
