package dev.cenote.pool.internal.run;

import dev.cenote.pool.internal.RecordedLog;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
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
        assertThat(log).hasSize(1).allMatch(line -> line.startsWith("The executor failed"));
    }
}
