package dev.cenote.pool.internal;

import static dev.cenote.pool.internal.Interleaving.calling;
import static dev.cenote.pool.internal.Interleaving.waiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolClosedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whose interrupt it is: the caller's flag is kept right, and the pool's own interrupts reach nobody else. */
class InterruptsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicInteger calls = new AtomicInteger();

    @Test
    @Tag("P7")
    void anInterruptedThreadGetsWhatIsIdleAndDoesNotWait() throws Exception {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            test.acquire().close();
            Thread.currentThread().interrupt();
            Lease<Thing> lease = test.pool.acquire();
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
            assertThatThrownBy(() -> test.pool.acquire()).isInstanceOf(InterruptedException.class);
            assertThat(Thread.interrupted()).isFalse();
            lease.close();
        }
    }

    @Test
    @Tag("P7")
    @Tag("F59")
    void aThreadThatComesInterruptedGetsWhatIsIdleAndKeepsItsFlag() throws Exception {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            test.acquire().close();
            Thread.currentThread().interrupt();
            test.pool.acquire().close();
            test.pool.acquire(SECOND).close();
            test.pool.tryAcquire().orElseThrow().close();
            test.pool.acquireAsync().join().close();
            test.acquire().close();
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    @Tag("P7")
    @Tag("F59")
    void aThreadThatComesInterruptedDoesNotWaitEvenForWhatCouldBeMade() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(test.pool::acquire).isInstanceOf(InterruptedException.class);
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            assertThat(test.factory.made).isEmpty();
            assertThat(test.stats().waiters()).isZero();
        }
    }

    @Test
    @Tag("P7")
    @Tag("F59")
    void aThreadThatComesInterruptedWaitsUninterruptiblyAndKeepsItsFlag() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            CompletableFuture<Boolean> wasFlagSet = calling(() -> {
                Thread.currentThread().interrupt();
                test.acquire().close();
                return Thread.currentThread().isInterrupted();
            });
            test.awaitWaiters(1);
            held.close();
            Await.until(wasFlagSet::isDone);
            assertThat(wasFlagSet.join()).isTrue();
        }
    }

    @Test
    @Tag("P7")
    @Tag("F81")
    void anInterruptDuringACreateInPlaceIsTheCallers() throws Exception {
        CountDownLatch inFactory = new CountDownLatch(1);
        FakeTicker ticker = new FakeTicker(); // no other try is due before the caller has seen its interrupt
        try (Pool<Object> pool = Pool.builder(() -> {
                    if (calls.incrementAndGet() == 1) {
                        inFactory.countDown();
                        over.await();
                    }
                    return new Object();
                })
                .maxSize(1)
                .executor(Runnable::run)
                .ticker(ticker)
                .build()) {
            CompletableFuture<Throwable> outcome = new CompletableFuture<>();
            Thread caller = Interleaving.started(
                    () -> outcome.complete(catchThrowable(() -> pool.acquire().close())));
            inFactory.await();
            caller.interrupt();
            assertThat(outcome.join()).isInstanceOf(InterruptedException.class);
            ticker.advance(SECOND);
            pool.acquire().close();
        }
    }

    @Test
    @Tag("P7")
    @Tag("F81")
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
    @Tag("P7")
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
    @Tag("F19")
    void theInterruptOfACreateThatTookTooLongDoesNotReachTheNextOneOnItsThread() {
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

    @Test
    @Tag("F19")
    void thePoolsOwnInterruptOfAMakingDoesNotOutliveIt() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(2).maxConcurrentCreates(1))) {
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            test.factory.onNextCreate(() -> {
                test.pool.invalidateAll();
                throw new InterruptedException("asked to hurry");
            });
            executor.runNext();
            assertThat(Thread.interrupted()).as("left over").isFalse();
            executor.runAll();
            waiting.join().close();
        }
    }

    @Test
    @Tag("F81")
    void anInterruptOfTheUsersOwnThreadIsLeftToItsOwner() {
        try (TestPool test = new TestPool(it -> it.maxSize(1).failFastAfter(Duration.ZERO))) {
            test.factory.failNextCreate(new InterruptedException("the user's"));
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            assertThat(Thread.interrupted()).isTrue();
            assertThat(waiting).as("the factory has not failed").isNotDone();
            test.advance(Duration.ofSeconds(15));
            waiting.join().close();
            test.factory.onNextDestroy(() -> {
                throw new InterruptedException("the user's");
            });
            test.acquire().invalidate();
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
