package dev.cenote.pool;

import dev.cenote.pool.internal.keyed.DefaultKeyedPool;
import java.time.Duration;
import java.util.function.BiConsumer;

/**
 * Builds a {@link KeyedPool}. Each setting says its default, its range, what it costs, and whether it can change while the pool
 * runs. What a key's pool has beyond that is set by {@link #settings}. A value out of range is an {@link IllegalArgumentException}
 * that names the setting, the value and the range. Not thread-safe; one builder can build several pools.
 *
 * @param <K> the keys
 * @param <T> what is pooled
 * @since 0.9.0
 */
public final class KeyedPoolBuilder<K, T> {

    private final KeyedFactory<K, T> factory;
    private String name = "pool";
    private int maxTotal = 100;
    private int maxPerKey = 10;
    private int minIdlePerKey = 0;
    private int statsForBusiest = 20;
    private Duration keyIdleTimeout = Duration.ofMinutes(1);
    private BiConsumer<? super K, ? super PoolBuilder<T>> settings = (key, builder) -> {};

    KeyedPoolBuilder(KeyedFactory<K, T> factory) {
        this.factory = Settings.given("factory", "a keyed factory", factory);
    }

    /**
     * The pool's name. A key's pool is called {@code name/key}, in exceptions, logs and thread names.
     *
     * <p>Default: {@code pool}. Range: any text that is not blank. Costs nothing. No change at run time.
     *
     * @param name the setting
     * @return this
     * @since 0.9.0
     */
    public KeyedPoolBuilder<K, T> name(String name) {
        this.name = Settings.notBlank("name", name);
        return this;
    }

    /**
     * The most objects that may exist for all keys together, those being made or destroyed included.
     *
     * <p>Default: 100. Range: 1 to 1,000,000. Costs nothing. Change it with {@link KeyedPool#resize}.
     *
     * @param total the setting
     * @return this
     * @since 0.9.0
     */
    public KeyedPoolBuilder<K, T> maxTotal(int total) {
        maxTotal = total;
        return this;
    }

    /**
     * The most objects that may exist for one key. {@link #settings} can set another {@link PoolBuilder#maxSize} for a key.
     *
     * <p>Default: 10. Range: 1 to 1,000,000. Costs nothing. Change it with {@link KeyedPool#resize}.
     *
     * @param size the setting
     * @return this
     * @since 0.9.0
     */
    public KeyedPoolBuilder<K, T> maxPerKey(int size) {
        maxPerKey = size;
        return this;
    }

    /**
     * How many idle objects are kept ready for each key that has a pool, while places are free. They are evicted for callers of
     * other keys that wait. A key whose pool has idle objects is not dropped.
     *
     * <p>Default: 0. Range: 0 to {@code maxPerKey}. Costs the objects. Change it with {@link KeyedPool#resize}.
     *
     * @param idle the setting
     * @return this
     * @since 0.9.0
     */
    public KeyedPoolBuilder<K, T> minIdlePerKey(int idle) {
        minIdlePerKey = idle;
        return this;
    }

    /**
     * A key whose pool has been empty and unused for longer is dropped: nothing of it is left but its part of the counts.
     *
     * <p>Default: 1 min. Range: zero (never) upwards. Costs nothing. No change at run time.
     *
     * @param time the setting
     * @return this
     * @since 0.9.0
     */
    public KeyedPoolBuilder<K, T> keyIdleTimeout(Duration time) {
        keyIdleTimeout = Settings.zeroOrLonger("keyIdleTimeout", time);
        return this;
    }

    /**
     * How many keys {@link KeyedPool#stats()} lists, the busiest ones. The others are summed up.
     *
     * <p>Default: 20. Range: 0 upwards. Costs a picture each when statistics are asked for. No change at run time.
     *
     * @param keys the setting
     * @return this
     * @since 0.9.0
     */
    public KeyedPoolBuilder<K, T> statsForBusiest(int keys) {
        statsForBusiest = (int) Settings.atLeast("statsForBusiest", 0, keys);
        return this;
    }

    /**
     * The settings of a key's pool: everything that {@link PoolBuilder} has, but for the budget, which is this pool's. {@link
     * PoolBuilder#jmx} has no effect here. The function is called on the thread that opens the key's pool, changes the limits, or
     * asks for the statistics or the settings of a key that has no pool. Several threads may call it at once, also for the same key.
     * What it throws is thrown by that call.
     *
     * <p>Default: nothing. Range: any function; it must not use this pool. Costs what it does. No change at run time.
     *
     * @param settings sets what differs from the defaults
     * @return this
     * @since 0.9.0
     */
    public KeyedPoolBuilder<K, T> settings(BiConsumer<? super K, ? super PoolBuilder<T>> settings) {
        this.settings = Settings.given("settings", "a function of the key and a builder", settings);
        return this;
    }

    /**
     * Checks the settings together and opens a keyed pool. No object is made before a key is used.
     *
     * @return a running pool, to be closed by the caller
     * @throws IllegalArgumentException if the limits do not fit together
     * @since 0.9.0
     */
    public KeyedPool<K, T> build() {
        return new DefaultKeyedPool<>(
                factory,
                name,
                new KeyedPoolLimits(maxTotal, maxPerKey, minIdlePerKey),
                keyIdleTimeout,
                statsForBusiest,
                settings);
    }
}
