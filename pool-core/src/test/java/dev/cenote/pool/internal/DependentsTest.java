package dev.cenote.pool.internal;

import static dev.cenote.pool.internal.Interleaving.calling;
import static dev.cenote.pool.internal.Interleaving.started;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolBuilder;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.PoolListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What depends on a future of the pool may block: nobody else's future waits behind it. */
class DependentsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    /** A pool that completes the futures of several callers on other threads. */
    private static TestPool completingOn(Executor threads, Consumer<PoolBuilder<Thing>> settings) {
        return new TestPool(Runnable::run, settings, config -> TestPool.opened(config, threads));
    }

    /** All but the last have a dependent that blocks until the test ends it. */
    private static List<CompletableFuture<?>> blockAllButTheLast(
            List<CompletableFuture<Lease<Thing>>> futures, CountDownLatch end) {
        List<CompletableFuture<?>> dependents = new ArrayList<>();
        for (CompletableFuture<Lease<Thing>> future : futures.subList(0, futures.size() - 1)) {
            dependents.add(future.handle((lease, thrown) -> {
                Interleaving.awaitUninterruptibly(end);
                return lease;
            }));
        }
        return dependents;
    }

    private static void awaitDone(CompletableFuture<?> future) {
        Await.until(future::isDone);
    }

    @Test
    @Tag("F73")
    void dependentsThatBlockHoldUpNobodyWhoseTimeIsUpAtTheSameMoment() {
        CountDownLatch end = new CountDownLatch(1);
        try (TestPool test = completingOn(Interleaving.THREADS, it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            List<CompletableFuture<Lease<Thing>>> futures = test.acquireAsync(8, SECOND);
            List<CompletableFuture<?>> blocked = blockAllButTheLast(futures, end);
            test.advance(SECOND);
            awaitDone(futures.get(7));
            assertThat(blocked).noneMatch(CompletableFuture::isDone);
            end.countDown();
            blocked.forEach(DependentsTest::awaitDone);
            held.close();
        }
    }

    @Test
    @Tag("F73")
    void dependentsThatBlockHoldUpNeitherTheOneWhoClosesNorOthersWhoWait() {
        CountDownLatch end = new CountDownLatch(1);
        TestPool test = completingOn(Interleaving.THREADS, it -> it.maxSize(1));
        try (test) {
            Lease<Thing> held = test.acquire();
            List<CompletableFuture<Lease<Thing>>> futures = test.acquireAsync(8, SECOND);
            List<CompletableFuture<?>> blocked = blockAllButTheLast(futures, end);
            assertThat(test.pool.shutdown(Duration.ofMinutes(1))).isNotDone();
            awaitDone(futures.get(7));
            end.countDown();
            blocked.forEach(DependentsTest::awaitDone);
            held.close();
        }
    }

    @Test
    @Tag("F73")
    void dependentsThatBlockHoldUpNobodyWhoIsServedAtTheSameMoment() {
        CountDownLatch end = new CountDownLatch(1);
        try (TestPool test = completingOn(Interleaving.THREADS, it -> it.maxSize(8))) {
            test.acquire(8).forEach(Lease::close);
            test.pool.suspend();
            List<CompletableFuture<Lease<Thing>>> futures = test.acquireAsync(8, SECOND);
            List<CompletableFuture<?>> blocked = blockAllButTheLast(futures, end);
            test.pool.resume();
            futures.get(7).join().close();
            end.countDown();
            blocked.forEach(DependentsTest::awaitDone);
            futures.subList(0, 7).forEach(it -> it.join().close());
        }
    }

    @Test
    @Tag("F73")
    void theOneWhoClosesCompletesNoFutureItself() {
        ManualExecutor threads = new ManualExecutor();
        TestPool test = completingOn(threads, it -> it.maxSize(1));
        try (test) {
            Lease<Thing> held = test.acquire();
            CompletableFuture<Lease<Thing>> waits = test.pool.acquireAsync();
            assertThat(test.pool.shutdown(Duration.ofMinutes(1))).isNotDone();
            assertThat(waits).isNotDone();
            threads.runAll();
            assertThat(waits).isCompletedExceptionally();
            test.pool.engine().lock.setCompleting(Runnable::run);
            held.close();
        }
    }

    @Test
    @Tag("F73")
    void theOneWhoMakesRoomForSeveralCompletesNoneAndForOneCompletesIt() throws Exception {
        ManualExecutor threads = new ManualExecutor();
        try (TestPool test = completingOn(threads, it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            List<CompletableFuture<Lease<Thing>>> futures = test.acquireAsync(4, SECOND);
            held.close();
            assertThat(futures.get(0)).isCompleted();
            test.pool.suspend();
            test.resize(new PoolLimits(4, 0, 10));
            calling(() -> {
                        test.pool.resume();
                        return null;
                    })
                    .get();
            threads.runAll();
            assertThat(futures).allMatch(CompletableFuture::isDone);
            futures.forEach(it -> it.join().close());
            threads.runAll();
        }
    }

    @Test
    @Tag("F73")
    void aDependentMayCloseThePoolFromTheThreadThatCompletesIt() {
        TestPool test = completingOn(Interleaving.THREADS, it -> it.maxSize(1));
        try (test) {
            Lease<Thing> held = test.acquire();
            List<CompletableFuture<Void>> closing = test.acquireAsync(2, SECOND).stream()
                    .map(it -> it.handle((lease, thrown) -> {
                        test.pool.close(); // does not wait, for it is called from within
                        return (Void) null;
                    }))
                    .toList();
            test.advance(SECOND);
            closing.forEach(CompletableFuture::join);
            held.close();
        }
    }

    @Test
    @Tag("F73")
    void dependentsThatReleaseAndThenBlockKeepNobodysFutureFromBeingCompleted() {
        CountDownLatch end = new CountDownLatch(1);
        for (int count : new int[] {18, 40}) { // deeper than callbacks nest, and than they are postponed
            try (TestPool test = completingOn(Interleaving.THREADS, it -> it.maxSize(1))) {
                Lease<Thing> held = test.acquire();
                List<CompletableFuture<Lease<Thing>>> futures = test.acquireAsync(count, SECOND);
                List<CompletableFuture<?>> blocked = new ArrayList<>();
                for (CompletableFuture<Lease<Thing>> future : futures) {
                    blocked.add(future.thenAccept(lease -> {
                        lease.close();
                        Interleaving.awaitUninterruptibly(end);
                    }));
                }
                CompletableFuture<Lease<Thing>> last = test.pool.acquireAsync(SECOND);
                started(held::close);
                awaitDone(last);
                assertThat(futures).allMatch(CompletableFuture::isDone);
                last.join().close();
                end.countDown();
                blocked.forEach(DependentsTest::awaitDone);
            }
        }
    }

    @Test
    @Tag("F73")
    void aDependentOfAShutdownThatBlocksHoldsUpNothingOfThePool() {
        CountDownLatch end = new CountDownLatch(1);
        AtomicBoolean isTold = new AtomicBoolean();
        TestPool test = completingOn(
                Interleaving.THREADS,
                it -> it.maxSize(1).listener(new PoolListener() {
                    @Override
                    public void closed() {
                        isTold.set(true);
                    }
                }));
        try (test) {
            Lease<Thing> held = test.acquire();
            CompletableFuture<Void> first = test.pool.shutdown(Duration.ofMinutes(1));
            CompletableFuture<Void> blocked = first.thenRun(() -> Interleaving.awaitUninterruptibly(end));
            CompletableFuture<Void> second = test.pool.shutdown(Duration.ofMinutes(1));
            held.close();
            awaitDone(first);
            awaitDone(second);
            assertThat(isTold).isTrue();
            assertThat(test.pool.shutdown(Duration.ZERO)).isCompleted();
            test.pool.close();
            assertThat(blocked).isNotDone();
            end.countDown();
            awaitDone(blocked);
        }
    }
}
