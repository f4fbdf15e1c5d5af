package dev.cenote.pool.internal;

import dev.cenote.pool.internal.slot.IdleStore;
import dev.cenote.pool.internal.slot.Slot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Factory;
import dev.cenote.pool.IdleOrder;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Objects that may not work any more. */
class ValidationTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Set<Integer> dead = new HashSet<>();
    private int validations;

    private boolean isAlive(Thing thing) {
        validations++;
        return !dead.contains(thing.number);
    }

    /** A pool with so many idle objects. */
    private TestPool idle(int count, ManualExecutor executor) {
        TestPool test = new TestPool(executor, it -> it.maxSize(count).validator(this::isAlive));
        List<CompletableFuture<Lease<Thing>>> leases = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            leases.add(test.pool.acquireAsync());
        }
        executor.runAll();
        leases.forEach(lease -> lease.join().close());
        assertThat(test.stats().idle()).isEqualTo(count);
        return test;
    }

    @Test
    void tenDeadObjectsCostOneCallerTwoLooksNotTen() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = idle(11, executor)) {
            for (int i = 0; i < 11; i++) {
                dead.add(i);
            }
            dead.remove(0); // the one that is looked at last
            test.advance(Duration.ofSeconds(2));
            CompletableFuture<Lease<Thing>> future = test.pool.acquireAsync();
            assertThat(test.stats().validating()).isEqualTo(1);
            executor.runNext();
            assertThat(test.stats().validating()).as("all others, at once").isEqualTo(10);
            executor.runAll();
            assertThat(future.join().get().number).isZero();
            assertThat(validations).isEqualTo(11);
            assertThat(test.stats().destroyed(DestroyReason.VALIDATION_FAILED)).isEqualTo(10);
            future.join().close();
        }
    }

    @Test
    void aCallerGetsTheFirstOfTheSuspectsThatPasses() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = idle(3, executor)) {
            Lease<Thing> lease = test.acquire();
            lease.invalidate(new IllegalStateException("the server is gone"));
            CompletableFuture<Lease<Thing>> future = test.pool.acquireAsync();
            assertThat(future).isNotDone();
            assertThat(test.stats().validating()).isEqualTo(2);
            while (!future.isDone()) {
                executor.runNext();
            }
            assertThat(validations).isEqualTo(1);
            executor.runAll();
            assertThat(validations).isEqualTo(2);
            future.join().close();
        }
    }

    @Test
    void aFaultIsToldAndMakesOthersSuspectButPlainInvalidationDoesNot() {
        List<Throwable> faults = new ArrayList<>();
        try (TestPool test =
                new TestPool(it -> it.maxSize(3).validator(this::isAlive).listener(new PoolListener() {
                    @Override
                    public void faultReported(Throwable cause) {
                        faults.add(cause);
                    }
                }))) {
            List<Lease<Thing>> leases = test.acquire(3);
            leases.get(0).close();
            leases.get(1).invalidate();
            assertThat(validations).isZero();
            IllegalStateException cause = new IllegalStateException("the server is gone");
            leases.get(2).invalidate(cause);
            assertThat(validations).isEqualTo(1);
            assertThat(faults).containsExactly(cause);
            leases.get(2).invalidate(cause);
            assertThat(faults).as("told once").hasSize(1);
            assertThat(test.stats().staleCloses()).isEqualTo(1);
        }
    }

    @Test
    void manyWhoReportOneFaultCostOneRound() {
        try (TestPool test = new TestPool(
                it -> it.maxSize(100).validateIfIdleFor(Duration.ofDays(1)).validator(this::isAlive))) {
            List<Lease<Thing>> leases = test.acquire(100);
            leases.subList(50, 100).forEach(Lease::close);
            leases.subList(0, 50).forEach(lease -> lease.invalidate(new IllegalStateException("failover")));
            assertThat(validations).isEqualTo(50);
            test.advance(SECOND);
            test.acquire().invalidate(new IllegalStateException("another one"));
            assertThat(validations).isEqualTo(50 + 49);
        }
    }

    @Test
    void objectsThatWorkAreHandedOutWhileCreatesFail() {
        try (TestPool test = new TestPool(it -> it.maxSize(3).validator(this::isAlive))) {
            test.acquire(3).forEach(Lease::close);
            test.factory.everyCreate = () -> {
                throw new IllegalStateException("no new ones");
            };
            dead.addAll(Set.of(0, 2));
            test.advance(Duration.ofMinutes(1));
            Lease<Thing> lease = test.acquire();
            assertThat(lease.get().number).isEqualTo(1);
            lease.close();
        }
    }

    @Test
    void whatIsRevokedIsAbortedAndThenDestroyed() {
        List<String> calls = new ArrayList<>();
        FakeTicker ticker = new FakeTicker();
        Factory<Object> factory = new Factory<>() {
            @Override
            public Object create() {
                return new Object();
            }

            @Override
            public void abort(Object object) {
                calls.add("abort");
                throw new IllegalStateException("abort fails");
            }

            @Override
            public void destroy(Object object) {
                calls.add("destroy");
            }
        };
        DefaultPool<Object> pool = new DefaultPool<>(
                Pool.builder(factory)
                        .maxLeaseTime(SECOND)
                        .ticker(ticker)
                        .executor(Runnable::run)
                        .config(),
                new TestPool.NoAlarm());
        pool.tryAcquire().orElseThrow().invalidate();
        assertThat(calls).containsExactly("destroy");
        Lease<Object> held = pool.tryAcquire().orElseThrow();
        pool.housekeep();
        ticker.advance(SECOND);
        pool.housekeep();
        assertThat(calls).containsExactly("destroy", "abort", "destroy");
        held.close();
        assertThat(pool.stats().staleCloses()).isEqualTo(1);
        assertThat(pool.shutdown(Duration.ZERO)).isCompleted();
        assertThat(calls).hasSize(3);
    }

    @Test
    void whatLiesIdleIsKeptAliveEachInItsOwnTime() {
        Duration minute = Duration.ofMinutes(1);
        try (TestPool test = new TestPool(it -> it.maxSize(10)
                .keepaliveTime(minute)
                .validateIfIdleFor(Duration.ofDays(1))
                .validator(this::isAlive))) {
            test.acquire(10).forEach(Lease::close);
            Set<Integer> counts = new HashSet<>();
            for (int second = 1; second <= 75; second++) {
                test.advance(SECOND);
                assertThat(second < 47 ? validations : 0)
                        .as("after %d s", second)
                        .isZero();
                counts.add(validations);
            }
            assertThat(validations).isEqualTo(10);
            assertThat(counts).as("not all at once").hasSizeGreaterThan(2);
            dead.addAll(Set.of(3, 7));
            for (int second = 0; second < 75; second++) {
                test.advance(SECOND);
            }
            assertThat(test.stats().destroyed(DestroyReason.VALIDATION_FAILED)).isEqualTo(2);
        }
    }

    @Test
    void whatIsInUseNeedsNoKeepalive() {
        try (TestPool test = new TestPool(it -> it.maxSize(1)
                .keepaliveTime(Duration.ofSeconds(10))
                .validateIfIdleFor(Duration.ofDays(1))
                .validator(this::isAlive))) {
            for (int second = 0; second < 60; second++) {
                test.acquire().close();
                test.advance(SECOND);
            }
            assertThat(validations).isZero();
        }
    }

    @Test
    void afterTheMachineHasSleptWhatIsIdleIsValidatedAtOnce() {
        try (TestPool test = new TestPool(it -> it.maxSize(3)
                .validateIfIdleFor(Duration.ofDays(1))
                .idleTimeout(Duration.ZERO)
                .maxLifetime(Duration.ZERO)
                .validator(this::isAlive))) {
            test.acquire(3).forEach(Lease::close);
            test.advance(SECOND);
            assertThat(validations).isZero();
            test.ticker.sleep(Duration.ofHours(1)); // a laptop: the monotonic clock stands still
            test.advance(SECOND);
            assertThat(validations).isEqualTo(3);
            test.advance(SECOND);
            assertThat(validations).as("once").isEqualTo(3);
            test.advance(Duration.ofMinutes(1)); // a frozen container: it does not
            assertThat(validations).isEqualTo(6);
        }
    }

    @Test
    void invalidateAllCanBeSpreadOverATime() {
        try (TestPool test = new TestPool(it -> it.maxSize(4).minIdle(4))) {
            List<Thing> old = List.copyOf(test.factory.made);
            assertThat(old).hasSize(4);
            test.pool.invalidateAll(Duration.ofSeconds(40));
            List<Long> destroyed = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                for (int second = 0; second < 10; second++) {
                    test.advance(SECOND);
                }
                destroyed.add(test.stats().destroyed(DestroyReason.REPLACED));
            }
            assertThat(destroyed).containsExactly(1L, 2L, 3L, 4L);
            assertThat(test.stats().idle()).isEqualTo(4);
            for (int second = 0; second < 60; second++) {
                test.advance(SECOND);
            }
            assertThat(test.stats().destroyed()).isEqualTo(4);
        }
    }

    @Test
    void whatWaitsForItsReplacementIsValidatedAsEverythingElse() {
        AtomicBoolean isDead = new AtomicBoolean();
        try (TestPool test = new TestPool(it -> it.maxSize(4)
                .minIdle(2)
                .failFastAfter(TestPool.NEVER)
                .openTimeout(TestPool.NEVER)
                .validator(thing -> !isDead.get())
                .validateIfIdleFor(Duration.ofSeconds(1))
                .keepaliveTime(Duration.ofSeconds(30)))) {
            test.factory.everyCreate = () -> {
                throw new IllegalStateException("no");
            };
            test.pool.replaceFactory(test.factory);
            long before = test.stats().validations();
            isDead.set(true);
            for (int i = 0; i < 120; i++) {
                test.advance(Duration.ofSeconds(1));
            }
            boolean isServed = test.pool
                    .tryAcquire()
                    .map(lease -> {
                        lease.close();
                        return true;
                    })
                    .orElse(false);
            long validations = test.stats().validations() - before;
            test.factory.everyCreate = () -> {};
            assertThat(isServed)
                    .as("a dead object, idle for 2 min, is handed out; validations: %d", validations)
                    .isFalse();
        }
    }

    @Test
    void aValidatorThatHangsOnCreateIsGivenUpAfterItsOwnTime() {
        List<TestPool> own = new ArrayList<>();
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(
                executor,
                it -> it.maxSize(1)
                        .createTimeout(Duration.ofSeconds(30))
                        .validationTimeout(Duration.ofSeconds(1))
                        .validateOnCreate(true)
                        .validator(thing -> {
                            if (thing.number == 0) {
                                own.get(0).lettingCallsHang();
                                own.get(0).advance(Duration.ofSeconds(1));
                                Thread.interrupted(); // it is asked to end, and does not
                            }
                            return true;
                        }))) {
            own.add(test);
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            executor.runNext();
            assertThat(waiting).isCompletedExceptionally();
            assertThatThrownBy(waiting::join).rootCause().hasMessage("the validator took longer than 1000 ms");
            assertThat(test.stats().destroyed(DestroyReason.LATE)).isZero();
            test.advance(Duration.ofSeconds(1));
            CompletableFuture<Lease<Thing>> next = test.pool.acquireAsync();
            executor.runAll();
            next.join().close();
        }
    }

    // --- many at once

    private static final int MANY = 1_000;

    /** A pool that counts what is popped. */
    private TestPool counting(AtomicInteger pops, Executor executor, IdleOrder order) {
        return new TestPool(
                executor,
                it -> it.maxSize(MANY)
                        .maxConcurrentCreates(MANY)
                        .idleOrder(order)
                        .validator(this::isAlive),
                config -> TestPool.withStore(config, store -> new IdleStore<>() {
                    @Override
                    public void push(Slot<Thing> slot) {
                        store.push(slot);
                    }

                    @Override
                    public Slot<Thing> pop() {
                        pops.incrementAndGet();
                        return store.pop();
                    }
                }));
    }

    @Test
    void aCallerBeforeThousandsOfUncheckedObjectsMovesAFewOfThem() {
        for (IdleOrder order : IdleOrder.values()) {
            ManualExecutor executor = new ManualExecutor();
            AtomicInteger pops = new AtomicInteger();
            try (TestPool test = counting(pops, executor, order)) {
                test.pool.warmUp(MANY);
                executor.runAll();
                test.advance(SECOND);
                test.advance(SECOND);
                pops.set(0);
                List<CompletableFuture<Lease<Thing>>> waiting = new ArrayList<>();
                for (int i = 0; i < 10; i++) {
                    waiting.add(test.pool.acquireAsync());
                }
                assertThat(test.pool.tryAcquire()).isEmpty();
                assertThat(test.stats().validating()).isEqualTo(10);
                assertThat(pops).hasValueLessThan(200);
                executor.runAll();
                waiting.forEach(it -> it.join().close());
            }
        }
    }

    @Test
    void aCallerFindsTheOneGoodObjectAmongThousandsOfUncheckedOnes() {
        for (IdleOrder order : IdleOrder.values()) {
            ManualExecutor executor = new ManualExecutor();
            try (TestPool test = counting(new AtomicInteger(), executor, order)) {
                test.pool.warmUp(MANY);
                executor.runAll();
                List<Lease<Thing>> held = test.acquire(MANY);
                Lease<Thing> good = held.remove(MANY / 2);
                good.close(); // it lies below the others
                Lease<Thing> again = test.pool.tryAcquire().orElseThrow();
                held.forEach(Lease::close);
                test.advance(SECOND);
                test.advance(SECOND);
                again.close();
                CompletableFuture<Lease<Thing>> first = test.pool.acquireAsync();
                assertThat(first).isCompleted();
                first.join().close();
                assertThat(test.stats().validating()).isZero();
                test.pool.tryAcquire().orElseThrow().close();
            }
        }
    }

    /** However short it was idle, and whether somebody waits or not. */
    @Test
    void whatIsReleasedAsSuspectIsValidatedBeforeAnybodyElseGetsIt() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = idle(1, executor)) {
            Lease<Thing> lease = test.acquire();
            lease.closeAndValidate();
            lease.close();
            assertThat(test.stats().staleCloses()).isEqualTo(1);
            assertThat(validations).as("not on the releasing thread").isZero();
            assertThat(test.stats().validating()).isEqualTo(1);
            assertThat(test.pool.tryAcquire()).isEmpty();
            CompletableFuture<Lease<Thing>> future = test.pool.acquireAsync();
            executor.runAll();
            assertThat(validations).isEqualTo(1);
            assertThat(future.join().get().number).isZero();
            future.join().closeAndValidate();
            executor.runAll();
            assertThat(test.stats().idle()).isEqualTo(1);
            dead.add(0);
            test.acquire().closeAndValidate();
            executor.runAll();
            assertThat(test.stats().destroyed(DestroyReason.VALIDATION_FAILED)).isEqualTo(1);
            assertThat(test.stats().acquired()).isEqualTo(test.stats().released());
        }
    }

    @Test
    void whoReleasesDoesNotWaitForAValidatorThatHangs() throws InterruptedException {
        ManualExecutor executor = new ManualExecutor();
        CountDownLatch isEntered = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        try (TestPool test = new TestPool(
                executor,
                it -> it.maxSize(1)
                        .validateOnRelease(true)
                        .validationTimeout(SECOND)
                        .validator(thing -> {
                            isEntered.countDown();
                            never.await();
                            return true;
                        }))) {
            CompletableFuture<Lease<Thing>> first = test.pool.acquireAsync();
            executor.runAll();
            first.join().close();
            assertThat(test.stats().validating()).isEqualTo(1);
            CompletableFuture<Lease<Thing>> next = test.pool.acquireAsync();
            Thread worker = new Thread(executor::runNext);
            worker.start();
            isEntered.await();
            test.advance(Duration.ofSeconds(2));
            worker.join();
            executor.runAll();
            assertThat(test.stats().destroyed(DestroyReason.VALIDATION_FAILED)).isEqualTo(1);
            assertThat(next.join().get().number).isEqualTo(1);
            next.join().invalidate();
            executor.runAll();
        }
    }

    @Test
    void withoutAValidatorASuspectIsReleasedPlainly() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            test.acquire().closeAndValidate();
            assertThat(test.stats().idle()).isEqualTo(1);
            assertThat(test.stats().validations()).isZero();
        }
    }

    @Test
    void aValidatorThatThrowsIsToldButNotEachTime() {
        List<String> log = RecordedLog.inFullDuring(() -> {
            try (TestPool test = new TestPool(it -> it.maxSize(1).validator(thing -> {
                throw new IllegalStateException("no such table");
            }))) {
                for (int i = 0; i < 50; i++) {
                    test.acquire().close();
                    test.advance(Duration.ofSeconds(2));
                }
                assertThat(test.stats().destroyed(DestroyReason.VALIDATION_FAILED))
                        .isEqualTo(49);
            }
        });
        assertThat(log.stream().filter(line -> line.contains("the validator threw")))
                .as("in 98 s")
                .hasSize(2);
        assertThat(log).anySatisfy(line -> assertThat(line).contains("no such table"));
    }
}
