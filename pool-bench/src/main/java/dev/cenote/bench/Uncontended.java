package dev.cenote.bench;

import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolBuilder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
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

/** One thread, an object always idle: an acquire and its release, beside two bare compare-and-sets on one word. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgs = "-Xmx1g")
public class Uncontended {

    /** Two compare-and-sets: what an acquire and a release cost at least. */
    @State(Scope.Thread)
    public static class Limit {
        final AtomicLong word = new AtomicLong();
    }

    /** A full pool of objects that are cheap to make. */
    @State(Scope.Benchmark)
    public static class Full {
        @Param({"1", "16", "10000"})
        int size;

        /** With one, no object is ever idle for long enough to be validated. */
        @Param({"false", "true"})
        boolean validator;

        Pool<Object> pool;

        @Setup
        public void fill() {
            PoolBuilder<Object> builder = Pool.<Object>builder(Object::new)
                    .maxSize(size)
                    .minIdle(size)
                    .maxConcurrentCreates(size)
                    .validateIfIdleFor(Duration.ofHours(1))
                    .executor(Runnable::run);
            pool = (validator ? builder.validator(object -> object != null) : builder).build();
        }

        @TearDown
        public void close() {
            pool.close();
        }
    }

    /** The limit. */
    @Benchmark
    public long twoCompareAndSets(Limit limit) {
        long seen = limit.word.get();
        limit.word.compareAndSet(seen, seen + 33);
        limit.word.compareAndSet(seen + 33, seen + 32);
        return seen;
    }

    /** The pool. */
    @Benchmark
    public Object acquireAndRelease(Full full) throws InterruptedException {
        try (Lease<Object> lease = full.pool.acquire()) {
            return lease.get();
        }
    }
}
