package dev.cenote.pool.internal;

import dev.cenote.pool.IdleOrder;
import dev.cenote.pool.PoolConfig;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/** What the parts of one pool share. */
record Parts<T>(
        PoolConfig<T> config,
        PoolLock lock,
        WaitQueue<T> queue,
        IdleStore<T> idle,
        Hints<T> hints,
        Capacity<T> capacity,
        Counters counters,
        GuardedListener listener,
        Workers workers,
        Tasks tasks,
        CircuitBreaker breaker,
        Alarm alarm,
        RandomGenerator random) {

    static <T> Parts<T> of(PoolConfig<T> config, Alarm alarm) {
        return of(
                config,
                alarm,
                new PoolLock(),
                new Workers(config.name(), config.executor()),
                () -> ThreadLocalRandom.current().nextLong());
    }

    static <T> Parts<T> of(PoolConfig<T> config, Alarm alarm, PoolLock lock, Workers workers, RandomGenerator random) {
        Capacity<T> capacity = new Capacity<>(lock, config.limits());
        Hints<T> hints = new Hints<>(
                lock,
                config.idleOrder() == IdleOrder.LIFO // they would break the other order
                        && config.leakThreshold().isZero()); // and hide leases from Leaks
        return new Parts<>(
                config,
                lock,
                new WaitQueue<>(lock, config.fairness(), hints),
                IdleStore.of(config.idleOrder(), capacity),
                hints,
                capacity,
                new Counters(),
                new GuardedListener(config.listener(), lock),
                workers,
                new Tasks(config, lock, alarm, workers),
                new CircuitBreaker(config, alarm, random),
                alarm,
                random);
    }

    long now() {
        return config.ticker().nanos();
    }
}
