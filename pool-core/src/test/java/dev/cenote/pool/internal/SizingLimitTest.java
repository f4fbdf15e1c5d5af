package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.SizingPolicy;
import dev.cenote.pool.internal.stats.AdaptiveLimit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A {@link SizingPolicy} that says how many objects may exist at most. */
class SizingLimitTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final List<SizingPolicy.Load> loads = new ArrayList<>();
    private OptionalInt limit = OptionalInt.empty();
    private boolean isBroken;

    private final SizingPolicy policy = new SizingPolicy() {
        @Override
        public int size(int[] peaks) {
            if (isBroken) {
                throw new IllegalStateException("no answer");
            }
            return 0;
        }

        @Override
        public OptionalInt limit(Load load) {
            loads.add(load);
            return limit;
        }
    };

    private TestPool pool(int maxSize, int minIdle) {
        return new TestPool(it -> it.maxSize(maxSize).minIdle(minIdle).sizingPolicy(policy));
    }

    @Test
    void thePoolHasNoMoreThanThePolicySays() {
        try (TestPool test = pool(10, 0)) {
            limit = OptionalInt.of(2);
            test.advance(SECOND);
            List<Lease<Thing>> leases = test.acquire(2);
            assertThat(test.pool.tryAcquire()).isEmpty();
            assertThat(test.stats().maxSize()).isEqualTo(2);
            limit = OptionalInt.of(3);
            test.advance(SECOND);
            leases.add(test.acquire());
            limit = OptionalInt.of(1);
            test.advance(SECOND);
            leases.forEach(Lease::close);
            assertThat(test.stats().total()).isEqualTo(1);
        }
    }

    @Test
    @Tag("P14")
    void aHigherLimitServesWhoWaitsAlsoIfThePolicyThrowsAfterThat() {
        try (TestPool test = pool(10, 0)) {
            limit = OptionalInt.of(1);
            test.advance(SECOND);
            Lease<Thing> held = test.acquire();
            CompletableFuture<Lease<Thing>> waiter = test.pool.acquireAsync(Duration.ofHours(1));
            limit = OptionalInt.of(2);
            isBroken = true;
            test.advance(SECOND);
            waiter.join().close();
            held.close();
        }
    }

    @Test
    void theUsersLimitsBoundThePolicys() {
        try (TestPool test = pool(10, 4)) {
            limit = OptionalInt.of(1);
            test.advance(SECOND);
            assertThat(test.stats().maxSize()).as("minIdle").isEqualTo(4);
            limit = OptionalInt.of(8);
            test.advance(SECOND);
            test.resize(new PoolLimits(6, 0, 100));
            assertThat(test.stats().maxSize()).isEqualTo(6);
            test.resize(new PoolLimits(20, 0, 100));
            assertThat(test.stats().maxSize())
                    .as("the policy's answer still counts")
                    .isEqualTo(8);
            limit = OptionalInt.of(100);
            test.advance(SECOND);
            assertThat(test.stats().maxSize()).isEqualTo(20);
        }
    }

    @Test
    void theSettingsTellTheUsersLimitsSoThatAChangeOfOneKeepsTheOthers() {
        try (TestPool test = pool(10, 0)) {
            limit = OptionalInt.of(2);
            test.advance(SECOND);
            PoolLimits limits = test.pool.config().limits();
            test.resize(new PoolLimits(limits.maxSize(), 1, limits.maxWaiters()));
            limit = OptionalInt.of(100);
            test.advance(SECOND);
            assertThat(test.stats().maxSize()).isEqualTo(10);
        }
    }

    @Test
    void thePolicyIsToldWhatThePoolHasDone() {
        try (TestPool test = pool(2, 0)) {
            test.acquire(2).forEach(Lease::close);
            Lease<Thing> held = test.acquire();
            test.advance(Duration.ofMillis(100), 10);
            SizingPolicy.Load first = loads.get(0);
            assertThat(first.served()).isEqualTo(2);
            assertThat(first.inUse()).isCloseTo(1, within(0.01));
            assertThat(first.isFull()).isFalse();
            assertThat(first.maxSize()).isEqualTo(2);
            assertThat(first.time()).isBetween(SECOND, SECOND.plusMillis(100));
            Lease<Thing> second = test.acquire();
            test.advance(Duration.ofMillis(100), 10);
            assertThat(loads.get(1).isFull()).isTrue();
            held.invalidate();
            second.close();
            test.advance(Duration.ofMillis(100), 10);
            assertThat(loads.get(2).served()).isEqualTo(1);
            assertThat(loads.get(2).failed()).isEqualTo(1);
        }
    }

    @Test
    void theAdaptivePolicyBeginsWithEightAndTakesNoNegativeTime() {
        var adaptive = SizingPolicy.adaptive();
        SizingPolicy.Load load = new SizingPolicy.Load(SECOND, 0, 0, 0, false, 100);
        assertThat(adaptive.limit(load)).hasValue(8);
        assertThat(SizingPolicy.adaptive().limit(new SizingPolicy.Load(SECOND, 0, 0, 0, false, 3)))
                .hasValue(3);
        assertThatThrownBy(() -> adaptive.used(Duration.ofNanos(-1), true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("time must be zero or longer");
    }

    /** A pool that is not full tells nothing, nor does half a minute with fewer than fifty uses, though uses take longer in it. */
    @Test
    void theAdaptivePolicyStaysWhereItIsWhileNothingCanBeTold() {
        var idle = new AdaptiveLimit(1);
        for (int second = 0; second < 100; second++) {
            assertThat(idle.limit(new SizingPolicy.Load(SECOND, 1_000, 0, 5 + second % 3, false, 100)))
                    .as("never full")
                    .hasValue(8);
        }
        var quiet = new AdaptiveLimit(1);
        for (int second = 0; second < 200; second++) {
            assertThat(quiet.limit(new SizingPolicy.Load(SECOND, 1, 0, 5 + second / 30 % 3, true, 100)))
                    .as("fewer uses than 50")
                    .hasValue(8);
        }
    }

    /** Callers come and go: what is in use and what is served change together, whatever the limit is. */
    @Test
    void theAdaptivePolicyDoesNotClimbBeyondWhatThePoolMayHave() {
        var adaptive = new AdaptiveLimit(1);
        int limit = 8;
        for (int second = 0; second < 300; second++) {
            int objects = Math.min(16, limit);
            double inUse = objects * (0.8 + 0.1 * (second % 3));
            limit = adaptive.limit(new SizingPolicy.Load(SECOND, Math.round(100 * inUse), 0, inUse, true, objects))
                    .getAsInt();
            assertThat(limit).as("a step more at most").isLessThanOrEqualTo(24);
        }
        assertThat(limit).isGreaterThanOrEqualTo(16);
    }

    @Test
    void adaptivePoliciesWithOtherRandomNumbersDoNotTryAtTheSameTime() {
        assertThat(answersToASteadyLoad(1)).isEqualTo(answersToASteadyLoad(1)).isNotEqualTo(answersToASteadyLoad(2));
    }

    private static List<OptionalInt> answersToASteadyLoad(long seed) {
        var adaptive = new AdaptiveLimit(seed);
        return IntStream.range(0, 60)
                .mapToObj(second -> adaptive.limit(new SizingPolicy.Load(SECOND, 100, 0, 8, true, 8)))
                .toList();
    }
}
