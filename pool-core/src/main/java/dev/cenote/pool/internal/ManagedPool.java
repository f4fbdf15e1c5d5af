package dev.cenote.pool.internal;

import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.PoolMXBean;
import dev.cenote.pool.PoolStats;
import dev.cenote.pool.internal.run.Help;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A pool as an MBean. It does not keep the pool reachable. */
final class ManagedPool implements PoolMXBean {

    private static final Logger LOG = LoggerFactory.getLogger(ManagedPool.class);

    private final WeakReference<Pool<?>> pool;
    private final String name;
    private final RecentHealth health;

    ManagedPool(Pool<?> pool) {
        this.pool = new WeakReference<>(pool);
        name = pool.config().name();
        health = new RecentHealth(pool.stats(), pool.config().ticker());
    }

    private Pool<?> pool() {
        Pool<?> found = pool.get();
        if (found == null) {
            throw new IllegalStateException(
                    "pool '" + name + "' is gone: it was never closed, and nobody can reach it");
        }
        return found;
    }

    private PoolStats stats() {
        return pool().stats();
    }

    // --- attributes

    @Override
    public String getName() {
        return name;
    }

    @Override
    public boolean isClosed() {
        return pool().isClosed();
    }

    @Override
    public boolean isSuspended() {
        return stats().isSuspended();
    }

    @Override
    public String getHealth() {
        return health.of(stats()).status().name();
    }

    @Override
    public List<String> getHealthReasons() {
        return health.of(stats()).reasons();
    }

    @Override
    public int getMaxSize() {
        return stats().maxSize();
    }

    @Override
    public int getMinIdle() {
        return stats().minIdle();
    }

    @Override
    public int getMaxWaiters() {
        return stats().maxWaiters();
    }

    @Override
    public int getTotal() {
        return stats().total();
    }

    @Override
    public int getIdle() {
        return stats().idle();
    }

    @Override
    public int getLeased() {
        return stats().leased();
    }

    @Override
    public int getValidating() {
        return stats().validating();
    }

    @Override
    public int getRetiring() {
        return stats().retiring();
    }

    @Override
    public int getCreating() {
        return stats().creating();
    }

    @Override
    public int getWaiters() {
        return stats().waiters();
    }

    @Override
    public long getCreated() {
        return stats().created();
    }

    @Override
    public Map<String, Long> getDestroyedBy() {
        Map<String, Long> named = new TreeMap<>();
        stats().destroyedBy().forEach((reason, count) -> named.put(reason.name(), count));
        return named;
    }

    @Override
    public long getDetached() {
        return stats().detached();
    }

    @Override
    public long getAcquired() {
        return stats().acquired();
    }

    @Override
    public long getReleased() {
        return stats().released();
    }

    @Override
    public long getWaited() {
        return stats().waited();
    }

    @Override
    public double getHitRate() {
        return stats().hitRate();
    }

    @Override
    public long getTimeouts() {
        return stats().timeouts();
    }

    @Override
    public long getRefused() {
        return stats().refused();
    }

    @Override
    public long getFailed() {
        return stats().failed();
    }

    @Override
    public long getCancelled() {
        return stats().cancelled();
    }

    @Override
    public long getCreationFailures() {
        return stats().creationFailures();
    }

    @Override
    public long getValidations() {
        return stats().validations();
    }

    @Override
    public long getValidationFailures() {
        return stats().validationFailures();
    }

    @Override
    public long getLeaks() {
        return stats().leaks();
    }

    @Override
    public long getStaleCloses() {
        return stats().staleCloses();
    }

    @Override
    public boolean isFailingFast() {
        return stats().isFailingFast();
    }

    @Override
    public double getOldestWait() {
        return millis(stats().oldestWait());
    }

    @Override
    public double getWaitMean() {
        return millis(stats().waitTimes().mean());
    }

    @Override
    public double getWaitMax() {
        return millis(stats().waitTimes().max());
    }

    @Override
    public double getRecentWaitP50() {
        return millis(stats().recentWaitTimes().p50());
    }

    @Override
    public double getRecentWaitP99() {
        return millis(stats().recentWaitTimes().p99());
    }

    @Override
    public double getRecentWaitMax() {
        return millis(stats().recentWaitTimes().max());
    }

    @Override
    public double getUseMean() {
        return millis(stats().useTimes().mean());
    }

    @Override
    public double getCreateMean() {
        return millis(stats().createTimes().mean());
    }

    private static double millis(Duration time) {
        return TimeUnit.NANOSECONDS.convert(time) / 1e6;
    }

    @Override
    public Map<String, String> getSettings() {
        return pool().config().settings();
    }

    @Override
    public List<SlotRow> getSlots() {
        return pool().slots().stream().<SlotRow>map(ManagedSlot::new).toList();
    }

    // --- operations

    @Override
    public void resize(int maxSize, int minIdle, int maxWaiters) {
        pool().resize(new PoolLimits(maxSize, minIdle, maxWaiters));
    }

    @Override
    public void invalidateAll() {
        pool().invalidateAll();
    }

    @Override
    public void invalidateAll(long overMillis) {
        pool().invalidateAll(Duration.ofMillis(overMillis));
    }

    @Override
    public void suspend() {
        pool().suspend();
    }

    @Override
    public void resume() {
        pool().resume();
    }

    @Override
    public void drain() {
        logFailure("drain", pool().drain());
    }

    @Override
    public void warmUp(int objects) {
        logFailure("warmUp", pool().warmUp(objects));
    }

    private void logFailure(String operation, CompletableFuture<Void> begun) {
        CompletableFuture<Void> unused = begun.whenComplete((nothing, failure) -> {
            if (failure != null && !(failure instanceof CancellationException)) {
                LOG.warn(
                        "Pool '{}': the {} that was asked for over JMX failed" + Help.on("jmx"),
                        name,
                        operation,
                        failure);
            }
        });
    }
}
