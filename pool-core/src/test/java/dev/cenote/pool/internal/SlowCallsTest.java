package dev.cenote.pool.internal;

import dev.cenote.pool.internal.slot.IdleStore;
import dev.cenote.pool.internal.slot.Slot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.IdleOrder;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls of user code that hang or are slow, and executors that are busy or lose tasks: they hold up nobody else. */
@Timeout(60)
class SlowCallsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration TENTH = Duration.ofMillis(100);

    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicInteger calls = new AtomicInteger();

    /** The first call hangs, deaf to interrupts, until the test is over; the others do not. */
    private void hangOnFirstCall() {
        if (calls.incrementAndGet() == 1) {
            Interleaving.awaitUninterruptibly(over);
        }
    }

    // --- a call that hangs helps nobody (F61)

    /** Ten objects that have to be validated; the first validation hangs. */
    private TestPool tenUnchecked() {
        TestPool test = new TestPool(
                Interleaving.THREADS,
                it -> it.maxSize(10).validateIfIdleFor(TENTH).validator(thing -> {
                    hangOnFirstCall();
                    return true;
                }));
        test.acquire(10).forEach(Lease::close);
        test.pass(SECOND);
        test.pass(SECOND);
        return test;
    }

    @Test
    void f61ACheckThatHangsHelpsNobodyWhileGoodObjectsAreIdle() {
        try (TestPool test = tenUnchecked()) {
            test.lettingCallsHang();
            CompletableFuture<Lease<Thing>> first = test.pool.acquireAsync(SECOND);
            Await.until(() -> calls.get() == 1);
            test.pass(TENTH);
            Await.until(first::isDone);
            CompletableFuture<Lease<Thing>> second = test.pool.acquireAsync(SECOND);
            test.pass(TENTH);
            Await.until(second::isDone);
            first.join().close();
            second.join().close();
            over.countDown();
        }
    }

    @Test
    void f61ATryFindsAnObjectThoughTheCheckOfAnotherOneHangs() {
        try (TestPool test = tenUnchecked()) {
            test.lettingCallsHang();
            assertThat(test.pool.tryAcquire()).isEmpty();
            Await.until(() -> calls.get() == 1);
            test.pass(SECOND);
            List<Lease<Thing>> found = new ArrayList<>();
            Await.until(() -> test.pool.tryAcquire().map(found::add).orElse(false));
            found.forEach(Lease::close);
            over.countDown();
        }
    }

    @Test
    void aTryHasAnotherObjectCheckedWhenOneTakesTwiceAsLongAsUsual() {
        ManualExecutor executor = new ManualExecutor();
        for (int usualMs : new int[] {0, 20}) {
            Duration bound = Duration.ofMillis(usualMs == 0 ? 10 : 2 * usualMs);
            TestPool[] pools = new TestPool[1];
            TestPool test = new TestPool(
                    executor,
                    it -> it.maxSize(6).validateIfIdleFor(TENTH).validator(thing -> {
                        pools[0].ticker.advance(Duration.ofMillis(usualMs));
                        return true;
                    }));
            pools[0] = test;
            try (test) {
                test.pool.warmUp(6);
                executor.runAll();
                test.advance(SECOND);
                test.advance(SECOND);
                List<CompletableFuture<Lease<Thing>>> held = new ArrayList<>();
                for (int i = 0; i < 3; i++) { // so many have to be known
                    held.add(test.pool.acquireAsync());
                    executor.runAll();
                }
                assertThat(test.pool.tryAcquire()).isEmpty();
                Runnable hanging = executor.takeNext();
                test.ticker.advance(bound.minusMillis(1));
                assertThat(test.pool.tryAcquire()).isEmpty();
                assertThat(executor.size()).as("it may come in time").isZero();
                test.ticker.advance(Duration.ofMillis(1));
                assertThat(test.pool.tryAcquire()).isEmpty();
                assertThat(executor.size()).as("another one, after %s", bound).isEqualTo(1);
                executor.runAll();
                test.pool.tryAcquire().orElseThrow().close();
                hanging.run();
                held.forEach(it -> it.join().close());
            }
        }
    }

    @Test
    void aTryFindsAGoodObjectBehindOneThatHasToBeCheckedFirst() {
        ManualExecutor executor = new ManualExecutor();
        for (IdleOrder order : IdleOrder.values()) {
            try (TestPool test = new TestPool(
                    executor,
                    it -> it.maxSize(2)
                            .idleOrder(order)
                            .validateIfIdleFor(TENTH)
                            .validator(thing -> true))) {
                test.pool.warmUp(2);
                executor.runAll();
                List<Lease<Thing>> both = test.acquire(2);
                both.get(0).close();
                test.advance(SECOND);
                test.advance(SECOND);
                both.get(1).close();
                Lease<Thing> good = test.pool.tryAcquire().orElseThrow();
                good.close();
            }
        }
    }

    @Test
    void f61ACreateThatHangsHelpsNobodyWhileThereIsRoomForAnotherOne() {
        try (TestPool test = new TestPool(Interleaving.THREADS, it -> it.maxSize(10))) {
            test.lettingCallsHang();
            test.factory.everyCreate = this::hangOnFirstCall;
            CompletableFuture<Lease<Thing>> first = test.pool.acquireAsync(SECOND);
            Await.until(() -> calls.get() == 1);
            test.pass(TENTH);
            Await.until(first::isDone);
            CompletableFuture<Lease<Thing>> second = test.pool.acquireAsync(SECOND);
            test.pass(TENTH);
            Await.until(second::isDone);
            first.join().close();
            second.join().close();
            over.countDown();
        }
    }

    @Test
    void f61AnAcquireInTheFactoryIsServedByAnotherCreateThanItsOwn() {
        try (TestPool test =
                new TestPool(Interleaving.THREADS, it -> it.maxSize(10).maxConcurrentCreates(1))) {
            test.factory.onNextCreate(() -> test.acquire().close());
            CompletableFuture<Lease<Thing>> outer = test.pool.acquireAsync(SECOND);
            test.awaitWaiters(2);
            test.pass(TENTH);
            Await.until(outer::isDone);
            Await.until(() -> test.stats().creating() == 0);
            outer.join().close();
        }
    }

    @Test
    void f66CreatesOfTheOldFactoryDoNotHoldUpTheNewOne() {
        CountDownLatch begun = new CountDownLatch(4);
        try (TestPool test =
                new TestPool(Interleaving.THREADS, it -> it.maxSize(10).maxConcurrentCreates(4))) {
            test.lettingCallsHang();
            test.factory.everyCreate = () -> {
                begun.countDown();
                Interleaving.awaitUninterruptibly(over);
            };
            List<CompletableFuture<Lease<Thing>>> waiting = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                waiting.add(test.pool.acquireAsync(SECOND));
            }
            Interleaving.awaitUninterruptibly(begun);
            test.factory.everyCreate = () -> {};
            test.pool.replaceFactory(test.factory);
            Await.until(() -> waiting.stream().allMatch(CompletableFuture::isDone));
            waiting.forEach(it -> it.join().close());
            over.countDown();
        }
    }

    // --- a time-out counts from when the call begins (F62)

    @Test
    void f62AnObjectWhoseCheckTheExecutorHasNotBegunIsNotGivenUp() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(
                executor, it -> it.maxSize(10).validationTimeout(SECOND).validator(thing -> true))) {
            test.pool.warmUp(10);
            executor.runAll();
            test.acquire().invalidate(new IllegalStateException("a fault"));
            for (int i = 0; i < 30; i++) {
                test.pass(TENTH);
            }
            executor.runAll();
            assertThat(test.stats().destroyed(DestroyReason.VALIDATION_FAILED)).isZero();
            assertThat(test.stats().idle()).isEqualTo(9);
        }
    }

    @Test
    void f62ACreateThatTheExecutorHasNotBegunHasNotTakenTooLong() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(1).createTimeout(Duration.ofMillis(500)))) {
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync(Duration.ofSeconds(10));
            for (int i = 0; i < 40; i++) {
                test.pass(TENTH);
            }
            assertThat(test.stats().creationFailures()).isZero();
            executor.runAll();
            waiting.join().close();
        }
    }

    @Test
    void f62AnObjectWhoseDestroyTheExecutorHasNotBegunKeepsItsPlace() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(8).destroyTimeout(SECOND))) {
            test.pool.warmUp(8);
            executor.runAll();
            test.pool.invalidateAll();
            test.ticker.advance(SECOND);
            test.pool.housekeep();
            CompletableFuture<Void> warm = test.pool.warmUp(8);
            executor.runAll();
            assertThat(warm).isCompleted(); // and TestPool looks that no more than eight existed
        }
    }

    // --- tasks that an executor does not run (F63)

    /** Runs no task at all until it is told to. */
    private static final class Dropping implements Executor {
        volatile boolean drops = true;

        @Override
        public void execute(Runnable task) {
            if (!drops) {
                task.run();
            }
        }
    }

    @Test
    void f63ATaskThatTheExecutorDropsIsRunAllTheSame() {
        Dropping executor = new Dropping();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(1))) {
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync(Duration.ofSeconds(10));
            test.pass(SECOND);
            assertThat(waiting).isCompleted();
            waiting.join().invalidate();
            test.pass(SECOND);
            assertThat(test.factory.made.get(0).destroyed.get()).isEqualTo(1);
            executor.drops = false;
        }
    }

    @Test
    void f63ASizingPolicyWhoseTaskWasDroppedIsAskedAgain() {
        Dropping executor = new Dropping();
        AtomicInteger asked = new AtomicInteger();
        try (TestPool test = new TestPool(executor, it -> it.sizingPolicy(peaks -> asked.incrementAndGet()))) {
            for (int i = 0; i < 50; i++) {
                test.pass(TENTH);
            }
            assertThat(asked.get()).isGreaterThan(1);
            executor.drops = false;
        }
    }

    // --- a process that stood still (F64)

    @Test
    void f64AFreezeFailsNothingThatWasUnderWay() {
        CountDownLatch begun = new CountDownLatch(9);
        try (TestPool test = new TestPool(
                Interleaving.THREADS,
                it -> it.maxSize(10).validationTimeout(SECOND).validator(thing -> {
                    begun.countDown();
                    Interleaving.awaitUninterruptibly(over);
                    return true;
                }))) {
            test.acquire(10).forEach(Lease::close);
            test.acquire().invalidate(new IllegalStateException("a fault"));
            Interleaving.awaitUninterruptibly(begun);
            test.pass(TENTH);
            test.freeze(Duration.ofSeconds(7));
            over.countDown();
            Await.until(() -> test.stats().validating() == 0);
            assertThat(test.stats().destroyed(DestroyReason.VALIDATION_FAILED)).isZero();
        }
    }

    // --- an executor on which the callers wait themselves (F75)

    @Test
    void f75CallersThatWaitOnThePoolsOwnExecutorAreServed() {
        ExecutorService executor = Executors.newFixedThreadPool(2);
        try (Pool<Object> pool =
                Pool.builder(Object::new).maxSize(2).executor(executor).build()) {
            List<CompletableFuture<Object>> callers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                callers.add(CompletableFuture.supplyAsync(
                        () -> {
                            try (Lease<Object> lease = pool.acquireUninterruptibly(Duration.ofSeconds(30))) {
                                return lease.get();
                            }
                        },
                        executor));
            }
            assertThat(callers).allSatisfy(it -> assertThat(it.join()).isNotNull());
        } finally {
            executor.shutdown();
        }
    }

    @Test
    void theExecutorThatBeginsNothingIsNamedOnce() {
        Dropping executor = new Dropping();
        List<String> log = RecordedLog.during(() -> {
            try (TestPool test = new TestPool(executor, it -> it.maxSize(2))) {
                for (int i = 0; i < 2; i++) {
                    CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync(Duration.ofSeconds(10));
                    test.pass(SECOND);
                    waiting.join().invalidate();
                    test.pass(SECOND);
                }
                executor.drops = false;
            }
        });
        assertThat(log)
                .filteredOn(line -> line.contains("did not begin a task"))
                .singleElement()
                .satisfies(line -> assertThat(line).contains(executor.toString()));
    }

    // --- in place

    @Test
    void anInterruptDuringACreateInPlaceIsTheCallers() throws Exception {
        CountDownLatch inFactory = new CountDownLatch(1);
        try (Pool<Object> pool = Pool.builder(() -> {
                    if (calls.incrementAndGet() == 1) {
                        inFactory.countDown();
                        over.await();
                    }
                    return new Object();
                })
                .maxSize(1)
                .executor(Runnable::run)
                .build()) {
            CompletableFuture<Throwable> outcome = new CompletableFuture<>();
            Thread caller = Interleaving.started(
                    () -> outcome.complete(catchThrowable(() -> pool.acquire().close())));
            inFactory.await();
            caller.interrupt();
            assertThat(outcome.join()).isInstanceOf(InterruptedException.class);
            pool.acquire().close();
        }
    }

    @Test
    void anInterruptedHolderDoesNotFailTheWaiterThatItsInvalidateServes() throws Exception {
        try (Pool<Object> pool = Pool.builder(() -> {
                    if (Thread.interrupted()) {
                        throw new InterruptedException();
                    }
                    return new Object();
                })
                .maxSize(1)
                .executor(Runnable::run)
                .build()) {
            Lease<Object> held = pool.acquire();
            CompletableFuture<Lease<Object>> waiting = pool.acquireAsync();
            Thread.currentThread().interrupt();
            held.invalidate();
            assertThat(Thread.interrupted()).as("the holder's own interrupt").isTrue();
            waiting.join().close();
        }
    }

    @Test
    void whatTheEndOfALeaseHasMadeForAnotherCallerIsNotMadeOnTheThreadThatEndsIt() {
        List<Thread> makers = new CopyOnWriteArrayList<>();
        try (Pool<Object> pool = Pool.builder(() -> {
                    makers.add(Thread.currentThread());
                    return new Object();
                })
                .maxSize(1)
                .executor(Runnable::run)
                .build()) {
            Thread here = Thread.currentThread();
            Lease<Object> first = pool.acquireUninterruptibly(SECOND);
            assertThat(makers).containsExactly(here);
            CompletableFuture<Lease<Object>> second = pool.acquireAsync();
            first.invalidate();
            second.join().detach();
            CompletableFuture<Lease<Object>> third = pool.acquireAsync();
            third.join().close();
            assertThat(makers.get(1)).isNotSameAs(here);
        }
    }

    @Test
    void aHousekeeperThatIsLateEachTimeStillEndsWhatHangs() {
        try (TestPool test = new TestPool(
                Interleaving.THREADS,
                it -> it.maxSize(2).createTimeout(Duration.ofSeconds(2)).openTimeout(TestPool.NEVER))) {
            test.lettingCallsHang();
            test.factory.everyCreate = this::hangOnFirstCall;
            CompletableFuture<Void> warm = test.pool.warmUp(1);
            Await.until(() -> calls.get() == 1);
            for (int i = 0; i < 20; i++) {
                test.pass(SECOND);
                test.freeze(Duration.ofMillis(150));
            }
            assertThat(test.stats().creationFailures()).isPositive();
            over.countDown();
            warm.cancel(false);
        }
    }

    @Test
    void callersWithoutTimeMakeNobodysCreateSlow() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(20).maxConcurrentCreates(1))) {
            CompletableFuture<Lease<Thing>> patient = test.pool.acquireAsync();
            for (int i = 0; i < 40; i++) {
                assertThat(test.pool.acquireAsync(Duration.ZERO)).isCompletedExceptionally();
                test.pass(Duration.ofMillis(5));
            }
            assertThat(test.stats().creating()).isEqualTo(1);
            executor.runAll();
            patient.join().close();
        }
    }

    // --- how many at once

    @Test
    void abandonedCreatesAreBoundedAndTheLogSaysWhyNoMoreBegin() {
        List<String> log = RecordedLog.during(() -> {
            try (TestPool test = new TestPool(
                    Interleaving.THREADS,
                    it -> it.maxSize(2)
                            .createTimeout(SECOND)
                            .openTimeout(TestPool.NEVER)
                            .acquireTimeout(TestPool.NEVER))) {
                test.lettingCallsHang();
                test.factory.everyCreate = () -> {
                    calls.incrementAndGet();
                    Interleaving.awaitUninterruptibly(over);
                };
                List<CompletableFuture<Lease<Thing>>> waiting =
                        List.of(test.pool.acquireAsync(), test.pool.acquireAsync());
                for (int i = 0; i < 300; i++) {
                    test.pass(TENTH);
                    Thread.yield();
                }
                Await.until(() -> calls.get() == 4);
                for (int i = 0; i < 300; i++) {
                    test.pass(TENTH);
                }
                assertThat(calls.get()).as("twice maxSize").isEqualTo(4);
                test.factory.everyCreate = () -> {};
                over.countDown();
                Await.until(() -> {
                    test.pass(SECOND);
                    return waiting.stream().allMatch(CompletableFuture::isDone);
                });
                waiting.forEach(it -> it.join().close());
            }
        });
        assertThat(log).filteredOn(line -> line.contains("have not returned")).hasSize(1);
    }

    @Test
    void destroysAtOnceAreBounded() {
        AtomicInteger destroying = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (TestPool test =
                new TestPool(Interleaving.THREADS, it -> it.maxSize(100).maxConcurrentCreates(100))) {
            test.acquire(100).forEach(Lease::close);
            test.factory.everyDestroy = () -> {
                most.accumulateAndGet(destroying.incrementAndGet(), Math::max);
                Interleaving.awaitUninterruptibly(over);
                destroying.decrementAndGet();
            };
            test.pool.invalidateAll();
            Await.until(() -> destroying.get() >= 16);
            over.countDown();
            Await.until(() -> test.stats().retiring() == 0);
            assertThat(most.get()).isLessThanOrEqualTo(16);
        }
    }

    @Test
    void allAreReplacedWithinTheTimeThatWasGivenForIt() {
        try (TestPool test = new TestPool(it -> it.maxSize(1_000))) {
            test.acquire(1_000).forEach(Lease::close);
            test.pool.invalidateAll(Duration.ofSeconds(5));
            for (int i = 0; i < 51; i++) {
                test.pass(TENTH);
            }
            assertThat(test.factory.made).allMatch(thing -> thing.destroyed.get() == 1);
        }
    }

    @Test
    void aPoolThatMakesItsObjectsInPlaceOpensThoughTheFirstOneHangs() {
        Pool<Object> pool = Pool.builder(() -> {
                    over.await();
                    return new Object();
                })
                .executor(Runnable::run)
                .minIdle(1)
                .createTimeout(Duration.ofMillis(50))
                .build();
        over.countDown();
        pool.close();
    }

    // --- places

    @Test
    void aCallerThatWaitsForADestroyIsNotRefusedForWantOfWaitersPlaces() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test =
                new TestPool(executor, it -> it.maxSize(1).maxUses(1).maxWaiters(0))) {
            for (int i = 0; i < 3; i++) {
                CompletableFuture<Lease<Thing>> lease = test.pool.acquireAsync();
                assertThat(lease).isNotDone();
                executor.runAll();
                lease.join().close();
            }
            executor.runAll();
        }
    }

    @Test
    void whatAnInterruptedCallerHeldForAMomentWhileThePoolShrankGoes() throws Exception {
        List<Runnable> whilePopped = new ArrayList<>();
        try (TestPool test = new TestPool(
                Runnable::run, it -> it.maxSize(2).validateIfIdleFor(TENTH).validator(thing -> true), config -> {
                    return TestPool.withStore(config, store -> new IdleStore<>() {
                        @Override
                        public void push(Slot<Thing> slot) {
                            if (!whilePopped.isEmpty()) {
                                whilePopped.remove(0).run();
                            }
                            store.push(slot);
                        }

                        @Override
                        public Slot<Thing> pop() {
                            return store.pop();
                        }
                    });
                })) {
            List<Lease<Thing>> both = test.acquire(2);
            both.get(1).close();
            test.pass(SECOND);
            test.pass(SECOND); // it is to be checked now
            whilePopped.add(() -> test.resize(new PoolLimits(1, 0, 10)));
            Thread.currentThread().interrupt();
            assertThat(catchThrowable(test.pool::acquire)).isInstanceOf(InterruptedException.class);
            assertThat(test.stats().idle()).isZero();
            both.get(0).close();
        }
    }
}
