package dev.cenote.pool.internal;

import static dev.cenote.pool.internal.Interleaving.THREADS;
import static dev.cenote.pool.internal.Interleaving.inTurn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolClosedException;
import dev.cenote.pool.PoolTimeoutException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What uses an object without blocking, and has no lease to lose. */
class AsyncUseTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private static TestPool ofOne() {
        return new TestPool(it -> it.maxSize(1).minIdle(1));
    }

    @Test
    void theResultIsWhatTheFunctionReturnsAndTheObjectIsReleasedBefore() {
        try (TestPool test = ofOne()) {
            CompletableFuture<Integer> leased = test.pool
                    .withObjectAsync(thing -> thing.number + 40)
                    .thenApply(number -> number + test.stats().leased());
            assertThat(leased.join()).isEqualTo(40);
            assertThat(test.stats().acquired()).isEqualTo(1);
        }
    }

    @Test
    void theFunctionRunsNeitherOnTheThreadThatCallsNorOnTheOneThatReleasesThoughTheExecutorRunsTasksInPlace()
            throws InterruptedException {
        try (Pool<Thing> pool = Pool.builder(new ScriptedFactory())
                .maxSize(1)
                .executor(Runnable::run)
                .build()) {
            Thread here = Thread.currentThread();
            assertThat(pool.withObjectAsync(thing -> Thread.currentThread()).join())
                    .isNotSameAs(here);
            Lease<Thing> held = pool.acquire();
            CompletableFuture<Thread> waiting = pool.withObjectAsync(thing -> Thread.currentThread());
            assertThat(waiting).isNotDone();
            held.close();
            assertThat(waiting.join()).isNotSameAs(here);
        }
    }

    @Test
    void theFunctionRunsOnThePoolsExecutor() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(1).minIdle(1))) {
            executor.runAll();
            CompletableFuture<Thread> result = test.pool.withObjectAsync(thing -> Thread.currentThread());
            assertThat(result).isNotDone();
            assertThat(test.stats().leased()).isEqualTo(1);
            executor.runNext();
            assertThat(result).isCompletedWithValue(Thread.currentThread());
        }
    }

    @Test
    @Tag("P9")
    void anExecutorThatRefusesTheFunctionCostsNothing() {
        AtomicInteger refused = new AtomicInteger();
        try (TestPool test = new TestPool(
                task -> {
                    if (refused.getAndIncrement() > 0) {
                        throw new RejectedExecutionException("full");
                    }
                    task.run();
                },
                it -> it.maxSize(1).minIdle(1))) {
            assertThat(test.pool.withObjectAsync(thing -> thing.number).join()).isZero();
            assertThat(refused).hasValue(2);
        }
    }

    @Test
    @Tag("P7")
    @Tag("F73")
    void aCancelledWaitLeavesTheQueue() {
        try (TestPool test = ofOne()) {
            Lease<Thing> held = test.acquire();
            CompletableFuture<Thing> cancelled = test.pool.withObjectAsync(thing -> thing);
            CompletableFuture<Thing> next = test.pool.withObjectAsync(thing -> thing);
            assertThat(test.stats().waiters()).isEqualTo(2);
            cancelled.cancel(false);
            assertThat(test.stats().waiters()).isEqualTo(1);
            assertThat(test.stats().cancelled()).isEqualTo(1);
            held.close();
            assertThat(next.join()).isNotNull();
        }
    }

    @Test
    @Tag("F73")
    void anObjectThatCameBeforeTheCancelIsReleasedUnused() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(1).minIdle(1))) {
            executor.runAll();
            AtomicInteger calls = new AtomicInteger();
            CompletableFuture<Integer> result = test.pool.withObjectAsync(thing -> calls.incrementAndGet());
            result.cancel(true);
            assertThat(test.stats().leased()).isEqualTo(1);
            executor.runAll();
            assertThat(test.stats().leased()).isZero();
            assertThat(calls).hasValue(0);
        }
    }

    @Test
    void aFunctionThatHasBegunWhenItIsCancelledEndsUndisturbedAndItsObjectIsReleased() {
        try (TestPool test = new TestPool(THREADS, it -> it.maxSize(1))) {
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch end = new CountDownLatch(1);
            AtomicReference<Boolean> wasInterrupted = new AtomicReference<>();
            CompletableFuture<Thing> result = test.pool.withObjectAsync(thing -> {
                begun.countDown();
                end.await();
                wasInterrupted.set(Thread.currentThread().isInterrupted());
                return thing;
            });
            Await.until(() -> begun.getCount() == 0);
            result.cancel(true);
            assertThat(test.stats().leased()).isEqualTo(1);
            end.countDown();
            Await.until(() -> test.stats().leased() == 0);
            assertThat(wasInterrupted).hasValue(false);
        }
    }

    @Test
    @Tag("F73")
    void aCancelAndAHandOverInOneMomentLoseNoLeaseInEitherOrder() {
        for (boolean isCancelFirst : List.of(true, false)) {
            try (TestPool test = ofOne()) {
                Lease<Thing> held = test.acquire();
                CompletableFuture<Thing> result = test.pool.withObjectAsync(thing -> thing);
                Runnable cancel = () -> result.cancel(false);
                Runnable close = held::close;
                inTurn(test, isCancelFirst ? cancel : close, isCancelFirst ? close : cancel);
                assertThat(result).isCancelled();
                Await.until(() -> test.stats().leased() == 0);
                assertThat(test.stats().idle()).isEqualTo(1);
            }
        }
    }

    @Test
    @Tag("F73")
    void whoCancelsWhatDependsOnAUseLosesNoLease() {
        try (TestPool test = ofOne()) {
            Lease<Thing> held = test.acquire();
            test.pool.withObjectAsync(thing -> thing).thenApply(Thing::toString).cancel(true);
            test.pool
                    .withObjectAsync(thing -> thing)
                    .thenApply(Thing::toString)
                    .completeExceptionally(new IllegalStateException("too late"));
            held.close();
            Await.until(() -> test.stats().acquired() == 3 && test.stats().leased() == 0);
            test.acquire().close();
        }
    }

    @Test
    void whatTheFunctionThrowsIsTheResultAndTheObjectIsReleased() {
        for (Throwable failure :
                List.of(new IOException("down"), new IllegalStateException("bug"), new StackOverflowError())) {
            try (TestPool test = ofOne()) {
                CompletableFuture<Thing> result = test.pool.withObjectAsync(thing -> {
                    throw ScriptedFactory.<RuntimeException>sneaky(failure);
                });
                assertThatThrownBy(result::join).hasCause(failure);
                assertThat(test.stats().leased()).isZero();
            }
        }
    }

    @Test
    void whatAnAcquireFailsWithIsTheResult() {
        try (TestPool test = ofOne()) {
            Lease<Thing> held = test.acquire();
            CompletableFuture<Thing> late = test.pool.withObjectAsync(SECOND, thing -> thing);
            test.advance(SECOND);
            assertThatThrownBy(late::join).hasCauseInstanceOf(PoolTimeoutException.class);
            assertThatThrownBy(() -> test.pool.withObject(Duration.ZERO, thing -> thing))
                    .isInstanceOf(PoolTimeoutException.class);
            CompletableFuture<Thing> closed = test.pool.withObjectAsync(thing -> thing);
            CompletableFuture<Void> end = test.pool.shutdown(SECOND);
            assertThatThrownBy(closed::join).hasCauseInstanceOf(PoolClosedException.class);
            held.close();
            end.join();
        }
    }

    @Test
    void badArgumentsAreNamed() {
        try (TestPool test = ofOne()) {
            assertThatThrownBy(() -> test.pool.withObjectAsync(SECOND.negated(), thing -> thing))
                    .hasMessage("timeout must be zero or longer, but was PT-1S");
            assertThatThrownBy(() -> test.pool.withObject(SECOND.negated(), thing -> thing))
                    .hasMessage("timeout must be zero or longer, but was PT-1S");
            assertThatThrownBy(() -> test.pool.withObjectAsync(null)).hasMessage("function");
            assertThat(test.stats().leased()).isZero();
        }
    }
}
