package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolBuilder;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** After the process or the machine stood still: nothing that works is lost, and nobody gets what is dead. */
class FreezesTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration TENTH = Duration.ofMillis(100);
    private final ManualExecutor executor = new ManualExecutor();
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicInteger calls = new AtomicInteger();

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
    @Tag("F39")
    void afterAnHourInWhichTheProcessWasFrozenNotEverythingExpiresAtOnce() {
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
    @Tag("F39")
    void afterAnHourInWhichTheProcessWasFrozenNobodyIsLentADeadObject() {
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
    @Tag("F64")
    void aFreezeFailsNothingThatWasUnderWay() {
        CountDownLatch begun = new CountDownLatch(9);
        try (TestPool test = new TestPool(
                Interleaving.THREADS,
                it -> it.maxSize(10).validationTimeout(SECOND).validator(thing -> {
                    begun.countDown();
                    Interleaving.awaitUninterruptibly(over);
                    return true;
                }))) {
            test.acquire(10).forEach(Lease::close);
            test.acquire().invalidate(new IllegalStateException("a fault"));
            Interleaving.awaitUninterruptibly(begun);
            test.pass(TENTH);
            test.freeze(Duration.ofSeconds(7));
            over.countDown();
            Await.until(() -> test.stats().validating() == 0);
            assertThat(test.stats().destroyed(DestroyReason.VALIDATION_FAILED)).isZero();
        }
    }

    @Test
    void aHousekeeperThatIsLateEachTimeStillEndsWhatHangs() {
        try (TestPool test = new TestPool(
                Interleaving.THREADS,
                it -> it.maxSize(2).createTimeout(Duration.ofSeconds(2)).openTimeout(TestPool.NEVER))) {
            test.lettingCallsHang();
            test.factory.everyCreate = () -> Interleaving.hangOnFirst(calls, over);
            CompletableFuture<Void> warm = test.pool.warmUp(1);
            Await.until(() -> calls.get() == 1);
            for (int i = 0; i < 20; i++) {
                test.pass(SECOND);
                test.freeze(Duration.ofMillis(150));
            }
            assertThat(test.stats().creationFailures()).isPositive();
            over.countDown();
            warm.cancel(false);
        }
    }

    @Test
    @Tag("F39")
    @Tag("C22")
    void afterTheMachineHasSleptWhatIsIdleIsValidatedAtOnce() {
        AtomicInteger validations = new AtomicInteger();
        try (TestPool test = new TestPool(it -> it.maxSize(3)
                .validateIfIdleFor(Duration.ofDays(1))
                .idleTimeout(Duration.ZERO)
                .maxLifetime(Duration.ZERO)
                .validator(thing -> validations.incrementAndGet() > 0))) {
            test.acquire(3).forEach(Lease::close);
            test.advance(SECOND);
            assertThat(validations).hasValue(0);
            test.ticker.sleep(Duration.ofHours(1)); // a laptop: the monotonic clock stands still
            test.advance(SECOND);
            assertThat(validations).hasValue(3);
            test.advance(SECOND);
            assertThat(validations).as("once").hasValue(3);
            test.advance(Duration.ofMinutes(1)); // a frozen container: it does not
            assertThat(validations).hasValue(6);
        }
    }

    @Test
    @Tag("C22")
    void afterASleepNoStaleObjectIsHandedOut() {
        AtomicInteger validations = new AtomicInteger();
        try (TestPool test = new TestPool(it -> it.maxSize(2)
                .validateIfIdleFor(Duration.ofDays(1))
                .validator(thing -> validations.incrementAndGet() < 0))) {
            test.acquire(2).forEach(Lease::close);
            test.ticker.sleep(Duration.ofHours(8));
            test.advance(SECOND);
            assertThat(validations).hasValue(2);
            assertThat(test.stats().destroyed(DestroyReason.VALIDATION_FAILED)).isEqualTo(2);
        }
    }
}
