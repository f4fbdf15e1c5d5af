package dev.cenote.bench;

import dev.cenote.peers.Maker;
import dev.cenote.peers.Peer;
import dev.cenote.peers.Peers;
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

/**
 * What a queue of asynchronous callers costs: the head is served, or the oldest leaves, while so many wait; and another
 * comes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 5,
        jvmArgs = {"-Xms1g", "-Xmx1g", "-XX:+AlwaysPreTouch"})
public class Waiting {

    /** The id of a {@link Peer.Named}. */
    @Param("cenote-strict")
    public String peer;

    @Param({"1", "100", "10000"})
    public int waiters;

    private Peer pool;
    private Object held;
    private final ArrayDeque<CompletableFuture<?>> queue = new ArrayDeque<>();

    @Setup
    public void fill() throws Exception {
        pool = Peers.withId(peer).kind().open(1, new Maker());
        held = pool.acquire();
        for (int i = 0; i < waiters; i++) {
            queue.add(pool.acquireAsync());
        }
    }

    @TearDown
    public void close() {
        pool.close();
    }

    /** A release that serves the head; then one more queues. */
    @Benchmark
    public Object serveHead() throws Exception {
        pool.release(held);
        held = queue.remove().join();
        queue.add(pool.acquireAsync());
        return held;
    }

    /** One that waits is cancelled; then one more queues. */
    @Benchmark
    public boolean cancel() {
        CompletableFuture<?> leaving = queue.remove();
        queue.add(pool.acquireAsync());
        return leaving.cancel(false);
    }
}
