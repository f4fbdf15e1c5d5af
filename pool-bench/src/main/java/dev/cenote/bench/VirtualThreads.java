package dev.cenote.bench;

import dev.cenote.peers.Maker;
import dev.cenote.peers.Peer;
import dev.cenote.peers.Peers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
import org.openjdk.jmh.infra.Blackhole;

/** Ten thousand virtual threads, until each has leased an object so many times. Needs a JDK 21 or newer. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 3)
@Fork(
        value = 5,
        jvmArgs = {"-Xms1g", "-Xmx1g", "-XX:+AlwaysPreTouch"})
public class VirtualThreads {

    private static final int WORK_TOKENS = 100;

    /** What a thread does under the lease. */
    public enum Holder {
        /** Works, and keeps its carrier: hardly anybody has to wait. */
        WORKING,
        /** Lets another one have the carrier: thousands wait. */
        YIELDING
    }

    /** The id of a {@link Peer.Named}. */
    @Param("cenote-strict")
    public String peer;

    @Param("16")
    public int size;

    @Param("10000")
    public int threads;

    @Param("20")
    public int turns;

    @Param
    public Holder holder;

    private Peer pool;
    private ExecutorService executor;

    /** By reflection: the module is compiled for an older Java. */
    @Setup
    public void open() throws Exception {
        executor = (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        pool = Peers.withId(peer).kind().open(size, new Maker());
        pool.fill(size);
    }

    @TearDown
    public void close() {
        executor.shutdown();
        pool.close();
    }

    /** All threads, from the start of the first to the end of the last. */
    @Benchmark
    public int lease() throws Exception {
        List<Future<?>> ends = new ArrayList<>(threads);
        for (int i = 0; i < threads; i++) {
            ends.add(executor.submit(this::takeTurns));
        }
        for (Future<?> end : ends) {
            end.get();
        }
        return ends.size();
    }

    private Object takeTurns() throws Exception {
        for (int i = 0; i < turns; i++) {
            Object handle = pool.acquire();
            if (holder == Holder.WORKING) {
                Blackhole.consumeCPU(WORK_TOKENS);
            } else {
                Thread.yield();
            }
            pool.release(handle);
        }
        return pool;
    }
}
