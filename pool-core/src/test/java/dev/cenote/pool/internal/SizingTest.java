package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolBuilder;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.SizingPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizingTest {

    private static final Duration WINDOW = Duration.ofSeconds(1);

    private int size;
    private final List<int[]> asked = new ArrayList<>();

    private TestPool open(Consumer<PoolBuilder<Thing>> settings) {
        return new TestPool(it -> settings.accept(it.sizingPolicy(peaks -> {
            asked.add(peaks);
            return size;
        })));
    }

    @Test
    void objectsAreMadeUntilAsManyExistAsThePolicyWants() {
        try (TestPool test = open(it -> it.maxSize(10))) {
            Lease<Thing> lease = test.acquire();
            size = 4;
            test.advance(WINDOW);
            assertThat(test.stats().total()).isEqualTo(4);
            lease.invalidate();
            assertThat(test.stats().idle())
                    .as("at once, not at the next window")
                    .isEqualTo(4);
        }
    }

    @Test
    void waitersCountAmongThoseForWhomObjectsAreMade() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(10).sizingPolicy(peaks -> 3))) {
            CompletableFuture<Lease<Thing>> first =
                    test.pool.acquireAsync(); // or those for the policy are made one by one
            executor.runAll();
            first.join().invalidate();
            executor.runAll();
            test.advance(WINDOW);
            executor.runNext(); // the policy
            List<CompletableFuture<Lease<Thing>>> waiting = List.of(test.pool.acquireAsync(), test.pool.acquireAsync());
            assertThat(test.stats().creating()).isEqualTo(3);
            executor.runAll();
            waiting.forEach(it -> it.join().close());
            assertThat(test.stats().idle()).isEqualTo(3);
        }
    }

    @Test
    void whatThePolicyDoesNotWantGoesTheLongestIdleFirst() {
        size = 4;
        try (TestPool test = open(it -> it.maxSize(10).minIdle(1))) {
            test.advance(WINDOW);
            List<Lease<Thing>> leases = test.acquire(4);
            List<Thing> things = leases.stream().map(Lease::get).toList();
            for (int i : new int[] {2, 0, 3, 1}) {
                leases.get(i).close();
                test.advance(Duration.ofMillis(100));
            }
            size = 2;
            test.advance(WINDOW);
            test.advance(Duration.ofMillis(100));
            assertThat(things.stream().map(it -> it.destroyed.get())).containsExactly(1, 0, 1, 0);
            assertThat(test.stats().destroyed(DestroyReason.EVICTED)).isEqualTo(2);
            size = 0;
            test.advance(WINDOW);
            test.advance(Duration.ofMillis(100));
            assertThat(test.stats().idle()).as("minIdle").isEqualTo(1);
        }
    }

    @Test
    void idleTimeoutHasNoEffect() {
        size = 2;
        try (TestPool test = open(it -> it.idleTimeout(Duration.ofSeconds(2)))) {
            for (int i = 0; i < 10; i++) {
                test.advance(WINDOW);
            }
            assertThat(test.stats().created()).isEqualTo(2);
            assertThat(test.stats().idle()).isEqualTo(2);
        }
    }

    @Test
    void nothingIsEvictedBeforeThePolicyHasAnswered() {
        try (TestPool test = new TestPool(it -> it.sizingPolicy(peaks -> {
            throw new IllegalStateException("no answer");
        }))) {
            test.acquire(2).forEach(Lease::close);
            test.advance(WINDOW);
            test.advance(WINDOW);
            assertThat(test.stats().idle()).isEqualTo(2);
        }
    }

    @Test
    void whatThePolicyWantsIsCutToWhatMayExist() {
        size = Integer.MAX_VALUE;
        try (TestPool test = open(it -> it.maxSize(3))) {
            test.advance(WINDOW);
            assertThat(test.stats().total()).isEqualTo(3);
            test.resize(new PoolLimits(2, 0, 10));
            test.advance(WINDOW);
            assertThat(test.stats().total()).isEqualTo(2);
            size = -1;
            test.advance(WINDOW);
            test.advance(WINDOW);
            assertThat(test.stats().total()).isZero();
        }
    }

    @Test
    void thePolicyIsToldThePeakOfEachSecondTheNewestFirst() {
        try (TestPool test = open(it -> it.maxSize(3))) {
            test.advance(WINDOW);
            List<Lease<Thing>> leases = test.acquire(3); // each found nothing, the third while two existed
            leases.remove(0).close();
            test.advance(WINDOW);
            leases.remove(0).close();
            test.advance(WINDOW);
            test.advance(Duration.ofMillis(999));
            assertThat(asked).hasSize(3);
            assertThat(asked.get(2)).containsExactly(1, 3, 0);
            Lease<Thing> lease = test.acquire(); // found nothing, while one existed; seen by no look
            lease.close();
            leases.remove(0).close();
            test.advance(Duration.ofMillis(1));
            assertThat(asked.get(3)).containsExactly(2, 1, 3, 0);
        }
    }

    @Test
    void fiveMinutesAreKept() {
        try (TestPool test = open(it -> {})) {
            for (int i = 0; i < 310; i++) {
                test.advance(WINDOW);
            }
            assertThat(asked.get(308)).hasSize(300);
            assertThat(asked.get(299)).hasSize(300);
            assertThat(asked.get(298)).hasSize(299);
        }
    }

    @Test
    void aPolicyThatThrowsLeavesItsLastAnswer() {
        int[] calls = new int[1];
        try (TestPool test = new TestPool(it -> it.sizingPolicy(peaks -> {
            if (calls[0]++ > 0) {
                throw new LinkageError("broken");
            }
            return 2;
        }))) {
            test.advance(WINDOW);
            test.advance(WINDOW);
            assertThat(calls[0]).isEqualTo(2);
            test.acquire().invalidate();
            assertThat(test.stats().total()).isEqualTo(2);
        }
    }

    /** The pool's lock would complain, and the second call would show. */
    @Test
    void thePolicyIsAskedOutsideTheLockAndOneQuestionAtATime() {
        TestPool[] own = new TestPool[1];
        int[] calls = new int[1];
        try (TestPool test = new TestPool(it -> it.sizingPolicy(peaks -> {
            calls[0]++;
            own[0].advance(WINDOW);
            return own[0].stats().total() + 1;
        }))) {
            own[0] = test;
            test.advance(WINDOW);
            assertThat(calls[0]).isEqualTo(1);
            assertThat(test.stats().total()).isEqualTo(1);
        }
    }

    @Test
    void nothingIsMadeWhileThePoolIsSuspended() {
        size = 2;
        try (TestPool test = open(it -> {})) {
            test.pool.drain();
            test.advance(WINDOW);
            assertThat(test.stats().total()).isZero();
            test.pool.resume();
            assertThat(test.stats().total()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "7, 7",
        "7 7 7 7, 7",
        "9 1 1 1, 14", // mean 3, deviation 3.46
        "1 9 1 1, 14",
        "9 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0, 9" // mean 0.36, deviation 1.76
    })
    void recentPeaksWantsTheLastPeakOrTheMeanAndThreeDeviations(String peaks, int wanted) {
        int[] recent =
                List.of(peaks.split(" ")).stream().mapToInt(Integer::parseInt).toArray();
        assertThat(SizingPolicy.recentPeaks().size(recent)).isEqualTo(wanted);
    }

    @Test
    void aCallerWhoseObjectIsOnlyValidatedIsNoGrowingDemand() {
        try (TestPool test =
                new TestPool(it -> it.maxSize(50).validator(thing -> true).sizingPolicy(SizingPolicy.recentPeaks()))) {
            for (int i = 0; i < 60; i++) {
                test.acquire().close();
                for (int j = 0; j < 20; j++) {
                    test.advance(Duration.ofMillis(100));
                }
            }
            assertThat(test.stats().total()).isLessThan(6);
        }
    }

    @Test
    void aPolicyThatHangsHoldsUpNothing() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(1).sizingPolicy(peaks -> 1))) {
            CompletableFuture<Lease<Thing>> lease = test.pool.acquireAsync();
            executor.runAll();
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync(WINDOW);
            test.advance(WINDOW);
            assertThat(executor.size()).as("the policy was not asked yet").isEqualTo(1);
            assertThat(waiting).isCompletedExceptionally();
            lease.join().close();
            executor.runAll();
        }
    }

    @Test
    void aWarmUpIsReachedThoughThePolicyWantsLess() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(
                executor, it -> it.maxSize(6).maxConcurrentCreates(2).sizingPolicy(peaks -> 1))) {
            test.advance(Duration.ofSeconds(1));
            executor.runAll();
            CompletableFuture<Void> warm = test.pool.warmUp(6);
            for (int i = 0; i < 100 && !warm.isDone(); i++) {
                for (int n = executor.size(); n > 0; n--) { // what is under way ends; a create takes 100 ms
                    executor.runNext();
                }
                test.advance(Duration.ofMillis(100));
            }
            int made = test.factory.made.size();
            boolean isWarm = warm.isDone();
            warm.cancel(false);
            executor.runAll();
            assertThat(isWarm).as("warm after %d creates", made).isTrue();
        }
    }

    @Test
    void aShrinkingPoolKeepsTheLeastThatIsToBeIdleWhileOthersExpire() {
        ManualExecutor executor = new ManualExecutor();
        AtomicInteger size = new AtomicInteger(4);
        try (TestPool test = new TestPool(
                executor,
                it -> it.maxSize(10)
                        .minIdle(2)
                        .maxLifetime(Duration.ofMillis(10_100))
                        .lifetimeJitter(0)
                        .sizingPolicy(peaks -> size.get()))) {
            executor.runAll();
            for (int i = 1; i <= 105; i++) {
                if (i == 95) {
                    size.set(2);
                }
                test.advance(Duration.ofMillis(100));
                int idle = test.stats().idle();
                executor.runAll();
                assertThat(idle).as("idle after %d ms", i * 100).isGreaterThanOrEqualTo(2);
            }
        }
    }

    @Test
    void whatThePolicyWantsIsReplacedWithTheReplacementFirst() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(
                executor,
                it -> it.maxSize(10)
                        .maxLifetime(Duration.ofSeconds(60))
                        .lifetimeJitter(0)
                        .maxConcurrentRetirements(10)
                        .sizingPolicy(peaks -> 4))) {
            test.advance(Duration.ofSeconds(1));
            executor.runAll();
            assertThat(test.stats().idle()).isEqualTo(4);
            test.advance(Duration.ofSeconds(61));
            int idle = test.stats().idle();
            executor.runAll();
            assertThat(idle).as("idle while replacements are made").isEqualTo(4);
        }
    }

    @Test
    void whatThePolicyWantsOutlivesTheFactory() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(10).sizingPolicy(peaks -> 4))) {
            test.advance(Duration.ofSeconds(1));
            executor.runAll();
            test.pool.replaceFactory(test.factory);
            int idle = test.stats().idle();
            executor.runAll();
            assertThat(idle).as("idle while replacements are made").isGreaterThan(0);
        }
    }

    @Test
    void aTryThatFindsNothingIsDemand() {
        List<Integer> newest = new ArrayList<>();
        try (TestPool test = new TestPool(it -> it.maxSize(2).sizingPolicy(peaks -> {
            newest.add(peaks[0]);
            return 0;
        }))) {
            List<Lease<Thing>> leases = test.acquire(2);
            test.advance(Duration.ofSeconds(1));
            test.pool.tryAcquire();
            test.advance(Duration.ofSeconds(1));
            leases.forEach(Lease::close);
            assertThat(newest)
                    .as("peaks; the second second had a caller that found nothing")
                    .last()
                    .isEqualTo(3);
        }
    }

    @Test
    void aReplacementIsNoSurplus() {
        try (TestPool test = new TestPool(it -> it.maxSize(10)
                .maxLifetime(Duration.ofSeconds(10))
                .lifetimeJitter(0)
                .sizingPolicy(peaks -> 4))) {
            List<Lease<Thing>> leases = test.acquire(4);
            for (int i = 0; i < 130; i++) {
                test.advance(Duration.ofMillis(100));
            }
            long created = test.stats().created();
            long evicted = test.stats().destroyed(DestroyReason.EVICTED);
            leases.forEach(Lease::close);
            assertThat(evicted).as("evicted, of %d created", created).isZero();
        }
    }
}
