package dev.cenote.pool.internal;

import static dev.cenote.pool.internal.Interleaving.inTurn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolBuilder;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** F23 to F30 of docs/faults.md: bugs that pools have in how objects are used and given back. */
@Timeout(20)
class UsingFaultsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    /** The ways that a release can take. */
    enum Release {
        PLAIN(it -> it),
        VALIDATED(it -> it.validateOnRelease(true).validator(thing -> true)),
        COUNTED(it -> it.maxUses(3)),
        LAST_USE(it -> it.maxUses(1));

        final UnaryOperator<PoolBuilder<Thing>> settings;

        Release(UnaryOperator<PoolBuilder<Thing>> settings) {
            this.settings = settings;
        }

        TestPool open() {
            return new TestPool(it -> settings.apply(it.maxSize(1)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void f23ASecondCloseFreesNothingUnderTheNextOwner(Release way) {
        try (TestPool test = way.open()) {
            Lease<Thing> stale = test.acquire();
            stale.close();
            Lease<Thing> next = test.acquire();
            stale.close();
            assertThat(test.pool.tryAcquire()).isEmpty();
            next.get().use();
            assertThat(test.stats().staleCloses()).isEqualTo(1);
            next.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void f24OfTwoThreadsThatCloseOneLeaseOneFreesIt(Release way) {
        try (TestPool test = way.open()) {
            Lease<Thing> lease = test.acquire();
            inTurn(test, lease::close, lease::close);
            assertThat(test.stats().released()).isEqualTo(1);
            assertThat(test.stats().staleCloses()).isEqualTo(1);
            Lease<Thing> only = test.acquire();
            assertThat(test.pool.tryAcquire()).isEmpty();
            only.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void f25OfAReleaseAndAnInvalidateOneEndsTheLease(Release way) {
        for (boolean isReleaseFirst : List.of(true, false)) {
            try (TestPool test = way.open()) {
                Lease<Thing> lease = test.acquire();
                Thing thing = lease.get();
                Runnable close = lease::close;
                Runnable invalidate = lease::invalidate;
                inTurn(test, isReleaseFirst ? close : invalidate, isReleaseFirst ? invalidate : close);
                boolean isInvalidated = thing.destroyed.get() == 1;
                assertThat(test.stats().staleCloses())
                        .as("the first close after an invalidate is none, if it sees that it comes after one")
                        .isBetween(isInvalidated ? 0L : 1L, 1L);
                assertThat(test.stats().idle()).isEqualTo(isInvalidated ? 0 : 1);
                assertThat(test.stats().destroyed()).isEqualTo(thing.destroyed.get());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void f26WhatIsReleasedAfterTheCloseIsDestroyedOnce(Release way) {
        try (TestPool test = way.open()) {
            Lease<Thing> lease = test.acquire();
            Thing thing = lease.get();
            CompletableFuture<Void> closed = test.pool.shutdown(SECOND);
            lease.close();
            assertThat(thing.destroyed).hasValue(1);
            lease.close();
            lease.invalidate();
            assertThat(thing.destroyed).hasValue(1);
            assertThat(closed).isCompleted();
        }
    }

    @ParameterizedTest
    @EnumSource
    void f26WhatIsReleasedInTheMomentOfTheCloseIsDestroyedOnce(Release way) {
        try (TestPool test = way.open()) {
            Lease<Thing> lease = test.acquire();
            inTurn(test, () -> test.pool.shutdown(SECOND), lease::close);
            assertThat(test.stats().destroyed()).isEqualTo(1);
        }
    }

    @Test
    void f27WhatResetThrowsIsNotTheReleasersAndCostsNoPlace() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> lease = RegressionTest.whoseResetDoes(test, () -> {
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
    void f27WhatTheValidatorThrowsOnReleaseIsNotTheReleasersAndCostsNoPlace() {
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
    void f28ALeaseGoesBackToThePoolThatItIsOfAndNoPoolTakesABareObject() {
        assertThat(Stream.of(Pool.class.getMethods()).map(Method::getGenericParameterTypes))
                .allSatisfy(types ->
                        assertThat(types).noneMatch(type -> type == Pool.class.getTypeParameters()[0]));
        assertThat(Stream.of(Lease.class.getMethods()).filter(method -> method.getParameterCount() > 0))
                .extracting(Method::toGenericString)
                .singleElement()
                .asString()
                .endsWith("invalidate(java.lang.Throwable)");
        try (TestPool one = new TestPool(it -> it.maxSize(1));
                TestPool other = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> ones = one.acquire();
            Lease<Thing> others = other.acquire();
            ones.close();
            assertThat(one.stats().idle()).isEqualTo(1);
            assertThat(other.stats().idle()).isZero();
            others.close();
        }
    }

    @Test
    void f29TheObjectOfALeaseThatWasLostWithItsFutureComesBack() {
        try (TestPool test = new TestPool(it -> it.maxSize(1).leakThreshold(Duration.ofMinutes(1)))) {
            test.pool.acquireAsync(); // nobody will ever look what came of it
            CompletableFuture<Lease<Thing>> next = test.pool.acquireAsync(Duration.ofDays(1));
            Await.until(() -> {
                System.gc();
                test.pool.housekeep();
                return next.isDone();
            });
            next.join().close();
            assertThat(test.stats().destroyed(DestroyReason.LEAKED)).isEqualTo(1);
        }
    }

    @Test
    void f30ALeaseThatHasEndedInAnyWayGivesNoAccessToItsObject() {
        try (TestPool test = new TestPool(it -> it.maxSize(4).maxLeaseTime(SECOND))) {
            List<Lease<Thing>> leases = test.acquire(4);
            leases.get(0).close();
            leases.get(1).invalidate();
            test.detach(leases.get(2));
            test.advance(Duration.ofMillis(1));
            test.advance(SECOND); // revokes the last
            List<Lease<Thing>> next = test.acquire(4);
            for (Lease<Thing> stale : leases) {
                assertThatThrownBy(stale::get).isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(stale::detach).isInstanceOf(IllegalStateException.class);
            }
            next.forEach(lease -> lease.get().use());
            next.forEach(Lease::close);
        }
    }
}
