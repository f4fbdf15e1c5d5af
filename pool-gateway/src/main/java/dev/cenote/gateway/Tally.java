package dev.cenote.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;

/**
 * What the clients of a {@link Load} saw. The load's event loop writes, others read: under one lock, which nobody holds for
 * long.
 */
final class Tally {

    /**
     * A tenth of a second.
     *
     * @param begin in seconds from the begin of the record
     * @param end likewise
     * @param logins done in it
     * @param errors in it
     * @param longestNanos of the logins that were done in it, from when they were due
     */
    record Interval(double begin, double end, long logins, long errors, long longestNanos) {}

    private static final double PER_SECOND = 10;
    private static final long INTERVAL_NANOS = 100_000_000;

    private final LongSupplier nanos;
    private final Histogram times = new Histogram(3); // nanoseconds, of logins that succeeded, from when they were due
    private final Map<String, Long> errors = new TreeMap<>();
    private final List<Interval> timeline = new ArrayList<>();
    private long due;
    private boolean isOn;
    private long beginNanos;
    private long endNanos;

    // Of the interval that runs.
    private long logins;
    private long failures;
    private long longestNanos;

    // For faults.
    private long firstErrorNanos;
    private long lastErrorNanos;
    private long lastLoginNanos;
    private long longestGapNanos;

    Tally() {
        this(System::nanoTime);
    }

    Tally(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Forgets all and records from now on. */
    synchronized void begin() {
        times.reset();
        errors.clear();
        timeline.clear();
        due = 0;
        logins = failures = longestNanos = 0;
        firstErrorNanos = lastErrorNanos = longestGapNanos = 0;
        beginNanos = lastLoginNanos = nanos.getAsLong();
        isOn = true;
    }

    /** Records no more. */
    synchronized void end() {
        endNanos = nanos.getAsLong();
        roll(endNanos);
        loginAt(endNanos);
        isOn = false;
    }

    synchronized void fellDue() {
        due += isOn ? 1 : 0;
    }

    /**
     * A login has ended.
     *
     * @param error null if it succeeded
     * @param dueNanos when it was due
     */
    synchronized void ended(String error, long dueNanos) {
        if (!isOn) {
            return;
        }
        long now = nanos.getAsLong();
        roll(now);
        if (error == null) {
            long took = now - dueNanos;
            times.recordValue(took);
            logins++;
            loginAt(now);
            longestNanos = Math.max(longestNanos, took);
        } else {
            errors.merge(error, 1L, Long::sum);
            failures++;
            firstErrorNanos = firstErrorNanos == 0 ? now : firstErrorNanos;
            lastErrorNanos = now;
        }
    }

    private void loginAt(long now) {
        longestGapNanos = Math.max(longestGapNanos, now - lastLoginNanos);
        lastLoginNanos = now;
    }

    private void roll(long now) {
        while (now - beginNanos >= (timeline.size() + 1) * INTERVAL_NANOS) {
            int index = timeline.size();
            timeline.add(new Interval(index / PER_SECOND, (index + 1) / PER_SECOND, logins, failures, longestNanos));
            logins = failures = longestNanos = 0;
        }
    }

    // --- what was seen; of copies

    synchronized Histogram times() {
        return times.copy();
    }

    synchronized Map<String, Long> errors() {
        return new TreeMap<>(errors);
    }

    synchronized List<Interval> timeline() {
        return List.copyOf(timeline);
    }

    synchronized long due() {
        return due;
    }

    synchronized double seconds() {
        return ((isOn ? nanos.getAsLong() : endNanos) - beginNanos) / 1e9;
    }

    /** How long it took from the first error to the last, in nanoseconds; 0 without errors. */
    synchronized long errorSpanNanos() {
        return lastErrorNanos - firstErrorNanos;
    }

    /** The longest time without a login, in nanoseconds. */
    synchronized long longestGapNanos() {
        return longestGapNanos;
    }
}
