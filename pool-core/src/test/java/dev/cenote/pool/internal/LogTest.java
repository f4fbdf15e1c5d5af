package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.Lease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What an operator reads in the log. */
class LogTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private static List<String> ofPool(List<String> log, TestPool test) {
        String pool = "Pool '" + test.name + "'";
        return log.stream()
                .filter(line -> line.contains(pool))
                .map(line -> line.replace(pool, ""))
                .toList();
    }

    @Test
    void aLifeWithoutTrouble() {
        List<TestPool> tests = new ArrayList<>();
        List<String> log = RecordedLog.withLevelsDuring(() -> {
            try (TestPool test = new TestPool(it -> it.maxSize(3).idleTimeout(Duration.ofMillis(1_500)))) {
                tests.add(test);
                test.acquire().close();
                test.acquire().invalidate();
                Lease<Thing> lease = test.acquire();
                test.detach(lease);
                test.pool.suspend();
                test.pool.resume();
            }
        });
        assertThat(ofPool(log, tests.get(0)))
                .containsExactly(
                        "INFO  is open, with the defaults but for {maxSize=3, idleTimeout=1500 ms,"
                                + " executor=dev.cenote.pool.internal.TestPool (lambda),"
                                + " listener=dev.cenote.pool.internal.Balance,"
                                + " ticker=dev.cenote.pool.internal.FakeTicker}",
                        "DEBUG : an object was made, in 0 ms",
                        "INFO : the first object was made, in 0 ms",
                        "DEBUG : an object was destroyed: INVALIDATED",
                        "DEBUG : an object was made, in 0 ms",
                        "DEBUG : an object was detached",
                        "INFO  is suspended: callers wait until it is resumed",
                        "INFO  is resumed",
                        "INFO  is closed");
    }

    @Test
    void theFailureOfACreateThatBeganBeforeTheLastSuccessIsNoWarning() {
        List<TestPool> tests = new ArrayList<>();
        List<String> log = RecordedLog.withLevelsDuring(() -> {
            ManualExecutor executor = new ManualExecutor();
            try (TestPool test = new TestPool(executor, it -> it.maxSize(4))) {
                tests.add(test);
                test.failACreateThatBeganBeforeTheLastSuccess(executor, () -> {});
            }
        });
        assertThat(ofPool(log, tests.get(0)))
                .contains("DEBUG : a create failed that began before the last success")
                .noneMatch(line -> line.startsWith("WARN"));
    }

    @Test
    void anOutageIsToldAtItsBeginningOnceAMinuteAndAtItsEnd() {
        List<TestPool> tests = new ArrayList<>();
        List<String> log = RecordedLog.during(() -> {
            try (TestPool test = new TestPool(it -> it.maxSize(2).openTimeout(Duration.ofSeconds(10)))) {
                tests.add(test);
                test.factory.everyCreate = () -> {
                    throw new IllegalStateException("down");
                };
                CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
                for (int i = 0; i < 11; i++) {
                    test.advance(SECOND);
                }
                assertThat(waiting).isCompletedExceptionally();
                for (int i = 0; i < 100; i++) {
                    assertThat(test.pool.acquireAsync()).isCompletedExceptionally();
                    test.advance(SECOND);
                }
                test.factory.everyCreate = () -> {};
                test.advance(SECOND.multipliedBy(2));
                test.acquire().close();
            }
        });
        List<String> told = ofPool(log, tests.get(0)).stream()
                .filter(it -> !it.contains("as before: java") || it.contains(" s: "))
                .toList();
        assertThat(told.get(1)).startsWith(": an object could not be made; next try in ");
        assertThat(told.get(2))
                .matches(": objects could not be made for 6\\d s: \\d+ creates have failed, this one as before:"
                        + " java.lang.IllegalStateException: down; next try in \\d+ ms \\(see \\S+\\)");
        assertThat(told)
                .filteredOn(it -> it.contains("objects can be made again"))
                .singleElement()
                .asString()
                .matches(": objects can be made again, after 11\\d{4} ms in which \\d+ creates failed, 10\\d callers"
                        + " failed, 0 timed out and \\d waited");
        assertThat(told).filteredOn(it -> it.contains("could not be made")).hasSize(2);
    }

    @Test
    void anOutageWhoseMessagesAreNeverTheSameIsToldOnceAMinute() {
        List<TestPool> tests = new ArrayList<>();
        int[] tries = new int[1];
        List<String> log = RecordedLog.withLevelsDuring(() -> {
            try (TestPool test = new TestPool(it -> it.maxSize(2).openTimeout(SECOND))) {
                tests.add(test);
                test.factory.everyCreate = () -> {
                    throw new IllegalStateException("request " + ++tries[0]);
                };
                for (int i = 0; i < 200; i++) {
                    test.pool.acquireAsync();
                    test.advance(SECOND);
                }
            }
        });
        List<String> told = ofPool(log, tests.get(0));
        assertThat(told)
                .filteredOn(it -> it.startsWith("WARN : an object could not be made"))
                .as("eight causes, and all others as one")
                .hasSize(9);
        assertThat(told)
                .filteredOn(it -> it.startsWith("WARN : objects could not be made"))
                .as("of %d tries", tries[0])
                .hasSizeBetween(2, 12);
    }

    @Test
    void anOutageOfWhichNobodyAsksTheEndIsToldAsSuch() {
        List<TestPool> tests = new ArrayList<>();
        List<String> log = RecordedLog.withLevelsDuring(() -> {
            try (TestPool test = new TestPool(it -> it.maxSize(2))) {
                tests.add(test);
                test.factory.failNextCreate(new IllegalStateException("down"));
                assertThat(test.pool.acquireAsync()).isCompletedExceptionally();
                test.pass(Duration.ofHours(1));
                test.pool.acquireAsync().join().close();
            }
        });
        assertThat(ofPool(log, tests.get(0)))
                .anyMatch(it -> it.startsWith("INFO : creates have failed for ")
                        && it.contains("and then nobody wanted an object"));
    }

    @Test
    void parallelFailuresOfOneCauseAreOneLine() {
        ManualExecutor executor = new ManualExecutor();
        List<TestPool> tests = new ArrayList<>();
        List<String> log = RecordedLog.inFullDuring(() -> {
            try (TestPool test = new TestPool(executor, it -> it.maxSize(4).failFastAfter(TestPool.NEVER))) {
                tests.add(test);
                test.acquireMade(1).get(0).invalidate();
                executor.runAll();
                List<CompletableFuture<Lease<Thing>>> waiting = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    waiting.add(test.pool.acquireAsync());
                }
                test.factory.everyCreate = () -> {
                    throw new IllegalStateException("down");
                };
                assertThat(executor.size()).isEqualTo(4);
                executor.runAll();
                waiting.forEach(it -> it.cancel(false));
            }
        });
        assertThat(ofPool(log, tests.get(0)))
                .filteredOn(it -> it.startsWith(": an object could not be made; next"))
                .hasSize(1);
        assertThat(ofPool(log, tests.get(0)))
                .filteredOn(it -> it.contains("as before"))
                .hasSize(3);
        assertThat(log)
                .filteredOn(it -> it.startsWith("java.lang.IllegalStateException: down"))
                .hasSize(1);
    }

    @Test
    void aCloseTellsWhoItWaitsForAndWhoLosesTheirLeases() {
        List<TestPool> tests = new ArrayList<>();
        String self = Thread.currentThread().getName();
        List<String> log = RecordedLog.during(() -> {
            TestPool test = new TestPool(it -> it.maxSize(2).shutdownGrace(Duration.ofSeconds(3)));
            tests.add(test);
            Lease<Thing> held = test.acquire();
            Thread closing = Interleaving.waiting(
                    Interleaving.started(test.pool::close)); // else the grace may be over before it waits
            Await.until(() -> {
                test.advance(Duration.ofMillis(100));
                return !closing.isAlive();
            });
            held.close();
        });
        assertThat(ofPool(log, tests.get(0)))
                .anyMatch(it -> it.startsWith(
                        " is closing: 1 leases are out and have 3000 ms; the oldest are held by [" + self))
                .anyMatch(it -> it.startsWith(": close() waits for 1 leases, the oldest held by [" + self)
                        && it.endsWith("and for 0 objects to be destroyed"))
                .anyMatch(it ->
                        it.startsWith(": it is closed, and the grace is over; leases taken back: 1, held by [" + self))
                .contains(" is closed");
    }

    @Test
    void aLeaseThatIsHeldForTooLongIsToldWithItsHolder() {
        List<TestPool> tests = new ArrayList<>();
        List<String> log = RecordedLog.during(() -> {
            try (TestPool test = new TestPool(it -> it.maxLeaseTime(SECOND))) {
                tests.add(test);
                Lease<Thing> held = test.acquire();
                test.advance(Duration.ofMillis(1));
                test.advance(Duration.ofSeconds(2));
                held.close();
            }
        });
        assertThat(ofPool(log, tests.get(0)))
                .anyMatch(it -> it.startsWith(": the maxLeaseTime of 1000 ms is over; leases taken back: 1, held by ["
                        + Thread.currentThread().getName()));
    }
}
