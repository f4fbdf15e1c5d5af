package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Lease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What happens to an object on its way from one holder to the next. */
class ResettingTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    @Tag("P9")
    @Tag("F27")
    void whatResetThrowsIsNotTheReleasersAndCostsNoPlace() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> lease = test.acquireWhoseResetDoes(() -> {
                throw new AssertionError("made up");
            });
            CompletableFuture<Lease<Thing>> next = test.pool.acquireAsync();
            lease.close();
            assertThat(test.stats().destroyed(DestroyReason.RESET_FAILED)).isEqualTo(1);
            assertThat(next).isCompleted();
            next.join().close();
        }
    }

    @Test
    @Tag("P9")
    @Tag("F27")
    void whatTheValidatorThrowsOnReleaseIsNotTheReleasersAndCostsNoPlace() {
        AtomicBoolean hasThrown = new AtomicBoolean();
        try (TestPool test =
                new TestPool(it -> it.maxSize(1).validateOnRelease(true).validator(thing -> {
                    if (!hasThrown.getAndSet(true)) {
                        throw new AssertionError("made up");
                    }
                    return true;
                }))) {
            test.acquire().close();
            assertThat(test.stats().destroyed(DestroyReason.VALIDATION_FAILED)).isEqualTo(1);
            test.acquire().close();
        }
    }

    @Test
    void whoReleasesDoesNotWaitForAValidatorThatHangs() throws InterruptedException {
        ManualExecutor executor = new ManualExecutor();
        CountDownLatch isEntered = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        try (TestPool test = new TestPool(
                executor,
                it -> it.maxSize(1)
                        .validateOnRelease(true)
                        .validationTimeout(SECOND)
                        .validator(thing -> {
                            isEntered.countDown();
                            never.await();
                            return true;
                        }))) {
            CompletableFuture<Lease<Thing>> first = test.pool.acquireAsync();
            executor.runAll();
            first.join().close();
            assertThat(test.stats().validating()).isEqualTo(1);
            CompletableFuture<Lease<Thing>> next = test.pool.acquireAsync();
            Thread worker = new Thread(executor::runNext);
            worker.start();
            isEntered.await();
            test.advance(Duration.ofSeconds(2));
            worker.join();
            executor.runAll();
            assertThat(test.stats().destroyed(DestroyReason.VALIDATION_FAILED)).isEqualTo(1);
            assertThat(next.join().get().number).isEqualTo(1);
            next.join().invalidate();
            executor.runAll();
        }
    }

    @Test
    @Tag("P14")
    void aResetThatHangsKeepsNobodyFromANewObject() {
        try (TestPool test = new TestPool(it -> it.maxSize(2))) {
            List<Boolean> served = new ArrayList<>();
            test.acquireWhoseResetDoes(() -> {
                        CompletableFuture<Lease<Thing>> waiter = test.pool.acquireAsync();
                        served.add(waiter.isDone());
                        waiter.thenAccept(Lease::close);
                    })
                    .close();
            assertThat(served).containsExactly(true);
        }
    }

    @Test
    void aResetThatTakesTooLongHasFailedAsAReset() {
        try (TestPool test = new TestPool(it -> it.maxSize(1).validationTimeout(SECOND))) {
            test.acquireWhoseResetDoes(() -> test.advance(SECOND)).close();
            assertThat(test.stats().destroyed(DestroyReason.RESET_FAILED)).isEqualTo(1);
            assertThat(test.stats().destroyed(DestroyReason.VALIDATION_FAILED)).isZero();
        }
    }

    @Test
    void whatIsResetGoesFromHandToHandThoughTheHousekeeperRunsMeanwhile() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquireWhoseResetDoes(test.pool::housekeep);
            AtomicReference<Thread> served = new AtomicReference<>();
            CompletableFuture<Void> next = test.pool.acquireAsync().thenAccept(lease -> {
                served.set(Thread.currentThread());
                lease.close();
            });
            held.close();
            assertThat(next).isCompleted();
            assertThat(served).hasValue(Thread.currentThread());
        }
    }
}
