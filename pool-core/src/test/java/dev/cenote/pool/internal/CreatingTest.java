package dev.cenote.pool.internal;

import static dev.cenote.pool.internal.Interleaving.waiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.cenote.pool.CreateFailedException;
import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.PoolTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Objects are made off the caller's thread, a create that fails or hangs keeps no place, and whoever waits is told. */
class CreatingTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration TENTH = Duration.ofMillis(100);
    private final ManualExecutor executor = new ManualExecutor();
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicInteger calls = new AtomicInteger();

    @Test
    @Tag("F13")
    void aFailedCreateGivesItsPlaceBackAndTheNextWaiterIsTold() {
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
    @Tag("P9")
    @Tag("F14")
    @MethodSource("errors")
    void anErrorOfTheFactoryIsWhatItsCallerSeesAndCostsNoPlace(Error error) {
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
    @Tag("F15")
    void aFactoryThatReturnsNullHasFailedAndSaysSo() {
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
    @Tag("F15")
    @Tag("F90")
    void aFactoryThatReturnsNullAndANewObjectThatIsNotValidAreToldApart() throws InterruptedException {
        try (Pool<Object> pool = Pool.builder(() -> null)
                .executor(Runnable::run)
                .validateOnCreate(true)
                .validator(it -> true)
                .build()) {
            assertThatThrownBy(pool::acquire).cause().hasMessage("the factory returned null");
        }
        try (Pool<Object> pool = Pool.builder(Object::new)
                .executor(Runnable::run)
                .validateOnCreate(true)
                .validator(it -> false)
                .build()) {
            assertThatThrownBy(pool::acquire).cause().hasMessage("the new object was found not valid");
        }
    }

    @Test
    @Tag("F16")
    void aHungCreateHoldsUpNeitherOtherCreatesNorTheHousekeeperNorClose() throws Exception {
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
    @Tag("C7")
    void oneStuckCreateBlocksNoOther() {
        CountDownLatch stuck = new CountDownLatch(1);
        try (TestPool test = new TestPool(task -> new Thread(task).start(), it -> it.maxSize(5))) {
            test.factory.onNextCreate(stuck::await);
            CompletableFuture<Lease<Thing>> first = test.pool.acquireAsync();
            CompletableFuture<Lease<Thing>> second = test.pool.acquireAsync();
            Await.until(() -> first.isDone() || second.isDone());
            assertThat(first)
                    .as("the head is served by whichever create ends first")
                    .isDone();
            first.join().close();
            Await.until(second::isDone);
            second.join().close();
            stuck.countDown();
            Await.until(() -> test.stats().creating() == 0);
        }
    }

    @Test
    @Tag("P14")
    @Tag("F61")
    void aCreateThatHangsHelpsNobodyWhileThereIsRoomForAnotherOne() {
        try (TestPool test = new TestPool(Interleaving.THREADS, it -> it.maxSize(10))) {
            test.lettingCallsHang();
            test.factory.everyCreate = () -> Interleaving.hangOnFirst(calls, over);
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
    @Tag("P14")
    @Tag("F61")
    void anAcquireInTheFactoryIsServedByAnotherCreateThanItsOwn() {
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
    @Tag("P6")
    @Tag("F22")
    void aFactoryThatAcquiresFromItsOwnPoolWaitsNoLongerThanItWantsTo() throws Exception {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            List<Throwable> inner = new ArrayList<>();
            test.factory.onNextCreate(
                    () -> inner.add(catchThrowable(() -> test.pool.acquire(Duration.ZERO)))); // on the caller's thread
            test.pool.acquire().close();
            assertThat(inner).singleElement().isInstanceOf(PoolTimeoutException.class);
        }
    }

    @Test
    @Tag("F22")
    void aFactoryThatAcquiresFromItsOwnPoolIsServedLikeAnybodyElse() {
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

    @Test
    void aValidationOfANewObjectMayTakeItsTime() {
        AtomicBoolean wasSlow = new AtomicBoolean();
        TestPool[] self = new TestPool[1];
        try (TestPool test = new TestPool(it -> it.maxSize(1)
                .validateOnCreate(true)
                .validationTimeout(Duration.ofSeconds(2))
                .validator(thing -> {
                    if (!wasSlow.getAndSet(true)) {
                        self[0].advance(Duration.ofSeconds(1));
                    }
                    return true;
                }))) {
            self[0] = test;
            test.acquire().close();
            assertThat(test.stats().created()).isEqualTo(1);
            assertThat(test.stats().creationFailures()).isZero();
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

    @Test
    @Tag("F81")
    void whatTheEndOfALeaseHasMadeForAnotherCallerIsNotMadeOnTheThreadThatEndsIt() {
        List<Thread> makers = new CopyOnWriteArrayList<>();
        try (Pool<Object> pool = Pool.builder(() -> {
                    makers.add(Thread.currentThread());
                    return new Object();
                })
                .maxSize(1)
                .executor(Runnable::run)
                .ticker(new FakeTicker())
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
    @Tag("F81")
    void aPoolThatMakesItsObjectsInPlaceOpensThoughTheFirstOneHangs() {
        Pool<Object> pool = Pool.builder(() -> {
                    over.await();
                    return new Object();
                })
                .executor(Runnable::run)
                .minIdle(1)
                .createTimeout(Duration.ofMillis(50))
                .build();
        Await.until(() -> pool.stats().creationFailures() > 0);
        assertThat(over.getCount())
                .as("it was built, and the first create has failed, while it hung")
                .isEqualTo(1);
        over.countDown();
        pool.close();
    }

    @Test
    @Tag("F10")
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
}
