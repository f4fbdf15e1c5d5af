package dev.cenote.bench;

import dev.cenote.micrometer.PoolMetrics;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;
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

/** What a lease costs while somebody watches. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 5,
        jvmArgs = {"-Xms1g", "-Xmx1g", "-XX:+AlwaysPreTouch"})
@State(Scope.Benchmark)
public class Observed {

    /** How often Prometheus reads; it usually does so every 10 to 60 s. */
    private static final int SCRAPES_MILLIS = 1_000;

    @Param({"nothing", "micrometer", "jfr", "micrometer+jfr"})
    public String by;

    @Param("16")
    public int size;

    private final ScheduledExecutorService scraper = Executors.newSingleThreadScheduledExecutor();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private Pool<Object> pool;
    private Recording recording;
    private long scraped;

    @Setup
    public void open() throws Exception {
        pool = Pool.builder(Object::new).maxSize(size).build();
        if (by.contains("micrometer")) {
            PoolMetrics.ofConnections(pool).bindTo(registry);
            scraper.scheduleAtFixedRate(
                    () -> scraped += registry.scrape().length(), 0, SCRAPES_MILLIS, TimeUnit.MILLISECONDS);
        }
        if (by.contains("jfr")) {
            recording = new Recording(Configuration.getConfiguration("default"));
            recording.start();
        }
    }

    @TearDown
    public void close() throws InterruptedException {
        scraper.shutdown();
        scraper.awaitTermination(1, TimeUnit.MINUTES);
        if (by.contains("micrometer") && scraped == 0) {
            throw new IllegalStateException("nothing was read");
        }
        if (recording != null) {
            recording.close();
        }
        pool.close();
    }

    /** An acquire and its release. */
    @Benchmark
    public Object lease() throws InterruptedException {
        try (Lease<Object> lease = pool.acquire()) {
            return lease.get();
        }
    }
}
