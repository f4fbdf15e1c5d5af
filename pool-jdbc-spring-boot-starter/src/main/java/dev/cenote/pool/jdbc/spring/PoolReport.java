package dev.cenote.pool.jdbc.spring;

import dev.cenote.pool.AcquirePhase;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolException;
import dev.cenote.pool.PoolHealth;
import dev.cenote.pool.PoolHealth.Thresholds;
import dev.cenote.pool.PoolStats;
import dev.cenote.pool.PoolTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/** How a pool does, and why, for a reader. It judges by the last 10 to 20 s, if it is asked often enough. */
final class PoolReport {

    static final String STATUS = "status";

    private static final long WINDOW_NANOS = Duration.ofSeconds(10).toNanos();

    private static final Duration LONGEST_TRY = Duration.ofSeconds(1);

    /** What callers should wait at most, for the advice. */
    private static final Duration ADVISED_WAIT = Duration.ofMillis(5);

    /** Whether leases were served at once is no matter of health: new connections are made as they are wanted. */
    private static final Thresholds THRESHOLDS = new Thresholds(
            Thresholds.DEFAULT.utilisation(),
            Thresholds.DEFAULT.meanWait(),
            0,
            Thresholds.DEFAULT.failedValidations(),
            Thresholds.DEFAULT.leaks(),
            Thresholds.DEFAULT.failedCallers());

    private final Pool<?> pool;
    private final Duration longestTry;
    private PoolStats earlier;
    private PoolStats recent;
    private long recentAtNanos;

    PoolReport(Pool<?> pool, Duration longestTry) {
        this.pool = pool;
        this.longestTry = longestTry;
        this.recent = pool.stats();
        this.earlier = recent;
        this.recentAtNanos = System.nanoTime();
    }

    /** By the names of the beans. */
    static Map<String, PoolReport> ofAll(ConfigurableListableBeanFactory beans) {
        Map<String, PoolReport> reports = new LinkedHashMap<>();
        PoolBeans.poolsOf(beans).forEach((name, pool) -> reports.put(name, new PoolReport(pool, LONGEST_TRY)));
        return reports;
    }

    Map<String, Object> details() {
        PoolStats now = pool.stats();
        PoolHealth health = PoolHealth.between(before(now), now, THRESHOLDS);
        PoolHealth.Status status = health.status();
        List<String> reasons =
                new ArrayList<>(health.with(pool.advice(ADVISED_WAIT)).reasons());
        if (now.creationFailures() > 0 && now.idle() + now.leased() + now.validating() == 0) {
            Optional<String> why = whyThereIsNone();
            if (why.isPresent()) {
                status = PoolHealth.Status.FAILED;
                reasons.add(why.get());
            }
        }
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("pool", now.name());
        details.put(STATUS, status);
        if (!reasons.isEmpty()) {
            details.put("reasons", reasons);
        }
        details.put("leased", now.leased());
        details.put("idle", now.idle());
        details.put("waiters", now.waiters());
        details.put("total", now.total());
        details.put("maxSize", now.maxSize());
        return details;
    }

    private synchronized PoolStats before(PoolStats now) {
        long nanos = System.nanoTime();
        PoolStats before = earlier;
        if (nanos - recentAtNanos > WINDOW_NANOS) {
            earlier = recent;
            recent = now;
            recentAtNanos = nanos;
        }
        return before;
    }

    /**
     * Asks for a connection, as a caller would: without callers a pool does not try whether the server is back, and would never
     * be found healthy again.
     */
    private Optional<String> whyThereIsNone() {
        try {
            pool.acquire(longestTry).close();
            return Optional.empty();
        } catch (PoolException e) {
            Throwable cause = e.getCause();
            if (e instanceof PoolTimeoutException late && late.phase() == AcquirePhase.CREATING && cause == null) {
                return Optional.empty(); // the last create has not failed: a log-in may take longer than this try
            }
            return Optional.of(String.valueOf((cause == null ? e : cause).getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted while a connection was asked for");
        }
    }
}
