package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.CreateFailedException;
import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolBuilder;
import dev.cenote.pool.PoolClosedException;
import dev.cenote.pool.PoolFullException;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.PoolTimeoutException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds whichever way a pool is used. */
@ParameterizedClass
@MethodSource("dev.cenote.pool.internal.Access#all")
class PoolContractTest {

    @Parameter
    Access access;

    private TestPool open(Consumer<PoolBuilder<Thing>> settings) {
        return access.open(settings);
    }

    @Test
    void anObjectIsMadeOnceAndLentAgain() {
        try (TestPool test = open(it -> it.maxSize(2))) {
            Thing first;
            try (Lease<Thing> lease = access.acquire(test).lease()) {
                first = lease.get();
            }
            try (Lease<Thing> lease = access.acquire(test).lease()) {
                assertThat(lease.get()).isSameAs(first);
            }
            assertThat(test.factory.made).hasSize(1);
        }
    }

    @Test
    @Tag("P5")
    void aReleaseServesTheOneWhoWaits() {
        try (TestPool test = open(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            Thing thing = held.get();
            Access.Caller waiter = access.acquire(test);
            test.awaitWaiters(1);
            held.close();
            try (Lease<Thing> lease = waiter.lease()) {
                assertThat(lease.get()).isSameAs(thing);
            }
        }
    }

    @Test
    @Tag("P4")
    void waitersAreServedInTheOrderInWhichTheyCame() {
        try (TestPool test = open(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            List<Access.Caller> waiters = queue(test, 5);
            for (Access.Caller waiter : waiters) {
                held.close();
                held = waiter.lease();
            }
            held.close();
        }
    }

    @Test
    @Tag("P5")
    void anInvalidatedObjectIsReplacedForTheOneWhoWaits() {
        try (TestPool test = open(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            Thing broken = held.get();
            Access.Caller waiter = access.acquire(test);
            test.awaitWaiters(1);
            held.invalidate();
            try (Lease<Thing> lease = waiter.lease()) {
                assertThat(lease.get()).isNotSameAs(broken);
            }
            assertThat(broken.destroyed.get()).isEqualTo(1);
        }
    }

    @Test
    @Tag("P5")
    void aDetachedObjectLivesOnAndItsPlaceIsFree() {
        try (TestPool test = open(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            Access.Caller waiter = access.acquire(test);
            test.awaitWaiters(1);
            Thing detached = test.detach(held);
            waiter.lease().close();
            assertThat(detached.destroyed.get()).isZero();
            assertThat(test.stats().detached()).isEqualTo(1);
        }
    }

    @Test
    @Tag("P6")
    void aWaiterWhoseTimeIsUpGetsAnExceptionWithTheCounts() {
        try (TestPool test = open(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            Access.Caller waiter = access.acquire(test, Duration.ofSeconds(30));
            test.awaitWaiters(1);
            test.advance(Duration.ofSeconds(29));
            assertThat(waiter.outcome()).isNotDone();
            test.advance(Duration.ofSeconds(1));
            assertThat(waiter.failure()).isInstanceOfSatisfying(PoolTimeoutException.class, failure -> {
                assertThat(failure.stats().leased()).isEqualTo(1);
                assertThat(failure).hasMessageContaining("30000 ms").hasMessageContaining("leased 1");
            });
            held.close();
            assertThat(test.stats().timeouts()).isEqualTo(1);
            assertThat(test.stats().idle()).isEqualTo(1);
        }
    }

    @Test
    @Tag("P7")
    void aWaiterThatLeavesIsPassedOver() {
        try (TestPool test = open(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            List<Access.Caller> waiters = queue(test, 3);
            boolean leaves = access.way() != Access.Way.UNINTERRUPTIBLE;
            waiters.get(1).leave();
            if (leaves) {
                test.awaitWaiters(2);
                assertThat(waiters.get(1).failure())
                        .isInstanceOfAny(InterruptedException.class, CancellationException.class);
                waiters.remove(1);
            }
            for (Access.Caller waiter : waiters) {
                held.close();
                held = waiter.lease();
            }
            held.close();
            assertThat(test.stats().cancelled()).isEqualTo(leaves ? 1 : 0);
        }
    }

    @Test
    @Tag("P8")
    void oneMoreThanMaxWaitersIsRefusedAtOnce() {
        try (TestPool test = open(it -> it.maxSize(1).maxWaiters(2))) {
            Lease<Thing> held = test.acquire();
            List<Access.Caller> waiters = queue(test, 2);
            Throwable refusal = access.acquire(test).failure();
            assertThat(refusal)
                    .isInstanceOfSatisfying(
                            PoolFullException.class,
                            full -> assertThat(full.stats().waiters()).isEqualTo(2));
            held.close();
            waiters.forEach(waiter -> waiter.lease().close());
            assertThat(test.stats().refused()).isEqualTo(1);
        }
    }

    @Test
    @Tag("P8")
    void withoutWaitersAllowedAPoolWithRoomStillServes() {
        try (TestPool test = open(it -> it.maxSize(2).maxWaiters(0))) {
            Lease<Thing> first = access.acquire(test).lease();
            Lease<Thing> second = access.acquire(test).lease();
            assertThat(access.acquire(test).failure()).isInstanceOf(PoolFullException.class);
            first.close();
            second.close();
        }
    }

    @Test
    @Tag("P12")
    void closingFailsThoseWhoWaitAndThoseWhoCome() {
        try (TestPool test = open(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            List<Access.Caller> waiters = queue(test, 2);
            var closed = test.face.shutdown(Duration.ofSeconds(10));
            for (Access.Caller waiter : waiters) {
                assertThat(waiter.failure()).isInstanceOf(PoolClosedException.class);
            }
            assertThat(access.acquire(test).failure()).isInstanceOf(PoolClosedException.class);
            assertThat(closed).isNotDone();
            Thing thing = held.get();
            held.close();
            assertThat(closed).isDone();
            assertThat(thing.destroyed.get()).isEqualTo(1);
        }
    }

    @Test
    @Tag("P10")
    @Tag("P12")
    void whatIsHeldWhenTheGraceIsOverIsRevoked() {
        try (TestPool test = open(it -> it.maxSize(1))) {
            Lease<Thing> held = access.acquire(test).lease();
            var closed = test.face.shutdown(Duration.ofSeconds(10));
            test.advance(Duration.ofSeconds(9));
            assertThat(closed).isNotDone();
            test.advance(Duration.ofSeconds(1));
            assertThat(closed).isDone();
            assertThatThrownBy(held::get).isInstanceOf(IllegalStateException.class);
            held.close();
            assertThat(test.stats().staleCloses()).isEqualTo(1);
            assertThat(test.stats().destroyed(DestroyReason.REVOKED)).isEqualTo(1);
        }
    }

    @Test
    @Tag("P5")
    void aLargerPoolServesThoseWhoWait() {
        try (TestPool test = open(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            List<Access.Caller> waiters = queue(test, 2);
            test.resize(new PoolLimits(3, 0, 1024));
            waiters.forEach(waiter -> waiter.lease().close());
            held.close();
            assertThat(test.stats().total()).isEqualTo(3);
        }
    }

    @Test
    @Tag("P1")
    void aSmallerPoolShrinksAsLeasesComeBack() {
        try (TestPool test = open(it -> it.maxSize(4))) {
            List<Lease<Thing>> held = List.of(
                    access.acquire(test).lease(),
                    access.acquire(test).lease(),
                    access.acquire(test).lease());
            access.acquire(test).lease().close();
            test.resize(new PoolLimits(2, 0, 1024));
            assertThat(test.stats().total()).isEqualTo(3);
            held.get(0).close();
            assertThat(test.stats().total()).isEqualTo(2);
            assertThat(test.stats().idle()).isZero();
            held.get(1).close();
            held.get(2).close();
            assertThat(test.stats().idle()).isEqualTo(2);
        }
    }

    @Test
    @Tag("P5")
    void aSuspendedPoolKeepsEverybodyWaitingAndResumeServesAll() {
        try (TestPool test = open(it -> it.maxSize(3))) {
            test.acquire(2).forEach(Lease::close);
            test.pool.suspend();
            assertThat(test.pool.tryAcquire()).isEmpty();
            List<Access.Caller> waiters = queue(test, 3);
            test.pool.resume();
            waiters.stream().map(Access.Caller::lease).toList().forEach(Lease::close);
        }
    }

    @Test
    void whenNothingCanBeMadeTheFactorysFailureIsTheCause() {
        try (TestPool test = open(it -> it.maxSize(2))) {
            IOException down = new IOException("down");
            test.factory.failNextCreate(down);
            assertThat(access.acquire(test).failure())
                    .isInstanceOf(CreateFailedException.class)
                    .hasCause(down);
            test.advance(Duration.ofMillis(100)); // the longest back-off after one failure
            access.acquire(test).lease().close();
            assertThat(test.stats().creationFailures()).isEqualTo(1);
        }
    }

    @Test
    @Tag("P5")
    void anObjectThatFailsItsValidationIsReplaced() {
        List<Thing> bad = new ArrayList<>();
        try (TestPool test =
                open(it -> it.maxSize(2).validator(thing -> bad.stream().noneMatch(b -> b == thing)))) {
            Lease<Thing> lease = access.acquire(test).lease();
            bad.add(lease.get());
            lease.close();
            test.advance(Duration.ofSeconds(2));
            try (Lease<Thing> next = access.acquire(test).lease()) {
                assertThat(next.get()).isNotSameAs(bad.get(0));
            }
            assertThat(bad.get(0).destroyed.get()).isEqualTo(1);
            assertThat(test.stats().validationFailures()).isEqualTo(1);
        }
    }

    @Test
    @Tag("P10")
    void aSecondCloseTouchesNothing() {
        try (TestPool test = open(it -> it.maxSize(1))) {
            Lease<Thing> first = access.acquire(test).lease();
            first.close();
            Lease<Thing> second = access.acquire(test).lease();
            first.close();
            first.invalidate();
            assertThatThrownBy(first::detach).isInstanceOf(IllegalStateException.class);
            assertThat(second.get().destroyed.get()).isZero();
            assertThat(test.stats().leased()).isEqualTo(1);
            assertThat(test.stats().staleCloses()).isEqualTo(3);
            second.close();
        }
    }

    @Test
    void aDrainedPoolHasNoObjectAndItsWaitersAreServedAfterwards() {
        try (TestPool test = open(it -> it.maxSize(3).minIdle(1))) {
            Lease<Thing> held = access.acquire(test).lease();
            CompletableFuture<Void> empty = test.pool.drain();
            List<Access.Caller> waiters = queue(test, 3);
            held.close();
            assertThat(empty).isCompleted();
            assertThat(test.stats().total()).isZero();
            test.pool.resume();
            waiters.stream().map(Access.Caller::lease).toList().forEach(Lease::close);
        }
    }

    @Test
    void aWarmPoolHasWhatItsCallersWant() {
        try (TestPool test = open(it -> it.maxSize(3))) {
            assertThat(test.pool.warmUp(3)).isCompleted();
            List<Lease<Thing>> leases = List.of(
                    access.acquire(test).lease(),
                    access.acquire(test).lease(),
                    access.acquire(test).lease());
            assertThat(test.stats().created()).isEqualTo(3);
            assertThat(test.stats().missed()).isZero();
            leases.forEach(Lease::close);
        }
    }

    @Test
    @Tag("C14")
    void afterAFaultNobodyGetsAnObjectThatIsBroken() {
        Set<Thing> broken = Collections.newSetFromMap(new IdentityHashMap<>());
        try (TestPool test = open(it -> it.maxSize(4).validator(thing -> !broken.contains(thing)))) {
            List<Lease<Thing>> leases = test.acquire(4);
            leases.subList(1, 4).forEach(lease -> broken.add(lease.get()));
            leases.subList(1, 4).forEach(Lease::close);
            leases.get(0).invalidate(new IOException("the server is gone"));
            try (Lease<Thing> lease = access.acquire(test).lease()) {
                assertThat(broken.contains(lease.get())).isFalse();
            }
            assertThat(broken).allMatch(thing -> thing.destroyed.get() == 1);
        }
    }

    @Test
    @Tag("P21")
    void whileCreatesFailCallersAreToldAtOnceAndOneOfThemTries() {
        try (TestPool test = open(it -> it.maxSize(2).failFastAfter(Duration.ZERO))) {
            IOException down = new IOException("down");
            test.factory.failNextCreate(down);
            assertThat(access.acquire(test).failure()).hasCause(down);
            while (!test.stats().isFailingFast()) { // the next try may be due at once
                test.factory.failNextCreate(down);
                assertThat(access.acquire(test).failure()).hasCause(down);
            }
            long failures = test.stats().creationFailures();
            assertThat(access.acquire(test).failure()).hasCause(down);
            assertThat(test.stats().creationFailures()).as("nothing was tried").isEqualTo(failures);
            test.advance(Duration.ofSeconds(15));
            access.acquire(test).lease().close();
        }
    }

    @Test
    void allAreReplacedWithinTheTimeThatIsGiven() {
        try (TestPool test = open(it -> it.maxSize(3).maxConcurrentRetirements(1))) {
            test.acquire(3).forEach(Lease::close);
            List<Thing> old = List.copyOf(test.factory.made);
            test.pool.invalidateAll(Duration.ofSeconds(3));
            try (Lease<Thing> lease = access.acquire(test).lease()) {
                assertThat(old).filteredOn(thing -> thing.destroyed.get() > 0).isEmpty();
                test.advance(Duration.ofSeconds(1));
                assertThat(lease.get().destroyed.get()).isZero();
            }
            for (int second = 0; second < 5; second++) {
                test.advance(Duration.ofSeconds(1));
            }
            assertThat(old).allMatch(thing -> thing.destroyed.get() == 1);
            access.acquire(test).lease().close();
        }
    }

    @Test
    void aLeaseThatIsHeldTooLongIsReportedAndGoesOn() {
        try (TestPool test = open(it -> it.maxSize(1).leakThreshold(Duration.ofSeconds(10)))) {
            Lease<Thing> held = access.acquire(test).lease();
            for (int second = 0; second < 12; second++) {
                test.advance(Duration.ofSeconds(1));
            }
            assertThat(test.stats().leaks()).isEqualTo(1);
            Access.Caller waiter = access.acquire(test);
            test.awaitWaiters(1);
            held.get().use();
            held.close();
            waiter.lease().close();
            assertThat(test.stats().destroyed()).isZero();
        }
    }

    @Test
    void aPolicyHasObjectsReadyBeforeTheyAreWanted() {
        try (TestPool test = open(it -> it.maxSize(3).sizingPolicy(peaks -> 2))) {
            test.advance(Duration.ofSeconds(1));
            Lease<Thing> first = access.acquire(test).lease();
            Lease<Thing> second = access.acquire(test).lease();
            assertThat(test.stats().missed()).isZero();
            first.close();
            second.close();
        }
    }

    @Test
    @Tag("P2")
    void anObjectThatIsBeingKeptAliveIsNobodysAndThenTheWaiters() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> {
            access.configure(it);
            it.maxSize(1).keepaliveTime(Duration.ofSeconds(10)).validator(thing -> true);
        })) {
            test.pool.warmUp(1);
            executor.runAll();
            for (int second = 0; test.stats().validating() == 0; second++) {
                assertThat(second).as("at most a fifth later than its time").isLessThan(14);
                test.advance(Duration.ofSeconds(1));
            }
            Access.Caller waiter = access.acquire(test);
            test.awaitWaiters(1);
            executor.runAll();
            waiter.lease().close();
            assertThat(test.stats().created()).isEqualTo(1);
        }
    }

    /** Callers that wait, the oldest first. */
    private List<Access.Caller> queue(TestPool test, int count) {
        List<Access.Caller> waiters = new ArrayList<>();
        int before = test.stats().waiters();
        for (int i = 1; i <= count; i++) {
            waiters.add(access.acquire(test));
            test.awaitWaiters(before + i);
        }
        return waiters;
    }

    @Test
    @Tag("F88")
    void theCloseOfATryWithResourcesAfterAnInvalidateOrADetachIsNoStaleClose() {
        try (TestPool test = open(it -> it.maxSize(1))) {
            List<Consumer<Lease<Thing>>> ends = List.of(
                    Lease::invalidate, lease -> lease.invalidate(new IllegalStateException("down")), test::detach);
            for (Consumer<Lease<Thing>> end : ends) {
                long before = test.stats().staleCloses();
                Lease<Thing> given = access.acquire(test).lease();
                try (given) {
                    end.accept(given);
                }
                assertThat(test.stats().staleCloses()).isEqualTo(before);
                given.close();
                assertThat(test.stats().staleCloses())
                        .as("a second close is one")
                        .isEqualTo(before + 1);
                given.invalidate();
                given.close();
                assertThat(test.stats().staleCloses())
                        .as("and so are those after an invalidate of a lease that is dead")
                        .isEqualTo(before + 3);
            }
        }
    }
}
