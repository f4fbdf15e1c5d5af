package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Creates that nobody waits for any more are given up, and count for nobody. */
class UnwantedCreatesTest {

    @Test
    void whatIsNotWantedAnyMoreCountsAmongTheCreatesAtOnce() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(8).maxConcurrentCreates(1))) {
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            for (int i = 0; i < 7; i++) {
                test.pool.invalidateAll();
            }
            int atOnce = test.stats().creating();
            executor.runAll();
            waiting.join().close();
            assertThat(atOnce).isEqualTo(1);
        }
    }

    @Test
    void whatIsBeingMadeForNobodyIsAskedToEnd() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(2).maxConcurrentCreates(1))) {
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            test.factory.onNextCreate(() -> {
                test.pool.invalidateAll();
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
                assertThat(test.stats().creating())
                        .as("no second one beside it")
                        .isEqualTo(1);
                throw new InterruptedException();
            });
            executor.runNext();
            assertThat(waiting).isNotDone();
            executor.runAll();
            waiting.join().close();
        }
    }

    @Test
    @Tag("P14")
    void asLongAsOneMoreMayBeMadeAtOnceTheNextWaiterHasItMade() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(5).maxConcurrentCreates(2))) {
            List<CompletableFuture<Lease<Thing>>> waiting = new ArrayList<>();
            waiting.add(test.pool.acquireAsync());
            assertThat(test.stats().creating()).isEqualTo(1);
            waiting.add(test.pool.acquireAsync());
            assertThat(test.stats().creating()).isEqualTo(2);
            waiting.add(test.pool.acquireAsync());
            assertThat(test.stats().creating()).isEqualTo(2);
            executor.runAll();
            waiting.forEach(it -> it.join().close());
        }
    }

    @Test
    void whatHasNotBegunWhenItIsNoLongerWantedIsNotMade() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(2).maxConcurrentCreates(1))) {
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            test.pool.invalidateAll();
            executor.runAll();
            assertThat(test.factory.made).hasSize(1);
            waiting.join().close();
        }
    }

    @Test
    @Tag("P1")
    void whatIsNoLongerWantedWhenItIsMadeIsDestroyedAndCountsAsThatMeanwhile() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(2).maxConcurrentCreates(1))) {
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            test.factory.onNextCreate(test.pool::invalidateAll);
            executor.runNext();
            assertThat(Thread.interrupted()).as("left over").isFalse();
            assertThat(test.stats().retiring()).isEqualTo(1);
            assertThat(test.stats().creating()).as("for the waiter").isEqualTo(1);
            executor.runAll();
            assertThat(test.stats().destroyed(DestroyReason.REPLACED)).isEqualTo(1);
            waiting.join().close();
        }
    }

    @Test
    void aCreateThatTheCloseGivesUpHasNotFailed() {
        ManualExecutor executor = new ManualExecutor();
        List<Throwable> told = new ArrayList<>();
        try (TestPool test = new TestPool(
                executor,
                it -> it.minIdle(1).listener(new PoolListener() {
                    @Override
                    public void createFailed(Throwable cause) {
                        told.add(cause);
                    }
                }))) {
            var unused = test.pool.shutdown(Duration.ofSeconds(10));
            assertThat(told).isEmpty();
        }
    }

    @Test
    @Tag("P21")
    void aCreateThatIsNotWantedAnyMoreDoesNotKeepTheBreakerFromFailingFast() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(4).failFastAfter(Duration.ZERO))) {
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            Runnable hanging = executor.takeNext();
            test.pool.invalidateAll();
            test.factory.failNextCreate(new IllegalStateException("down"));
            executor.runNext();
            assertThat(waiting).isCompletedExceptionally();
            assertThat(test.pool.acquireAsync()).isCompletedExceptionally();
            assertThat(test.stats().isFailingFast()).isTrue();
            hanging.run();
            executor.runAll();
            test.ticker.advance(Duration.ofSeconds(15));
            assertThat(test.stats().isFailingFast()).as("a try is due").isFalse();
        }
    }

    @Test
    @Tag("F74")
    void theEndOfACreateThatIsNotWantedAnyMoreTellsNothingOfTheProbe() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(4).failFastAfter(Duration.ZERO))) {
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            Runnable first = executor.takeNext();
            test.factory.onNextCreate(
                    () -> { // the first one: it is under way when it is outdated
                        test.pool.invalidateAll();
                        test.factory.failNextCreate(new IllegalStateException("down"));
                        executor.runNext(); // made for the waiter by then, and fails
                        test.ticker.advance(Duration.ofMillis(50));
                        test.factory.onNextCreate(() -> {});
                        assertThat(test.pool.acquireAsync())
                                .as("it has the probe begun")
                                .isNotDone();
                    });
            first.run();
            assertThat(waiting).isCompletedExceptionally();
            assertThat(test.stats().creating()).as("the probe").isEqualTo(1);
            assertThat(test.pool.acquireAsync()).isCompletedExceptionally();
            assertThat(test.stats().isFailingFast()).isTrue();
            executor.runAll();
        }
    }
}
