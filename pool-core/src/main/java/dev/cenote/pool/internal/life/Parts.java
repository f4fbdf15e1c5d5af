package dev.cenote.pool.internal.life;

import dev.cenote.pool.PoolConfig;
import dev.cenote.pool.internal.run.Alarm;
import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.run.Tasks;
import dev.cenote.pool.internal.slot.IdleStore;
import dev.cenote.pool.internal.slot.Slots;
import dev.cenote.pool.internal.stats.Journal;
import dev.cenote.pool.internal.wait.Gate;
import dev.cenote.pool.internal.wait.WaitQueue;
import java.util.random.RandomGenerator;

/** What all that makes, checks and destroys objects needs of the pool. */
public record Parts<T>(
        PoolConfig<T> config,
        PoolLock lock,
        Gate gate,
        WaitQueue<T> queue,
        IdleStore<T> idle,
        Slots<T> slots,
        Journal journal,
        Tasks tasks,
        Alarm alarm,
        RandomGenerator random) {

    long now() {
        return config.ticker().nanos();
    }
}
