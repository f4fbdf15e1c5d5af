package dev.cenote.pool.internal;

import static dev.cenote.pool.internal.Interleaving.calling;
import static dev.cenote.pool.internal.Interleaving.started;
import static dev.cenote.pool.internal.Interleaving.waiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cenote.pool.CreateFailedException;
import dev.cenote.pool.Lease;
import dev.cenote.pool.LeaseHolder;
import dev.cenote.pool.PoolBuilder;
import dev.cenote.pool.PoolClosedException;
import dev.cenote.pool.PoolException;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.PoolListener;
import dev.cenote.pool.PoolStats;
import dev.cenote.pool.PoolTimeoutException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many callers who fail, or are served, at one moment: F70 and F73 of docs/faults.md. */
@Timeout(20)
class MassFailureTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    /** A pool that completes the futures of several callers on other threads. */
    private static TestPool completingOn(Executor threads, Consumer<PoolBuilder<Thing>> settings) {
        return new TestPool(Runnable::run, settings, config -> TestPool.opened(config, threads));
    }

    private static List<CompletableFuture<Lease<Thing>>> queued(TestPool test, int count) {
        List<CompletableFuture<Lease<Thing>>> futures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            futures.add(test.pool.acquireAsync(SECOND));
        }
        return futures;
    }

    private static <X extends PoolException> X failure(CompletableFuture<?> future, Class<X> type) {
        return type.cast(future.handle((lease, thrown) -> thrown).join()); // as it is: a wrapper asks for its message
    }

    // --- one picture for all

    @Test
    void f70CallersWhoseTimeIsUpAtOnceShareOnePictureOfThePool() {
        try (TestPool test = new TestPool(it -> it.maxSize(2).maxWaiters(100))) {
            Lease<Thing> held = test.acquire();
            Lease<Thing> other = test.acquire();
            List<CompletableFuture<Lease<Thing>>> futures = queued(test, 100);
            test.advance(SECOND);
            PoolStats stats =
                    failure(futures.get(0), PoolTimeoutException.class).stats();
            assertThat(stats.leased()).isEqualTo(2);
            assertThat(stats.timeouts()).isEqualTo(100);
            assertThat(futures)
                    .allSatisfy(it -> assertThat(
                                    failure(it, PoolTimeoutException.class).stats())
                            .isSameAs(stats));
            held.close();
            other.close();
        }
    }

    @Test
    void f70CallersWhoFailByTheCloseShareOnePictureOfThePool() {
        TestPool test = new TestPool(it -> it.maxSize(1).maxWaiters(100));
        try (test) {
            Lease<Thing> held = test.acquire();
            List<CompletableFuture<Lease<Thing>>> futures = queued(test, 100);
            assertThat(test.pool.shutdown(SECOND)).isNotDone();
            PoolStats stats = failure(futures.get(0), PoolClosedException.class).stats();
            assertThat(futures)
                    .allSatisfy(it -> assertThat(
                                    failure(it, PoolClosedException.class).stats())
                            .isSameAs(stats));
            held.close();
        }
    }

    @Test
    void f70ThreadsWhoWantAPictureWhileOneIsTakenShareTheNextOne() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Diagnosis<Thing> diagnosis = new Diagnosis<>(test.pool.engine());
            PoolStats before = diagnosis.stats();
            List<CompletableFuture<PoolStats>> pictures = new ArrayList<>();
            test.pool.engine().lock.lock();
            for (int i = 0; i < 3; i++) {
                CompletableFuture<PoolStats> picture = new CompletableFuture<>();
                waiting(started(() -> picture.complete(diagnosis.stats()))); // parked for the lock
                pictures.add(picture);
            }
            test.pool.engine().lock.unlock();
            PoolStats shared = pictures.get(0).join();
            assertThat(shared).isNotSameAs(before);
            assertThat(pictures).allSatisfy(it -> assertThat(it.join()).isSameAs(shared));
            assertThat(diagnosis.stats()).as("the next who comes").isNotSameAs(shared);
        }
    }

    @Test
    void f70WhoFailsAloneSeesThePoolAsItIsThoughTheClockStandsStill() {
        try (TestPool test = new TestPool(it -> it.maxSize(3))) {
            List<Lease<Thing>> leases = test.acquire(3);
            for (int i = 1; i <= 3; i++) {
                PoolTimeoutException late = catchThrowableOfType(
                        PoolTimeoutException.class, () -> test.pool.acquireUninterruptibly(Duration.ZERO));
                assertThat(late.stats().timeouts()).isEqualTo(i);
                assertThat(late.stats().acquired()).isEqualTo(2 + i);
                leases.remove(0).close();
                leases.add(test.acquire());
            }
            leases.forEach(Lease::close);
        }
    }

    @Test
    void f70HoldersAreThoseOfTheMomentAndTheirNamesAreLookedUpOnceForAllWhoAskForThem() {
        Thread here = Thread.currentThread();
        String name = here.getName();
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            test.advance(SECOND);
            List<CompletableFuture<Lease<Thing>>> futures = queued(test, 2);
            test.advance(SECOND);
            held.close();
            test.advance(SECOND.multipliedBy(60));
            here.setName("later");
            PoolTimeoutException one = failure(futures.get(0), PoolTimeoutException.class);
            PoolTimeoutException other = failure(futures.get(1), PoolTimeoutException.class);
            assertThat(one.holders()).singleElement().satisfies(holder -> {
                assertThat(holder.threadName()).isEqualTo("later");
                assertThat(holder.heldFor()).isEqualTo(SECOND);
            });
            here.setName("later still");
            assertThat(other.holders()).isEqualTo(one.holders());
            assertThat(other).hasMessageContaining("oldest holders [later for 1000");
        } finally {
            here.setName(name);
        }
    }

    @Test
    void theFiveWhoHoldLongestAreToldTheOldestFirst() {
        try (TestPool test = new TestPool(it -> it.maxSize(9))) {
            List<Lease<Thing>> leases = test.acquire(9);
            leases.get(0).close(); // free, for the order of the slots is not to be that of the leases
            List<Lease<Thing>> later = new ArrayList<>();
            test.advance(SECOND);
            later.add(test.acquire());
            test.advance(SECOND);
            test.advance(SECOND);
            leases.get(4).close();
            later.add(test.acquire());
            PoolTimeoutException late = catchThrowableOfType(
                    PoolTimeoutException.class, () -> test.pool.acquireUninterruptibly(Duration.ZERO));
            assertThat(late.holders())
                    .extracting(LeaseHolder::heldFor)
                    .containsExactly(
                            SECOND.multipliedBy(2),
                            SECOND.multipliedBy(2),
                            SECOND.multipliedBy(2),
                            SECOND.multipliedBy(2),
                            SECOND.multipliedBy(2));
            leases.subList(1, 4).forEach(Lease::close);
            leases.subList(5, 9).forEach(Lease::close);
            later.get(1).close();
            List<Lease<Thing>> more = test.acquire(2);
            PoolTimeoutException again = catchThrowableOfType(PoolTimeoutException.class, () -> {
                more.addAll(test.acquire(6));
                test.pool.acquireUninterruptibly(Duration.ZERO);
            });
            assertThat(again.holders()).hasSize(5);
            assertThat(again.holders().get(0).heldFor()).isEqualTo(SECOND);
            assertThat(again.holders().get(1).heldFor()).isZero();
            later.get(0).close();
            more.forEach(Lease::close);
        }
    }

    @Test
    void aTimeoutThatIsSerializedTakesItsHoldersAlong() throws Exception {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            PoolTimeoutException late = catchThrowableOfType(
                    PoolTimeoutException.class, () -> test.pool.acquireUninterruptibly(Duration.ZERO));
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
                out.writeObject(late);
            }
            try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
                PoolTimeoutException read = (PoolTimeoutException) in.readObject();
                assertThat(read.holders()).hasSize(1).isEqualTo(late.holders());
                assertThat(read).hasMessage(late.getMessage());
                assertThat(read.stats()).isEqualTo(late.stats());
            }
            held.close();
        }
    }

    // --- a dependent that blocks

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
    void f73DependentsThatBlockHoldUpNobodyWhoseTimeIsUpAtTheSameMoment() {
        CountDownLatch end = new CountDownLatch(1);
        try (TestPool test = completingOn(Interleaving.THREADS, it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            List<CompletableFuture<Lease<Thing>>> futures = queued(test, 8);
            List<CompletableFuture<?>> blocked = blockAllButTheLast(futures, end);
            test.advance(SECOND);
            awaitDone(futures.get(7));
            assertThat(blocked).noneMatch(CompletableFuture::isDone);
            end.countDown();
            blocked.forEach(MassFailureTest::awaitDone);
            held.close();
        }
    }

    @Test
    void f73DependentsThatBlockHoldUpNeitherTheOneWhoClosesNorOthersWhoWait() {
        CountDownLatch end = new CountDownLatch(1);
        TestPool test = completingOn(Interleaving.THREADS, it -> it.maxSize(1));
        try (test) {
            Lease<Thing> held = test.acquire();
            List<CompletableFuture<Lease<Thing>>> futures = queued(test, 8);
            List<CompletableFuture<?>> blocked = blockAllButTheLast(futures, end);
            assertThat(test.pool.shutdown(Duration.ofMinutes(1))).isNotDone();
            awaitDone(futures.get(7));
            end.countDown();
            blocked.forEach(MassFailureTest::awaitDone);
            held.close();
        }
    }

    @Test
    void f73DependentsThatBlockHoldUpNobodyWhoIsServedAtTheSameMoment() {
        CountDownLatch end = new CountDownLatch(1);
        try (TestPool test = completingOn(Interleaving.THREADS, it -> it.maxSize(8))) {
            test.acquire(8).forEach(Lease::close);
            test.pool.suspend();
            List<CompletableFuture<Lease<Thing>>> futures = queued(test, 8);
            List<CompletableFuture<?>> blocked = blockAllButTheLast(futures, end);
            test.pool.resume();
            futures.get(7).join().close();
            end.countDown();
            blocked.forEach(MassFailureTest::awaitDone);
            futures.subList(0, 7).forEach(it -> it.join().close());
        }
    }

    @Test
    void f73TheOneWhoClosesCompletesNoFutureItself() {
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
    void f73TheOneWhoMakesRoomForSeveralCompletesNoneAndForOneCompletesIt() throws Exception {
        ManualExecutor threads = new ManualExecutor();
        try (TestPool test = completingOn(threads, it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            List<CompletableFuture<Lease<Thing>>> futures = queued(test, 4);
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
    void aDependentMayCloseThePoolFromTheThreadThatCompletesIt() {
        TestPool test = completingOn(Interleaving.THREADS, it -> it.maxSize(1));
        try (test) {
            Lease<Thing> held = test.acquire();
            List<CompletableFuture<Void>> closing = queued(test, 2).stream()
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

    // --- dependents that lead to further ones, and block

    @Test
    void dependentsThatReleaseAndThenBlockKeepNobodysFutureFromBeingCompleted() {
        CountDownLatch end = new CountDownLatch(1);
        for (int count : new int[] {18, 40}) { // deeper than callbacks nest, and than they are postponed
            try (TestPool test = completingOn(Interleaving.THREADS, it -> it.maxSize(1))) {
                Lease<Thing> held = test.acquire();
                List<CompletableFuture<Lease<Thing>>> futures = queued(test, count);
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
                blocked.forEach(MassFailureTest::awaitDone);
            }
        }
    }

    @Test
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

    @Test
    void callersWhoFailByAFailedCreateShareOnePictureOfThePool() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test =
                new TestPool(executor, it -> it.maxSize(1).maxWaiters(100).maxConcurrentCreates(1))) {
            test.factory.failNextCreate(new IllegalStateException("down"));
            List<CompletableFuture<Lease<Thing>>> futures = queued(test, 50);
            executor.runAll();
            PoolStats stats =
                    failure(futures.get(0), CreateFailedException.class).stats();
            assertThat(stats.creationFailures()).isEqualTo(1);
            assertThat(futures)
                    .allSatisfy(it -> assertThat(
                                    failure(it, CreateFailedException.class).stats())
                            .isSameAs(stats));
        }
    }
}
