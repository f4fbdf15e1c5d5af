package dev.cenote.pool.internal;

import dev.cenote.pool.PoolBuilder;
import dev.cenote.pool.PoolConfig;
import dev.cenote.pool.internal.run.Alarm;
import dev.cenote.pool.internal.run.Nanos;
import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.run.Workers;
import dev.cenote.pool.internal.slot.IdleStore;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.wait.Waiter;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A pool whose threads, lock, idle store and clock are in the hands of an {@link Interleaver}. Its housekeeper runs only
 * when an alarm was set for it. Whoever gives back the lock looks at what {@link GiveBackCheck} looks at.
 */
final class SimulatedPool {

    private final HousekeeperTask housekeeper = new HousekeeperTask();
    Interleaver interleaver;
    InterleavedLock lock;
    TestPool test;
    private FakeTicker ticker = new FakeTicker();
    private BooleanSupplier isOver = () -> interleaver.left() == 1; // when the housekeeper ends

    /** A pool by itself. */
    SimulatedPool() {}

    /** One of several that are in the same hands, and whose housekeepers end when the callers are done. */
    SimulatedPool(Interleaver interleaver, FakeTicker ticker, BooleanSupplier areCallersDone) {
        this.interleaver = interleaver;
        this.ticker = ticker;
        isOver = areCallersDone;
    }

    /**
     * Opens it. An executor and settings that need the interleaver find it here.
     *
     * @param whenNobodyCanGoOn looks at what must hold then
     */
    void open(
            SplittableRandom random,
            Executor executor,
            Consumer<PoolBuilder<Thing>> settings,
            Runnable whenNobodyCanGoOn) {
        test = new TestPool(ticker, executor, settings, config -> open(random, config, whenNobodyCanGoOn));
    }

    private DefaultPool<Thing> open(SplittableRandom random, PoolConfig<Thing> config, Runnable whenNobodyCanGoOn) {
        if (interleaver == null) {
            interleaver = new Interleaver(random.split(), ticker, whenNobodyCanGoOn);
        }
        lock = new InterleavedLock(interleaver, ticker);
        Workers workers = new Workers(config.executor(), this::simulatedThread);
        Engine<Thing> engine = new Engine<>(
                config,
                new Engine.Surroundings<>(
                        housekeeper,
                        new PoolLock(lock, lock::newTurn, 0),
                        random.split(),
                        workers,
                        interleaver,
                        InterleavedStore::new,
                        () -> {},
                        false));
        lock.setBeforeGivingBack(new GiveBackCheck(engine)::run);
        return TestPool.opened(engine);
    }

    /** A thread that the pool starts takes its turns, too. */
    private Thread simulatedThread(Runnable task) {
        return new Thread(task) {
            @Override
            public void start() {
                interleaver.execute(task);
            }
        };
    }

    /** Has the one who gives back the lock look at something more. */
    void alsoCheck(Runnable check) {
        Runnable before = new GiveBackCheck(engine())::run;
        lock.setBeforeGivingBack(() -> {
            before.run();
            check.run();
        });
    }

    Engine<Thing> engine() {
        return test.pool.engine();
    }

    /** Runs until all tasks are over; the housekeeper ends as the last. */
    void run() throws InterruptedException {
        addHousekeeper();
        interleaver.run();
    }

    void addHousekeeper() {
        interleaver.add(housekeeper);
    }

    /** The threads that stand in the queue. */
    Set<Thread> waiting() {
        Set<Thread> threads = new HashSet<>();
        engine().lock.run(() -> {
            for (Waiter<Thing> waiter = engine().queue.head(); waiter != null; waiter = waiter.newer()) {
                if (waiter instanceof Waiter.Blocked<Thing> blocked) {
                    threads.add(blocked.thread);
                }
            }
        });
        return threads;
    }

    /** How many stand in the queue whose time is up. */
    int overdue() {
        long now = test.ticker.nanos();
        int[] overdue = new int[1];
        engine().lock.run(() -> overdue[0] = engine().queue.overdue(now).size());
        return overdue[0];
    }

    /** The housekeeper's thread. */
    private final class HousekeeperTask implements Alarm, Runnable {
        private long nextRun;
        private boolean isSet;

        @Override
        public void noLaterThan(long instant) {
            nextRun = isSet ? Nanos.earlier(nextRun, instant) : instant;
            isSet = true;
        }

        @Override
        public void next(long instant) {
            nextRun = instant;
            isSet = true;
        }

        @Override
        public long lateness(long now) {
            return isSet ? now - nextRun : 0;
        }

        @Override
        public void run() {
            test.pool.housekeep();
            while (!isOver.getAsBoolean()) {
                interleaver.await(isOver, () -> nextRun);
                test.pool.housekeep();
            }
        }
    }

    /** Others may go on before and after each step of the store. */
    private final class InterleavedStore extends IdleStore<Thing> {
        private final IdleStore<Thing> store;

        InterleavedStore(IdleStore<Thing> store) {
            this.store = store;
        }

        @Override
        public void push(Slot<Thing> slot) {
            interleaver.point();
            store.push(slot);
            interleaver.point();
        }

        @Override
        @Nullable
        public Slot<Thing> pop() {
            interleaver.point();
            Slot<Thing> slot = store.pop();
            interleaver.point();
            return slot;
        }

        @Override
        public boolean isEmpty() {
            return store.isEmpty();
        }
    }
}
