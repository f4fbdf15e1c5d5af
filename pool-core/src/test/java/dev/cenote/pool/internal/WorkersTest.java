package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.Ticker;
import dev.cenote.pool.internal.run.HousekeeperAlarm;
import dev.cenote.pool.internal.run.HousekeeperThread;
import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.run.Workers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WorkersTest {

    @Test
    void thePoolsOwnThreadsAreDaemonsWithItsName() {
        Workers workers = new Workers("orders", null);
        CompletableFuture<Thread> seen = new CompletableFuture<>();
        workers.execute(() -> seen.complete(Thread.currentThread()));
        assertThat(seen.join().isDaemon()).isTrue();
        assertThat(seen.join().getName()).isEqualTo("cenote-orders-worker-1");
        workers.shutdown();
    }

    @Test
    void whatMustNotRunInPlaceHasAThreadOfItsOwnThoughTheUsersExecutorRunsInPlace() {
        Workers workers = new Workers("orders", Runnable::run);
        CompletableFuture<Thread> inPlace = new CompletableFuture<>();
        workers.execute(() -> inPlace.complete(Thread.currentThread()));
        assertThat(inPlace.join()).isSameAs(Thread.currentThread());
        CompletableFuture<Thread> own = new CompletableFuture<>();
        workers.executeOnOwnThread(() -> own.complete(Thread.currentThread()));
        assertThat(own.join().getName()).startsWith("cenote-orders-worker-");
    }

    @Test
    void theSameThreadsAreUsedForBothWhereThereIsNoExecutorOfTheUsers() {
        Workers workers = new Workers("orders", null);
        CompletableFuture<Thread> seen = new CompletableFuture<>();
        workers.executeOnOwnThread(() -> seen.complete(Thread.currentThread()));
        assertThat(seen.join().getName()).isEqualTo("cenote-orders-worker-1");
        workers.shutdown();
    }

    @Test
    void anExecutorThatFailsAfterwardsOrRunsATaskTwiceHasRunItOnce() {
        AtomicInteger runs = new AtomicInteger();
        List<String> log = new ArrayList<>();
        Workers workers = new Workers("orders", task -> {
            task.run();
            task.run();
            throw new RejectedExecutionException("full");
        });
        log.addAll(RecordedLog.during(() -> workers.execute(runs::incrementAndGet)));
        assertThat(runs).hasValue(1);
        assertThat(log)
                .filteredOn(line -> line.startsWith("The executor failed")) // pools of other tests may log, too
                .hasSize(1);
    }

    // --- no thread can be had

    /** Makes threads, unless there are none. */
    private static final class Scarce implements ThreadFactory {
        private volatile boolean isOut = true;

        @Override
        public Thread newThread(Runnable task) {
            if (isOut) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            return new Thread(task);
        }
    }

    @Test
    void whatTheHousekeepersThreadCanGetNoThreadForWaitsUntilItCan() {
        Scarce threads = new Scarce();
        Workers workers = new Workers(null, threads);
        HousekeeperAlarm alarm = new HousekeeperAlarm(HousekeeperThread.SHARED, Ticker.system());
        CompletableFuture<Thread> ran = new CompletableFuture<>();
        AtomicInteger looks = new AtomicInteger();
        RecordedLog.during(() -> {
            alarm.start(now -> {
                alarm.next(now);
                if (looks.incrementAndGet() == 1) {
                    workers.executeOnOwnThread(() -> ran.complete(Thread.currentThread()));
                } else {
                    workers.runHomeless();
                }
            });
            Await.until(() -> looks.get() > 3);
            assertThat(ran).isNotDone();
            threads.isOut = false;
            Await.until(ran::isDone);
        });
        alarm.stop();
        assertThat(ran.join().getName()).as("no housekeeper").doesNotContain("cenote");
        assertThat(workers.hasHomeless()).isFalse();
        workers.shutdown();
    }

    @Test
    void aPoolThatCanGetNoThreadMakesAndDestroysOnTheThreadsOfItsCallers() {
        List<String> log = RecordedLog.during(() -> {
            ScriptedFactory factory = new ScriptedFactory();
            DefaultPool<Thing> pool = TestPool.opened(new Engine<>(
                    Pool.builder(factory).ticker(new FakeTicker()).maxSize(1).config(),
                    new Engine.Surroundings<>(
                            new TestPool.NoAlarm(),
                            new PoolLock(),
                            new SplittableRandom(1),
                            new Workers(null, new Scarce()),
                            null,
                            store -> store,
                            () -> {},
                            false)));
            Lease<Thing> lease = pool.acquireAsync().join();
            CompletableFuture<Lease<Thing>> next = pool.acquireAsync();
            lease.invalidate();
            assertThat(factory.made.get(0).destroyed).hasValue(1);
            next.join().close();
            assertThat(pool.stats().idle()).as("nothing is lost").isEqualTo(1);
            assertThat(pool.shutdown(Duration.ZERO)).isCompleted();
            assertThat(factory.made).allMatch(thing -> thing.destroyed.get() == 1);
        });
        assertThat(log).anyMatch(line -> line.startsWith("No thread can be had"));
    }
}
