package dev.cenote.bench;

import dev.cenote.peers.Peer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** An object is acquired and given back, by one thread or by many at once. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 5,
        jvmArgs = {"-Xms1g", "-Xmx1g", "-XX:+AlwaysPreTouch"})
public class Leasing {

    /** An acquire and its release. */
    @Benchmark
    public Object lease(Opened.Caller caller) throws Exception {
        Peer peer = caller.peer;
        Object handle = peer.acquire();
        Object object = peer.object(handle);
        peer.release(handle);
        return object;
    }

    /** The same for a lease that is stored in a field, as most programs do: so it has to be allocated. */
    @Benchmark
    public Object leaseThatEscapes(Opened.Caller caller) throws Exception {
        Peer peer = caller.peer;
        caller.held = peer.acquire();
        Object object = peer.object(caller.held);
        peer.release(caller.held);
        return object;
    }

    /** An asynchronous acquire that need not wait, and its release. */
    @Benchmark
    public Object leaseAsync(Opened.Caller caller) throws Exception {
        Peer peer = caller.peer;
        Object handle = peer.acquireAsync().join();
        Object object = peer.object(handle);
        peer.release(handle);
        return object;
    }

    /** Each object is used once, so that each acquire has another one made. */
    @Benchmark
    public Object leaseAndInvalidate(Opened.Caller caller) throws Exception {
        Peer peer = caller.peer;
        Object handle = peer.acquire();
        Object object = peer.object(handle);
        peer.invalidate(handle);
        return object;
    }
}
