package dev.cenote.pool.internal;

import static dev.cenote.pool.internal.Interleaving.inTurn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A pool shrinks to what is used, though each thread comes back to the object that it used last, and no further than
 * to its minimum.
 */
class EvictionTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration IDLE = Duration.ofSeconds(40);
    private static final int LOOKS = 8; // within an idle timeout
    private final List<ExecutorService> threads = new ArrayList<>();

    @AfterEach
    void end() {
        threads.forEach(ExecutorService::shutdown);
    }

    private static TestPool evicting() {
        return new TestPool(
                it -> it.maxSize(1).idleTimeout(Duration.ofSeconds(4)).maxLifetime(Duration.ZERO));
    }

    @Test
    @Tag("F33")
    void whatIsLeasedWhenTheEvictorHasMadeUpItsMindStays() {
        try (TestPool test = evicting()) {
            test.acquire().close();
            test.advance(SECOND);
            test.ticker.advance(Duration.ofSeconds(4));
            AtomicReference<Lease<Thing>> leased = new AtomicReference<>();
            inTurn(test, test.pool::housekeep, () -> leased.set(test.acquire()));
            leased.get().get().use();
            leased.get().close();
            assertThat(test.stats().destroyed()).isZero();
        }
    }

    @Test
    @Tag("F33")
    void whatWasUsedSinceTheEvictorLookedIsNotIdleForTooLong() {
        try (TestPool test = evicting()) {
            test.acquire().close();
            test.advance(SECOND);
            test.ticker.advance(Duration.ofSeconds(4));
            inTurn(test, test.pool::housekeep, () -> test.acquire().close());
            assertThat(test.stats().destroyed()).isZero();
        }
    }

    @Test
    @Tag("F38")
    void evictionStopsAtMinIdleAndNothingIsMadeOnlyToBeEvicted() {
        try (TestPool test =
                new TestPool(it -> it.maxSize(6).minIdle(2).idleTimeout(SECOND).maxLifetime(Duration.ZERO))) {
            test.acquire(6).forEach(Lease::close);
            for (int i = 0; i < 100; i++) {
                test.advance(SECOND);
                assertThat(test.stats().idle()).isGreaterThanOrEqualTo(2);
            }
            assertThat(test.stats().idle()).isEqualTo(2);
            assertThat(test.stats().created()).isEqualTo(6);
        }
    }

    @Test
    @Tag("F38")
    void evictionAndExpiryTogetherKeepTheLeastThatIsToBeIdle() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(
                executor,
                it -> it.maxSize(10)
                        .minIdle(2)
                        .maxLifetime(Duration.ofSeconds(60))
                        .lifetimeJitter(0)
                        .idleTimeout(Duration.ofSeconds(10)))) {
            executor.runAll();
            test.advance(Duration.ofSeconds(45));
            List<CompletableFuture<Lease<Thing>>> four = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                four.add(test.pool.acquireAsync());
            }
            executor.runAll();
            four.forEach(it -> it.join().close());
            test.advance(Duration.ofSeconds(0));
            executor.runAll();
            int before = test.stats().idle();
            test.advance(Duration.ofSeconds(15));
            int idle = test.stats().idle();
            executor.runAll();
            assertThat(idle).as("idle at once after, of %d before", before).isGreaterThanOrEqualTo(2);
        }
    }

    /** A pool whose objects were all leased at once, by as many threads, each of which has a hint to one of its own. */
    private TestPool usedBy(int callers, Consumer<PoolBuilder<Thing>> settings) {
        TestPool test = new TestPool(it -> settings.accept(it.maxSize(64).maxLifetime(Duration.ZERO)));
        for (int i = 0; i < callers; i++) {
            threads.add(Executors.newSingleThreadExecutor());
        }
        useAtOnce(test, callers);
        useAtOnce(test, callers); // the second time they find them idle, and remember them
        assertThat(test.stats().idle()).isGreaterThanOrEqualTo(callers);
        return test;
    }

    private void useAtOnce(TestPool test, int callers) {
        List<Lease<Thing>> leases = new ArrayList<>();
        threads.subList(0, callers).forEach(thread -> leases.add(on(thread, test::acquire)));
        for (int i = 0; i < callers; i++) {
            Lease<Thing> lease = leases.get(i);
            on(threads.get(i), () -> {
                lease.close();
                return lease;
            });
        }
    }

    /** Every thread acquires and releases, so many at a time, again and again until so many idle timeouts are over. */
    private void takeTurns(TestPool test, int atOnce, int idleTimeouts) {
        for (int i = 0; i < idleTimeouts * LOOKS; i++) {
            for (int first = 0; first < threads.size(); first += atOnce) {
                List<ExecutorService> some = threads.subList(first, first + atOnce);
                List<Lease<Thing>> leases =
                        some.stream().map(thread -> on(thread, test::acquire)).toList();
                for (int j = 0; j < atOnce; j++) {
                    on(some.get(j), closing(leases.get(j)));
                }
            }
            test.advance(IDLE.dividedBy(LOOKS));
        }
    }

    private static Supplier<Lease<Thing>> closing(Lease<Thing> lease) {
        return () -> {
            lease.close();
            return lease;
        };
    }

    private static <R> R on(ExecutorService thread, Supplier<R> call) {
        return CompletableFuture.supplyAsync(call, thread).join();
    }

    @ParameterizedTest
    @Tag("F71")
    @ValueSource(ints = {8, 16, 32})
    void threadsThatTakeTurnsLeaveOneObjectWithinThreeIdleTimeouts(int callers) {
        try (TestPool test = usedBy(callers, it -> it.idleTimeout(IDLE))) {
            takeTurns(test, 1, 3);
            assertThat(test.stats().total()).isEqualTo(1);
            assertThat(test.stats().destroyed(DestroyReason.EVICTED)).isEqualTo(callers - 1);
            takeTurns(test, 1, 3);
            assertThat(test.factory.made).as("none made anew").hasSize(callers);
        }
    }

    @ParameterizedTest
    @Tag("F71")
    @ValueSource(ints = {2, 4})
    void threadsThatTakeTurnsSeveralAtATimeLeaveAsManyObjects(int atOnce) {
        try (TestPool test = usedBy(16, it -> it.idleTimeout(IDLE))) {
            takeTurns(test, atOnce, 3);
            assertThat(test.stats().total()).isEqualTo(atOnce);
            takeTurns(test, atOnce, 3);
            assertThat(test.factory.made).as("none made anew").hasSize(16);
        }
    }

    @Test
    @Tag("F71")
    void threadsThatTakeTurnsLeaveTheLeastThatIsToBeIdle() {
        try (TestPool test = usedBy(16, it -> it.idleTimeout(IDLE).minIdle(3))) {
            takeTurns(test, 1, 3);
            assertThat(test.stats().total()).isEqualTo(3);
        }
    }

    private static Thing useAndTell(TestPool test) {
        try (Lease<Thing> lease = test.acquire()) {
            return lease.get();
        }
    }

    @Test
    void aThreadKeepsItsObjectWhileNoneIsTooMany() {
        try (TestPool test = usedBy(8, it -> it.idleTimeout(IDLE).minIdle(8))) {
            Thing used = on(threads.get(0), () -> useAndTell(test));
            for (int i = 0; i < 3 * LOOKS; i++) {
                test.advance(IDLE.dividedBy(LOOKS));
                assertThat(on(threads.get(1), () -> useAndTell(test))).isNotSameAs(used);
                assertThat(on(threads.get(0), () -> useAndTell(test))).isSameAs(used);
            }
        }
    }

    @Test
    void withASizingPolicyThreadsThatTakeTurnsLeaveAsManyObjectsAsItWants() {
        try (TestPool test = usedBy(16, it -> it.sizingPolicy(recent -> 2))) {
            takeTurns(test, 1, 1);
            assertThat(test.stats().total()).isEqualTo(2);
        }
    }
}
