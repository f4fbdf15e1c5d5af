package dev.cenote.pool.internal;

import dev.cenote.pool.Factory;
import dev.cenote.pool.KeyedFactory;
import dev.cenote.pool.KeyedPool;
import dev.cenote.pool.KeyedPoolLimits;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolBuilder;
import dev.cenote.pool.PoolConfig;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.PoolStats;
import dev.cenote.pool.internal.keyed.KeyedTestPools;
import dev.cenote.pool.internal.run.Alarm;
import dev.cenote.pool.internal.run.Nanos;
import dev.cenote.pool.internal.slot.IdleStore;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * A pool under test: its clock stands still, its housekeeper runs when it is told to, its tasks run in place unless the
 * test gives another executor, and when it is closed the {@link Oracle} looks at it.
 */
public final class TestPool implements AutoCloseable {

    /** A time that never ends. */
    public static final Duration NEVER = ChronoUnit.FOREVER.getDuration();

    private static final long STEP_NANOS = 1_000_000;
    private static final AtomicInteger NUMBER = new AtomicInteger();

    public final FakeTicker ticker;
    public final ScriptedFactory factory = new ScriptedFactory();
    public final String name = "test-" + NUMBER.incrementAndGet();
    public final DefaultPool<Thing> pool;
    /** What callers use: the pool, or a view of it. */
    public final Pool<Thing> face;

    final Balance balance = new Balance();
    private final List<Thing> detached = new ArrayList<>();
    private final Executor executor;
    private final AtomicInteger largestSize = new AtomicInteger();

    public TestPool(Consumer<PoolBuilder<Thing>> settings) {
        this(Runnable::run, settings);
    }

    public TestPool(Executor executor, Consumer<PoolBuilder<Thing>> settings) {
        this(
                executor,
                settings,
                config -> executor == Interleaving.THREADS
                        ? opened(config, executor) // what these threads begin late must not hang on the test's
                        : Opening.inPlace(config, new NoAlarm()));
    }

    TestPool(
            Executor executor,
            Consumer<PoolBuilder<Thing>> settings,
            Function<PoolConfig<Thing>, DefaultPool<Thing>> opening) {
        this(new FakeTicker(), executor, settings, opening);
    }

    /** One of several pools that have the same clock. */
    TestPool(
            FakeTicker ticker,
            Executor executor,
            Consumer<PoolBuilder<Thing>> settings,
            Function<PoolConfig<Thing>, DefaultPool<Thing>> opening) {
        this.ticker = ticker;
        this.executor = executor;
        PoolBuilder<Thing> builder = Pool.builder(factory)
                .name(name)
                .ticker(ticker)
                .executor(executor)
                .listener(balance)
                .acquireTimeout(Duration.ofSeconds(30));
        settings.accept(builder);
        pool = opening.apply(builder.config());
        face = pool;
        largestSize.set(pool.config().limits().maxSize());
    }

    /** The pool of a key, used through a view. */
    private TestPool(Consumer<PoolBuilder<Thing>> settings, Duration keyIdleTimeout) {
        executor = Runnable::run;
        ticker = new FakeTicker();
        List<DefaultPool<Thing>> opened = new ArrayList<>();
        KeyedPool<String, Thing> keyed = KeyedTestPools.open(
                new KeyedFactory<>() {
                    @Override
                    public Thing create(String key) {
                        return factory.create();
                    }

                    @Override
                    public void destroy(String key, Thing thing) {
                        factory.destroy(thing);
                    }

                    @Override
                    public boolean isWorthRetrying(String key, Throwable failure) {
                        return factory.isWorthRetrying(failure);
                    }
                },
                new KeyedPoolLimits(100, 10, 0),
                keyIdleTimeout,
                (key, builder) -> {
                    builder.name(name)
                            .ticker(ticker)
                            .listener(balance)
                            .executor(executor)
                            .acquireTimeout(Duration.ofSeconds(30));
                    settings.accept(builder);
                },
                (config, dropAfterNanos, whenClosed) -> {
                    Engine<Thing> engine =
                            new Engine<>(config, Engine.Surroundings.usual(new NoAlarm(), Runnable::run, () -> {}));
                    engine.shutdown.setDropAfter(dropAfterNanos, whenClosed);
                    opened.add(new DefaultPool<>(engine));
                    return opened.get(opened.size() - 1);
                });
        face = keyed.pool("key");
        face.suspend(); // opens the key's pool
        face.resume();
        pool = opened.get(0);
        largestSize.set(pool.config().limits().maxSize());
    }

    /** The pool of a key of a keyed pool; its callers use a view. */
    static TestPool ofKey(Consumer<PoolBuilder<Thing>> settings) {
        return new TestPool(settings, Duration.ofMinutes(1));
    }

    /** A pool whose objects are validated by a task, when they have been idle for a second. */
    static TestPool validating(ManualExecutor executor, UnaryOperator<PoolBuilder<Thing>> settings) {
        return new TestPool(executor, it -> settings.apply(it).validator(thing -> true));
    }

    /** A pool of one, which is idle, and which a task has to validate before it is lent. */
    static TestPool withAnObjectToValidate(ManualExecutor executor) {
        TestPool test = validating(executor, it -> it.maxSize(1).validateIfIdleFor(Duration.ZERO));
        test.acquireMade(1).get(0).close();
        return test;
    }

    /** Ten objects that have to be validated; the first validation hangs. */
    static TestPool tenWhoseFirstCheckHangs(AtomicInteger calls, CountDownLatch over) {
        TestPool test = new TestPool(
                Interleaving.THREADS,
                it -> it.maxSize(10).validateIfIdleFor(Duration.ofMillis(100)).validator(thing -> {
                    Interleaving.hangOnFirst(calls, over);
                    return true;
                }));
        test.acquire(10).forEach(Lease::close);
        test.pass(Duration.ofSeconds(1));
        test.pass(Duration.ofSeconds(1));
        return test;
    }

    /** Tells whether one of these bits of the gate is set. */
    public boolean has(int bits) {
        return pool.engine().gate.has(bits);
    }

    /** Opens a pool that runs on given threads what no thread of the user's should run. */
    static DefaultPool<Thing> opened(PoolConfig<Thing> config, Executor ownThread) {
        return opened(new Engine<>(config, Engine.Surroundings.usual(new NoAlarm(), ownThread, () -> {})));
    }

    /** Opens a pool with an idle store of the test's own, which gets the usual one to go on with. */
    static DefaultPool<Thing> withStore(PoolConfig<Thing> config, UnaryOperator<IdleStore<Thing>> store) {
        Engine.Surroundings<Thing> usual = Engine.Surroundings.usual(new NoAlarm(), Runnable::run, () -> {});
        return opened(new Engine<>(
                config,
                new Engine.Surroundings<>(
                        usual.alarm(),
                        usual.lock(),
                        usual.random(),
                        usual.workers(),
                        usual.ownThread(),
                        store,
                        usual.whenClosed(),
                        false)));
    }

    /** Opens a pool whose random numbers are the test's. */
    static DefaultPool<Thing> withRandom(PoolConfig<Thing> config, RandomGenerator random) {
        Engine.Surroundings<Thing> usual = Engine.Surroundings.usual(new NoAlarm(), Runnable::run, () -> {});
        return opened(new Engine<>(
                config,
                new Engine.Surroundings<>(
                        usual.alarm(),
                        usual.lock(),
                        random,
                        usual.workers(),
                        usual.ownThread(),
                        usual.store(),
                        usual.whenClosed(),
                        false)));
    }

    static DefaultPool<Thing> opened(Engine<Thing> engine) {
        DefaultPool<Thing> pool = new DefaultPool<>(engine);
        pool.begin();
        return pool;
    }

    /** The test calls the housekeeper itself. */
    public static final class NoAlarm implements Alarm {
        volatile long next;
        volatile boolean isSet;
        volatile long late;

        @Override
        public void noLaterThan(long instant) {
            next = isSet ? Nanos.earlier(next, instant) : instant;
            isSet = true;
        }

        @Override
        public void next(long instant) {
            next = instant;
            isSet = true;
        }

        @Override
        public long lateness(long now) {
            return late;
        }
    }

    public Lease<Thing> acquire() {
        return pool.acquireUninterruptibly(Duration.ofSeconds(30));
    }

    public List<Lease<Thing>> acquire(int count) {
        List<Lease<Thing>> leases = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            leases.add(acquire());
        }
        return leases;
    }

    /** A lease of an object of another factory, which makes the same, and whose first reset does that. */
    Lease<Thing> acquireWhoseResetDoes(Runnable step) {
        AtomicBoolean isDone = new AtomicBoolean();
        pool.replaceFactory(new Factory<>() {
            @Override
            public Thing create() {
                return factory.create();
            }

            @Override
            public void reset(Thing thing) {
                if (!isDone.getAndSet(true)) {
                    step.run();
                }
            }

            @Override
            public void destroy(Thing thing) {
                factory.destroy(thing);
            }
        });
        return acquire();
    }

    /** So many acquires that wait no longer than that. */
    List<CompletableFuture<Lease<Thing>>> acquireAsync(int count, Duration timeout) {
        List<CompletableFuture<Lease<Thing>>> futures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            futures.add(pool.acquireAsync(timeout));
        }
        return futures;
    }

    /** So many leases of a pool whose objects are made by tasks that the test runs. */
    List<Lease<Thing>> acquireMade(int count) {
        List<CompletableFuture<Lease<Thing>>> futures = acquireAsync(count, Duration.ofSeconds(30));
        ((ManualExecutor) executor).runAll();
        return futures.stream().map(CompletableFuture::join).toList();
    }

    public void resize(PoolLimits limits) {
        largestSize.accumulateAndGet(limits.maxSize(), Math::max);
        pool.resize(limits);
    }

    /** The test lets calls hang for longer than their time-out, after which they no longer count. */
    public void lettingCallsHang() {
        largestSize.set(Integer.MAX_VALUE);
    }

    /** @param look runs right after it has failed */
    void failACreateThatBeganBeforeTheLastSuccess(ManualExecutor executor, Runnable look) {
        CompletableFuture<Lease<Thing>> first = pool.acquireAsync();
        CompletableFuture<Lease<Thing>> second = pool.acquireAsync();
        factory.onNextCreate(() -> {
            executor.runNext(); // another one succeeds
            throw new IllegalStateException("late");
        });
        executor.runNext();
        look.run();
        executor.runAll();
        first.join().close();
        second.join().close();
    }

    /** Time goes by, and the housekeeper runs once, at the end. */
    public void advance(Duration time) {
        ticker.advance(time);
        pool.housekeep();
    }

    /** Time goes by in so many steps, and the housekeeper runs after each. */
    void advance(Duration step, int times) {
        for (int i = 0; i < times; i++) {
            advance(step);
        }
    }

    /** Time goes by, and the housekeeper runs whenever it is due, and at the end. */
    public void pass(Duration time) {
        long end = ticker.nanos() + time.toNanos();
        NoAlarm alarm = (NoAlarm) pool.engine().alarm;
        while (alarm.isSet && alarm.next - end < 0 && ticker.nanos() - end < 0) {
            long step = Math.max(STEP_NANOS, alarm.next - ticker.nanos());
            advance(Duration.ofNanos(Math.min(step, end - ticker.nanos())));
        }
        advance(Duration.ofNanos(end - ticker.nanos()));
    }

    /** The process stands still for so long, and goes on. */
    public void freeze(Duration time) {
        NoAlarm alarm = (NoAlarm) pool.engine().alarm;
        alarm.late = time.toNanos();
        advance(time);
        alarm.late = 0;
    }

    public PoolStats stats() {
        return pool.stats();
    }

    public Thing detach(Lease<Thing> lease) {
        factory.detached(lease.get()); // first: its place can be taken before detach returns
        Thing thing = lease.detach();
        detached.add(thing);
        return thing;
    }

    /** Waits until so many stand in the queue. */
    public void awaitWaiters(int count) {
        Await.until(() -> stats().waiters() == count);
    }

    /** Waits until so many of the threads are parked in the queue, and not only on their way there. */
    static void awaitParked(List<Thread> threads, int count) {
        Await.until(() -> threads.stream()
                        .filter(thread -> thread.getState() == Thread.State.TIMED_WAITING)
                        .count()
                == count);
    }

    @Override
    public void close() {
        Oracle.checkQuiet(this);
        CompletableFuture<Void> closed = pool.shutdown(Duration.ZERO);
        Await.until(() -> {
            if (executor instanceof ManualExecutor manual) {
                manual.runAll();
            }
            pool.housekeep();
            return closed.isDone();
        });
        Oracle.checkClosed(this, detached);
        if (factory.mostExisting() > largestSize.get()) {
            throw new AssertionError(
                    "P1: " + factory.mostExisting() + " objects existed at once, of at most " + largestSize);
        }
    }
}
