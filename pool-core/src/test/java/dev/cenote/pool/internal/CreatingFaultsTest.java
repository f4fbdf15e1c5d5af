package dev.cenote.pool.internal;

import dev.cenote.pool.internal.run.Alarm;
import static dev.cenote.pool.internal.Interleaving.inTurn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.cenote.pool.CreateFailedException;
import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** F12 to F22 of docs/faults.md: bugs that pools have in how they make objects. */
@Timeout(20)
class CreatingFaultsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ManualExecutor executor = new ManualExecutor();

    @Test
    void f12ManyWhoFindNothingAtOnceHaveNoMoreMadeThanThereIsRoomFor() {
        try (TestPool test = new TestPool(executor, it -> it.maxSize(2).maxConcurrentCreates(8))) {
            List<CompletableFuture<Lease<Thing>>> futures = new ArrayList<>();
            Runnable acquire = () -> futures.add(test.pool.acquireAsync());
            inTurn(test, acquire, acquire, acquire, acquire, acquire);
            assertThat(executor.size()).isEqualTo(2);
            executor.runAll();
            List<CompletableFuture<Lease<Thing>>> served =
                    futures.stream().filter(CompletableFuture::isDone).toList();
            assertThat(served).hasSize(2);
            futures.forEach(future -> future.thenAccept(Lease::close));
            assertThat(test.factory.made).hasSize(2);
        }
    }

    @Test
    void f13AFailedCreateGivesItsPlaceBackAndTheNextWaiterIsTold() {
        try (TestPool test = new TestPool(
                executor, it -> it.maxSize(1).failFastAfter(TestPool.NEVER).openTimeout(TestPool.NEVER))) {
            test.factory.failNextCreate(new IllegalStateException("down"));
            CompletableFuture<Lease<Thing>> first = test.pool.acquireAsync();
            CompletableFuture<Lease<Thing>> second = test.pool.acquireAsync();
            executor.runAll();
            assertThat(test.stats().total() + test.stats().creating()).isZero();
            first.cancel(false);
            test.advance(SECOND);
            executor.runAll();
            assertThat(second).isCompleted();
            second.join().close();
        }
    }

    static Stream<Error> errors() {
        return Stream.of(
                new OutOfMemoryError("made up"),
                new StackOverflowError("made up"),
                new NoClassDefFoundError("made up"));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void f14AnErrorOfTheFactoryIsWhatItsCallerSeesAndCostsNoPlace(Error error) {
        try (TestPool test =
                new TestPool(Interleaving.THREADS, it -> it.maxSize(1).failFastAfter(Duration.ZERO))) {
            test.factory.failNextCreate(error);
            CompletableFuture<Lease<Thing>> unlucky = test.pool.acquireAsync();
            Await.until(unlucky::isDone);
            assertThatThrownBy(unlucky::join)
                    .hasCauseInstanceOf(CreateFailedException.class)
                    .hasRootCause(error);
            test.ticker.advance(SECOND);
            CompletableFuture<Lease<Thing>> next = test.pool.acquireAsync();
            Await.until(next::isDone);
            next.join().close();
        }
    }

    @Test
    void f15AFactoryThatReturnsNullHasFailedAndSaysSo() {
        try (TestPool test = new TestPool(it -> it.maxSize(1).failFastAfter(Duration.ZERO))) {
            test.pool.replaceFactory(() -> null);
            assertThatThrownBy(test::acquire)
                    .isInstanceOf(CreateFailedException.class)
                    .hasRootCauseInstanceOf(IllegalStateException.class)
                    .rootCause()
                    .hasMessageContaining("null");
            assertThat(test.stats().total()).isZero();
            test.pool.replaceFactory(test.factory);
            test.acquire().close();
        }
    }

    @Test
    void f16AHungCreateHoldsUpNeitherOtherCreatesNorTheHousekeeperNorClose() throws Exception {
        try (TestPool test =
                new TestPool(Interleaving.THREADS, it -> it.maxSize(2).idleTimeout(SECOND))) {
            CountDownLatch hangs = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            Thread caller = Thread.currentThread();
            test.factory.onNextCreate(() -> {
                assertThat(Thread.currentThread()).isNotSameAs(caller);
                hangs.countDown();
                Interleaving.awaitUninterruptibly(goOn);
            });
            CompletableFuture<Lease<Thing>> first = test.pool.acquireAsync();
            hangs.await();
            CompletableFuture<Lease<Thing>> second = test.pool.acquireAsync();
            Await.until(first::isDone); // by the second's create, which is as good
            first.join().close();
            second.join().close();
            test.advance(Duration.ofMillis(1));
            test.advance(SECOND);
            Await.until(() -> test.stats().destroyed(DestroyReason.EVICTED) == 1);
            CompletableFuture<Void> closed = test.pool.shutdown(Duration.ZERO);
            Await.until(closed::isDone);
            goOn.countDown(); // and what it makes now is destroyed, says the oracle
        }
    }

    @Test
    void f17ABurstOfAThousandAcquiresMakesNoMoreThanWhatItsWorkNeeds() {
        try (TestPool test = new TestPool(executor, it -> it.maxSize(1_000).maxConcurrentCreates(4))) {
            List<CompletableFuture<Void>> burst = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                burst.add(test.pool.acquireAsync().thenAccept(Lease::close));
            }
            assertThat(executor.size()).isEqualTo(4);
            executor.runAll();
            assertThat(burst).allMatch(CompletableFuture::isDone);
            assertThat(test.factory.made).hasSizeLessThan(10);
        }
    }

    @Test
    void f18AnObjectWhoseCallerLeftWhileItWasMadeIsTheNextWaitersOrIdle() {
        try (TestPool test = new TestPool(executor, it -> it.maxSize(2).maxConcurrentCreates(1))) {
            CompletableFuture<Lease<Thing>> left = test.pool.acquireAsync();
            CompletableFuture<Lease<Thing>> next = test.pool.acquireAsync();
            left.cancel(false);
            executor.runNext();
            assertThat(next).isCompleted();
            test.pool.acquireAsync().cancel(false);
            executor.runAll();
            assertThat(test.stats().idle()).isEqualTo(1);
            assertThat(test.stats().created()).isEqualTo(2);
            next.join().close();
        }
    }

    @Test
    void f19TheInterruptOfACreateThatTookTooLongDoesNotReachTheNextOneOnItsThread() {
        try (TestPool test = new TestPool(it -> it.maxSize(1)
                .createTimeout(SECOND)
                .failFastAfter(TestPool.NEVER)
                .openTimeout(TestPool.NEVER))) {
            test.lettingCallsHang();
            List<Boolean> flags = new ArrayList<>();
            test.factory.onNextCreate(() -> {
                test.advance(SECOND);
                flags.add(Thread.currentThread().isInterrupted()); // seen, but not minded
            });
            CompletableFuture<Lease<Thing>> waiter = test.pool.acquireAsync();
            test.factory.onNextCreate(() -> flags.add(Thread.interrupted()));
            test.advance(SECOND);
            assertThat(flags).containsExactly(true, false);
            assertThat(waiter).isCompleted();
            waiter.join().close();
        }
    }

    /** Twenty waiters, nothing that can be made, and a minute that goes by; returns the instants of all failures. */
    private List<Long> minuteOfOutage(TestPool test) {
        test.factory.everyCreate = () -> {
            throw new IllegalStateException("down");
        };
        List<CompletableFuture<Lease<Thing>>> waiters = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            waiters.add(test.pool.acquireAsync(Duration.ofHours(1)));
        }
        List<Long> instants = new ArrayList<>();
        long begin = test.ticker.nanos();
        for (int i = 0; i < 600; i++) {
            assertThat(executor.size()).as("probes at once").isLessThanOrEqualTo(i == 0 ? 4 : 1);
            for (int task = executor.size(); task > 0; task--) {
                executor.runNext();
                instants.add((test.ticker.nanos() - begin) / 1_000_000);
            }
            test.advance(Duration.ofMillis(100));
        }
        assertThat(waiters).noneMatch(CompletableFuture::isDone);
        test.factory.everyCreate = () -> {};
        waiters.forEach(waiter -> waiter.thenAccept(Lease::close));
        executor.runAll();
        test.advance(Duration.ofSeconds(15)); // the longest back-off
        executor.runAll();
        assertThat(waiters).allMatch(CompletableFuture::isDone);
        return instants;
    }

    @Test
    void f20InAnOutageOneProbeIsMadeAtATimeEverMoreSeldomAndNotInStepWithOthers() {
        Set<List<Long>> timetables = new HashSet<>();
        for (int pools = 0; pools < 4; pools++) {
            try (TestPool test = new TestPool(
                    executor,
                    it -> it.maxSize(20)
                            .maxConcurrentCreates(4)
                            .failFastAfter(TestPool.NEVER)
                            .openTimeout(TestPool.NEVER))) {
                List<Long> instants = minuteOfOutage(test);
                assertThat(instants).hasSizeBetween(60, 240);
                timetables.add(instants);
            }
        }
        assertThat(timetables).hasSize(4);
    }

    @Test
    void f21WithWaitersAndNothingThatCouldComeBackTheNextTryIsScheduledByTheFailureItself() {
        List<Long> alarms = new ArrayList<>();
        ScriptedFactory factory = new ScriptedFactory();
        FakeTicker ticker = new FakeTicker();
        Alarm alarm = new Alarm() {
            @Override
            public void noLaterThan(long instant) {
                alarms.add(instant);
            }

            @Override
            public void next(long instant) {}

            @Override
            public long lateness(long now) {
                return 0;
            }
        };
        DefaultPool<Thing> pool = new DefaultPool<>(
                Pool.builder(factory)
                        .ticker(ticker)
                        .executor(Runnable::run)
                        .failFastAfter(TestPool.NEVER)
                        .openTimeout(TestPool.NEVER)
                        .maxSize(1)
                        .config(),
                alarm);
        factory.failNextCreate(new IllegalStateException("down"));
        CompletableFuture<Lease<Thing>> waiter = pool.acquireAsync();
        long retryAt = ticker.nanos() + pool.engine().breaker.untilNextTry(ticker.nanos());
        assertThat(alarms).contains(retryAt);
        ticker.advance(Duration.ofNanos(retryAt - ticker.nanos()));
        pool.housekeep();
        assertThat(waiter).isCompleted();
        waiter.join().close();
        assertThat(pool.shutdown(Duration.ZERO)).isCompleted();
    }

    @Test
    void f22AFactoryThatAcquiresFromItsOwnPoolWaitsNoLongerThanItWantsTo() throws Exception {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            List<Throwable> inner = new ArrayList<>();
            test.factory.onNextCreate(
                    () -> inner.add(catchThrowable(() -> test.pool.acquire(Duration.ZERO)))); // on the caller's thread
            test.pool.acquire().close();
            assertThat(inner).singleElement().isInstanceOf(PoolTimeoutException.class);
        }
    }

    @Test
    void f22AFactoryThatAcquiresFromItsOwnPoolIsServedLikeAnybodyElse() {
        try (TestPool test = new TestPool(Interleaving.THREADS, it -> it.maxSize(2))) {
            Lease<Thing> held = test.acquire();
            test.factory.onNextCreate(() -> test.acquire().close());
            CompletableFuture<Void> warm = test.pool.warmUp(2);
            test.awaitWaiters(1);
            held.close();
            Await.until(warm::isDone);
            assertThat(test.stats().idle()).isEqualTo(2);
        }
    }
}
