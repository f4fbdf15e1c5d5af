package dev.cenote.pool.internal;

import static dev.cenote.pool.internal.Interleaving.waiting;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolLimits;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The least number of idle objects is kept, and filled again whatever took them away. */
class MinIdleTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private final ManualExecutor executor = new ManualExecutor();

    @Test
    @Tag("P14")
    void minIdleIsRestoredByTheLossItself() {
        try (TestPool test = new TestPool(it -> it.maxSize(4).minIdle(2))) {
            assertThat(test.stats().idle()).isEqualTo(2);
            Lease<Thing> lease = test.acquire();
            lease.invalidate();
            assertThat(test.stats().idle()).isEqualTo(2);
            test.pool.invalidateAll();
            assertThat(test.stats().idle()).isEqualTo(2);
            assertThat(test.stats().created()).isEqualTo(5);
        }
    }

    @Test
    @Tag("P14")
    @Tag("F37")
    void minIdleIsRestoredAfterEvictionFailureAndResize() {
        try (TestPool test = new TestPool(it -> it.maxSize(6).minIdle(2).idleTimeout(SECOND))) {
            assertThat(test.stats().idle()).isEqualTo(2);
            test.resize(new PoolLimits(6, 4, 10));
            assertThat(test.stats().idle()).as("by the resize itself").isEqualTo(4);
            test.acquire(6).forEach(Lease::close);
            test.advance(SECOND);
            test.advance(SECOND);
            assertThat(test.stats().idle()).as("after evictions").isEqualTo(4);
            test.factory.failNextCreate(new IllegalStateException("down"));
            test.pool.invalidateAll();
            test.advance(SECOND);
            assertThat(test.stats().idle()).as("after a failure").isEqualTo(4);
            Lease<Thing> lease = test.acquire();
            test.detach(lease);
            assertThat(test.stats().idle()).as("after one has left").isEqualTo(4);
        }
    }

    @Test
    @Tag("P14")
    @Tag("C11")
    void theMinimumIsKept() {
        try (TestPool test = new TestPool(it -> it.maxSize(5).minIdle(3))) {
            List<Lease<Thing>> leases = test.acquire(3);
            leases.forEach(Lease::invalidate);
            assertThat(test.stats().idle()).as("without a tick").isEqualTo(3);
        }
    }

    @Test
    void anObjectThatIsBeingValidatedCountsForMinIdle() {
        try (TestPool test = TestPool.validating(executor, it -> it.maxSize(10).minIdle(2))) {
            executor.runAll();
            for (int i = 0; i < 20; i++) {
                test.advance(Duration.ofMillis(250), 4);
                test.pool.acquireAsync().cancel(false);
                test.pool.housekeep();
                executor.runAll();
            }
            assertThat(test.stats().total()).isEqualTo(2);
        }
    }

    @Test
    @Tag("F80")
    void untilTheFactoryHasMadeAnObjectMinIdleIsFilledOneByOne() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test =
                new TestPool(executor, it -> it.maxSize(10).minIdle(4).maxConcurrentCreates(4))) {
            assertThat(test.stats().creating())
                    .as("perhaps with a wrong password")
                    .isEqualTo(1);
            executor.runNext();
            assertThat(test.stats().creating()).isEqualTo(3);
            executor.runAll();
            assertThat(test.stats().idle()).isEqualTo(4);
            test.pool.replaceFactory(test.factory);
            test.pool.invalidateAll();
            assertThat(test.stats().creating())
                    .as("the new one may have another password")
                    .isEqualTo(1);
            executor.runAll();
            assertThat(test.stats().idle()).isEqualTo(4);
        }
    }

    @Test
    void callersAndWarmUpDoNotWaitForTheFirstObject() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test =
                new TestPool(executor, it -> it.maxSize(10).minIdle(1).maxConcurrentCreates(4))) {
            List<CompletableFuture<Lease<Thing>>> waiting =
                    List.of(test.pool.acquireAsync(), test.pool.acquireAsync(), test.pool.acquireAsync());
            assertThat(test.stats().creating()).isGreaterThanOrEqualTo(3);
            executor.runAll();
            waiting.forEach(it -> it.join().close());
        }
        try (TestPool test = new TestPool(executor, it -> it.maxSize(10).maxConcurrentCreates(4))) {
            CompletableFuture<Void> warm = test.pool.warmUp(8);
            assertThat(test.stats().creating()).isEqualTo(4);
            executor.runAll();
            assertThat(warm).isCompleted();
        }
    }
}
