package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.CreateFailedException;
import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolStalledException;
import dev.cenote.pool.PoolTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What users of pools complain of, by the numbers in docs/testing.md, and that it does not happen here. */
class ComplaintsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static void pass(TestPool test, int seconds) {
        for (int second = 0; second < seconds; second++) {
            test.advance(SECOND);
        }
    }

    @Test
    void complaint07OneStuckCreateBlocksAllOthers() {
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
    void complaint08ABurstCreatesTooMany() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(50).maxConcurrentCreates(4))) {
            List<CompletableFuture<Lease<Thing>>> burst = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                burst.add(test.pool.acquireAsync());
            }
            while (!burst.isEmpty()) {
                assertThat(test.stats().creating()).isLessThanOrEqualTo(4);
                executor.runNext();
                for (CompletableFuture<Lease<Thing>> served :
                        burst.stream().filter(CompletableFuture::isDone).toList()) {
                    served.join().close(); // so quickly that few objects will do
                    burst.remove(served);
                }
            }
            executor.runAll();
            assertThat(test.factory.made).as("of 40 callers").hasSizeLessThan(20);
        }
    }

    @Test
    void complaint09EverythingExpiresInTheSameSecond() {
        try (TestPool test = new TestPool(it -> it.maxSize(40).minIdle(40).maxLifetime(MINUTE.multipliedBy(30)))) {
            long most = 0;
            for (int second = 0; second < 31 * 60; second++) {
                long before = test.stats().destroyed();
                test.advance(SECOND);
                most = Math.max(most, test.stats().destroyed() - before);
            }
            assertThat(test.stats().destroyed(DestroyReason.EXPIRED)).isGreaterThanOrEqualTo(40);
            assertThat(most).as("destroyed within a second").isLessThan(10);
            assertThat(test.stats().idle()).isEqualTo(40);
        }
    }

    @Test
    void complaint10LifetimeIsIgnoredForBusyObjects() {
        try (TestPool test =
                new TestPool(it -> it.maxSize(1).maxLifetime(MINUTE).lifetimeJitter(0))) {
            for (int second = 0; second < 61; second++) {
                Lease<Thing> lease = test.acquire();
                test.advance(SECOND);
                lease.close();
            }
            assertThat(test.stats().destroyed(DestroyReason.EXPIRED)).isEqualTo(1);
        }
    }

    @Test
    void complaint11TheMinimumIsNotKept() {
        try (TestPool test = new TestPool(it -> it.maxSize(5).minIdle(3))) {
            List<Lease<Thing>> leases = test.acquire(3);
            leases.forEach(Lease::invalidate);
            assertThat(test.stats().idle()).as("without a tick").isEqualTo(3);
        }
    }

    @Test
    void complaint12ThePoolDropsToZeroAndStaysThere() {
        try (TestPool test = new TestPool(it -> it.maxSize(2).minIdle(2).failFastAfter(Duration.ZERO))) {
            test.factory.everyCreate = () -> {
                throw new IllegalStateException("down");
            };
            test.pool.invalidateAll();
            assertThat(test.stats().total()).isZero();
            assertThatThrownBy(test::acquire).isInstanceOf(CreateFailedException.class);
            pass(test, 120);
            assertThat(test.stats().total()).isZero();
            test.factory.everyCreate = () -> {};
            pass(test, 31); // no longer than the longest back-off, and nobody asks
            assertThat(test.stats().idle()).isEqualTo(2);
        }
    }

    @Test
    void complaint13ValidationHangsTheCaller() {
        AtomicInteger validations = new AtomicInteger();
        CountDownLatch stuck = new CountDownLatch(1);
        try (TestPool test = new TestPool(
                task -> new Thread(task).start(),
                it -> it.maxSize(2)
                        .validationTimeout(SECOND)
                        .validateIfIdleFor(Duration.ZERO)
                        .validator(thing -> {
                            if (validations.incrementAndGet() == 1) {
                                stuck.await();
                            }
                            return true;
                        }))) {
            test.lettingCallsHang();
            test.acquire(2).forEach(Lease::close);
            CompletableFuture<Lease<Thing>> future = test.pool.acquireAsync();
            Await.until(() -> validations.get() == 1);
            test.advance(SECOND);
            Await.until(future::isDone);
            future.join().close();
            stuck.countDown();
            Await.until(() -> test.stats().validating() + test.stats().retiring() == 0);
        }
    }

    @Test
    void complaint14DeadObjectsAreHandedOutOneAfterTheOther() {
        List<Thing> looked = new ArrayList<>();
        try (TestPool test = new TestPool(it -> it.maxSize(10).validator(thing -> {
            looked.add(thing);
            return thing.number >= 10; // those made before the failover are dead
        }))) {
            List<Lease<Thing>> leases = test.acquire(10);
            leases.subList(1, 10).forEach(Lease::close);
            leases.get(0).invalidate(new IllegalStateException("the server failed over"));
            assertThat(looked).as("all at once, before anybody asks").hasSize(9);
            Lease<Thing> next = test.acquire();
            assertThat(next.get().number).isGreaterThanOrEqualTo(10);
            next.close();
        }
    }

    @Test
    void complaint15WhenValidationIsSkippedIsAHiddenKnob() {
        AtomicInteger validations = new AtomicInteger();
        try (TestPool test = new TestPool(it -> it.maxSize(1)
                .validateIfIdleFor(SECOND.multipliedBy(3))
                .validator(thing -> validations.incrementAndGet() > 0))) {
            test.acquire().close();
            pass(test, 1);
            test.acquire().close();
            assertThat(validations).hasValue(0);
            pass(test, 4);
            test.acquire().close();
            assertThat(validations).hasValue(1);
            assertThat(test.stats().validations()).isEqualTo(1);
        }
    }

    @Test
    void complaint16LeaksMeanARestart() {
        try (TestPool test = new TestPool(it -> it.maxSize(1).leakThreshold(MINUTE))) {
            test.acquire().get(); // and nobody will ever close it
            CompletableFuture<Lease<Thing>> next = test.pool.acquireAsync();
            Await.until(() -> {
                System.gc();
                test.advance(Duration.ofMillis(1));
                return next.isDone();
            });
            next.join().close();
            assertThat(test.stats().leaks()).isEqualTo(1);
        }
    }

    @Test
    void complaint21CloseHangs() {
        try (TestPool test = new TestPool(it -> it.maxSize(1).shutdownGrace(MINUTE))) {
            Lease<Thing> held = test.acquire();
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            CompletableFuture<Void> closed = test.pool.shutdown(MINUTE);
            assertThat(waiting).isCompletedExceptionally();
            assertThat(closed).isNotDone();
            test.advance(MINUTE);
            assertThat(closed).as("the grace is over").isCompleted();
            held.close();
        }
    }

    @Test
    void complaint22AfterASleepStaleObjectsAreHandedOut() {
        AtomicInteger validations = new AtomicInteger();
        try (TestPool test = new TestPool(it -> it.maxSize(2)
                .validateIfIdleFor(Duration.ofDays(1))
                .validator(thing -> validations.incrementAndGet() < 0))) {
            test.acquire(2).forEach(Lease::close);
            test.ticker.sleep(Duration.ofHours(8));
            test.advance(SECOND);
            assertThat(validations).hasValue(2);
            assertThat(test.stats().destroyed(DestroyReason.VALIDATION_FAILED)).isEqualTo(2);
        }
    }

    @Test
    void complaint23NestedAcquiresDeadlock() {
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

    @Test
    void complaint24CredentialsRotateAndThePoolMustBeRebuilt() {
        try (TestPool test = new TestPool(it -> it.maxSize(2).minIdle(1))) {
            Lease<Thing> held = test.acquire();
            int before = test.factory.made.size();
            test.pool.replaceFactory(test.factory);
            held.get().use();
            held.close();
            Lease<Thing> next = test.acquire();
            assertThat(next.get().number).isGreaterThanOrEqualTo(before);
            next.close();
            assertThat(test.stats().destroyed(DestroyReason.REPLACED)).isEqualTo(before);
        }
    }

    @Test
    void aTimeOutSaysWhereTheTimeWent() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync(SECOND);
            test.advance(SECOND);
            assertThatThrownBy(waiting::join)
                    .hasCauseInstanceOf(PoolTimeoutException.class)
                    .hasMessageContaining("leased 1")
                    .hasMessageContaining("oldest holders");
            held.close();
        }
    }
}
