package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Lease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A pool that is suspended or drained keeps its callers waiting, and serves them all when it is resumed. */
class SuspendingTest {

    @Test
    @Tag("P5")
    @Tag("F47")
    void resumeServesEverybodyWhoWaited() {
        try (TestPool test = new TestPool(it -> it.maxSize(5))) {
            List<Lease<Thing>> held = test.acquire(5);
            List<CompletableFuture<Lease<Thing>>> waiters = new ArrayList<>();
            waiters.add(test.pool.acquireAsync());
            waiters.add(test.pool.acquireAsync());
            test.pool.suspend();
            held.forEach(Lease::close);
            for (int i = 0; i < 3; i++) {
                waiters.add(Interleaving.calling(() -> test.pool.acquire()));
                test.awaitWaiters(3 + i);
            }
            assertThat(waiters).noneMatch(CompletableFuture::isDone);
            test.pool.resume();
            assertThat(test.stats().leased()).isEqualTo(5);
            waiters.forEach(waiter -> Await.until(waiter::isDone));
            waiters.forEach(waiter -> waiter.join().close());
        }
    }

    @Test
    void drainLeavesNoObjectAndCallersGoOnWaiting() {
        try (TestPool test = new TestPool(it -> it.maxSize(2).minIdle(2))) {
            Lease<Thing> held = test.acquire();
            CompletableFuture<Void> empty = test.pool.drain();
            assertThat(test.stats().total()).isEqualTo(1);
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            assertThat(empty).isNotDone();
            held.close();
            assertThat(empty).isCompleted();
            test.advance(Duration.ofSeconds(10));
            assertThat(test.stats().total()).isZero();
            assertThat(test.stats().destroyed(DestroyReason.DRAINED)).isEqualTo(2);
            assertThat(waiting).isNotDone();
            test.pool.resume();
            waiting.join().close();
            assertThat(test.stats().idle()).isEqualTo(2);
            assertThat(test.pool.drain()).isCompleted();
            test.pool.resume();
        }
    }

    @Test
    void aDrainThatIsResumedTooSoonIsCancelled() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            CompletableFuture<Void> empty = test.pool.drain();
            test.pool.resume();
            assertThat(empty).isCancelled();
            held.close();
        }
    }

    @Test
    void whatWaitedForItsReplacementBeforeTheDrainIsNotReplacedAfterwards() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(
                executor,
                it -> it.maxSize(4).maxLifetime(Duration.ofSeconds(10)).lifetimeJitter(0))) {
            CompletableFuture<Lease<Thing>> lease = test.pool.acquireAsync();
            executor.runAll();
            test.advance(Duration.ofSeconds(11)); // expired while leased: awaits its replacement
            test.pool.drain();
            lease.join().close();
            executor.runAll();
            int total = test.stats().total();
            test.pool.resume();
            executor.runAll();
            assertThat(total).isZero();
            assertThat(test.stats().total()).as("nobody wants one").isZero();
        }
    }

    @Test
    void neitherAFailedCreateNorTheEndOfThePoolFailsADrain() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(2))) {
            CompletableFuture<Lease<Thing>> held = test.pool.acquireAsync();
            executor.runAll();
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            CompletableFuture<Void> empty = test.pool.drain();
            test.factory.failNextCreate(new IllegalStateException("down"));
            executor.runAll(); // what was being made for the waiter
            assertThat(empty).isNotDone();
            CompletableFuture<Void> closed = test.pool.shutdown(Duration.ofSeconds(10));
            assertThat(waiting).isCompletedExceptionally();
            assertThat(empty).isNotDone();
            held.join().close();
            executor.runAll();
            assertThat(empty).isCompleted();
            assertThat(closed).isCompleted();
        }
    }

    @Test
    @Tag("F89")
    void aDrainThatIsCancelledIsForgottenThoughThePoolStaysSuspended() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Engine<Thing> engine = test.pool.engine();
            Milestones<Thing> milestones = engine.milestones;
            for (int i = 0; i < 1_000; i++) {
                engine.lock.run(() -> {
                    milestones.await(0).cancel(false);
                    milestones.await(1).cancel(false);
                });
            }
            engine.lock.run(() -> assertThat(milestones.pending()).isLessThanOrEqualTo(1));
        }
    }
}
