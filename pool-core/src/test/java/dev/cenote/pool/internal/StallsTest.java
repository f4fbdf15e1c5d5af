package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolStalledException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Threads that wait for each other, and for ever. */
class StallsTest {

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
            assertThat(failure.getCause().getMessage()).contains("staller", "StallsTest.lambda$nested");
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
}
