package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolStalledException;
import dev.cenote.pool.PoolTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Threads that wait for each other, and for ever. */
class DeadlockDetectorTest {

    private final List<Thread> threads = new CopyOnWriteArrayList<>();

    private void start(Runnable task) {
        Thread thread = new Thread(task, "staller");
        threads.add(thread);
        thread.start();
    }

    private static TestPool detecting(int size) {
        return new TestPool(it -> it.maxSize(size).detectStalls(true));
    }

    /** Acquires twice, the second time when it may, and closes both. */
    private CompletableFuture<Void> nested(TestPool test, CountDownLatch haveOne) {
        return CompletableFuture.runAsync(
                () -> {
                    try (Lease<Thing> outer = test.acquire()) {
                        haveOne.countDown();
                        haveOne.await();
                        try (Lease<Thing> inner = test.acquire()) {
                            inner.get().use();
                        }
                        outer.get().use();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                },
                this::start);
    }

    @Test
    void aStallIsToldAtOnceAndOnlyTheNewestFails() {
        try (TestPool test = detecting(2)) {
            CountDownLatch haveOne = new CountDownLatch(2);
            CompletableFuture<Void> one = nested(test, haveOne);
            CompletableFuture<Void> other = nested(test, haveOne);
            TestPool.awaitParked(threads, 2);
            test.advance(Duration.ofMillis(1));
            assertThat(test.stats().waiters()).as("not before it is seen twice").isEqualTo(2);
            test.advance(Duration.ofMillis(200));
            Await.until(() -> one.isDone() && other.isDone());
            assertThat(one.isCompletedExceptionally()).isNotEqualTo(other.isCompletedExceptionally());
            CompletionException failure = catchThrowableOfType(
                    CompletionException.class,
                    () -> CompletableFuture.allOf(one, other).join());
            assertThat(failure).hasCauseInstanceOf(PoolStalledException.class);
            assertThat(failure.getCause().getMessage()).contains("staller", "DeadlockDetectorTest.lambda$nested");
        }
    }

    @Test
    void aHolderThatDoesNotWaitMakesItNoStall() {
        try (TestPool test = detecting(2)) {
            Lease<Thing> held = test.acquire();
            CompletableFuture<Void> waiting = nested(test, new CountDownLatch(1));
            TestPool.awaitParked(threads, 1);
            for (int i = 0; i < 20; i++) {
                test.advance(Duration.ofMillis(200));
            }
            assertThat(waiting).isNotDone();
            held.close();
            waiting.join();
        }
    }

    @Test
    void aWaiterThatHoldsNothingDoesNotFailForTheOthers() {
        try (TestPool test = detecting(1)) {
            CompletableFuture<Void> stalled = nested(test, new CountDownLatch(1));
            TestPool.awaitParked(threads, 1);
            CompletableFuture<Void> innocent =
                    CompletableFuture.runAsync(() -> test.acquire().close(), this::start);
            TestPool.awaitParked(threads, 2);
            test.advance(Duration.ofMillis(1));
            test.advance(Duration.ofMillis(100));
            Await.until(stalled::isDone);
            assertThat(stalled).isCompletedExceptionally();
            innocent.join();
        }
    }

    @Test
    @Tag("P7")
    void aDeadlineInTheSameMomentEndsTheWaitOnce() {
        try (TestPool test = detecting(1)) {
            CompletableFuture<Void> nested = nested(test, new CountDownLatch(1));
            TestPool.awaitParked(threads, 1);
            test.advance(Duration.ofMillis(1));
            test.advance(Duration.ofSeconds(30));
            Await.until(nested::isDone);
            assertThat(test.stats().waiters()).isZero();
            assertThat(test.stats().timeouts()).isEqualTo(1);
            test.acquire().close();
        }
    }

    @Test
    void anAsynchronousLeaseBelongsToNoThread() {
        try (TestPool test = detecting(2)) {
            Lease<Thing> held = test.pool.acquireAsync().join();
            CompletableFuture<Void> waiting = nested(test, new CountDownLatch(1));
            TestPool.awaitParked(threads, 1);
            for (int i = 0; i < 20; i++) {
                test.advance(Duration.ofMillis(200));
            }
            assertThat(waiting).isNotDone();
            held.close();
            waiting.join();
        }
    }

    @Test
    @Tag("F90")
    void theStacksAreThoseOfTheStallAndNotOfWhatCameAfterIt() {
        try (TestPool test = detecting(2)) {
            CountDownLatch haveOne = new CountDownLatch(2);
            CompletableFuture<Void> one = nested(test, haveOne);
            CompletableFuture<Void> other = nested(test, haveOne);
            TestPool.awaitParked(threads, 2);
            List<String> log = RecordedLog.during(() -> {
                test.advance(Duration.ofMillis(1));
                test.advance(Duration.ofMillis(200));
            });
            CompletionException failure = catchThrowableOfType(
                    CompletionException.class,
                    () -> CompletableFuture.allOf(one, other).join());
            String message = failure.getCause().getMessage();
            assertThat(message).doesNotContain("getStackTrace").containsPattern("(?s)Turn.await.*Turn.await");
            assertThat(log)
                    .filteredOn(line -> line.contains("is stalled"))
                    .singleElement()
                    .asString()
                    .doesNotContain("getStackTrace")
                    .containsPattern("(?s)Turn.await.*Turn.await");
        }
    }

    @Test
    void aStallThatIsOverBeforeItsStacksAreTakenFailsNobody() {
        ManualExecutor afterHousekeeping = new ManualExecutor();
        try (TestPool test = new TestPool(
                Runnable::run,
                it -> it.maxSize(2).detectStalls(true),
                config -> TestPool.opened(config, afterHousekeeping))) {
            CountDownLatch haveOne = new CountDownLatch(2);
            CompletableFuture<Void> one = nested(test, haveOne);
            CompletableFuture<Void> other = nested(test, haveOne);
            TestPool.awaitParked(threads, 2);
            test.advance(Duration.ofMillis(1));
            test.advance(Duration.ofMillis(200));
            test.advance(Duration.ofMillis(200));
            assertThat(afterHousekeeping.size()).as("shown once").isEqualTo(1);
            assertThat(one).isNotDone();
            assertThat(other).isNotDone();
            test.resize(test.pool.config().limits().withMaxSize(3));
            afterHousekeeping.runAll();
            one.join();
            other.join();
            afterHousekeeping.runAll();
            TestPool.awaitParked(threads, 0);
        }
    }

    @Test
    void aHolderThatCameBackAndWaitsAgainBeforeTheStacksAreTakenIsNotFailedForItsEarlierWait() {
        ManualExecutor afterHousekeeping = new ManualExecutor();
        try (TestPool test = new TestPool(
                Runnable::run,
                it -> it.maxSize(1).detectStalls(true),
                config -> TestPool.opened(config, afterHousekeeping))) {
            CompletableFuture<Throwable> second = new CompletableFuture<>();
            start(() -> {
                try (Lease<Thing> outer = test.acquire()) {
                    assertThatThrownBy(() -> test.pool.acquireUninterruptibly(Duration.ofMillis(150)))
                            .isInstanceOf(PoolTimeoutException.class);
                    second.complete(catchThrowable(test::acquire));
                    outer.get().use();
                }
            });
            TestPool.awaitParked(threads, 1);
            test.advance(Duration.ofMillis(1));
            test.advance(Duration.ofMillis(100));
            Runnable show = afterHousekeeping.takeNext();
            test.advance(Duration.ofMillis(100));
            afterHousekeeping.runAll();
            Await.until(() -> test.stats().timeouts() == 1 && test.stats().waiters() == 1);
            TestPool.awaitParked(threads, 1);
            show.run();
            assertThat(second).isNotDone();
            test.advance(Duration.ofMillis(1));
            test.advance(Duration.ofMillis(100));
            afterHousekeeping.runAll();
            assertThat(second.join()).isInstanceOf(PoolStalledException.class);
            threads.forEach(Interleaving::join); // what it released is in the store
        }
    }

    @Test
    @Tag("C23")
    void nestedAcquiresDoNotDeadlock() {
        try (TestPool test = new TestPool(it -> it.maxSize(1).detectStalls(true))) {
            List<Thread> threads = new CopyOnWriteArrayList<>();
            CompletableFuture<Void> nested = CompletableFuture.runAsync(
                    () -> {
                        try (Lease<Thing> outer = test.acquire()) {
                            test.acquire().close();
                            outer.get().use();
                        }
                    },
                    task -> {
                        threads.add(new Thread(task));
                        threads.get(0).start();
                    });
            TestPool.awaitParked(threads, 1);
            test.advance(Duration.ofMillis(1));
            test.advance(Duration.ofMillis(100));
            assertThatThrownBy(nested::join).hasCauseInstanceOf(PoolStalledException.class);
        }
    }
}
