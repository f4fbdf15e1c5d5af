package dev.cenote.pool.internal;

import dev.cenote.pool.internal.run.HousekeeperAlarm;
import dev.cenote.pool.internal.run.HousekeeperThread;
import dev.cenote.pool.internal.run.Nanos;
import static dev.cenote.pool.internal.Interleaving.calling;
import static dev.cenote.pool.internal.Interleaving.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.cenote.pool.CreateFailedException;
import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Factory;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.PoolListener;
import dev.cenote.pool.PoolStats;
import dev.cenote.pool.PoolTimeoutException;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** F49 to F60 of docs/faults.md: bugs that pools have in what they count and tell, and some more. */
@Timeout(20)
public class CountingFaultsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ManualExecutor executor = new ManualExecutor();

    // --- counting

    @Test
    void f49AThousandMishapsLaterAllPlacesAreThere() {
        IllegalStateException down = new IllegalStateException("down");
        try (TestPool test = new TestPool(
                it -> it.maxSize(2).maxWaiters(1).failFastAfter(TestPool.NEVER).openTimeout(TestPool.NEVER))) {
            for (int i = 0; i < 200; i++) {
                test.factory.failNextCreate(down);
                CompletableFuture<Lease<Thing>> waiter = test.pool.acquireAsync();
                test.advance(SECOND.multipliedBy(2));
                test.factory.onNextDestroy(() -> {
                    throw down;
                });
                assertThat(waiter).isCompleted();
                waiter.join().invalidate();
                List<Lease<Thing>> leases = test.acquire(2);
                test.pool.acquireAsync(Duration.ZERO);
                test.pool.acquireAsync().cancel(false);
                test.detach(leases.get(0));
                leases.get(1).invalidate();
                leases.get(1).close();
            }
            List<Lease<Thing>> all = test.acquire(2);
            assertThat(test.pool.tryAcquire()).isEmpty();
            assertThat(test.stats().leased()).isEqualTo(2);
            assertThat(test.stats().waiters()).isZero();
            all.forEach(Lease::close);
        }
    }

    @Test
    void f50NoPictureOfAPoolInUseIsImpossible() throws Exception {
        try (TestPool test = new TestPool(it -> it.maxSize(3))) {
            CountDownLatch working = new CountDownLatch(2);
            Runnable work = () -> {
                for (int i = 0; i < 20_000; i++) {
                    Lease<Thing> lease = test.acquire();
                    if (i % 16 == 0) {
                        lease.invalidate();
                    } else {
                        lease.close();
                    }
                }
                working.countDown();
            };
            PromisesTest.atOnce(work, work, () -> {
                for (int i = 0; working.getCount() > 0; i++) {
                    checkPossible(test.stats());
                    test.resize(new PoolLimits(3, i % 2, 10));
                }
            });
        }
    }

    private static void checkPossible(PoolStats stats) {
        assertThat(stats.idle() + stats.leased() + stats.validating() + stats.retiring())
                .isEqualTo(stats.total());
        assertThat(stats.total() + stats.creating()).isBetween(0, 3);
        assertThat(stats.waiters()).isBetween(0, 2);
        assertThat(stats.acquired() - stats.released()).isEqualTo(stats.leased());
        assertThat(stats.created() - stats.destroyed() - stats.detached()).isEqualTo(stats.total());
    }

    @Test
    void f51TheMeanWaitIsThatOfAllWhoWaitedWhateverBecameOfThem() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire(); // waited for no time, since it was made in place
            CompletableFuture<Lease<Thing>> served = test.pool.acquireAsync();
            test.advance(SECOND);
            held.close();
            assertThat(test.pool.acquireAsync(SECOND.multipliedBy(3))).isNotDone();
            test.advance(SECOND.multipliedBy(3));
            CompletableFuture<Lease<Thing>> cancelled = test.pool.acquireAsync();
            test.advance(SECOND.multipliedBy(2));
            cancelled.cancel(false);
            AtomicReference<Thread> thread = new AtomicReference<>();
            CompletableFuture<Lease<Thing>> interrupted = calling(() -> {
                thread.set(Thread.currentThread());
                return test.pool.acquire();
            });
            Await.until(() -> thread.get() != null);
            TestPool.awaitParked(List.of(thread.get()), 1);
            test.advance(SECOND.multipliedBy(4));
            thread.get().interrupt();
            Await.until(interrupted::isDone);
            served.join().close();
            for (int i = 0; i < 100; i++) {
                test.acquire().close(); // who found something at once did not wait
            }
            assertThat(test.stats().waitTimes().count()).isEqualTo(5);
            assertThat(test.stats().waitTimes().mean()).isEqualTo(SECOND.multipliedBy(2));
            assertThat(test.stats().waitTimes().max()).isEqualTo(SECOND.multipliedBy(4));
        }
    }

    /** What must not be told: in what is pooled, in who makes it, and in what they throw. */
    private static final class Confidential implements Factory<Object> {
        static final String SECRET = "hunter2";

        boolean fails;

        void failIfItShould() {
            if (fails) {
                throw new IllegalStateException(this.toString());
            }
        }

        @Override
        public Object create() {
            failIfItShould();
            return new Object() {
                @Override
                public String toString() {
                    return SECRET;
                }
            };
        }

        @Override
        public void reset(Object object) {
            failIfItShould();
        }

        @Override
        public void abort(Object object) {
            failIfItShould();
        }

        @Override
        public void destroy(Object object) {
            failIfItShould();
        }

        @Override
        public String toString() {
            return "factory with " + SECRET;
        }
    }

    @Test
    void f52WhatIsPooledAndWhoMakesItIsNamedInNoLogNoTextAndNoMessageOfThePools() {
        List<String> told = new ArrayList<>();
        told.addAll(RecordedLog.during(() -> {
            Confidential factory = new Confidential();
            FakeTicker ticker = new FakeTicker();
            DefaultPool<Object> pool = new DefaultPool<>(
                    Pool.builder(factory)
                            .ticker(ticker)
                            .executor(Runnable::run)
                            .failFastAfter(Duration.ZERO)
                            .maxLeaseTime(SECOND)
                            .leakThreshold(SECOND.dividedBy(2))
                            .validator(object -> !factory.fails)
                            .maxSize(1)
                            .config(),
                    new TestPool.NoAlarm());
            Lease<Object> lease = pool.tryAcquire().orElseThrow();
            told.add(lease.toString());
            told.add(pool.toString());
            told.add(pool.config().toString());
            told.add(pool.stats().toString());
            told.add(catchThrowable(() -> pool.acquire(Duration.ZERO)).getMessage());
            factory.fails = true;
            lease.close(); // reset and destroy fail
            told.add(catchThrowable(pool::acquire).getMessage());
            told.add(pool.toString());
            factory.fails = false;
            ticker.advance(SECOND);
            Lease<Object> held = pool.tryAcquire().orElseThrow();
            factory.fails = true;
            for (int i = 0; i < 4; i++) {
                pool.housekeep();
                ticker.advance(SECOND); // it is reported, and revoked: abort and destroy fail
            }
            told.add(catchThrowable(held::get).getMessage());
            pool.shutdown(Duration.ZERO);
            told.add(catchThrowable(pool::acquire).getMessage());
        }));
        assertThat(told).hasSizeGreaterThan(10).noneMatch(text -> text.contains(Confidential.SECRET));
        assertThat(told).as("the log was recorded").anyMatch(text -> text.contains("could not be made"));
    }

    // --- and

    private static int endless(int depth) {
        return endless(depth + 1) + 1;
    }

    @Test
    @Tag("long")
    void f53AnErrorDoesNotEndThePoolsOwnThread() {
        FakeTicker ticker = new FakeTicker();
        HousekeeperAlarm alarm = new HousekeeperAlarm(new HousekeeperThread("cenote-f53-housekeeper"), ticker);
        AtomicInteger runs = new AtomicInteger();
        alarm.start(now -> {
            if (runs.incrementAndGet() == 1) {
                endless(0);
            }
            alarm.next(now + Nanos.FOREVER);
        });
        Await.until(() -> runs.get() == 1);
        ticker.advance(SECOND);
        Await.until(() -> {
            alarm.noLaterThan(ticker.nanos());
            return runs.get() > 1;
        });
        alarm.stop();
        Oracle.checkNoThreadIsLeft("f53");
    }

    @Test
    void f53AfterAStackOverflowInTheFactoryThePoolsOwnWorkersGoOn() throws Exception {
        FakeTicker ticker = new FakeTicker();
        AtomicBoolean isSick = new AtomicBoolean(true);
        Factory<Object> factory = () -> isSick.getAndSet(false) ? endless(0) : new Object();
        try (Pool<Object> pool = Pool.builder(factory)
                .ticker(ticker)
                .maxSize(1)
                .failFastAfter(Duration.ZERO)
                .build()) {
            assertThatThrownBy(pool::acquire)
                    .isInstanceOf(CreateFailedException.class)
                    .hasCauseInstanceOf(StackOverflowError.class);
            ticker.advance(SECOND);
            pool.acquire().close();
        }
    }

    @Test
    void f54AStackOverflowInTheValidatorCostsNoPlace() {
        AtomicBoolean isSick = new AtomicBoolean(true);
        try (TestPool test = new TestPool(it -> it.maxSize(1)
                .validateIfIdleFor(Duration.ZERO)
                .validator(thing -> !isSick.getAndSet(false) || endless(0) > 0))) {
            test.acquire().close();
            test.acquire().close();
            assertThat(isSick).isFalse();
            assertThat(test.stats().destroyed(DestroyReason.VALIDATION_FAILED)).isEqualTo(1);
            assertThat(test.stats().idle()).isEqualTo(1);
        }
    }

    /** Counts what the pool must not call. */
    private static final class Touchy {
        static final AtomicInteger TOUCHES = new AtomicInteger();

        @Override
        public boolean equals(Object other) {
            TOUCHES.incrementAndGet();
            return true;
        }

        @Override
        public int hashCode() {
            TOUCHES.incrementAndGet();
            return 1;
        }

        @Override
        public String toString() {
            TOUCHES.incrementAndGet();
            return "touchy";
        }
    }

    @Test
    void f55WhatIsPooledIsNeverAskedWhetherItEqualsAnother() {
        FakeTicker ticker = new FakeTicker();
        DefaultPool<Touchy> pool = new DefaultPool<>(
                Pool.builder(Touchy::new)
                        .ticker(ticker)
                        .executor(Runnable::run)
                        .maxSize(4)
                        .minIdle(1)
                        .maxUses(5)
                        .leakThreshold(SECOND)
                        .maxLeaseTime(SECOND.multipliedBy(2))
                        .keepaliveTime(SECOND)
                        .validateOnCreate(true)
                        .validateOnRelease(true)
                        .validator(touchy -> true)
                        .detectStalls(true)
                        .config(),
                new TestPool.NoAlarm());
        for (int i = 0; i < 8; i++) {
            List<Lease<Touchy>> leases = new ArrayList<>();
            for (int j = 0; j < 4; j++) {
                leases.add(pool.acquireAsync().join());
            }
            leases.get(0).close();
            leases.get(1).invalidate(new IllegalStateException("made up"));
            leases.get(2).detach();
            for (int j = 0; j < 4; j++) {
                ticker.advance(SECOND);
                pool.housekeep();
            }
            assertThat(pool + " " + leases.get(0)).isNotEmpty();
            pool.invalidateAll();
            pool.replaceFactory(Touchy::new);
        }
        pool.drain();
        assertThat(pool.shutdown(Duration.ZERO)).isCompleted();
        assertThat(Touchy.TOUCHES).hasValue(0);
    }

    @Test
    void f56WhileUserCodeRunsOthersReleaseAcquireAndLook() {
        AtomicReference<TestPool> opened = new AtomicReference<>();
        AtomicInteger others = new AtomicInteger();
        Runnable haveOthersWork = () -> Interleaving.join(started(() -> {
            opened.get().pool.tryAcquire().orElseThrow().close();
            opened.get().pool.acquireAsync().thenAccept(Lease::close).join();
            opened.get().stats();
            others.incrementAndGet();
        }));
        AtomicReference<Lease<Thing>> kept = new AtomicReference<>();
        try (TestPool test = new TestPool(it -> it.maxSize(3).validator(thing -> {
            kept.get().close();
            haveOthersWork.run();
            return true;
        }))) {
            opened.set(test);
            test.acquire().close();
            Lease<Thing> held = test.acquire();
            test.factory.onNextCreate(() -> {
                held.close();
                haveOthersWork.run();
            });
            assertThat(test.pool.warmUp(2)).isCompleted();
            test.factory.onNextDestroy(haveOthersWork::run);
            test.acquire().invalidate();
            assertThat(test.pool.warmUp(3)).isCompleted();
            List<Lease<Thing>> leases = test.acquire(2);
            kept.set(leases.get(0));
            leases.get(1).invalidate(new IllegalStateException("made up")); // has the idle one checked
            assertThat(others).hasValue(3);
        }
    }

    @Test
    void f57AnOldFailureIsToldToNobodyWhoComesWhenItIsOver() {
        try (TestPool test = new TestPool(executor, it -> it.maxSize(1).failFastAfter(Duration.ZERO))) {
            test.factory.failNextCreate(new IllegalStateException("down"));
            CompletableFuture<Lease<Thing>> unlucky = test.pool.acquireAsync();
            executor.runAll();
            assertThat(unlucky).isCompletedExceptionally();
            test.ticker.advance(SECOND);
            CompletableFuture<Lease<Thing>> lucky = test.pool.acquireAsync();
            executor.runAll();
            lucky.join().invalidate();
            executor.runNext();
            CompletableFuture<Lease<Thing>> late = test.pool.acquireAsync(SECOND);
            assertThat(late).as("nobody fails it at once").isNotDone();
            test.advance(SECOND);
            assertThatThrownBy(late::join)
                    .cause()
                    .isInstanceOf(PoolTimeoutException.class)
                    .hasNoCause();
            executor.runAll();
        }
    }

    @Test
    void f58AWallClockThatIsSetEndsNoWaitAndNoLife() {
        try (TestPool test = new TestPool(it -> it.maxSize(2)
                .idleTimeout(Duration.ofMinutes(1))
                .maxLeaseTime(Duration.ofMinutes(1))
                .leakThreshold(Duration.ofMinutes(1)))) {
            List<Lease<Thing>> held = test.acquire(2);
            CompletableFuture<Lease<Thing>> waiter = test.pool.acquireAsync();
            for (int days : new int[] {1, -2, 400}) {
                test.ticker.sleep(Duration.ofDays(days));
                test.advance(SECOND);
                test.advance(SECOND);
            }
            assertThat(waiter).isNotDone();
            assertThat(test.stats().leaks()).isZero();
            held.forEach(lease -> lease.get().use());
            held.forEach(Lease::close);
            waiter.join().close();
            test.ticker.sleep(Duration.ofDays(1));
            test.advance(SECOND);
            assertThat(test.stats().destroyed()).isZero();
            assertThat(test.stats().waitTimes().max()).isEqualTo(SECOND.multipliedBy(6));
        }
    }

    @Test
    void f59AThreadThatComesInterruptedGetsWhatIsIdleAndKeepsItsFlag() throws Exception {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            test.acquire().close();
            Thread.currentThread().interrupt();
            test.pool.acquire().close();
            test.pool.acquire(SECOND).close();
            test.pool.tryAcquire().orElseThrow().close();
            test.pool.acquireAsync().join().close();
            test.acquire().close();
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void f59AThreadThatComesInterruptedDoesNotWaitEvenForWhatCouldBeMade() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(test.pool::acquire).isInstanceOf(InterruptedException.class);
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            assertThat(test.factory.made).isEmpty();
            assertThat(test.stats().waiters()).isZero();
        }
    }

    @Test
    void f59AThreadThatComesInterruptedWaitsUninterruptiblyAndKeepsItsFlag() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            CompletableFuture<Boolean> wasFlagSet = calling(() -> {
                Thread.currentThread().interrupt();
                test.acquire().close();
                return Thread.currentThread().isInterrupted();
            });
            test.awaitWaiters(1);
            held.close();
            Await.until(wasFlagSet::isDone);
            assertThat(wasFlagSet.join()).isTrue();
        }
    }

    /** Has a pool, which lives on, lend and end an object. */
    private static List<WeakReference<?>> lentAndEnded(Pool<Object> pool) throws Exception {
        Lease<Object> one = pool.acquire();
        List<WeakReference<?>> references =
                new ArrayList<>(List.of(new WeakReference<>(one), new WeakReference<>(one.get())));
        one.invalidate();
        Lease<Object> other = pool.acquire();
        references.add(new WeakReference<>(other));
        references.add(new WeakReference<>(other.get()));
        other.close();
        return references;
    }

    @Test
    void f60APoolThatIsClosedKeepsNoObjectAndNoLease() throws Exception {
        Pool<Object> pool =
                Pool.builder(Object::new).leakThreshold(SECOND).maxSize(1).build();
        List<WeakReference<?>> references = lentAndEnded(pool);
        pool.close();
        awaitCollected(references);
        assertThat(pool.stats().destroyed()).isEqualTo(2);
    }

    /** Has the threads of a pool run the code of a class loader of its own. */
    private static WeakReference<ClassLoader> loaderOfAFactory() throws Exception {
        ClassLoader loader = new URLClassLoader(new URL[0], CountingFaultsTest.class.getClassLoader());
        @SuppressWarnings("unchecked")
        Factory<Object> factory = (Factory<Object>)
                Proxy.newProxyInstance(loader, new Class<?>[] {Factory.class}, (proxy, method, arguments) -> {
                    Thread.currentThread().setContextClassLoader(loader);
                    return switch (method.getName()) {
                        case "create" -> new Object();
                        case "resets" -> false;
                        default -> null;
                    };
                });
        PoolListener listener = (PoolListener)
                Proxy.newProxyInstance(loader, new Class<?>[] {PoolListener.class}, (proxy, method, arguments) -> null);
        Pool<Object> pool =
                Pool.builder(factory).listener(listener).minIdle(1).maxSize(2).build();
        pool.acquire().close();
        pool.close();
        Thread.currentThread().setContextClassLoader(CountingFaultsTest.class.getClassLoader());
        return new WeakReference<>(loader);
    }

    @Test
    void f60TheClassLoaderOfAClosedPoolsFactoryCanBeCollected() throws Exception {
        awaitCollected(List.of(loaderOfAFactory()));
    }

    public static void awaitCollected(List<WeakReference<?>> references) {
        Await.until(() -> {
            System.gc();
            return references.stream().allMatch(reference -> reference.get() == null);
        });
    }
}
