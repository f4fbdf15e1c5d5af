package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.Lease;
import dev.cenote.pool.LeaseHolder;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.PoolListener;
import dev.cenote.pool.WaitResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a listener is told of callers, leases, outages and the pool; of objects the {@link Oracle} knows. */
class ListenerTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final List<String> told = new ArrayList<>();
    private final PoolListener listener = new PoolListener() {
        @Override
        public void waited(Duration time, WaitResult result) {
            told.add("waited " + time.toMillis() + " " + result);
        }

        @Override
        public void failed(Throwable cause) {
            told.add("failed " + cause.getMessage());
        }

        @Override
        public void outageBegan(Throwable cause) {
            told.add("outageBegan " + cause.getMessage());
        }

        @Override
        public void outageEnded(Duration lasted) {
            told.add("outageEnded " + lasted.toSeconds());
        }

        @Override
        public void used(Duration time) {
            told.add("used " + time.toMillis());
        }

        @Override
        public void revoked(LeaseHolder holder) {
            told.add("revoked " + holder.threadName());
        }

        @Override
        public void resized(PoolLimits limits) {
            told.add("resized " + limits.maxSize());
        }

        @Override
        public void suspended() {
            told.add("suspended");
        }

        @Override
        public void resumed() {
            told.add("resumed");
        }

        @Override
        public void closing() {
            told.add("closing");
        }

        @Override
        public void closed() {
            told.add("closed");
        }
    };

    @Test
    void eachCallerThatQueuedIsToldOnceWithWhatBecameOfIt() {
        try (TestPool test = new TestPool(it -> it.maxSize(1).listener(listener))) {
            Lease<Thing> held = test.acquire();
            CompletableFuture<Lease<Thing>> served = test.pool.acquireAsync();
            CompletableFuture<Lease<Thing>> cancelled = test.pool.acquireAsync();
            CompletableFuture<Lease<Thing>> late = test.pool.acquireAsync(SECOND);
            CompletableFuture<Lease<Thing>> closed = test.pool.acquireAsync();
            test.advance(SECOND);
            cancelled.cancel(false);
            held.close();
            assertThat(late).isCompletedExceptionally();
            assertThat(told)
                    .containsExactly(
                            "waited 0 SERVED", "waited 1000 TIMED_OUT", "waited 1000 CANCELLED", "waited 1000 SERVED");
            told.clear();
            var unused = test.pool.shutdown(SECOND);
            assertThat(closed).isCompletedExceptionally();
            assertThat(told).containsExactlyInAnyOrder("closing", "waited 1000 FAILED");
            served.join().close();
            assertThat(told).endsWith("closed");
        }
    }

    @Test
    @Tag("F74")
    void theFailureOfACreateThatBeganBeforeTheLastSuccessBeginsNoOutage() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(4).listener(listener))) {
            test.failACreateThatBeganBeforeTheLastSuccess(executor, () -> {});
            assertThat(test.stats().creationFailures()).isOne();
            assertThat(told).noneMatch(it -> it.startsWith("outage"));
        }
    }

    @Test
    void anOutageBeginsAndEndsOnce() {
        try (TestPool test = new TestPool(it -> it.maxSize(2).listener(listener))) {
            test.acquire().invalidate();
            told.clear();
            test.factory.everyCreate = () -> {
                throw new IllegalStateException("down");
            };
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            for (int i = 0; i < 11; i++) {
                test.advance(SECOND);
            }
            assertThat(waiting).isCompletedExceptionally();
            assertThat(test.pool.acquireAsync()).isCompletedExceptionally();
            assertThat(test.stats().failed()).isEqualTo(2);
            test.factory.everyCreate = () -> {};
            test.advance(SECOND.multipliedBy(2));
            test.advance(SECOND);
            test.acquire().close();
            assertThat(told).first().isEqualTo("outageBegan down");
            assertThat(told)
                    .contains("failed down", "waited 10000 FAILED")
                    .filteredOn(it -> it.startsWith("outage"))
                    .hasSize(2)
                    .last()
                    .asString()
                    .isIn("outageEnded 13", "outageEnded 14");
        }
    }

    @Test
    void anOutageThatNobodyAskedForAnyMoreEndedWithItsLastFailure() {
        try (TestPool test = new TestPool(it -> it.maxSize(1).listener(listener))) {
            test.acquire().invalidate();
            told.clear();
            test.factory.everyCreate = () -> {
                throw new IllegalStateException("down");
            };
            CompletableFuture<Lease<Thing>> early = test.pool.acquireAsync(SECOND);
            test.pass(SECOND.multipliedBy(2));
            assertThat(early).isCompletedExceptionally();
            test.pass(Duration.ofHours(1));
            CompletableFuture<Lease<Thing>> late = test.pool.acquireAsync(SECOND.multipliedBy(30));
            test.pass(SECOND);
            test.factory.everyCreate = () -> {};
            test.pass(SECOND.multipliedBy(2));
            late.join().close();
            assertThat(told).filteredOn("outageBegan down"::equals).hasSize(2);
            assertThat(told)
                    .filteredOn(it -> it.startsWith("outageEnded"))
                    .hasSize(2)
                    .allSatisfy(it ->
                            assertThat(it).as("of seconds, not of an hour").matches("outageEnded [0-3]"));
        }
    }

    @Test
    void useTimesAreThoseOfEveryLeaseHoweverItEnds() {
        try (TestPool test = new TestPool(it -> it.maxSize(1)
                .useTimes(1)
                .maxLeaseTime(Duration.ofSeconds(5))
                .validator(thing -> true)
                .listener(listener))) {
            test.acquire().close();
            Lease<Thing> lease = test.acquire();
            told.clear();
            test.ticker.advance(Duration.ofMillis(1));
            lease.close();
            lease.close(); // stale: it is no use
            lease = test.acquire();
            test.ticker.advance(Duration.ofMillis(2));
            lease.closeAndValidate();
            lease = test.acquire();
            test.ticker.advance(Duration.ofMillis(3));
            lease.invalidate();
            lease = test.acquire();
            test.ticker.advance(Duration.ofMillis(4));
            test.detach(lease);
            lease = test.acquire();
            test.advance(Duration.ofMillis(1));
            test.advance(Duration.ofMillis(5_999));
            assertThat(told)
                    .filteredOn(it -> !it.startsWith("waited"))
                    .containsExactly(
                            "used 1",
                            "used 2",
                            "used 3",
                            "used 4",
                            "used 6000",
                            "revoked " + Thread.currentThread().getName());
            lease.close();
            assertThat(test.stats().useTimes().count()).isEqualTo(6);
            assertThat(test.stats().useTimes().total()).isEqualTo(Duration.ofMillis(6_010));
        }
    }

    @Test
    void oneLeaseInSoManyIsMeasured() {
        try (TestPool test = new TestPool(it -> it.maxSize(1).useTimes(4).listener(listener))) {
            for (int i = 0; i < 100; i++) {
                test.acquire().close();
            }
            assertThat(test.stats().useTimes().count()).isEqualTo(25);
        }
        try (TestPool test = new TestPool(it -> it.maxSize(1).listener(listener))) {
            test.acquire().close();
            assertThat(test.stats().useTimes().count()).isZero();
        }
    }

    @Test
    void whatTheUserChanges() {
        try (TestPool test = new TestPool(it -> it.maxSize(1).listener(listener))) {
            test.pool.resume();
            test.pool.suspend();
            test.pool.suspend();
            test.pool.resume();
            test.resize(new PoolLimits(3, 0, 5));
            assertThat(told).containsExactly("suspended", "resumed", "resized 3");
        }
    }
}
