package dev.cenote.pool;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a pool. Each setting is declared and defaulted here, and checked and documented in {@link PoolBuilder}.
 * Immutable: where the limits of a pool change ({@link Pool#resize}), {@link Pool#config} returns another instance.
 *
 * @param <T> what is pooled
 * @since 0.9.0
 */
public final class PoolConfig<T> {

    // One instance each: there may be thousands of pools.
    private static final Duration HALF_A_MINUTE = Duration.ofSeconds(30);
    private static final Duration TEN_MINUTES = Duration.ofMinutes(10);
    private static final Duration HALF_AN_HOUR = Duration.ofMinutes(30);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration FIVE_SECONDS = Duration.ofSeconds(5);
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);
    private static final Duration FIFTY_MILLIS = Duration.ofMillis(50);

    // Only the builder writes these, before it makes the copy that a pool gets.
    String name = "pool";
    int maxSize = 10;
    int minIdle = 0;
    int maxWaiters = 1_024;
    Duration acquireTimeout = HALF_A_MINUTE;
    Duration idleTimeout = TEN_MINUTES;
    Duration maxLifetime = HALF_AN_HOUR;
    double lifetimeJitter = 0.25;
    long maxUses = 0;
    Duration maxLeaseTime = Duration.ZERO;
    Duration leakThreshold = Duration.ZERO;
    int leakTraces = 100;
    boolean detectStalls = false;
    int useTimes = 0;

    @Nullable
    SizingPolicy sizingPolicy = null;

    @Nullable
    Validator<? super T> validator = null;

    boolean validateOnCreate = false;
    Duration validateIfIdleFor = SECOND;
    boolean validateOnRelease = false;
    Duration keepaliveTime = Duration.ZERO;
    Duration validationTimeout = FIVE_SECONDS;
    Duration createTimeout = HALF_A_MINUTE;
    Duration destroyTimeout = FIVE_SECONDS;
    Duration shutdownGrace = HALF_A_MINUTE;
    int maxConcurrentCreates = 4;
    int maxConcurrentDestroys = 16;
    Duration failFastAfter = TEN_SECONDS;
    Duration openTimeout = Duration.ZERO;
    Duration firstBackoff = FIFTY_MILLIS;
    Duration longestBackoff = SECOND;
    int maxConcurrentRetirements = 2;
    IdleOrder idleOrder = IdleOrder.LIFO;
    Fairness fairness = Fairness.STRICT;

    @Nullable
    Executor executor = null;

    @Nullable
    Budget budget = null;

    int reserved = 0;
    int weight = 1;
    PoolListener listener = PoolListener.NONE;
    boolean jmx = false;
    Ticker ticker = Ticker.system();
    final Factory<T> factory;

    PoolConfig(Factory<T> factory) {
        this.factory = factory;
    }

    private PoolConfig(PoolConfig<T> other, Factory<T> factory, PoolLimits limits) {
        name = other.name;
        maxSize = limits.maxSize();
        minIdle = limits.minIdle();
        maxWaiters = limits.maxWaiters();
        acquireTimeout = other.acquireTimeout;
        idleTimeout = other.idleTimeout;
        maxLifetime = other.maxLifetime;
        lifetimeJitter = other.lifetimeJitter;
        maxUses = other.maxUses;
        maxLeaseTime = other.maxLeaseTime;
        leakThreshold = other.leakThreshold;
        leakTraces = other.leakTraces;
        detectStalls = other.detectStalls;
        useTimes = other.useTimes;
        sizingPolicy = other.sizingPolicy;
        validator = other.validator;
        validateOnCreate = other.validateOnCreate;
        validateIfIdleFor = other.validateIfIdleFor;
        validateOnRelease = other.validateOnRelease;
        keepaliveTime = other.keepaliveTime;
        validationTimeout = other.validationTimeout;
        createTimeout = other.createTimeout;
        destroyTimeout = other.destroyTimeout;
        shutdownGrace = other.shutdownGrace;
        maxConcurrentCreates = other.maxConcurrentCreates;
        maxConcurrentDestroys = other.maxConcurrentDestroys;
        failFastAfter = other.failFastAfter;
        openTimeout = other.openTimeout;
        firstBackoff = other.firstBackoff;
        longestBackoff = other.longestBackoff;
        maxConcurrentRetirements = other.maxConcurrentRetirements;
        idleOrder = other.idleOrder;
        fairness = other.fairness;
        executor = other.executor;
        budget = other.budget;
        reserved = other.reserved;
        weight = other.weight;
        listener = other.listener;
        jmx = other.jmx;
        ticker = other.ticker;
        this.factory = factory;
    }

    /**
     * The same settings with other limits.
     *
     * @param limits the limits
     * @return a copy
     * @since 0.9.0
     */
    public PoolConfig<T> withLimits(PoolLimits limits) {
        return with(factory, limits);
    }

    /**
     * The same settings with another factory and other limits.
     *
     * @param factory the factory
     * @param limits the limits
     * @return a copy
     * @since 0.9.0
     */
    public PoolConfig<T> with(Factory<T> factory, PoolLimits limits) {
        return new PoolConfig<>(this, factory, limits);
    }

    /**
     * The limits.
     *
     * @return maxSize, minIdle and maxWaiters
     * @since 0.9.0
     */
    public PoolLimits limits() {
        return new PoolLimits(maxSize, minIdle, maxWaiters);
    }

    /**
     * See {@link PoolBuilder#name}.
     *
     * @return the setting
     * @since 0.9.0
     */
    public String name() {
        return name;
    }

    /**
     * See {@link PoolBuilder#maxSize}.
     *
     * @return the setting
     * @since 0.9.0
     */
    public int maxSize() {
        return maxSize;
    }

    /**
     * See {@link PoolBuilder#minIdle}.
     *
     * @return the setting
     * @since 0.9.0
     */
    public int minIdle() {
        return minIdle;
    }

    /**
     * See {@link PoolBuilder#maxWaiters}.
     *
     * @return the setting
     * @since 0.9.0
     */
    public int maxWaiters() {
        return maxWaiters;
    }

    /**
     * See {@link PoolBuilder#acquireTimeout}.
     *
     * @return the setting
     * @since 0.9.0
     */
    public Duration acquireTimeout() {
        return acquireTimeout;
    }

    /**
     * See {@link PoolBuilder#idleTimeout}.
     *
     * @return the setting
     * @since 0.9.0
     */
    public Duration idleTimeout() {
        return idleTimeout;
    }

    /**
     * See {@link PoolBuilder#maxLifetime}.
     *
     * @return the setting
     * @since 0.9.0
     */
    public Duration maxLifetime() {
        return maxLifetime;
    }

    /**
     * See {@link PoolBuilder#lifetimeJitter}.
     *
     * @return the setting
     * @since 0.9.0
     */
    public double lifetimeJitter() {
        return lifetimeJitter;
    }

    /**
     * See {@link PoolBuilder#maxUses}.
     *
     * @return the setting
     * @since 0.9.0
     */
    public long maxUses() {
        return maxUses;
    }

    /**
     * See {@link PoolBuilder#maxLeaseTime}.
     *
     * @return the setting
     * @since 0.9.0
     */
    public Duration maxLeaseTime() {
        return maxLeaseTime;
    }

    /**
     * See {@link PoolBuilder#validator}.
     *
     * @return the setting, null if none was given
     * @since 0.9.0
     */
    public @Nullable Validator<? super T> validator() {
        return validator;
    }

    /**
     * See {@link PoolBuilder#validateOnCreate}.
     *
     * @return the setting
     * @since 0.9.0
     */
    public boolean validateOnCreate() {
        return validateOnCreate;
    }

    /**
     * See {@link PoolBuilder#validateIfIdleFor}.
     *
     * @return the setting
     * @since 0.9.0
     */
    public Duration validateIfIdleFor() {
        return validateIfIdleFor;
    }

    /**
     * See {@link PoolBuilder#validateOnRelease}.
     *
     * @return the setting
     * @since 0.9.0
     */
    public boolean validateOnRelease() {
        return validateOnRelease;
    }

    /**
     * See {@link PoolBuilder#keepaliveTime}.
     *
     * @return the setting
     * @since 0.9.0
     */
    public Duration keepaliveTime() {
        return keepaliveTime;
    }

    /**
     * See {@link PoolBuilder#leakTraces}.
     *
     * @return the setting
     * @since 0.9.0
     */
    public int leakTraces() {
        return leakTraces;
    }

    /**
     * See {@link PoolBuilder#leakThreshold}.
     *
     * @return the setting
     * @since 0.9.0
     */
    public Duration leakThreshold() {
        return leakThreshold;
    }

    /**
     * See {@link PoolBuilder#detectStalls}.
     *
     * @return the setting
     * @since 0.9.0
     */
    public boolean detectStalls() {
        return detectStalls;
    }

    /**
     * See {@link PoolBuilder#sizingPolicy}.
     *
     * @return the setting, null if none was given
     * @since 0.9.0
     */
    public @Nullable SizingPolicy sizingPolicy() {
        return sizingPolicy;
    }

    /**
     * See {@link PoolBuilder#validationTimeout}.
     *
     * @return the setting
     * @since 0.9.0
     */
    public Duration validationTimeout() {
        return validationTimeout;
    }

    /**
     * See {@link PoolBuilder#createTimeout}.
     *
     * @return the setting
     * @since 0.9.0
     */
    public Duration createTimeout() {
        return createTimeout;
    }

    /**
     * See {@link PoolBuilder#destroyTimeout}.
     *
     * @return the setting
     * @since 0.9.0
     */
    public Duration destroyTimeout() {
        return destroyTimeout;
    }

    /**
     * See {@link PoolBuilder#shutdownGrace}.
     *
     * @return the setting
     * @since 0.9.0
     */
    public Duration shutdownGrace() {
        return shutdownGrace;
    }

    /**
     * See {@link PoolBuilder#maxConcurrentCreates}.
     *
     * @return the setting
     * @since 0.9.0
     */
    public int maxConcurrentCreates() {
        return maxConcurrentCreates;
    }

    /**
     * See {@link PoolBuilder#maxConcurrentDestroys}.
     *
     * @return the setting
     * @since 0.9.0
     */
    public int maxConcurrentDestroys() {
        return maxConcurrentDestroys;
    }

    /**
     * See {@link PoolBuilder#failFastAfter}.
     *
     * @return the setting
     * @since 0.9.0
     */
    public Duration failFastAfter() {
        return failFastAfter;
    }

    /**
     * See {@link PoolBuilder#openTimeout}.
     *
     * @return the setting
     * @since 0.9.0
     */
    public Duration openTimeout() {
        return openTimeout;
    }

    /**
     * See {@link PoolBuilder#createBackoff}.
     *
     * @return the longest wait after the first failure
     * @since 0.9.0
     */
    public Duration firstBackoff() {
        return firstBackoff;
    }

    /**
     * See {@link PoolBuilder#createBackoff}.
     *
     * @return the longest wait after any failure
     * @since 0.9.0
     */
    public Duration longestBackoff() {
        return longestBackoff;
    }

    /**
     * See {@link PoolBuilder#maxConcurrentRetirements}.
     *
     * @return the setting
     * @since 0.9.0
     */
    public int maxConcurrentRetirements() {
        return maxConcurrentRetirements;
    }

    /**
     * See {@link PoolBuilder#idleOrder}.
     *
     * @return the setting
     * @since 0.9.0
     */
    public IdleOrder idleOrder() {
        return idleOrder;
    }

    /**
     * See {@link PoolBuilder#fairness}.
     *
     * @return the setting
     * @since 0.9.0
     */
    public Fairness fairness() {
        return fairness;
    }

    /**
     * See {@link PoolBuilder#executor}.
     *
     * @return the setting, null if none was given
     * @since 0.9.0
     */
    public @Nullable Executor executor() {
        return executor;
    }

    /**
     * See {@link PoolBuilder#budget}.
     *
     * @return the setting, or null if there is none
     * @since 0.9.0
     */
    @Nullable
    public Budget budget() {
        return budget;
    }

    /**
     * See {@link PoolBuilder#reserved}.
     *
     * @return the setting
     * @since 0.9.0
     */
    public int reserved() {
        return reserved;
    }

    /**
     * See {@link PoolBuilder#weight}.
     *
     * @return the setting
     * @since 0.9.0
     */
    public int weight() {
        return weight;
    }

    /**
     * See {@link PoolBuilder#listener}.
     *
     * @return the setting
     * @since 0.9.0
     */
    public PoolListener listener() {
        return listener;
    }

    /**
     * See {@link PoolBuilder#jmx}.
     *
     * @return the setting
     * @since 0.9.0
     */
    public boolean jmx() {
        return jmx;
    }

    /**
     * See {@link PoolBuilder#ticker}.
     *
     * @return the setting
     * @since 0.9.0
     */
    public Ticker ticker() {
        return ticker;
    }

    /**
     * See {@link Pool#builder}.
     *
     * @return the setting
     * @since 0.9.0
     */
    public Factory<T> factory() {
        return factory;
    }

    /**
     * See {@link PoolBuilder#useTimes}.
     *
     * @return the setting
     * @since 0.9.0
     */
    public int useTimes() {
        return useTimes;
    }

    /**
     * All settings as text. Of the factory, the validator and other objects of the user's only the class is told, so no secret is
     * among them.
     *
     * @return by the names of their methods here, in the order of {@link PoolBuilder}; a copy
     * @since 0.9.0
     */
    public Map<String, String> settings() {
        return SettingsTable.of(this);
    }

    /**
     * Those of {@link #settings} that are not the defaults, without the name and the factory, which every pool has.
     *
     * @return by the names of their methods here; a copy
     * @since 0.9.0
     */
    public Map<String, String> changedSettings() {
        return SettingsTable.changed(this);
    }

    /**
     * The settings as a table, a line each; those that are not the defaults are marked.
     *
     * @since 0.9.0
     */
    @Override
    public String toString() {
        return SettingsTable.table(this);
    }
}
