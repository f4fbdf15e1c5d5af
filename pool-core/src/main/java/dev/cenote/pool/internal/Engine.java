package dev.cenote.pool.internal;

import dev.cenote.pool.IdleOrder;
import dev.cenote.pool.PoolConfig;
import dev.cenote.pool.internal.jfr.FlightRecorders;
import dev.cenote.pool.internal.life.CallersCalls;
import dev.cenote.pool.internal.life.CircuitBreaker;
import dev.cenote.pool.internal.life.Creator;
import dev.cenote.pool.internal.life.Eviction;
import dev.cenote.pool.internal.life.Parts;
import dev.cenote.pool.internal.life.Retirement;
import dev.cenote.pool.internal.life.TimedCalls;
import dev.cenote.pool.internal.life.Validation;
import dev.cenote.pool.internal.run.Alarm;
import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.run.Tasks;
import dev.cenote.pool.internal.run.Workers;
import dev.cenote.pool.internal.slot.Hints;
import dev.cenote.pool.internal.slot.IdleStore;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.slot.Slots;
import dev.cenote.pool.internal.stats.Counters;
import dev.cenote.pool.internal.stats.Journal;
import dev.cenote.pool.internal.stats.Recorder;
import dev.cenote.pool.internal.wait.Gate;
import dev.cenote.pool.internal.wait.WaitQueue;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * All parts of a pool, but for what its users hold: the {@link DefaultPool} and its leases. The parts reach each other through this
 * class.
 *
 * <p>The housekeepers' thread keeps the engine of a pool that was never closed reachable. So the engine knows nothing of the
 * pool, or a pool that nobody can reach any more would never be noticed.
 */
final class Engine<T> {

    final PoolConfig<T> config;
    final Alarm alarm;
    final PoolLock lock;
    final Workers workers;
    final Tasks tasks;
    final Slots<T> slots;

    /** Null for a pool that shares no budget. */
    final @Nullable Sharing<T> sharing;

    final IdleStore<T> idle;
    final Hints<T> hints;
    final Gate gate;
    final WaitQueue<T> queue;
    final Counters counters;
    final Recorder recorder = FlightRecorders.FOUND;
    final Journal journal;

    final Diagnosis<T> diagnosis;
    final Handoff<T> handoff;
    final CircuitBreaker breaker;
    final Retirement<T> retirement;
    final Creator<T> creator;
    final CallersCalls<T> callers;
    final Validation<T> validation;
    final Eviction<T> eviction;
    final Demand<T> demand;
    final Supply<T> supply;
    final Milestones<T> milestones;
    final Sizing<T> sizing;
    final DeadlockDetector<T> deadlocks;
    final @Nullable LeakDetector<T> leaks;
    final Release<T> release;
    final Timeouts<T> timeouts;
    final Acquisition<T> acquisition;
    final Reconfiguration<T> reconfiguration;
    final Shutdown<T> shutdown;
    final Housekeeper<T> housekeeper;
    final Taping<T> taping;
    final Advisor<T> advisor;

    /** The calls of user code that are under way. */
    final TimedCalls<T> creates;

    final TimedCalls<T> checks;
    final TimedCalls<T> resets;
    final List<TimedCalls<T>> calls;

    /** Runs what no thread of the user's should run. */
    final Executor ownThread;

    /**
     * What a pool takes from outside: as programs have it, or as a test decides.
     *
     * @param workers run tasks; null for the usual ones
     * @param ownThread runs what no thread of the user's should run; null for the pool's own workers
     * @param store what the idle store is to be, given the usual one
     * @param whenClosed what to do when the pool is closed
     * @param isOneOfMany whether it is the pool of a key, and so should be small
     */
    record Surroundings<T>(
            Alarm alarm,
            PoolLock lock,
            RandomGenerator random,
            @Nullable Workers workers,
            @Nullable Executor ownThread,
            UnaryOperator<IdleStore<T>> store,
            Runnable whenClosed,
            boolean isOneOfMany) {

        static <T> Surroundings<T> usual(Alarm alarm, @Nullable Executor ownThread, Runnable whenClosed) {
            return new Surroundings<>(
                    alarm,
                    new PoolLock(),
                    () -> ThreadLocalRandom.current().nextLong(),
                    null,
                    ownThread,
                    store -> store,
                    whenClosed,
                    false);
        }

        /** The same for the pool of a key, with workers that several share, if there are some. */
        Surroundings<T> forKey(@Nullable Workers shared) {
            return new Surroundings<>(alarm, lock, random, shared, ownThread, store, whenClosed, true);
        }
    }

    Engine(PoolConfig<T> config, Surroundings<T> around) {
        this.config = config;
        alarm = around.alarm();
        lock = around.lock();
        Workers givenWorkers = around.workers();
        workers = givenWorkers != null ? givenWorkers : new Workers(config.name(), config.executor());
        Executor given = around.ownThread();
        ownThread = given != null ? given : workers::executeOnOwnThread;
        tasks = new Tasks(config, lock, alarm, workers, ownThread);
        lock.setWithMoreStack(workers::executeOnOwnThread);
        lock.setCompleting(ownThread);
        slots = new Slots<>(lock, config.limits());
        idle = around.store().apply(IdleStore.of(config.idleOrder(), slots));
        boolean areHintsKept = config.idleOrder() == IdleOrder.LIFO // they would break the other order
                && config.leakThreshold().isZero(); // and hide leases from the leak detector
        hints = around.isOneOfMany() ? Hints.small(lock, areHintsKept) : new Hints<>(lock, areHintsKept);
        gate = new Gate(lock, hints);
        queue = new WaitQueue<>(lock, config.fairness(), gate);
        journal = new Journal(config, lock, recorder);
        counters = journal.counters;
        taping = new Taping<>(this, around.random());
        journal.setTape(taping);

        breaker = new CircuitBreaker(config, alarm, around.random());
        diagnosis = new Diagnosis<>(this);
        handoff = new Handoff<>(this);
        Parts<T> parts = new Parts<>(config, lock, gate, queue, idle, slots, journal, tasks, alarm, around.random());
        retirement = new Retirement<>(parts, handoff);
        creator = new Creator<>(parts, breaker, retirement, handoff);
        callers = new CallersCalls<>(parts, breaker, creator, retirement);
        validation = new Validation<>(parts, handoff);
        eviction = new Eviction<>(parts, retirement);
        creates = creator.calls;
        checks = validation.checks;
        resets = validation.resets;
        calls = List.of(creates, checks, resets, retirement.calls);
        milestones = new Milestones<>(this);
        sizing = new Sizing<>(this);
        demand = new Demand<>(this);
        supply = new Supply<>(this);
        deadlocks = new DeadlockDetector<>(this);
        leaks = LeakDetector.of(this);
        release = new Release<>(this);
        slots.setLeaseEnd(release);
        timeouts = new Timeouts<>(this);
        acquisition = new Acquisition<>(this);
        reconfiguration = new Reconfiguration<>(this);
        shutdown = new Shutdown<>(this, around.whenClosed());
        advisor = new Advisor<>(this);
        housekeeper = new Housekeeper<>(this);
        sharing = Sharing.of(this);
        lock.setInvariant(() -> handoff.isHelpComing() && journal.isOutageTold() == breaker.isOutage());
    }

    /** Tells whether the pool wants places that its budget does not have at the moment, and so will hear of them. */
    boolean isHungry() {
        return sharing != null && sharing.isHungry();
    }

    /** How many objects are wanted for callers that do not wait, and found no place. */
    int tries() {
        return sharing == null ? 0 : sharing.tries();
    }

    /** An object was made, which a caller that does not wait can have. */
    void forgetTries() {
        if (sharing != null) {
            sharing.forgetTries();
        }
    }

    /** An object goes to a waiter from that state, without having been leased before or idle. */
    void lent(int from) {
        if (sharing != null && from == Slot.CREATING) {
            sharing.lent();
        }
    }

    /** Tells whether an object that has come free may stay in this pool. */
    boolean mayKeep(boolean hasWaiter) {
        return sharing == null || sharing.mayKeep(hasWaiter);
    }

    long now() {
        return config.ticker().nanos();
    }
}
