package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolBuilder;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.PoolTimeoutException;
import dev.cenote.pool.internal.run.Alarm;
import dev.cenote.pool.internal.run.Nanos;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Pools that nobody uses: F72. The tests let the housekeeper run when the alarm says so, and then only. */
class DormancyTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Alarmed alarm = new Alarmed();
    private final AtomicInteger validations = new AtomicInteger();

    /** When the housekeeper runs next. */
    private static final class Alarmed implements Alarm {
        private long next;
        private int runs;

        @Override
        public void noLaterThan(long instant) {
            next = Nanos.earlier(next, instant);
        }

        @Override
        public void next(long instant) {
            next = instant;
            runs++;
        }

        @Override
        public long lateness(long now) {
            return 0;
        }
    }

    private TestPool pool(Consumer<PoolBuilder<Thing>> settings) {
        TestPool test = new TestPool(Runnable::run, settings, config -> {
            alarm.next = config.ticker().nanos();
            return Opening.inPlace(config, alarm);
        });
        pass(test, Duration.ZERO);
        return test;
    }

    /** Lets time pass. Returns how often the housekeeper ran meanwhile. */
    private int pass(TestPool test, Duration time) {
        int before = alarm.runs;
        long end = test.ticker.nanos() + time.toNanos();
        while (Nanos.isPast(alarm.next, end)) {
            test.ticker.advance(Duration.ofNanos(Math.max(0, alarm.next - test.ticker.nanos())));
            test.pool.housekeep();
        }
        test.ticker.advance(Duration.ofNanos(end - test.ticker.nanos()));
        return alarm.runs - before;
    }

    @Test
    @Tag("P20")
    @Tag("F72")
    void anUnusedPoolHasNoTick() {
        try (TestPool test =
                pool(it -> it.leakThreshold(SECOND).keepaliveTime(SECOND).validator(thing -> true))) {
            assertThat(pass(test, Duration.ofDays(10))).isZero();
        }
    }

    @Test
    @Tag("P20")
    @Tag("F72")
    void anIdlePoolWakesOnlyForWhatIsDue() {
        try (TestPool test =
                pool(it -> it.maxSize(3).minIdle(2).idleTimeout(MINUTE).maxLifetime(Duration.ofHours(1)))) {
            test.acquire(3).forEach(Lease::close);
            pass(test, SECOND.multipliedBy(3));
            assertThat(pass(test, Duration.ofSeconds(50))).isZero();
            pass(test, Duration.ofSeconds(10));
            assertThat(test.stats().destroyed(DestroyReason.EVICTED)).isEqualTo(1);
            pass(test, SECOND.multipliedBy(3));
            assertThat(pass(test, Duration.ofMinutes(30)))
                    .as("two must stay, and stay idle")
                    .isZero();
            pass(test, Duration.ofMinutes(30));
            assertThat(test.stats().destroyed(DestroyReason.EXPIRED)).isEqualTo(2);
            assertThat(test.stats().idle()).isEqualTo(2);
        }
    }

    @Test
    void whatWasUsedAfterAWhileIsEvictedAsSoonAsWhatIsUsedAllTheTime() {
        try (TestPool test = pool(it -> it.maxSize(1).idleTimeout(MINUTE))) {
            test.acquire().close();
            pass(test, Duration.ofSeconds(30));
            test.acquire().close();
            pass(test, Duration.ofSeconds(59));
            assertThat(test.stats().idle()).isEqualTo(1);
            pass(test, Duration.ofSeconds(3));
            assertThat(test.stats().idle()).isZero();
        }
    }

    @Test
    void whatIsIdleForTooLongIsValidatedThoughNobodyLooked() {
        try (TestPool test = pool(it -> it.maxSize(2).idleTimeout(Duration.ZERO).validator(thing -> {
            validations.incrementAndGet();
            return true;
        }))) {
            test.acquire(2).forEach(Lease::close);
            pass(test, SECOND.multipliedBy(4));
            assertThat(pass(test, MINUTE)).isZero();
            test.acquire().close();
            assertThat(validations).hasValue(1);
            pass(test, Duration.ofMillis(200));
            test.acquire().close();
            assertThat(validations).as("used just now").hasValue(1);
            pass(test, SECOND);
            test.acquire().close();
            assertThat(validations)
                    .as("idle for a second after the first use in a minute")
                    .hasValue(2);
        }
    }

    @Test
    @Tag("P10")
    void aLeaseOfADormantPoolIsRevokedInTime() {
        try (TestPool test = pool(it -> it.maxSize(1).maxLeaseTime(Duration.ofSeconds(8)))) {
            test.acquire().close();
            pass(test, MINUTE);
            Lease<Thing> held = test.acquire();
            pass(test, Duration.ofSeconds(7));
            held.get().use();
            pass(test, Duration.ofSeconds(3));
            assertThat(test.stats().destroyed(DestroyReason.REVOKED)).isEqualTo(1);
        }
    }

    @Test
    @Tag("P14")
    void whatIsLeasedOfADormantPoolIsMadeUpForWithinASecond() {
        try (TestPool test = pool(it -> it.maxSize(4).minIdle(2).maxLifetime(Duration.ZERO))) {
            assertThat(pass(test, MINUTE)).isLessThan(5);
            assertThat(pass(test, MINUTE)).isZero();
            List<Lease<Thing>> held = test.acquire(2);
            pass(test, SECOND);
            assertThat(test.stats().idle()).isEqualTo(2);
            held.forEach(Lease::close);
        }
    }

    @Test
    void whatChangesADormantPoolIsMinded() {
        try (TestPool test = pool(it -> it.maxSize(4).maxLifetime(Duration.ZERO))) {
            pass(test, MINUTE);
            test.pool.warmUp(4).join();
            pass(test, MINUTE);
            test.pool.invalidateAll(Duration.ofSeconds(4));
            pass(test, Duration.ofSeconds(5));
            assertThat(test.stats().destroyed()).isEqualTo(4);
            test.pool.warmUp(1).join();
            pass(test, MINUTE);
            test.resize(new PoolLimits(4, 3, 10));
            pass(test, Duration.ZERO);
            assertThat(test.stats().idle()).isEqualTo(3);
            pass(test, Duration.ofMinutes(11));
            assertThat(test.stats().idle()).isEqualTo(3);
        }
    }

    @Test
    @Tag("F39")
    @Tag("C22")
    void whoTakesWhatIsIdleAfterTheMachineSleptGetsItValidatedThoughThePoolIsDormant() {
        try (TestPool test = pool(it -> it.maxSize(1)
                .idleTimeout(Duration.ZERO)
                .validateIfIdleFor(Duration.ofDays(1))
                .validator(thing -> {
                    validations.incrementAndGet();
                    return true;
                }))) {
            test.acquire().close();
            pass(test, SECOND.multipliedBy(3));
            test.ticker.sleep(Duration.ofHours(1)); // the wall clock alone goes on
            test.acquire().close();
            assertThat(validations).hasValue(1);
        }
    }

    @Test
    @Tag("F59")
    void aThreadThatComesInterruptedStillGetsWhatIsIdleInADormantPool() throws Exception {
        try (TestPool test = pool(it -> it.maxSize(1))) {
            test.acquire().close();
            pass(test, MINUTE);
            Thread.currentThread().interrupt();
            test.pool.acquire().close();
            assertThat(Thread.interrupted()).isTrue();
            pass(test, MINUTE);
            test.pool.tryAcquire().orElseThrow().close();
            pass(test, MINUTE);
            test.pool.acquireAsync().join().close();
            assertThat(test.stats().missed())
                    .as("served at once, but for the first")
                    .isEqualTo(1);
        }
    }

    @Test
    void forHowLongAnObjectOfADormantPoolIsHeldIsKnownFromWhenItWasLeased() {
        try (TestPool test = pool(it -> it.maxSize(1))) {
            test.acquire().close();
            pass(test, MINUTE);
            Lease<Thing> held = test.acquire();
            pass(test, Duration.ofMillis(300));
            PoolTimeoutException early = catchThrowableOfType(
                    PoolTimeoutException.class, () -> test.pool.acquireUninterruptibly(Duration.ZERO));
            assertThat(early.holders()).singleElement().satisfies(it -> {
                assertThat(it.heldFor()).isLessThanOrEqualTo(Duration.ofMillis(300));
                assertThat(it.heldForAtMost()).isEqualTo(Duration.ofMillis(300));
            });
            pass(test, Duration.ofSeconds(5));
            PoolTimeoutException late = catchThrowableOfType(
                    PoolTimeoutException.class, () -> test.pool.acquireUninterruptibly(Duration.ZERO));
            assertThat(late.holders()).singleElement().satisfies(it -> {
                assertThat(it.heldFor()).isBetween(Duration.ofMillis(4_300), Duration.ofMillis(5_300));
                assertThat(it.heldForAtMost()).isEqualTo(Duration.ofMillis(5_300));
            });
            held.close();
        }
    }
}
