package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The user's executor may be busy, lose tasks, or be the one on which callers wait. */
class ExecutorsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration TENTH = Duration.ofMillis(100);

    @Test
    @Tag("F62")
    void anObjectWhoseCheckTheExecutorHasNotBegunIsNotGivenUp() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(
                executor, it -> it.maxSize(10).validationTimeout(SECOND).validator(thing -> true))) {
            test.pool.warmUp(10);
            executor.runAll();
            test.acquire().invalidate(new IllegalStateException("a fault"));
            for (int i = 0; i < 30; i++) {
                test.pass(TENTH);
            }
            executor.runAll();
            assertThat(test.stats().destroyed(DestroyReason.VALIDATION_FAILED)).isZero();
            assertThat(test.stats().idle()).isEqualTo(9);
        }
    }

    @Test
    @Tag("F62")
    void aCreateThatTheExecutorHasNotBegunHasNotTakenTooLong() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(1).createTimeout(Duration.ofMillis(500)))) {
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync(Duration.ofSeconds(10));
            for (int i = 0; i < 40; i++) {
                test.pass(TENTH);
            }
            assertThat(test.stats().creationFailures()).isZero();
            executor.runAll();
            waiting.join().close();
        }
    }

    @Test
    @Tag("F62")
    void anObjectWhoseDestroyTheExecutorHasNotBegunKeepsItsPlace() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(8).destroyTimeout(SECOND))) {
            test.pool.warmUp(8);
            executor.runAll();
            test.pool.invalidateAll();
            test.ticker.advance(SECOND);
            test.pool.housekeep();
            CompletableFuture<Void> warm = test.pool.warmUp(8);
            executor.runAll();
            assertThat(warm).isCompleted(); // and TestPool looks that no more than eight existed
        }
    }

    /** Runs no task at all until it is told to. */
    private static final class Dropping implements Executor {
        volatile boolean drops = true;

        @Override
        public void execute(Runnable task) {
            if (!drops) {
                task.run();
            }
        }
    }

    @Test
    @Tag("F63")
    void aTaskThatTheExecutorDropsIsRunAllTheSame() {
        Dropping executor = new Dropping();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(1))) {
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync(Duration.ofSeconds(10));
            test.pass(SECOND);
            assertThat(waiting).isCompleted();
            waiting.join().invalidate();
            test.pass(SECOND);
            assertThat(test.factory.made.get(0).destroyed.get()).isEqualTo(1);
            executor.drops = false;
        }
    }

    @Test
    @Tag("F63")
    void aSizingPolicyWhoseTaskWasDroppedIsAskedAgain() {
        Dropping executor = new Dropping();
        AtomicInteger asked = new AtomicInteger();
        try (TestPool test = new TestPool(executor, it -> it.sizingPolicy(peaks -> asked.incrementAndGet()))) {
            for (int i = 0; i < 50; i++) {
                test.pass(TENTH);
            }
            assertThat(asked.get()).isGreaterThan(1);
            executor.drops = false;
        }
    }

    @Test
    @Tag("F75")
    void callersThatWaitOnThePoolsOwnExecutorAreServed() {
        ExecutorService executor = Executors.newFixedThreadPool(2);
        try (Pool<Object> pool =
                Pool.builder(Object::new).maxSize(2).executor(executor).build()) {
            List<CompletableFuture<Object>> callers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                callers.add(CompletableFuture.supplyAsync(
                        () -> {
                            try (Lease<Object> lease = pool.acquireUninterruptibly(Duration.ofSeconds(30))) {
                                return lease.get();
                            }
                        },
                        executor));
            }
            assertThat(callers).allSatisfy(it -> assertThat(it.join()).isNotNull());
        } finally {
            executor.shutdown();
        }
    }

    @Test
    void theExecutorThatBeginsNothingIsNamedOnce() {
        Dropping executor = new Dropping();
        List<String> log = RecordedLog.during(() -> {
            try (TestPool test = new TestPool(executor, it -> it.maxSize(2))) {
                for (int i = 0; i < 2; i++) {
                    CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync(Duration.ofSeconds(10));
                    test.pass(SECOND);
                    waiting.join().invalidate();
                    test.pass(SECOND);
                }
                executor.drops = false;
            }
        });
        assertThat(log)
                .filteredOn(line -> line.contains("did not begin a task"))
                .singleElement()
                .satisfies(line -> assertThat(line).contains(executor.toString()));
    }
}
