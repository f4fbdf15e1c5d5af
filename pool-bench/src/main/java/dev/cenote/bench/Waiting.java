package dev.cenote.bench;

import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What a queue costs: the head is served, or somebody in the middle leaves, while so many wait, and another comes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgs = "-Xmx1g")
public class Waiting {

    @Param({"10", "10000"})
    int waiters;

    private Pool<Object> pool;
    private Lease<Object> held;
    private final ArrayDeque<CompletableFuture<Lease<Object>>> queue = new ArrayDeque<>();

    @Setup
    public void fill() throws InterruptedException {
        pool = Pool.builder(Object::new)
                .maxSize(1)
                .maxWaiters(100_000)
                .executor(Runnable::run)
                .build();
        held = pool.acquire();
        for (int i = 0; i < waiters; i++) {
            queue.add(pool.acquireAsync());
        }
    }

    @TearDown
    public void close() {
        pool.shutdown(java.time.Duration.ZERO).join();
    }

    /** A release that serves the head; then one more queues. */
    @Benchmark
    public Object serveHead() {
        held.close();
        held = queue.remove().join();
        queue.add(pool.acquireAsync());
        return held;
    }

    /** One that waits is cancelled; then one more queues. */
    @Benchmark
    public boolean cancel() {
        CompletableFuture<Lease<Object>> leaving = queue.remove();
        queue.add(pool.acquireAsync());
        return leaving.cancel(false);
    }
}
