package dev.cenote.pool.internal;

import static dev.cenote.pool.internal.Interleaving.inTurn;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolBuilder;
import dev.cenote.pool.PoolLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** F31 to F40 of docs/faults.md: bugs that pools have in how they check objects and end them. */
@Timeout(20)
class ValidatingFaultsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final ManualExecutor executor = new ManualExecutor();

    /** A pool with ten idle objects that have to be checked before they are lent. */
    private TestPool tenUnchecked() {
        TestPool test = new TestPool(
                executor, it -> it.maxSize(10).validationTimeout(SECOND).validator(thing -> thing.number >= 10));
        CompletableFuture<Void> warm = test.pool.warmUp(10);
        executor.runAll();
        assertThat(warm).isCompleted();
        test.advance(SECOND);
        test.advance(SECOND);
        return test;
    }

    @Test
    void f31TenObjectsWhoseValidationHangsCostOneCallerTwoTimeOutsNotTen() {
        try (TestPool test = tenUnchecked()) {
            test.lettingCallsHang();
            CompletableFuture<Lease<Thing>> caller = test.pool.acquireAsync();
            List<Runnable> hanging = new ArrayList<>();
            for (int timeOuts = 0; timeOuts < 2; timeOuts++) {
                while (executor.size() > 0) {
                    hanging.add(executor.takeNext());
                }
                assertThat(caller).isNotDone();
                test.advance(SECOND);
            }
            executor.runAll();
            assertThat(caller).isCompleted();
            assertThat(hanging).hasSize(1 + 1 + 9); // a check, a destroy, the other checks
            hanging.forEach(Runnable::run);
            assertThat(test.stats().destroyed(DestroyReason.VALIDATION_FAILED)).isEqualTo(10);
            caller.join().close();
        }
    }

    @Test
    void f31AValidatorThatRejectsAllCostsOneCallerTwoLooks() {
        try (TestPool test = tenUnchecked()) {
            CompletableFuture<Lease<Thing>> caller = test.pool.acquireAsync();
            executor.runNext();
            assertThat(test.stats().validating()).as("all the others, at once").isEqualTo(9);
            executor.runAll();
            assertThat(caller).isCompleted();
            assertThat(caller.join().get().number).isGreaterThanOrEqualTo(10);
            caller.join().close();
        }
    }

    @Test
    void f32NoMoreIdleObjectsAreTakenToBeCheckedThanThereAreCallers() {
        try (TestPool test = tenUnchecked()) {
            assertThat(test.stats().validating()).isZero();
            List<CompletableFuture<Lease<Thing>>> callers =
                    List.of(test.pool.acquireAsync(), test.pool.acquireAsync(), test.pool.acquireAsync());
            assertThat(test.stats().validating()).isEqualTo(3);
            assertThat(test.stats().idle()).isEqualTo(7);
            executor.runAll();
            callers.forEach(caller -> caller.thenAccept(Lease::close));
            executor.runAll();
        }
    }

    private static TestPool evicting() {
        return new TestPool(
                it -> it.maxSize(1).idleTimeout(Duration.ofSeconds(4)).maxLifetime(Duration.ZERO));
    }

    @Test
    void f33WhatIsLeasedWhenTheEvictorHasMadeUpItsMindStays() {
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
    void f33WhatWasUsedSinceTheEvictorLookedIsNotIdleForTooLong() {
        try (TestPool test = evicting()) {
            test.acquire().close();
            test.advance(SECOND);
            test.ticker.advance(Duration.ofSeconds(4));
            inTurn(test, test.pool::housekeep, () -> test.acquire().close());
            assertThat(test.stats().destroyed()).isZero();
        }
    }

    @Test
    void f34ADestroyThatThrowsCostsNoPlaceAndKeepsNoOtherFromBeingDestroyed() {
        try (TestPool test = new TestPool(it -> it.maxSize(3))) {
            test.factory.everyDestroy = () -> {
                throw new AssertionError("made up");
            };
            test.acquire(3).forEach(Lease::close);
            test.pool.invalidateAll();
            assertThat(test.stats().destroyed(DestroyReason.REPLACED)).isEqualTo(3);
            test.acquire(3).forEach(Lease::close);
            assertThat(test.pool.shutdown(MINUTE)).isCompleted();
        }
    }

    @Test
    void f34ADestroyThatHangsKeepsNoOtherFromBeingDestroyedAndCloseWaitsNoLongerThanItsTimeOut() {
        try (TestPool test = new TestPool(executor, it -> it.maxSize(3).destroyTimeout(SECOND))) {
            CompletableFuture<Void> warm = test.pool.warmUp(3);
            executor.runAll();
            assertThat(warm).isCompleted();
            CompletableFuture<Void> closed = test.pool.shutdown(Duration.ZERO);
            Runnable hanging = executor.takeNext();
            executor.runAll();
            assertThat(test.stats().destroyed()).isEqualTo(2);
            assertThat(closed).isNotDone();
            test.advance(SECOND);
            assertThat(closed).isCompleted();
            hanging.run();
        }
    }

    @Test
    void f35WhatWasMadeTogetherEndsInDifferentSeconds() {
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
    void f36AnObjectThatGoesFromHandToHandReachesTheEndOfItsLife() {
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
    void f37MinIdleIsRestoredAfterEvictionFailureAndResize() {
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
    void f38EvictionStopsAtMinIdleAndNothingIsMadeOnlyToBeEvicted() {
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

    /** A pool of eight objects, and then an hour in which the process stands still. */
    private TestPool frozen(UnaryOperator<PoolBuilder<Thing>> settings) {
        TestPool test = new TestPool(executor, it -> settings.apply(it.maxSize(8)));
        test.pool.warmUp(8);
        executor.runAll();
        test.advance(SECOND);
        test.advance(Duration.ofHours(1));
        return test;
    }

    @Test
    void f39AfterAnHourInWhichTheProcessWasFrozenNotEverythingExpiresAtOnce() {
        try (TestPool test = frozen(it -> it.minIdle(8).maxConcurrentRetirements(2))) {
            assertThat(test.stats().retiring()).isEqualTo(2);
            assertThat(test.stats().idle()).isEqualTo(6);
            Lease<Thing> lease = test.acquire();
            lease.get().use();
            lease.close();
            for (int i = 0; i < 10; i++) {
                executor.runAll();
                test.advance(Duration.ofMillis(100));
            }
            assertThat(test.stats().destroyed(DestroyReason.EXPIRED)).isEqualTo(8);
        }
    }

    @Test
    void f39AfterAnHourInWhichTheProcessWasFrozenNobodyIsLentADeadObject() {
        AtomicInteger validations = new AtomicInteger();
        try (TestPool test = frozen(it -> it.idleTimeout(Duration.ZERO)
                .maxLifetime(Duration.ZERO)
                .validateIfIdleFor(Duration.ofDays(1))
                .validator(thing -> {
                    validations.incrementAndGet();
                    return thing.number >= 8;
                }))) {
            assertThat(test.stats().validating()).isEqualTo(8);
            CompletableFuture<Lease<Thing>> caller = test.pool.acquireAsync();
            executor.runAll();
            assertThat(validations).hasValue(8);
            assertThat(caller).isCompleted();
            assertThat(caller.join().get().number).isGreaterThanOrEqualTo(8);
            caller.join().close();
        }
    }

    @Test
    void f40WhereTheClockOverflowsNothingEndsTooSoonOrTooLate() {
        Duration forEver = Duration.ofSeconds(Long.MAX_VALUE);
        try (TestPool test = new TestPool(it -> it.maxSize(2)
                .idleTimeout(MINUTE)
                .maxLifetime(MINUTE.multipliedBy(10))
                .lifetimeJitter(0)
                .maxLeaseTime(forEver)
                .destroyTimeout(forEver)
                .createTimeout(forEver))) {
            List<Lease<Thing>> held = test.acquire(2);
            CompletableFuture<Lease<Thing>> patient = test.pool.acquireAsync(forEver);
            CompletableFuture<Lease<Thing>> hasty = test.pool.acquireAsync(SECOND);
            CompletableFuture<Lease<Thing>> hastier = test.pool.acquireAsync(Duration.ofMillis(100));
            test.advance(Duration.ofMillis(100));
            assertThat(test.ticker.nanos()).isPositive();
            assertThat(hastier).isCompletedExceptionally();
            assertThat(hasty).isNotDone();
            test.advance(Duration.ofMillis(800)); // past the largest instant, to the smallest ones
            assertThat(test.ticker.nanos()).isNegative();
            assertThat(patient).isNotDone();
            assertThat(hasty).isNotDone();
            test.advance(Duration.ofMillis(100));
            assertThat(hasty).isCompletedExceptionally();
            held.forEach(Lease::close);
            patient.join().close();
            test.advance(SECOND);
            test.advance(MINUTE.minus(SECOND));
            assertThat(test.stats().idle()).isEqualTo(2);
            test.advance(SECOND);
            assertThat(test.stats().destroyed(DestroyReason.EVICTED)).isEqualTo(2);
            assertThat(test.stats().destroyed()).isEqualTo(2);
        }
    }
}
