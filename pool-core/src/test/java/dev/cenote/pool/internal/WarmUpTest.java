package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.CreateFailedException;
import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolClosedException;
import dev.cenote.pool.PoolLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A pool that is to be warm before it is used. */
class WarmUpTest {

    @Test
    void warmUpMakesObjectsInParallelUntilSoManyExist() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(10).maxConcurrentCreates(3))) {
            CompletableFuture<Void> warm = test.pool.warmUp(8);
            assertThat(test.stats().creating()).isEqualTo(3);
            while (!warm.isDone()) {
                executor.runNext();
            }
            assertThat(test.stats().idle()).isEqualTo(8);
            executor.runAll();
            assertThat(test.stats().total()).isEqualTo(8);
            assertThat(test.pool.warmUp(8)).isCompleted();
            assertThat(test.pool.warmUp(1)).isCompleted();
        }
    }

    @Test
    void warmUpCountsWhatIsLeased() {
        try (TestPool test = new TestPool(it -> it.maxSize(3))) {
            Lease<Thing> lease = test.acquire();
            assertThat(test.pool.warmUp(3)).isCompleted();
            assertThat(test.stats().created()).isEqualTo(3);
            lease.close();
        }
    }

    @Test
    void warmUpFailsWhenAnObjectCantBeMade() {
        try (TestPool test =
                new TestPool(it -> it.maxSize(3).maxConcurrentCreates(1).failFastAfter(Duration.ZERO))) {
            test.factory.onNextCreate(() -> {});
            test.factory.failNextCreate(new IllegalStateException("down"));
            CompletableFuture<Void> warm = test.pool.warmUp(3);
            assertThatThrownBy(warm::join)
                    .hasCauseInstanceOf(CreateFailedException.class)
                    .rootCause()
                    .hasMessage("down");
            test.advance(Duration.ofSeconds(15));
            assertThat(test.stats().total()).as("nobody wants more").isEqualTo(1);
        }
    }

    @Test
    void warmUpFailsAtOnceInAPoolThatHasNeverMadeAnObjectAndWhereTryingAgainIsOfNoUse() {
        try (TestPool test = new TestPool(it -> it.maxSize(3))) {
            test.factory.failNextCreate(new IllegalStateException("down"));
            assertThat(test.pool.warmUp(1)).isCompletedExceptionally();
            test.ticker.advance(Duration.ofSeconds(1));
            test.acquire().close();
            test.factory.isWorthRetrying = false;
            test.factory.failNextCreate(new IllegalStateException("wrong password"));
            assertThat(test.pool.warmUp(2)).isCompletedExceptionally();
        }
    }

    @Test
    @Tag("P21")
    void warmUpOutlastsAnOutageThatIsShorterThanTheBreakersTime() {
        try (TestPool test = new TestPool(it -> it.maxSize(3))) {
            test.acquire().close();
            test.factory.everyCreate = () -> {
                throw new IllegalStateException("down");
            };
            CompletableFuture<Void> warm = test.pool.warmUp(3);
            test.pass(Duration.ofSeconds(9));
            assertThat(warm).isNotDone();
            test.factory.everyCreate = () -> {};
            test.pass(Duration.ofSeconds(1));
            assertThat(warm).isCompleted();
        }
    }

    @Test
    @Tag("P21")
    void warmUpFailsWhenTheBreakerOpensThoughTheCreateThatIsUnderWayHangs() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(2).maxConcurrentCreates(1))) {
            test.pool.warmUp(1);
            executor.runAll();
            test.factory.failNextCreate(new IllegalStateException("down"));
            CompletableFuture<Void> warm = test.pool.warmUp(2);
            executor.runAll();
            test.pass(Duration.ofMillis(50));
            List<CompletableFuture<Void>> trial = new ArrayList<>();
            test.factory.onNextCreate(
                    () -> { // the next try, which hangs
                        test.pass(Duration.ofSeconds(9));
                        assertThat(warm).isNotDone();
                        test.pass(Duration.ofSeconds(1));
                        assertThat(warm).isCompletedExceptionally();
                        trial.add(test.pool.warmUp(2));
                        test.pass(Duration.ofSeconds(1));
                        assertThat(trial.get(0))
                                .as("it sees what becomes of the try")
                                .isNotDone();
                    });
            executor.runNext();
            assertThat(trial).singleElement().satisfies(it -> assertThat(it).isCompleted());
        }
    }

    @Test
    void warmUpIsContentWithWhatASmallerPoolCanHold() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(10).maxConcurrentCreates(1))) {
            CompletableFuture<Void> warm = test.pool.warmUp(10);
            executor.runNext();
            assertThat(warm).isNotDone();
            test.resize(new PoolLimits(2, 0, 10));
            executor.runAll();
            assertThat(warm).isCompleted();
            assertThat(test.stats().total()).isEqualTo(2);
        }
    }

    @Test
    void warmUpFailsWhenThePoolIsClosed() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(2))) {
            CompletableFuture<Void> warm = test.pool.warmUp(2);
            test.pool.shutdown(Duration.ZERO);
            assertThatThrownBy(warm::join).hasCauseInstanceOf(PoolClosedException.class);
            assertThatThrownBy(test.pool.warmUp(2)::join).hasCauseInstanceOf(PoolClosedException.class);
        }
    }

    @Test
    void whatIsMadeButNotWantedAnyMoreDoesNotCount() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(3))) {
            CompletableFuture<Void> warm = test.pool.warmUp(2);
            test.pool.invalidateAll();
            assertThat(warm).isNotDone();
            executor.runAll();
            assertThat(warm).isCompleted();
            assertThat(test.stats().idle()).isEqualTo(2);
        }
    }

    @Test
    void aWarmUpThatIsCancelledIsGivenUp() {
        try (TestPool test = new TestPool(it -> it.maxSize(3))) {
            test.pool.suspend();
            CompletableFuture<Void> warm = test.pool.warmUp(2);
            assertThat(warm).isNotDone();
            warm.cancel(false);
            test.pool.resume();
            assertThat(test.stats().total()).isZero();
        }
    }

    @Test
    void badCountsAreNamed() {
        try (TestPool test = new TestPool(it -> it.maxSize(2))) {
            assertThatThrownBy(() -> test.pool.warmUp(0)).hasMessage("objects must be 1 to maxSize (2), but was 0");
            assertThatThrownBy(() -> test.pool.warmUp(3)).hasMessage("objects must be 1 to maxSize (2), but was 3");
        }
    }

    @Test
    void resumeDoesNotEndAWarmUp() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(2))) {
            CompletableFuture<Void> warm = test.pool.warmUp(2);
            test.pool.suspend();
            test.pool.resume();
            assertThat(warm).isNotDone();
            executor.runAll();
            assertThat(warm).isCompleted();
        }
    }
}
