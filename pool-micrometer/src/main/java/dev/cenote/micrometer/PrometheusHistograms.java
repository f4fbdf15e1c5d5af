package dev.cenote.micrometer;

import dev.cenote.pool.PoolStats;
import dev.cenote.pool.PoolTimes;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.NamingConvention;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * Histograms that Prometheus reads from pools. It is loaded only where its registry is. A registry has one collector for all pools,
 * since each name may be collected once.
 */
final class PrometheusHistograms implements MultiCollector {

    /** Those of OpenTelemetry's advice for the durations of database operations, and one below, for callers that hardly waited. */
    private static final double[] BOUNDS_SECONDS = {0.0001, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10};

    private static final String PROBE = ".probe";
    private static final double NANOS_A_SECOND = 1e9;

    private static final Map<PrometheusRegistry, PrometheusHistograms> ALL = new WeakHashMap<>(); // guarded by itself

    private final List<Series> series = new CopyOnWriteArrayList<>();

    /** One histogram of one pool. */
    private record Series(
            String name, String help, Labels labels, PoolReference<?> pool, Function<PoolStats, PoolTimes> times) {}

    /**
     * Adds a histogram. What the registry's filters make of it is learned from a gauge that is there for a moment.
     *
     * @return removes it again
     */
    static Runnable add(
            MeterRegistry registry,
            String name,
            String description,
            Tags tags,
            PoolReference<?> pool,
            Function<PoolStats, PoolTimes> times) {
        Gauge probe = Gauge.builder(name + PROBE, () -> 0).tags(tags).register(registry);
        if (registry.remove(probe) == null) {
            return () -> {}; // denied
        }
        NamingConvention convention = registry.config().namingConvention();
        String filtered = probe.getId().getName();
        Meter.Id id = new Meter.Id(
                filtered.endsWith(PROBE) ? filtered.substring(0, filtered.length() - PROBE.length()) : filtered,
                Tags.of(probe.getId().getTags()),
                "seconds",
                description,
                Meter.Type.TIMER);
        List<Tag> labels = id.getConventionTags(convention);
        Series added = new Series(
                id.getConventionName(convention),
                description,
                Labels.of(
                        labels.stream().map(Tag::getKey).toList(),
                        labels.stream().map(Tag::getValue).toList()),
                pool,
                times);
        List<Series> all = of(((PrometheusMeterRegistry) registry).getPrometheusRegistry()).series;
        all.add(added);
        return () -> all.remove(added);
    }

    private static PrometheusHistograms of(PrometheusRegistry registry) {
        synchronized (ALL) {
            PrometheusHistograms histograms = ALL.get(registry);
            if (histograms == null) {
                histograms = new PrometheusHistograms();
                registry.register(histograms);
                ALL.put(registry, histograms);
            }
            return histograms;
        }
    }

    @Override
    public MetricSnapshots collect() {
        Map<String, HistogramSnapshot.Builder> byName = new LinkedHashMap<>();
        Set<Map.Entry<String, Labels>> known = new HashSet<>();
        for (Series one : series) {
            PoolStats stats = one.pool.stats();
            // A filter that takes tags away can make two pools alike: the first one counts, as with Micrometer's
            // meters.
            if (stats != null && known.add(Map.entry(one.name, one.labels))) {
                byName.computeIfAbsent(
                                one.name,
                                name -> HistogramSnapshot.builder().name(name).help(one.help))
                        .dataPoint(point(one.labels, one.times.apply(stats)));
            }
        }
        MetricSnapshots.Builder snapshots = MetricSnapshots.builder();
        byName.values().forEach(builder -> snapshots.metricSnapshot(builder.build()));
        return snapshots.build();
    }

    private static HistogramDataPointSnapshot point(Labels labels, PoolTimes times) {
        ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
        long below = 0;
        for (double bound : BOUNDS_SECONDS) {
            long upTo = times.countUpTo(Duration.ofNanos(Math.round(bound * NANOS_A_SECOND)));
            buckets.bucket(bound, upTo - below);
            below = upTo;
        }
        buckets.bucket(Double.POSITIVE_INFINITY, times.count() - below);
        return HistogramDataPointSnapshot.builder()
                .labels(labels)
                .classicHistogramBuckets(buckets.build())
                .sum(times.total().toNanos() / NANOS_A_SECOND)
                .build();
    }
}
