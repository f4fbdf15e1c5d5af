package dev.cenote.pool.internal;

import static dev.cenote.pool.internal.Interleaving.inTurn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.CreateFailedException;
import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Lease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** No more objects exist than are allowed, no more are made than are needed, and no place is lost. */
class BoundTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration TENTH = Duration.ofMillis(100);
    private final ManualExecutor executor = new ManualExecutor();
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicInteger calls = new AtomicInteger();

    @Test
    @Tag("P1")
    void noMoreThanMaxSizeExistNotEvenWhileOthersAreBeingDestroyed() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(2).maxConcurrentCreates(8))) {
            List<CompletableFuture<Lease<Thing>>> waiters = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                waiters.add(test.pool.acquireAsync());
            }
            executor.runAll();
            waiters.get(0).join().invalidate();
            waiters.get(1).join().invalidate();
            assertThat(executor.size())
                    .as("two destroys, and no create before they are done")
                    .isEqualTo(2);
            assertThat(test.stats().retiring()).isEqualTo(2);
            executor.runAll();
            waiters.get(2).join().close();
            waiters.get(3).join().close();
            waiters.get(4).join().close();
            assertThat(test.factory.mostExisting()).isEqualTo(2);
        }
    }

    @Test
    @Tag("P1")
    void aHangingDestroyStopsCountingWhenItsTimeIsUp() throws Exception {
        try (TestPool test =
                new TestPool(Interleaving.THREADS, it -> it.maxSize(1).destroyTimeout(SECOND))) {
            test.lettingCallsHang();
            CountDownLatch hangs = new CountDownLatch(1);
            AtomicReference<Throwable> interrupt = new AtomicReference<>();
            test.factory.onNextDestroy(() -> {
                hangs.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    interrupt.set(e);
                }
            });
            test.acquire().invalidate();
            hangs.await();
            CompletableFuture<Lease<Thing>> waiter = test.pool.acquireAsync();
            assertThat(test.factory.made).hasSize(1);
            test.advance(SECOND);
            waiter.join().close();
            Await.until(() -> interrupt.get() != null);
        }
    }

    @Test
    @Tag("P1")
    void aHangingCreateStopsCountingAndWhatItReturnsLateIsDestroyed() throws Exception {
        try (TestPool test =
                new TestPool(Interleaving.THREADS, it -> it.maxSize(1).createTimeout(SECOND))) {
            test.lettingCallsHang();
            CountDownLatch hangs = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            test.factory.onNextCreate(() -> {
                hangs.countDown();
                Interleaving.awaitUninterruptibly(goOn);
            });
            CompletableFuture<Lease<Thing>> first = test.pool.acquireAsync();
            hangs.await();
            test.advance(SECOND);
            assertThatThrownBy(first::join).cause().isInstanceOf(CreateFailedException.class);
            test.advance(SECOND); // past the back-off
            CompletableFuture<Lease<Thing>> second = test.pool.acquireAsync();
            Thing inTime = second.join().get();
            goOn.countDown();
            Await.until(() -> test.stats().destroyed(DestroyReason.LATE) == 1);
            assertThat(inTime.destroyed.get()).isZero();
            second.join().close();
        }
    }

    @Test
    @Tag("P1")
    @Tag("F12")
    void manyWhoFindNothingAtOnceHaveNoMoreMadeThanThereIsRoomFor() {
        try (TestPool test = new TestPool(executor, it -> it.maxSize(2).maxConcurrentCreates(8))) {
            List<CompletableFuture<Lease<Thing>>> futures = new CopyOnWriteArrayList<>();
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
    @Tag("F17")
    void aBurstOfAThousandAcquiresMakesNoMoreThanWhatItsWorkNeeds() {
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
    @Tag("C8")
    void aBurstCreatesNoMoreThanItNeeds() {
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
    @Tag("P1")
    @Tag("F82")
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
                Await.until(() -> {
                    test.pass(TENTH);
                    return calls.get() == 4;
                });
                for (int i = 0; i < 300; i++) {
                    test.pass(TENTH);
                }
                assertThat(calls.get()).as("twice maxSize").isEqualTo(4);
                Await.until(() -> RecordedLog.soFar().stream().anyMatch(BoundTest::saysWhy)); // another thread logs
                test.factory.everyCreate = () -> {};
                over.countDown();
                Await.until(() -> {
                    test.pass(SECOND);
                    return waiting.stream().allMatch(CompletableFuture::isDone);
                });
                waiting.forEach(it -> it.join().close());
            }
        });
        assertThat(log).filteredOn(BoundTest::saysWhy).hasSize(1);
    }

    private static boolean saysWhy(String line) {
        return line.contains("have not returned");
    }

    @Test
    @Tag("P15")
    @Tag("F49")
    void aThousandMishapsLaterAllPlacesAreThere() {
        IllegalStateException down = new IllegalStateException("down");
        try (TestPool test = new TestPool(
                it -> it.maxSize(2).maxWaiters(1).failFastAfter(TestPool.NEVER).openTimeout(TestPool.NEVER))) {
            for (int i = 0; i < 200; i++) {
                test.factory.failNextCreate(down);
                CompletableFuture<Lease<Thing>> waiter = test.pool.acquireAsync();
                test.advance(SECOND.multipliedBy(2));
                test.factory.onNextDestroy(() -> {
                    throw down;
                });
                assertThat(waiter).isCompleted();
                waiter.join().invalidate();
                List<Lease<Thing>> leases = test.acquire(2);
                test.pool.acquireAsync(Duration.ZERO);
                test.pool.acquireAsync().cancel(false);
                test.detach(leases.get(0));
                leases.get(1).invalidate();
                leases.get(1).close();
            }
            List<Lease<Thing>> all = test.acquire(2);
            assertThat(test.pool.tryAcquire()).isEmpty();
            assertThat(test.stats().leased()).isEqualTo(2);
            assertThat(test.stats().waiters()).isZero();
            all.forEach(Lease::close);
        }
    }
}
