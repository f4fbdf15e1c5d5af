package dev.cenote.pool.internal;

import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolConfig;
import dev.cenote.pool.PoolStats;
import dev.cenote.pool.internal.run.Alarm;
import dev.cenote.pool.internal.run.HousekeeperAlarm;
import dev.cenote.pool.internal.run.HousekeeperThread;
import dev.cenote.pool.internal.run.ManualAlarm;
import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.run.Workers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** How pools are opened: with the housekeepers' thread or in simulated time, alone or for a key. */
public final class Opening {

    private Opening() {}

    /**
     * Opens a pool whose housekeeper runs on the thread that all pools share.
     *
     * @param config the settings
     * @param <T> what is pooled
     * @return a running pool
     */
    public static <T> Pool<T> open(PoolConfig<T> config) {
        HousekeeperAlarm alarm = new HousekeeperAlarm(HousekeeperThread.SHARED, config.ticker());
        List<Runnable> atTheEnd = new ArrayList<>();
        atTheEnd.add(alarm::stop);
        Engine<T> engine =
                new Engine<>(config, Engine.Surroundings.usual(alarm, null, () -> atTheEnd.forEach(Runnable::run)));
        DefaultPool<T> pool = new DefaultPool<>(engine);
        try {
            if (config.jmx()) {
                atTheEnd.add(manage(pool));
            }
            atTheEnd.add(engine.recorder.opened(engine.diagnosis::stats));
            start(alarm, engine, pool);
        } catch (RuntimeException | Error failure) {
            engine.journal.beQuiet();
            CompletableFuture<Void> unused = pool.shutdown(Duration.ZERO); // so that it leaves its budget
            throw failure;
        }
        engine.journal.opened(config);
        pool.begin(); // last: what is made in place now may hang
        return pool;
    }

    /**
     * Opens the pool of a key, which is dropped when it has been empty and unused for long enough. The caller calls {@link DefaultPool#begin}.
     *
     * @param config the settings
     * @param keyed the name of the pool of all keys
     * @param workers run tasks; null for workers of its own
     * @param dropAfterNanos how long it must have been empty and unused
     * @param whenClosed told outside the lock when its last object is gone: whether it was dropped, and its counts
     * @param <T> what is pooled
     * @return a pool that has not begun to make objects
     */
    public static <T> DefaultPool<T> openForKey(
            PoolConfig<T> config,
            String keyed,
            @Nullable Workers workers,
            long dropAfterNanos,
            BiConsumer<Boolean, PoolStats> whenClosed) {
        HousekeeperAlarm alarm = new HousekeeperAlarm(HousekeeperThread.SHARED, config.ticker());
        Engine.Surroundings<T> around = Engine.Surroundings.usual(alarm, null, alarm::stop);
        Engine<T> engine = new Engine<>(config, around.forKey(workers));
        engine.shutdown.setDropAfter(dropAfterNanos, whenClosed);
        engine.journal.beQuiet();
        engine.taping.setName(keyed);
        DefaultPool<T> pool = new DefaultPool<>(engine);
        try {
            start(alarm, engine, pool);
        } catch (RuntimeException | Error failure) {
            CompletableFuture<Void> unused = pool.shutdown(Duration.ZERO); // so that it leaves its budget
            throw failure;
        }
        return pool;
    }

    /** Fails if the JVM has no thread for the housekeepers. */
    private static <T> void start(HousekeeperAlarm alarm, Engine<T> engine, DefaultPool<T> pool) {
        alarm.start(
                engine.housekeeper::runOnce, pool, () -> engine.ownThread.execute(engine.shutdown::closeUnreachable));
    }

    /**
     * A key's pool is about to be closed: what is reserved for it is free for the key's next one.
     *
     * @param pool the pool
     */
    public static void giveUpReservation(DefaultPool<?> pool) {
        Sharing<?> sharing = pool.engine().sharing;
        if (sharing != null) {
            pool.engine().lock.run(sharing::closing);
        }
    }

    private static Runnable manage(Pool<?> pool) {
        try {
            return JmxRegistration.register(pool);
        } catch (NoClassDefFoundError missing) {
            throw new IllegalStateException(
                    "jmx(true) needs the module java.management, which this runtime does not have, or has not resolved:"
                            + " an application module has to require it, or --add-modules to name it",
                    missing);
        }
    }

    /** Opens a pool whose housekeeper runs, all in place, when {@link DefaultPool#housekeep} is called. */
    static <T> DefaultPool<T> inPlace(PoolConfig<T> config, Alarm alarm) {
        Engine<T> engine = new Engine<>(config, Engine.Surroundings.usual(alarm, Runnable::run, () -> {}));
        engine.journal.opened(config);
        DefaultPool<T> pool = new DefaultPool<>(engine);
        pool.begin();
        return pool;
    }

    /**
     * Opens a pool in simulated time. What is asynchronous is done in place or by the given executor. The housekeeper runs when
     * {@link DefaultPool#housekeep} is called, and wants to run at {@link DefaultPool#nextHousekeeping}. For one thread at a time.
     *
     * @param config the settings, with a ticker of the caller's own
     * @param random what is random
     * @param tasks runs creates, destroys and validations
     * @param <T> what is pooled
     * @return a running pool
     */
    public static <T> DefaultPool<T> simulated(PoolConfig<T> config, RandomGenerator random, Executor tasks) {
        Executor inPlace = Runnable::run;
        Engine<T> engine = new Engine<>(
                config,
                new Engine.Surroundings<>(
                        new ManualAlarm(config.ticker().nanos()),
                        new PoolLock(),
                        random,
                        new Workers(tasks, Thread::new),
                        inPlace,
                        store -> store,
                        () -> {},
                        false));
        DefaultPool<T> pool = new DefaultPool<>(engine);
        pool.begin();
        return pool;
    }
}
