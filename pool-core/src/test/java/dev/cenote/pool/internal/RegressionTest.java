package dev.cenote.pool.internal;

import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.slot.IdleStore;
import dev.cenote.pool.internal.slot.Slot;
import static dev.cenote.pool.internal.Interleaving.started;
import static dev.cenote.pool.internal.Interleaving.waiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Factory;
import dev.cenote.pool.Fairness;
import dev.cenote.pool.IdleOrder;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolBuilder;
import dev.cenote.pool.PoolClosedException;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.PoolListener;
import dev.cenote.pool.PoolRegistry;
import dev.cenote.pool.PoolTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Interleavings and corners that are rare, each driven step by step. */
@Timeout(20)
class RegressionTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Fairness EVENTUAL = Fairness.eventual(Duration.ofMillis(1));

    private final ManualExecutor executor = new ManualExecutor();

    // --- eventual fairness

    @Test
    void aWaiterThatIsWokenToCompeteWhileItStartsACreateLooksAgainBeforeItSleeps() throws Exception {
        AtomicReference<Lease<Thing>> held = new AtomicReference<>();
        Executor releasing = task -> {
            Lease<Thing> lease = held.getAndSet(null);
            if (lease == null) {
                task.run();
            } else { // the waiter's create, which never begins: the object comes back at that very moment
                Thread releaser = started(lease::close);
                Await.until(() -> !releaser.isAlive());
            }
        };
        try (TestPool test = new TestPool(releasing, it -> it.maxSize(2).fairness(EVENTUAL))) {
            held.set(test.acquire());
            test.pool.acquire().close();
        }
    }

    @Test
    void aWaiterThatIsInterruptedJustBeforeItIsWokenToCompeteTakesTheObject() throws Exception {
        try (TestPool test = new TestPool(it -> it.maxSize(1).fairness(EVENTUAL))) {
            Lease<Thing> held = test.acquire();
            CompletableFuture<Boolean> wasInterrupted = new CompletableFuture<>();
            Thread waiter = started(() -> {
                test.acquire().close();
                wasInterrupted.complete(Thread.currentThread().isInterrupted());
            });
            Await.until(() -> waiter.getState() == Thread.State.TIMED_WAITING);
            test.pool.engine().lock.lock();
            waiting(started(held::close)); // first in line for the lock, to wake the waiter
            waiter.interrupt();
            waiting(waiter); // second in line
            test.pool.engine().lock.unlock();
            assertThat(wasInterrupted.get()).isTrue();
        }
    }

    @Test
    void aFutureThatWasOvertakenForLongerThanTheBoundIsNotOvertakenAgain() throws Exception {
        try (TestPool test = new TestPool(it -> it.maxSize(1).fairness(EVENTUAL))) {
            Lease<Thing> held = test.acquire();
            CompletableFuture<Lease<Thing>> waiter = test.pool.acquireAsync();
            test.ticker.advance(SECOND);
            Lease<Thing> overtaker = overtaking(test, held).orElseThrow();
            assertThat(waiter).isNotDone();
            assertThat(overtaking(test, overtaker)).isEmpty();
            assertThat(waiter).isCompleted();
            waiter.join().close();
        }
    }

    /** What a newcomer gets while a lease is being closed, whose object was not offered to those who wait yet. */
    private static Optional<Lease<Thing>> overtaking(TestPool test, Lease<Thing> lease) throws Exception {
        AtomicReference<Optional<Lease<Thing>>> result = new AtomicReference<>();
        test.pool.engine().lock.lock();
        Thread releaser = waiting(started(lease::close));
        Thread newcomer = waiting(started(() -> result.set(test.pool.tryAcquire())));
        test.pool.engine().lock.unlock();
        releaser.join();
        newcomer.join();
        return result.get();
    }

    // --- what is idle, but not checked

    @ParameterizedTest
    @EnumSource
    void aGoodObjectIsFoundBehindUncheckedOnes(IdleOrder order) throws Exception {
        try (TestPool test = validating(it -> it.maxSize(3).idleOrder(order))) {
            List<Lease<Thing>> leases = made(test, 3);
            leases.get(0).close();
            test.acquire().close(); // so that this thread gets it again, wherever it lies
            leases.get(1).close();
            leases.get(2).close();
            Lease<Thing> good = test.acquire();
            quarters(test, 8);
            good.close(); // in both orders the two that are unchecked lie before it
            AtomicReference<CompletableFuture<Lease<Thing>>> newcomer = new AtomicReference<>();
            started(() -> newcomer.set(test.pool.acquireAsync())).join(); // a thread that never had one
            assertThat(newcomer.get()).isCompleted();
            assertThat(test.stats().validating()).isZero();
            newcomer.get().join().close();
        }
    }

    @Test
    void anInterruptedNewcomerLeavesNoIdleObjectHiddenFromAWaiter() {
        try (TestPool test = new TestPool(it -> it.maxSize(1).validator(thing -> true))) {
            test.acquire().close();
            quarters(test, 8);
            Slot<Thing> hidden = test.pool.engine().idle.pop(); // as the newcomer does
            CompletableFuture<Lease<Thing>> waiter = test.pool.acquireAsync();
            test.pool.engine().idle.push(hidden);
            Thread.currentThread().interrupt();
            assertThatThrownBy(test.pool::acquire).isInstanceOf(InterruptedException.class);
            assertThat(waiter).isCompleted();
            waiter.join().close();
        }
    }

    @Test
    void pollingMakesNoMoreObjectsWhileOneIsValidated() {
        try (TestPool test = validating(it -> it.maxSize(10))) {
            for (int i = 0; i < 20; i++) {
                test.pool.tryAcquire().ifPresent(Lease::close);
                executor.runAll();
                quarters(test, 4);
            }
            assertThat(test.stats().total()).isEqualTo(1);
        }
    }

    @Test
    void anObjectThatWasJustValidatedServesTheNextPoll() {
        try (TestPool test = validating(it -> it.maxSize(1))) {
            made(test, 1).get(0).close();
            quarters(test, 8);
            assertThat(test.pool.tryAcquire()).as("it is only validated now").isEmpty();
            executor.runAll();
            quarters(test, 2);
            test.pool.tryAcquire().orElseThrow().close();
        }
    }

    @Test
    void anObjectThatIsBeingValidatedCountsForMinIdle() {
        try (TestPool test = validating(it -> it.maxSize(10).minIdle(2))) {
            executor.runAll();
            for (int i = 0; i < 20; i++) {
                quarters(test, 4);
                test.pool.acquireAsync().cancel(false);
                test.pool.housekeep();
                executor.runAll();
            }
            assertThat(test.stats().total()).isEqualTo(2);
        }
    }

    // --- the end of objects

    @Test
    void theLargestMaxUsesIsNeverReached() {
        try (TestPool test = new TestPool(executor, it -> it.maxSize(1).maxUses(Long.MAX_VALUE))) {
            made(test, 1).get(0).invalidate();
            CompletableFuture<Lease<Thing>> second = test.pool.acquireAsync();
            executor.runNext(); // destroys the first, whose place was used once
            executor.runNext(); // makes the second
            assertThat(second).isCompleted();
            second.join().close();
            assertThat(test.stats().destroyed(DestroyReason.USED_UP)).isZero();
        }
    }

    @Test
    void objectsThatWaitForAReplacementExpireWhenAResizeLeavesNoRoomForIt() {
        try (TestPool test =
                new TestPool(executor, it -> it.maxSize(6).maxLifetime(MINUTE).lifetimeJitter(0))) {
            List<Lease<Thing>> leases = made(test, 4);
            test.ticker.advance(MINUTE);
            test.factory.failNextCreate(new IllegalStateException("down"));
            test.pool.tryAcquire();
            executor.runAll();
            test.pool.housekeep(); // the first two wait, until a create may be tried again
            test.resize(new PoolLimits(4, 0, 100));
            leases.forEach(Lease::close);
            for (int i = 0; i < 4; i++) {
                test.advance(SECOND);
                executor.runAll();
            }
            assertThat(test.stats().destroyed(DestroyReason.EXPIRED)).isEqualTo(4);
        }
    }

    @Test
    void expiryLeavesMinIdleObjectsUntilTheirReplacementsAreThere() {
        try (TestPool test = new TestPool(
                executor, it -> it.maxSize(10).minIdle(2).maxLifetime(MINUTE).lifetimeJitter(0))) {
            executor.runAll();
            made(test, 3).forEach(Lease::close);
            for (int i = 0; i < 10; i++) {
                test.advance(MINUTE);
                assertThat(test.stats().idle()).isGreaterThanOrEqualTo(2);
                executor.runAll();
            }
        }
    }

    @Test
    void aPoolThatIsTooLargeOnlyForACreateThatThenFailsIsOpen() {
        try (TestPool test = validating(it -> it.maxSize(3))) {
            List<Lease<Thing>> leases = made(test, 2);
            test.factory.failNextCreate(new IllegalStateException("down"));
            leases.get(0).close();
            quarters(test, 8);
            test.pool.warmUp(3);
            test.pool.tryAcquire();
            assertThat(test.stats().creating()).isEqualTo(1);
            assertThat(test.stats().validating()).isEqualTo(1);
            test.resize(new PoolLimits(2, 0, 10));
            executor.runAll();
            test.pool.tryAcquire().orElseThrow().close();
            leases.get(1).close();
        }
    }

    @Test
    void whatIsBeingMadeDuringInvalidateAllIsReplaced() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            test.factory.onNextCreate(test.pool::invalidateAll);
            Lease<Thing> lease = test.acquire();
            assertThat(lease.get()).isSameAs(test.factory.made.get(1));
            assertThat(test.stats().destroyed(DestroyReason.REPLACED)).isEqualTo(1);
            lease.close();
        }
    }

    // --- user code that takes its time

    @Test
    void aCallbackDeepInOthersIsServedByAnotherPool() {
        try (TestPool outer = new TestPool(it -> it.maxSize(1));
                TestPool other = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = outer.acquire();
            AtomicInteger served = new AtomicInteger();
            for (int i = 0; i < 40; i++) {
                outer.pool.acquireAsync().thenAccept(lease -> {
                    // its object does not stay, so that the next one needs a create
                    other.pool.acquireUninterruptibly(Duration.ZERO).invalidate();
                    served.incrementAndGet();
                    lease.close();
                });
            }
            held.close();
            assertThat(served.get()).isEqualTo(40);
        }
    }

    @Test
    void aTimeOutsCallbackThatBlocksHoldsUpNoLaterTimeOut() throws Exception {
        FakeTicker ticker = new FakeTicker();
        CountDownLatch blocks = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Pool<Thing> pool = ticking(ticker).build();
        Lease<Thing> held = pool.acquire();
        pool.acquireAsync(SECOND).exceptionally(late -> {
            blocks.countDown();
            Await.until(() -> goOn.getCount() == 0);
            return null;
        });
        CompletableFuture<Lease<Thing>> second = pool.acquireAsync(MINUTE);
        ticker.advance(SECOND);
        blocks.await();
        ticker.advance(MINUTE);
        assertThatThrownBy(second::get).hasCauseInstanceOf(PoolTimeoutException.class);
        goOn.countDown();
        held.close();
        pool.close();
    }

    @Test
    void aRegistryCanBeClosedByTheListenerOfOneOfItsPools() throws Exception {
        FakeTicker ticker = new FakeTicker();
        PoolRegistry registry = new PoolRegistry();
        CompletableFuture<Void> closed = new CompletableFuture<>();
        PoolListener closing = new PoolListener() {
            @Override
            public void timedOut() {
                registry.close();
                closed.complete(null);
            }
        };
        Pool<Thing> pool =
                registry.getOrOpen("pool", Thing.class, ticking(ticker).listener(closing)::build);
        Lease<Thing> held = pool.acquire();
        pool.acquireAsync(SECOND);
        ticker.advance(SECOND);
        closed.get(); // though the grace goes on for as long as the clock stands still
        held.close();
        pool.close();
    }

    @Test
    void anAcquirerWhoseOwnCreateIsInterruptedByTheCloseIsNotInterruptedItself() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            test.factory.onNextCreate(() -> {
                test.pool.shutdown(MINUTE);
                new CountDownLatch(1).await();
            });
            assertThatThrownBy(test.pool::acquire).isInstanceOf(PoolClosedException.class);
            assertThat(Thread.interrupted()).isFalse();
        }
    }

    @Test
    void aCreateOfTheOldFactoryThatHangsKeepsNobodyFromTheNewOne() {
        try (TestPool test = new TestPool(executor, it -> it.maxSize(2))) {
            CompletableFuture<Lease<Thing>> waiter = test.pool.acquireAsync();
            List<Boolean> served = new ArrayList<>();
            test.factory.onNextCreate(() -> {
                test.pool.replaceFactory(test.factory);
                executor.runNext();
                served.add(waiter.isDone());
            });
            executor.runAll();
            assertThat(served).containsExactly(true);
            assertThat(test.stats().destroyed(DestroyReason.REPLACED)).isEqualTo(1);
            waiter.join().close();
        }
    }

    @Test
    void aResetThatHangsKeepsNobodyFromANewObject() {
        try (TestPool test = new TestPool(it -> it.maxSize(2))) {
            List<Boolean> served = new ArrayList<>();
            whoseResetDoes(test, () -> {
                        CompletableFuture<Lease<Thing>> waiter = test.pool.acquireAsync();
                        served.add(waiter.isDone());
                        waiter.thenAccept(Lease::close);
                    })
                    .close();
            assertThat(served).containsExactly(true);
        }
    }

    @Test
    void aResetThatTakesTooLongHasFailedAsAReset() {
        try (TestPool test = new TestPool(it -> it.maxSize(1).validationTimeout(SECOND))) {
            whoseResetDoes(test, () -> test.advance(SECOND)).close();
            assertThat(test.stats().destroyed(DestroyReason.RESET_FAILED)).isEqualTo(1);
            assertThat(test.stats().destroyed(DestroyReason.VALIDATION_FAILED)).isZero();
        }
    }

    /** A lease of an object of a factory whose first reset does that. */
    static Lease<Thing> whoseResetDoes(TestPool test, Runnable step) {
        AtomicBoolean isDone = new AtomicBoolean();
        test.pool.replaceFactory(new Factory<>() {
            @Override
            public Thing create() {
                return test.factory.create();
            }

            @Override
            public void reset(Thing thing) {
                if (!isDone.getAndSet(true)) {
                    step.run();
                }
            }

            @Override
            public void destroy(Thing thing) {
                test.factory.destroy(thing);
            }
        });
        return test.acquire();
    }

    @Test
    void whatIsResetGoesFromHandToHandThoughTheHousekeeperRunsMeanwhile() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = whoseResetDoes(test, test.pool::housekeep);
            AtomicReference<Thread> served = new AtomicReference<>();
            CompletableFuture<Void> next = test.pool.acquireAsync().thenAccept(lease -> {
                served.set(Thread.currentThread());
                lease.close();
            });
            held.close();
            assertThat(next).isCompleted();
            assertThat(served).hasValue(Thread.currentThread());
        }
    }

    @Test
    void manyObjectsThatAreMadeInPlaceNeedABoundedStack() {
        int many = 20_000;
        try (Pool<Object> pool = Pool.builder(Object::new)
                .maxSize(1)
                .maxWaiters(many)
                .executor(Runnable::run)
                .build()) {
            List<CompletableFuture<Lease<Object>>> futures = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                futures.add(pool.acquireAsync());
            }
            pool.resize(new PoolLimits(many, 0, many));
            Await.until(() -> pool.stats().leased() == many); // where the stack does not suffice another thread goes on
            Await.until(() -> futures.stream().allMatch(CompletableFuture::isDone)); // several at once: elsewhere
            futures.forEach(future -> future.join().close());
        }
    }

    @Test
    void aCallbackThatClosesAnotherPoolWaitsForItsEnd() {
        try (TestPool test = new TestPool(it -> it.maxSize(1));
                TestPool other = new TestPool(Interleaving.THREADS, it -> it.maxSize(1))) {
            Thread caller = Thread.currentThread();
            AtomicBoolean hasReturned = new AtomicBoolean();
            other.factory.onNextDestroy(
                    () -> Await.until(() -> caller.getState() == Thread.State.WAITING || hasReturned.get()));
            other.acquire().close();
            Lease<Thing> held = test.acquire();
            List<Long> destroyed = new ArrayList<>();
            test.pool.acquireAsync().thenAccept(lease -> {
                other.pool.close();
                destroyed.add(other.stats().destroyed());
                hasReturned.set(true);
                lease.close();
            });
            held.close();
            assertThat(destroyed).containsExactly(1L);
        }
    }

    @Test
    void anActionThatThrowsWhatCanNotBeLoggedKeepsNoOtherFromRunning() {
        IllegalStateException failure = new IllegalStateException() {
            @Override
            public String getMessage() {
                throw new IllegalStateException("no message");
            }
        };
        PoolLock lock = new PoolLock();
        List<String> run = new ArrayList<>();
        lock.run(() -> {
            lock.afterwards(() -> {
                throw failure;
            });
            lock.afterwards(() -> run.add("task"));
            lock.tell(() -> run.add("completion"));
        });
        assertThat(run).containsExactly("task", "completion");
    }

    @Test
    void aFreshLeaseIsNotReportedAsHeldForAsLongAsItsObjectWasIdle() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            test.acquire().close();
            test.advance(SECOND);
            test.advance(MINUTE);
            Lease<Thing> lease = test.acquire();
            PoolTimeoutException late =
                    catchThrowableOfType(PoolTimeoutException.class, () -> test.pool.acquire(Duration.ZERO));
            assertThat(late.holders().get(0).heldFor()).isZero();
            lease.close();
        }
    }

    // --- what the tests share

    /** A pool whose objects are validated by a task, when they have been idle for a second. */
    private TestPool validating(UnaryOperator<PoolBuilder<Thing>> settings) {
        return new TestPool(executor, it -> settings.apply(it).validator(thing -> true));
    }

    private static void quarters(TestPool test, int count) {
        for (int i = 0; i < count; i++) {
            test.advance(Duration.ofMillis(250));
        }
    }

    private List<Lease<Thing>> made(TestPool test, int count) {
        List<CompletableFuture<Lease<Thing>>> futures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            futures.add(test.pool.acquireAsync());
        }
        executor.runAll();
        return futures.stream().map(CompletableFuture::join).toList();
    }

    /** A pool with a thread of its own, which looks at that clock every ten milliseconds. */
    private static PoolBuilder<Thing> ticking(FakeTicker ticker) {
        return Pool.builder(new ScriptedFactory()).maxSize(1).ticker(ticker).idleTimeout(Duration.ofMillis(40));
    }

    @Test
    void evictionAndExpiryTogetherKeepTheLeastThatIsToBeIdle() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(
                executor,
                it -> it.maxSize(10)
                        .minIdle(2)
                        .maxLifetime(Duration.ofSeconds(60))
                        .lifetimeJitter(0)
                        .idleTimeout(Duration.ofSeconds(10)))) {
            executor.runAll();
            test.advance(Duration.ofSeconds(45));
            List<CompletableFuture<Lease<Thing>>> four = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                four.add(test.pool.acquireAsync());
            }
            executor.runAll();
            four.forEach(it -> it.join().close());
            test.advance(Duration.ofSeconds(0));
            executor.runAll();
            int before = test.stats().idle();
            test.advance(Duration.ofSeconds(15));
            int idle = test.stats().idle();
            executor.runAll();
            assertThat(idle).as("idle at once after, of %d before", before).isGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void whatEndsByItselfBeforeItsTurnToBeReplacedHasExpired() {
        try (TestPool test = new TestPool(
                it -> it.maxSize(10).maxLifetime(Duration.ofSeconds(10)).lifetimeJitter(0))) {
            test.acquire(1).forEach(Lease::close);
            test.pool.invalidateAll(Duration.ofHours(1));
            test.advance(Duration.ofSeconds(11));
            assertThat(test.stats().destroyed(DestroyReason.EXPIRED)).isEqualTo(1);
        }
    }

    @Test
    void aTryThatTakesAnUncheckedObjectOffTheStoreForAMomentHidesItFromNobody() {
        ManualExecutor executor = new ManualExecutor();
        Queue<Runnable> atPops = new ArrayDeque<>();
        try (TestPool test = new TestPool(
                executor, it -> it.maxSize(2).validateIfIdleFor(Duration.ZERO).validator(thing -> true), config -> {
                    DefaultPool<?>[] opened = new DefaultPool<?>[1];
                    opened[0] = TestPool.withStore(
                            config,
                            store -> interrupted(
                                    store,
                                    atPops,
                                    () -> !opened[0].engine().lock.isHeld()));
                    @SuppressWarnings("unchecked")
                    DefaultPool<Thing> pool = (DefaultPool<Thing>) opened[0];
                    return pool;
                })) {
            test.pool.warmUp(2);
            executor.runAll();
            assertThat(test.pool.tryAcquire()).isEmpty(); // has thing 1 validated, which lies on top
            List<CompletableFuture<Lease<Thing>>> waiters = new ArrayList<>();
            atPops.add(() -> {});
            atPops.add(
                    () -> { // thing 1 will be the first one's; thing 0, which the second one needs, is in our hands
                        waiters.add(test.pool.acquireAsync());
                        waiters.add(test.pool.acquireAsync());
                    });
            assertThat(test.pool.tryAcquire()).isEmpty();
            int[] validating = new int[1];
            test.pool.engine().slots.forEach(slot -> validating[0] += slot.state() == Slot.VALIDATING ? 1 : 0);
            assertThat(validating[0]).as("thing 0, too").isEqualTo(2);
            executor.runAll();
            waiters.forEach(it -> it.join().close());
            executor.runAll();
        }
    }

    /** A store that does the next of these after each pop that others can come between. */
    private static IdleStore<Thing> interrupted(
            IdleStore<Thing> store, Queue<Runnable> atPops, BooleanSupplier isAlone) {
        return new IdleStore<>() {
            @Override
            public void push(Slot<Thing> slot) {
                store.push(slot);
            }

            @Override
            public Slot<Thing> pop() {
                Slot<Thing> slot = store.pop();
                Runnable next = isAlone.getAsBoolean() ? atPops.poll() : null;
                if (next != null) {
                    next.run();
                }
                return slot;
            }
        };
    }
}
