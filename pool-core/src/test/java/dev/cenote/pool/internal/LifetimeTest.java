package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.internal.run.Nanos;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every object reaches the end of its life, also in use, not all in the same second, and with its replacement made
 * first.
 */
class LifetimeTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private final ManualExecutor executor = new ManualExecutor();

    @Test
    @Tag("P13")
    void lifetimesAreShortenedByUpToTheJitter() {
        long lifetime = Duration.ofMinutes(30).toNanos();
        long shortest = lifetime;
        long longest = 0;
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 10_000; i++) {
            long jittered = Nanos.jittered(lifetime, 0.25, random);
            shortest = Math.min(shortest, jittered);
            longest = Math.max(longest, jittered);
        }
        assertThat(shortest).isBetween((long) (lifetime * 0.75), (long) (lifetime * 0.76));
        assertThat(longest).isBetween((long) (lifetime * 0.99), lifetime);
    }

    @Test
    @Tag("P13")
    void aBusyObjectIsRetiredWhenItComesBack() {
        try (TestPool test = new TestPool(it -> it.maxSize(1).maxLifetime(Duration.ofMinutes(30)))) {
            Lease<Thing> held = test.acquire();
            Thing thing = held.get();
            test.advance(Duration.ofMinutes(30));
            assertThat(thing.destroyed.get()).isZero();
            held.close();
            assertThat(thing.destroyed.get()).isEqualTo(1);
            assertThat(test.stats().destroyed(DestroyReason.EXPIRED)).isEqualTo(1);
        }
    }

    @Test
    @Tag("P13")
    void theReplacementComesFirstAndOnlyAFewAtATime() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(
                executor,
                it -> it.maxSize(10)
                        .minIdle(4)
                        .idleTimeout(Duration.ZERO)
                        .maxConcurrentRetirements(2)
                        .maxLifetime(Duration.ofMinutes(30)))) {
            executor.runAll();
            assertThat(test.stats().idle()).isEqualTo(4);
            test.advance(Duration.ofMinutes(30));
            assertThat(test.stats().creating()).as("replacements under way").isEqualTo(2);
            assertThat(test.stats().idle())
                    .as("none has gone before its replacement is there")
                    .isEqualTo(4);
            executor.runNext();
            assertThat(test.stats().retiring()).isEqualTo(1);
            assertThat(test.stats().idle()).isEqualTo(4);
            for (int i = 0; i < 10; i++) {
                executor.runAll();
                test.pool.housekeep();
                assertThat(test.stats().idle()).isGreaterThanOrEqualTo(4);
                assertThat(test.stats().retiring() + test.stats().creating()).isLessThanOrEqualTo(4);
            }
            executor.runAll();
            assertThat(test.stats().destroyed(DestroyReason.EXPIRED)).isEqualTo(4);
            assertThat(test.stats().total()).isEqualTo(4);
            test.pool.shutdown(Duration.ZERO);
            executor.runAll();
        }
    }

    @Test
    @Tag("P13")
    @Tag("F35")
    void whatWasMadeTogetherEndsInDifferentSeconds() {
        try (TestPool test = new TestPool(it -> it.maxSize(40)
                .maxConcurrentRetirements(40)
                .idleTimeout(Duration.ZERO)
                .maxLifetime(Duration.ofSeconds(100)))) {
            test.acquire(40).forEach(Lease::close);
            Set<Long> ended = new HashSet<>();
            for (int second = 0; second < 100; second++) {
                long before = test.stats().destroyed();
                test.advance(SECOND);
                if (test.stats().destroyed() > before) {
                    ended.add(before);
                }
            }
            assertThat(test.stats().destroyed(DestroyReason.EXPIRED)).isEqualTo(40);
            assertThat(ended).as("seconds in which one ended").hasSizeGreaterThan(5);
        }
    }

    @Test
    @Tag("P13")
    @Tag("F36")
    void anObjectThatGoesFromHandToHandReachesTheEndOfItsLife() {
        try (TestPool test =
                new TestPool(it -> it.maxSize(1).maxLifetime(MINUTE).lifetimeJitter(0))) {
            Lease<Thing> held = test.acquire();
            Thing first = held.get();
            for (int second = 0; second < 60; second++) {
                CompletableFuture<Lease<Thing>> next = test.pool.acquireAsync();
                test.advance(SECOND);
                held.close();
                assertThat(next).isCompleted();
                held = next.join();
            }
            assertThat(first.destroyed).hasValue(1);
            assertThat(held.get()).isNotSameAs(first);
            held.close();
        }
    }

    @Test
    @Tag("P13")
    @Tag("C9")
    void notEverythingExpiresInTheSameSecond() {
        try (TestPool test = new TestPool(it -> it.maxSize(40).minIdle(40).maxLifetime(MINUTE.multipliedBy(30)))) {
            long most = 0;
            for (int second = 0; second < 31 * 60; second++) {
                long before = test.stats().destroyed();
                test.advance(SECOND);
                most = Math.max(most, test.stats().destroyed() - before);
            }
            assertThat(test.stats().destroyed(DestroyReason.EXPIRED)).isGreaterThanOrEqualTo(40);
            assertThat(most).as("destroyed within a second").isLessThan(10);
            assertThat(test.stats().idle()).isEqualTo(40);
        }
    }

    @Test
    @Tag("P13")
    @Tag("C10")
    void aBusyObjectExpires() {
        try (TestPool test =
                new TestPool(it -> it.maxSize(1).maxLifetime(MINUTE).lifetimeJitter(0))) {
            for (int second = 0; second < 61; second++) {
                Lease<Thing> lease = test.acquire();
                test.advance(SECOND);
                lease.close();
            }
            assertThat(test.stats().destroyed(DestroyReason.EXPIRED)).isEqualTo(1);
        }
    }

    @Test
    void theLargestMaxUsesIsNeverReached() {
        try (TestPool test = new TestPool(executor, it -> it.maxSize(1).maxUses(Long.MAX_VALUE))) {
            test.acquireMade(1).get(0).invalidate();
            CompletableFuture<Lease<Thing>> second = test.pool.acquireAsync();
            executor.runNext(); // destroys the first, whose place was used once
            executor.runNext(); // makes the second
            assertThat(second).isCompleted();
            second.join().close();
            assertThat(test.stats().destroyed(DestroyReason.USED_UP)).isZero();
        }
    }

    @Test
    @Tag("P13")
    void objectsThatWaitForAReplacementExpireWhenAResizeLeavesNoRoomForIt() {
        try (TestPool test =
                new TestPool(executor, it -> it.maxSize(6).maxLifetime(MINUTE).lifetimeJitter(0))) {
            List<Lease<Thing>> leases = test.acquireMade(4);
            test.ticker.advance(MINUTE);
            test.factory.failNextCreate(new IllegalStateException("down"));
            test.pool.tryAcquire();
            executor.runAll();
            test.pool.housekeep(); // the first two wait, until a create may be tried again
            test.resize(new PoolLimits(4, 0, 100));
            leases.forEach(Lease::close);
            for (int i = 0; i < 4; i++) {
                test.advance(SECOND);
                executor.runAll();
            }
            assertThat(test.stats().destroyed(DestroyReason.EXPIRED)).isEqualTo(4);
        }
    }

    @Test
    @Tag("P13")
    void expiryLeavesMinIdleObjectsUntilTheirReplacementsAreThere() {
        try (TestPool test = new TestPool(
                executor, it -> it.maxSize(10).minIdle(2).maxLifetime(MINUTE).lifetimeJitter(0))) {
            executor.runAll();
            test.acquireMade(3).forEach(Lease::close);
            for (int i = 0; i < 10; i++) {
                test.advance(MINUTE);
                assertThat(test.stats().idle()).isGreaterThanOrEqualTo(2);
                executor.runAll();
            }
        }
    }

    @Test
    void whatEndsByItselfBeforeItsTurnToBeReplacedHasExpired() {
        try (TestPool test = new TestPool(
                it -> it.maxSize(10).maxLifetime(Duration.ofSeconds(10)).lifetimeJitter(0))) {
            test.acquire(1).forEach(Lease::close);
            test.pool.invalidateAll(Duration.ofHours(1));
            test.advance(Duration.ofSeconds(11));
            assertThat(test.stats().destroyed(DestroyReason.EXPIRED)).isEqualTo(1);
        }
    }
}
