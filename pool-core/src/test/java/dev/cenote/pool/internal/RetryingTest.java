package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.CreateFailedException;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.internal.run.Alarm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** After a create that failed, when the next one is tried, and for whom. */
class RetryingTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private final ManualExecutor executor = new ManualExecutor();

    @Test
    @Tag("P14")
    void afterAFailureATryIsScheduledAsLongAsSomebodyWaits() {
        TestPool.NoAlarm alarm = new TestPool.NoAlarm();
        ScriptedFactory factory = new ScriptedFactory();
        FakeTicker ticker = new FakeTicker();
        factory.everyCreate = () -> {
            throw new IllegalStateException("down");
        };
        var config = Pool.builder(factory)
                .ticker(ticker)
                .executor(Runnable::run)
                .minIdle(1)
                .maxSize(2)
                .config();
        DefaultPool<Thing> pool = Opening.inPlace(config, alarm);
        int failures = 1;
        for (int i = 0; i < 12; i++) {
            pool.housekeep();
            Duration wait = Duration.ofNanos(alarm.next - ticker.nanos());
            assertThat(wait).isBetween(Duration.ZERO, Duration.ofSeconds(1));
            assertThat(pool.stats().creationFailures()).isGreaterThanOrEqualTo(failures);
            failures = (int) pool.stats().creationFailures();
            ticker.advance(Duration.ofSeconds(30)); // the longest back-off
        }
        assertThat(failures).isEqualTo(12);
        factory.everyCreate = () -> {};
        pool.housekeep();
        assertThat(pool.stats().idle()).isEqualTo(1);
        pool.shutdown(Duration.ZERO);
    }

    /** Twenty waiters, nothing that can be made, and a minute that goes by; returns the instants of all failures. */
    private List<Long> minuteOfOutage(TestPool test) {
        test.factory.everyCreate = () -> {
            throw new IllegalStateException("down");
        };
        List<CompletableFuture<Lease<Thing>>> waiters = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            waiters.add(test.pool.acquireAsync(Duration.ofHours(1)));
        }
        List<Long> instants = new ArrayList<>();
        long begin = test.ticker.nanos();
        for (int i = 0; i < 600; i++) {
            assertThat(executor.size()).as("probes at once").isLessThanOrEqualTo(i == 0 ? 4 : 1);
            for (int task = executor.size(); task > 0; task--) {
                executor.runNext();
                instants.add((test.ticker.nanos() - begin) / 1_000_000);
            }
            test.advance(Duration.ofMillis(100));
        }
        assertThat(waiters).noneMatch(CompletableFuture::isDone);
        test.factory.everyCreate = () -> {};
        waiters.forEach(waiter -> waiter.thenAccept(Lease::close));
        executor.runAll();
        test.advance(Duration.ofSeconds(15)); // the longest back-off
        executor.runAll();
        assertThat(waiters).allMatch(CompletableFuture::isDone);
        return instants;
    }

    @Test
    @Tag("F20")
    void inAnOutageOneProbeIsMadeAtATimeEverMoreSeldomAndNotInStepWithOthers() {
        Set<List<Long>> timetables = new HashSet<>();
        for (int pools = 0; pools < 4; pools++) {
            try (TestPool test = new TestPool(
                    executor,
                    it -> it.maxSize(20)
                            .maxConcurrentCreates(4)
                            .failFastAfter(TestPool.NEVER)
                            .openTimeout(TestPool.NEVER))) {
                List<Long> instants = minuteOfOutage(test);
                assertThat(instants).hasSizeBetween(60, 240);
                timetables.add(instants);
            }
        }
        assertThat(timetables).hasSize(4);
    }

    @Test
    @Tag("P14")
    @Tag("F21")
    void withWaitersAndNothingThatCouldComeBackTheNextTryIsScheduledByTheFailureItself() {
        List<Long> alarms = new ArrayList<>();
        ScriptedFactory factory = new ScriptedFactory();
        FakeTicker ticker = new FakeTicker();
        Alarm alarm = new Alarm() {
            @Override
            public void noLaterThan(long instant) {
                alarms.add(instant);
            }

            @Override
            public void next(long instant) {}

            @Override
            public long lateness(long now) {
                return 0;
            }
        };
        DefaultPool<Thing> pool = Opening.inPlace(
                Pool.builder(factory)
                        .ticker(ticker)
                        .executor(Runnable::run)
                        .failFastAfter(TestPool.NEVER)
                        .openTimeout(TestPool.NEVER)
                        .maxSize(1)
                        .config(),
                alarm);
        factory.failNextCreate(new IllegalStateException("down"));
        CompletableFuture<Lease<Thing>> waiter = pool.acquireAsync();
        long retryAt = pool.engine().breaker.nextTry(ticker.nanos() + Long.MAX_VALUE / 2, ticker.nanos());
        assertThat(alarms).contains(retryAt);
        ticker.advance(Duration.ofNanos(retryAt - ticker.nanos()));
        pool.housekeep();
        assertThat(waiter).isCompleted();
        waiter.join().close();
        assertThat(pool.shutdown(Duration.ZERO)).isCompleted();
    }

    @Test
    @Tag("P14")
    @Tag("C12")
    void aPoolThatDroppedToZeroFillsAgainThoughNobodyAsks() {
        try (TestPool test = new TestPool(it -> it.maxSize(2).minIdle(2).failFastAfter(Duration.ZERO))) {
            test.factory.everyCreate = () -> {
                throw new IllegalStateException("down");
            };
            test.pool.invalidateAll();
            assertThat(test.stats().total()).isZero();
            assertThatThrownBy(test::acquire).isInstanceOf(CreateFailedException.class);
            test.advance(SECOND, 120);
            assertThat(test.stats().total()).isZero();
            test.factory.everyCreate = () -> {};
            test.advance(SECOND, 31); // no longer than the longest back-off, and nobody asks
            assertThat(test.stats().idle()).isEqualTo(2);
        }
    }

    @Test
    @Tag("P21")
    void aProbeThatHangsDoesNotHoldUpTheNextOne() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(2).openTimeout(TestPool.NEVER))) {
            test.factory.failNextCreate(new IllegalStateException("down"));
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            executor.runAll();
            test.pass(Duration.ofMillis(50));
            List<Boolean> served = new ArrayList<>();
            test.factory.onNextCreate(
                    () -> { // hangs, while others go on
                        test.pass(Duration.ofSeconds(2));
                        executor.runNext();
                        served.add(waiting.isDone());
                    });
            executor.runNext();
            assertThat(served).containsExactly(true);
            waiting.join().close();
        }
    }

    @Test
    @Tag("P21")
    void theBreakerOpensInTimeThoughTheNextTryIsFarOff() {
        try (TestPool test = new TestPool(it -> it.maxSize(1)
                .failFastAfter(Duration.ofSeconds(1))
                .createBackoff(Duration.ofSeconds(60), Duration.ofSeconds(60))
                .acquireTimeout(Duration.ofMinutes(5)))) {
            test.acquire().invalidate();
            test.factory.everyCreate = () -> {
                throw new IllegalStateException("down");
            };
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            test.pass(Duration.ofMillis(1_100));
            assertThat(waiting).isCompletedExceptionally();
            test.factory.recover();
        }
    }

    @Test
    @Tag("P21")
    @Tag("F65")
    void afterOneSuccessAllThatAreWantedAreMadeAtOnce() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(
                executor, it -> it.maxSize(8).maxConcurrentCreates(4).openTimeout(TestPool.NEVER))) {
            test.factory.failNextCreate(new IllegalStateException("down"));
            List<CompletableFuture<Lease<Thing>>> waiting = new ArrayList<>();
            waiting.add(test.pool.acquireAsync());
            executor.runAll();
            for (int i = 0; i < 7; i++) {
                waiting.add(test.pool.acquireAsync());
            }
            test.pass(Duration.ofMillis(50));
            assertThat(test.stats().creating()).as("one probe").isEqualTo(1);
            executor.runNext();
            assertThat(test.stats().creating()).isEqualTo(4);
            executor.runAll();
            waiting.forEach(it -> it.join().close());
        }
    }

    @Test
    @Tag("P14")
    @Tag("F80")
    void whereTriesAreLeftToCallersNobodyIsStrandedWhenTheLastObjectGoes() {
        try (TestPool test = new TestPool(it -> it.maxSize(2))) {
            Lease<Thing> held = test.acquire();
            test.factory.isWorthRetrying = false;
            test.factory.everyCreate = () -> {
                throw new IllegalStateException("wrong password");
            };
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            test.pass(Duration.ofSeconds(3));
            assertThat(waiting).isNotDone();
            held.invalidate();
            test.pass(Duration.ofSeconds(1));
            assertThat(waiting).isCompletedExceptionally();
            test.factory.recover();
        }
    }

    @Test
    @Tag("P14")
    @Tag("F80")
    void whatIsNotWorthRetryingIsTriedForCallersOnly() {
        AtomicInteger tries = new AtomicInteger();
        TestPool test = new TestPool(it -> it.maxSize(4).minIdle(2).openTimeout(TestPool.NEVER));
        try (test) {
            test.acquire(2).forEach(Lease::close);
            test.factory.isWorthRetrying = false;
            test.factory.everyCreate = () -> {
                tries.incrementAndGet();
                throw new IllegalStateException("wrong password");
            };
            test.pool.invalidateAll();
            assertThat(tries.get()).isPositive();
            int before = tries.get();
            test.pass(Duration.ofMinutes(5));
            assertThat(tries.get()).as("nothing for minIdle").isEqualTo(before);
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            assertThat(waiting).isCompletedExceptionally();
            test.pass(Duration.ofMinutes(5));
            assertThat(tries.get()).as("one for the caller").isEqualTo(before + 1);
            test.factory.recover();
            test.acquire().close();
            assertThat(test.stats().idle()).isGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void oneCallerTriesWhenATryIsDueAndTheOthersFailAtOnce() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(4).failFastAfter(Duration.ZERO))) {
            test.factory.failNextCreate(new IllegalStateException("down"));
            CompletableFuture<Lease<Thing>> first = test.pool.acquireAsync();
            executor.runAll();
            assertThat(first).isCompletedExceptionally();
            test.ticker.advance(Duration.ofMillis(50));
            CompletableFuture<Lease<Thing>> trial = test.pool.acquireAsync();
            assertThat(trial).isNotDone();
            assertThat(test.pool.acquireAsync()).isCompletedExceptionally();
            assertThat(test.stats().creating()).isEqualTo(1);
            executor.runAll();
            assertThat(trial).isCompleted();
            trial.join().close();
        }
    }
}
