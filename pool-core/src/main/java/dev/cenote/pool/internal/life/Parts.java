package dev.cenote.pool.internal.life;

import dev.cenote.pool.IdleOrder;
import dev.cenote.pool.PoolConfig;
import dev.cenote.pool.internal.run.Alarm;
import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.run.Tasks;
import dev.cenote.pool.internal.run.Workers;
import dev.cenote.pool.internal.slot.Hints;
import dev.cenote.pool.internal.slot.IdleStore;
import dev.cenote.pool.internal.slot.Slots;
import dev.cenote.pool.internal.stats.Counters;
import dev.cenote.pool.internal.stats.GuardedListener;
import dev.cenote.pool.internal.wait.WaitQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/** What the parts of one pool share. */
public record Parts<T>(
        PoolConfig<T> config,
        PoolLock lock,
        WaitQueue<T> queue,
        IdleStore<T> idle,
        Hints<T> hints,
        Slots<T> capacity,
        Counters counters,
        GuardedListener listener,
        Workers workers,
        Tasks tasks,
        CircuitBreaker breaker,
        Alarm alarm,
        RandomGenerator random) {

    public static <T> Parts<T> of(PoolConfig<T> config, Alarm alarm) {
        return of(
                config, alarm, new PoolLock(), () -> ThreadLocalRandom.current().nextLong());
    }

    public static <T> Parts<T> of(PoolConfig<T> config, Alarm alarm, PoolLock lock, RandomGenerator random) {
        Slots<T> capacity = new Slots<>(lock, config.limits());
        Hints<T> hints = new Hints<>(
                lock,
                config.idleOrder() == IdleOrder.LIFO // they would break the other order
                        && config.leakThreshold().isZero()); // and hide leases from Leaks
        Workers workers = new Workers(config.name(), config.executor());
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

    public long now() {
        return config.ticker().nanos();
    }
}
