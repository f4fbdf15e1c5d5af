package dev.cenote.pool;

import dev.cenote.pool.PoolHealth.Status;
import dev.cenote.pool.PoolHealth.Thresholds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** How {@link PoolHealth} judges a pool. Each reason names the setting to look at. */
final class Judgement {

    /** Of so few callers it is no sign that all failed. */
    private static final int FEW_CALLERS = 10;

    private final @Nullable PoolStats before;
    private final PoolStats now;
    private final Thresholds thresholds;
    private final List<String> reasons = new ArrayList<>();
    private boolean canServe = true;

    /** @param before an earlier look; null: all that has happened counts */
    Judgement(@Nullable PoolStats before, PoolStats now, Thresholds thresholds) {
        this.before = before;
        this.now = now;
        this.thresholds = thresholds;
    }

    PoolHealth health() {
        if (now.isClosed()) {
            return new PoolHealth(Status.FAILED, List.of("the pool is closed"));
        }
        lookAtState();
        lookAtCallers();
        lookAtObjects();
        Status status = reasons.isEmpty() ? Status.HEALTHY : canServe ? Status.DEGRADED : Status.FAILED;
        return new PoolHealth(status, reasons);
    }

    /** What has been counted since the earlier look. */
    private long since(ToLongFunction<PoolStats> count) {
        return Math.max(0, count.applyAsLong(now) - (before == null ? 0 : count.applyAsLong(before)));
    }

    private void failed(String reason) {
        reasons.add(reason);
        canServe = false;
    }

    private void lookAtState() {
        if (now.isSuspended()) {
            failed("the pool is suspended: callers wait until resume() is called");
        }
        boolean isBare = now.idle() + now.leased() + now.validating() == 0;
        if (now.isFailingFast()) {
            reasons.add("no object can be made: look at the cause in the log, and at failFastAfter and createBackoff");
            canServe &= !isBare;
        } else if (now.waiters() > 0 && isBare && now.creating() == 0 && !now.isSuspended()) {
            failed(now.waiters()
                    + " callers wait, and there is no object and none is being made: the next try is due within"
                    + " createBackoff");
        }
        if (now.oldestWait().compareTo(thresholds.meanWait()) > 0) {
            reasons.add("the oldest of " + now.waiters() + " callers that wait has waited for "
                    + millis(now.oldestWait()) + ", longer than " + millis(thresholds.meanWait())
                    + ": look at who holds the leases, and at maxSize");
        }
    }

    private void lookAtCallers() {
        long acquired = since(PoolStats::acquired);
        long timeouts = since(PoolStats::timeouts);
        long refused = since(PoolStats::refused);
        long failed = since(PoolStats::failed);
        long all = acquired + timeouts + refused + failed;
        double share = all == 0 ? 0 : (double) (timeouts + refused + failed) / all;
        if (share > thresholds.failedCallers()) {
            tellFailed(timeouts, all, "callers timed out: look at maxSize, acquireTimeout and who holds the leases");
            tellFailed(refused, all, "callers were refused because the queue was full: look at maxWaiters and maxSize");
            tellFailed(failed, all, "callers failed because no object could be made: look at the cause in the log");
            canServe &= acquired > 0 || all < FEW_CALLERS;
        }
        long waits = since(PoolStats::queued);
        Duration waited = now.waitTimes().total();
        if (before != null) {
            waited = waited.minus(before.waitTimes().total());
        }
        Duration meanWait = waits == 0 ? Duration.ZERO : waited.dividedBy(waits);
        if (meanWait.compareTo(thresholds.meanWait()) > 0) {
            reasons.add("callers wait " + millis(meanWait) + " on average, longer than " + millis(thresholds.meanWait())
                    + ": look at maxSize");
        }
        long missed = Math.min(since(PoolStats::missed), acquired);
        double hitRate = acquired == 0 ? 1 : 1 - (double) missed / acquired;
        if (hitRate < thresholds.hitRate()) {
            reasons.add(percent(
                            "%.0f %% of the leases were served at once, less than %.0f %%",
                            hitRate, thresholds.hitRate())
                    + ": look at minIdle and maxSize");
        }
    }

    private void tellFailed(long some, long all, String how) {
        if (some > 0) {
            reasons.add(some + " of " + all + " " + how);
        }
    }

    private void lookAtObjects() {
        double utilisation = (double) now.leased() / now.maxSize();
        if (utilisation > thresholds.utilisation()) {
            reasons.add(percent(
                            "%.0f %% of the objects are leased, more than %.0f %%",
                            utilisation, thresholds.utilisation())
                    + ": look at maxSize");
        }
        long validations = since(PoolStats::validations);
        double failed = validations == 0 ? 0 : (double) since(PoolStats::validationFailures) / validations;
        if (failed > thresholds.failedValidations()) {
            reasons.add(percent(
                            "%.0f %% of the validations failed, more than %.0f %%",
                            failed, thresholds.failedValidations())
                    + ": look at maxLifetime, keepaliveTime and the validator");
        }
        long leaks = since(PoolStats::leaks);
        if (leaks > thresholds.leaks()) {
            reasons.add(leaks + " leases are leaked, more than " + thresholds.leaks()
                    + ": look for their acquires in the log (leakTraces)");
        }
    }

    private static String millis(Duration time) {
        return TimeUnit.MILLISECONDS.convert(time) + " ms";
    }

    private static String percent(String format, double share, double threshold) {
        return String.format(Locale.ROOT, format, share * 100, threshold * 100);
    }
}
