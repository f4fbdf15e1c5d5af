package dev.cenote.bench.keyed;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** An object of a random key is acquired and given back; there are more places than callers, and an idle object for each key. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 5,
        jvmArgs = {"-Xms2g", "-Xmx2g", "-XX:+AlwaysPreTouch"})
@State(Scope.Benchmark)
public class KeyedLeasing {

    private static final int SPARE = 16; // places beyond one for each key

    @Param({"cenote", "cenote-unkeyed", "commons-pool2", "httpcore-strict", "httpcore-lax", "httpcore-segmented"})
    public String peer;

    @Param({"1", "100", "10000"})
    public int keys;

    private Integer[] all;
    private KeyedPeer pool;

    /** Opens the pool, and has an object made for each key. */
    @Setup(Level.Trial)
    public void open() throws Exception {
        pool = KeyedPeer.open(peer, keys + SPARE, SPARE, 0);
        all = new Integer[keys];
        for (int i = 0; i < keys; i++) {
            all[i] = i;
            pool.release(all[i], pool.acquire(all[i]));
        }
    }

    /** Closes it. */
    @TearDown(Level.Trial)
    public void close() {
        pool.close();
    }

    /** An acquire and its release. */
    @Benchmark
    public Object lease() throws Exception {
        Integer key = all[ThreadLocalRandom.current().nextInt(all.length)];
        Object handle = pool.acquire(key);
        pool.release(key, handle);
        return handle;
    }

    /** What the choice of a key costs. */
    @Benchmark
    public Object choose() {
        return all[ThreadLocalRandom.current().nextInt(all.length)];
    }
}
