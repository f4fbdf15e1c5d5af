package dev.cenote.examples;

import dev.cenote.pool.Factory;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Threads as objects of a pool: each task leases one, runs on it, and gives it back when it is done. */
final class WorkersExample implements Examples.Example {

    // snippet: workers
    /** Makes executors of one thread each. */
    static final class Workers implements Factory<ExecutorService> {
        @Override
        public ExecutorService create() {
            return Executors.newSingleThreadExecutor(task -> new Thread(task, "worker"));
        }

        @Override
        public void destroy(ExecutorService worker) {
            worker.shutdown();
        }
    }

    /** Runs the task on the first worker that comes free. Tasks are served in the order in which they came. */
    static CompletableFuture<Void> run(Pool<ExecutorService> workers, Runnable task) {
        return workers.acquireAsync()
                .thenCompose(lease ->
                        CompletableFuture.runAsync(task, lease.get()).whenComplete((done, failure) -> lease.close()));
    }
    // end

    @Override
    public void run(PrintStream out) throws Exception {
        try (Pool<ExecutorService> workers = Pool.builder(new Workers())
                .name("workers")
                .maxSize(4)
                .maxWaiters(100)
                .idleTimeout(Duration.ofMinutes(1))
                .build()) {
            List<CompletableFuture<Void>> tasks = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                tasks.add(run(workers, Thread::yield));
            }
            CompletableFuture.allOf(tasks.toArray(CompletableFuture[]::new)).join();
            out.println(tasks.size() + " tasks ran on " + workers.stats().created() + " workers");
            try (Lease<ExecutorService> mine = workers.acquire()) { // or keep one for several tasks in a row
                mine.get().submit(() -> out.println("one more ran alone")).get();
            }
        }
    }
}
