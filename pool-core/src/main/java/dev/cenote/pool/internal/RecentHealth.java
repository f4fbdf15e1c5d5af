package dev.cenote.pool.internal;

import dev.cenote.pool.PoolHealth;
import dev.cenote.pool.PoolHealth.Thresholds;
import dev.cenote.pool.PoolStats;
import dev.cenote.pool.Ticker;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A pool's health by its last 10 to 20 s, if it is asked for often enough; else by everything since the last question but one.
 */
final class RecentHealth {

    private static final long WINDOW_NANOS = Duration.ofSeconds(10).toNanos();

    /** Whether leases are served at once is no matter of health: objects are made as they are wanted. */
    private static final Thresholds THRESHOLDS = new Thresholds(
            Thresholds.DEFAULT.utilisation(),
            Thresholds.DEFAULT.meanWait(),
            0,
            Thresholds.DEFAULT.failedValidations(),
            Thresholds.DEFAULT.leaks(),
            Thresholds.DEFAULT.failedCallers());

    private final Ticker ticker;

    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by the lock.
    private PoolStats earlier;
    private PoolStats recent;
    private long recentAtNanos;

    RecentHealth(PoolStats now, Ticker ticker) {
        this.ticker = ticker;
        earlier = now;
        recent = now;
        recentAtNanos = ticker.nanos();
    }

    PoolHealth of(PoolStats now) {
        lock.lock();
        try {
            PoolHealth health = PoolHealth.between(earlier, now, THRESHOLDS);
            long nanos = ticker.nanos();
            if (nanos - recentAtNanos > WINDOW_NANOS) {
                earlier = recent;
                recent = now;
                recentAtNanos = nanos;
            }
            return health;
        } finally {
            lock.unlock();
        }
    }
}
