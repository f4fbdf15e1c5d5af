package dev.cenote.pool.internal;

import static dev.cenote.pool.internal.Interleaving.inTurn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Factory;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolTimeoutException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A lease works once: afterwards it touches nothing, whoever has its object, and a lease that was lost or is held
 * too long ends.
 */
class LeasesTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    @Tag("P10")
    void aStaleLeaseTouchesNothingThoughItsObjectHasTheNextOwner() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> stale = test.acquire();
            Thing thing = stale.get();
            stale.close();
            Lease<Thing> live = test.acquire();
            assertThat(live.get()).isSameAs(thing);
            assertThatThrownBy(stale::get).isInstanceOf(IllegalStateException.class);
            stale.close();
            stale.invalidate();
            assertThat(test.pool.tryAcquire()).as("the live lease still has it").isEmpty();
            assertThat(thing.destroyed.get()).isZero();
            assertThat(test.stats().staleCloses()).isEqualTo(2);
            live.close();
        }
    }

    @Test
    @Tag("P10")
    @Tag("long")
    void ofTwoThreadsThatCloseOneLeaseOneReleases() throws Exception {
        for (int round = 0; round < 200; round++) {
            try (TestPool test = new TestPool(it -> it.maxSize(2))) {
                Lease<Thing> lease = test.acquire();
                Interleaving.atOnce(lease::close, lease::close);
                assertThat(test.stats().staleCloses()).isEqualTo(1);
                assertThat(test.stats().released()).isEqualTo(1);
            }
        }
    }

    @Test
    @Tag("P10")
    void pastMaxLeaseTimeTheCapacityComesBackAndTheLeaseIsDead() {
        try (TestPool test = new TestPool(it -> it.maxSize(1).maxLeaseTime(Duration.ofSeconds(10)))) {
            Lease<Thing> held = test.acquire();
            Thing thing = held.get();
            CompletableFuture<Lease<Thing>> waiter = test.pool.acquireAsync();
            test.advance(SECOND);
            test.advance(Duration.ofSeconds(9));
            assertThat(waiter).isNotDone();
            test.advance(SECOND);
            assertThat(thing.destroyed.get()).isEqualTo(1);
            assertThatThrownBy(held::get).isInstanceOf(IllegalStateException.class);
            held.close();
            assertThat(waiter.join().get()).isNotSameAs(thing);
            waiter.join().close();
        }
    }

    @ParameterizedTest
    @Tag("P10")
    @Tag("F23")
    @EnumSource
    void aSecondCloseFreesNothingUnderTheNextOwner(WayOfRelease way) {
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
    @Tag("P10")
    @Tag("F24")
    @EnumSource
    void ofTwoThreadsThatCloseOneLeaseOneFreesIt(WayOfRelease way) {
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
    @Tag("P10")
    @Tag("F25")
    @EnumSource
    void ofAReleaseAndAnInvalidateOneEndsTheLease(WayOfRelease way) {
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

    @Test
    @Tag("F28")
    void aLeaseGoesBackToThePoolThatItIsOfAndNoPoolTakesABareObject() {
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
    @Tag("F29")
    void theObjectOfALeaseThatWasLostWithItsFutureComesBack() {
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
    @Tag("P10")
    @Tag("F30")
    void aLeaseThatHasEndedInAnyWayGivesNoAccessToItsObject() {
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

    @Test
    @Tag("F29")
    @Tag("C16")
    void aLeaseThatWasLostNeedsNoRestart() {
        try (TestPool test = new TestPool(it -> it.maxSize(1).leakThreshold(MINUTE))) {
            test.acquire().get(); // and nobody will ever close it
            CompletableFuture<Lease<Thing>> next = test.pool.acquireAsync();
            Await.until(() -> {
                System.gc();
                test.advance(Duration.ofMillis(1));
                return next.isDone();
            });
            next.join().close();
            assertThat(test.stats().leaks()).isEqualTo(1);
        }
    }

    @Test
    @Tag("P10")
    void whatIsRevokedIsAbortedAndThenDestroyed() {
        List<String> calls = new ArrayList<>();
        FakeTicker ticker = new FakeTicker();
        Factory<Object> factory = new Factory<>() {
            @Override
            public Object create() {
                return new Object();
            }

            @Override
            public void abort(Object object) {
                calls.add("abort");
                throw new IllegalStateException("abort fails");
            }

            @Override
            public void destroy(Object object) {
                calls.add("destroy");
            }
        };
        DefaultPool<Object> pool = Opening.inPlace(
                Pool.builder(factory)
                        .maxLeaseTime(SECOND)
                        .ticker(ticker)
                        .executor(Runnable::run)
                        .config(),
                new TestPool.NoAlarm());
        pool.tryAcquire().orElseThrow().invalidate();
        assertThat(calls).containsExactly("destroy");
        Lease<Object> held = pool.tryAcquire().orElseThrow();
        pool.housekeep();
        ticker.advance(SECOND);
        pool.housekeep();
        assertThat(calls).containsExactly("destroy", "abort", "destroy");
        held.close();
        assertThat(pool.stats().staleCloses()).isEqualTo(1);
        assertThat(pool.shutdown(Duration.ZERO)).isCompleted();
        assertThat(calls).hasSize(3);
    }

    @Test
    void aFreshLeaseIsNotReportedAsHeldForAsLongAsItsObjectWasIdle() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            test.acquire().close();
            test.advance(SECOND);
            test.advance(MINUTE);
            Lease<Thing> lease = test.acquire();
            PoolTimeoutException late =
                    catchThrowableOfType(PoolTimeoutException.class, () -> test.pool.acquire(Duration.ZERO));
            assertThat(late.holders().get(0).heldFor()).isZero();
            lease.close();
        }
    }
}
