package dev.cenote.pool.internal.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolFullException;
import dev.cenote.pool.PoolListener;
import dev.cenote.pool.PoolStats;
import dev.cenote.pool.internal.ManualExecutor;
import dev.cenote.pool.internal.TestPool;
import dev.cenote.pool.internal.Thing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a listener is told, and that the statistics say the same. */
class GuardedListenerTest {

    private final List<String> told = new ArrayList<>();

    private final PoolListener listener = new PoolListener() {
        @Override
        public void created(Duration took) {
            told.add("created " + took);
        }

        @Override
        public void createFailed(Throwable cause) {
            told.add("createFailed " + cause.getMessage());
        }

        @Override
        public void destroyed(DestroyReason reason) {
            told.add("destroyed " + reason);
        }

        @Override
        public void destroyFailed(Throwable cause) {
            told.add("destroyFailed " + cause.getMessage());
        }

        @Override
        public void validationFailed() {
            told.add("validationFailed");
        }

        @Override
        public void timedOut() {
            told.add("timedOut");
        }

        @Override
        public void refused() {
            told.add("refused");
        }

        @Override
        public void staleClose() {
            told.add("staleClose");
        }

        @Override
        public void closed() {
            told.add("closed");
        }
    };

    @Test
    void ofALifeFromItsMakingToItsEnd() {
        try (TestPool test = new TestPool(it -> it.maxSize(1).listener(listener))) {
            test.factory.onNextCreate(() -> test.ticker.advance(Duration.ofMillis(5)));
            Lease<Thing> lease = test.acquire();
            lease.invalidate();
            lease.close();
            lease.close();
            assertThat(told).containsExactly("created PT0.005S", "destroyed INVALIDATED", "staleClose");
        }
        assertThat(told).endsWith("closed");
    }

    @Test
    void ofAnObjectThatCouldNotBeMade() {
        try (TestPool test = new TestPool(it -> it.maxSize(1).listener(listener))) {
            test.factory.failNextCreate(new IllegalStateException("down"));
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync(Duration.ofMillis(10));
            assertThat(told).containsExactly("createFailed down");
            assertThatThrownBy(waiting::join).rootCause().hasMessage("down");
            assertThat(test.stats().creationFailures()).isEqualTo(1);
        }
    }

    @Test
    void ofAnObjectThatCameTooLate() {
        try (TestPool test = new TestPool(it -> it.maxSize(1)
                .createTimeout(Duration.ofSeconds(1))
                .failFastAfter(Duration.ZERO)
                .listener(listener))) {
            test.lettingCallsHang();
            test.factory.onNextCreate(() -> test.advance(Duration.ofSeconds(2)));
            assertThat(test.pool.acquireAsync()).isCompletedExceptionally();
            assertThat(told)
                    .containsExactly(
                            "createFailed the factory took longer than 1000 ms", "created PT2S", "destroyed LATE");
            assertThat(test.stats().destroyed(DestroyReason.LATE)).isEqualTo(1);
        }
    }

    @Test
    void ofAnObjectThatIsNotValidWhenItIsMade() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(
                executor,
                it -> it.maxSize(1)
                        .validator(thing -> thing.number > 0)
                        .validateOnCreate(true)
                        .listener(listener))) {
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            executor.runNext();
            PoolStats stats = test.stats();
            assertThat(told).contains("validationFailed");
            assertThat(stats.validations()).isEqualTo(1);
            assertThat(stats.validationFailures()).isEqualTo(1);
            assertThat(stats.creating()).isZero();
            assertThat(stats.retiring()).as("being destroyed").isEqualTo(1);
            executor.runAll();
            assertThat(told).contains("destroyed VALIDATION_FAILED");
            assertThat(waiting).isCompletedExceptionally();
            test.advance(Duration.ofSeconds(15)); // past any back-off
            CompletableFuture<Lease<Thing>> next = test.pool.acquireAsync();
            executor.runAll();
            next.join().close();
            assertThat(test.stats().validations()).isEqualTo(2);
        }
    }

    @Test
    void ofThoseWhoDoNotGetAnObject() {
        try (TestPool test = new TestPool(it -> it.maxSize(1).maxWaiters(1).listener(listener))) {
            Lease<Thing> held = test.acquire();
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync(Duration.ofSeconds(1));
            assertThatThrownBy(test::acquire).isInstanceOf(PoolFullException.class);
            test.advance(Duration.ofSeconds(1));
            assertThat(waiting).isCompletedExceptionally();
            assertThat(told).endsWith("refused", "timedOut");
            assertThat(test.stats().queued())
                    .as("one for the making, one for the release; who is refused has not waited")
                    .isEqualTo(2);
            held.close();
        }
    }

    @Test
    void ofADestroyThatFails() {
        try (TestPool test = new TestPool(it -> it.maxSize(1).listener(listener))) {
            test.factory.onNextDestroy(() -> {
                throw new IllegalStateException("stuck");
            });
            test.acquire().invalidate();
            assertThat(told).endsWith("destroyFailed stuck", "destroyed INVALIDATED");
        }
    }
}
