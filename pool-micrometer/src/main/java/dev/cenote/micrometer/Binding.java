package dev.cenote.micrometer;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.PoolStats;
import dev.cenote.pool.PoolTimes;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The meters of one pool in one registry. */
final class Binding {

    private static final double NANOS_A_SECOND = 1e9;

    private final MeterRegistry registry;
    private final PoolReference<?> pool;
    private final MeterNames names;
    private final Tags tags;
    private final List<Runnable> removals = new ArrayList<>();
    private final boolean isPrometheus;
    private final @Nullable Binding rest;
    private int users = 1;

    /**
     * Binds them.
     *
     * @param rest meters of the same pool that stay as long as these; null if there are none
     */
    Binding(
            MeterRegistry registry,
            boolean isPrometheus,
            PoolReference<?> pool,
            MeterNames names,
            Iterable<Tag> tags,
            String name,
            @Nullable Binding rest) {
        this.registry = registry;
        this.isPrometheus = isPrometheus;
        this.pool = pool;
        this.names = names;
        this.tags = Tags.of(names.nameTag, name).and(tags);
        this.rest = rest;
        switch (names) {
            case HIKARICP -> bindLikeHikariCp();
            case THE_REST -> bindTheRest();
            default -> bindTheConvention();
        }
    }

    /** Whether these are meters of that pool, and can have one more user. */
    boolean isOpenFor(PoolReference<?> other) {
        return !isOver() && pool.isTo(other);
    }

    /** One more keeps them, and removes them. */
    Binding used() {
        users++;
        return this;
    }

    /** Whether the meters are removed, or nobody can use the pool any more. */
    boolean isOver() {
        return users == 0 || pool.isOver();
    }

    /** Removes the meters, unless somebody else uses them, too. */
    void remove() {
        if (users == 1) {
            end();
        } else if (users > 1) {
            users--;
        }
    }

    /** Removes the meters, whoever uses them. */
    void end() {
        users = 0;
        removals.forEach(Runnable::run);
        removals.clear();
        if (rest != null) {
            rest.remove();
        }
    }

    private double read(ToDoubleFunction<PoolStats> number) {
        return pool.read(number);
    }

    private void bindTheConvention() {
        String prefix = names.prefix;
        Function<String, Tags> in = state -> tags.and(names.stateTag, state);
        gauge(prefix + ".count", "Objects in the pool, by state", in.apply("idle"), PoolStats::idle);
        gauge(prefix + ".count", "Objects in the pool, by state", in.apply("used"), PoolStats::leased);
        gauge(prefix + ".max", "The most objects that may exist", tags, PoolStats::maxSize);
        gauge(prefix + ".idle.max", "The most objects that may be idle", tags, PoolStats::maxSize);
        gauge(prefix + ".idle.min", "How many idle objects are kept ready", tags, PoolStats::minIdle);
        gauge(prefix + ".pending_requests", "Callers in the queue", tags, PoolStats::waiters);
        counter(prefix + ".timeouts", "Callers whose time was up", tags, PoolStats::timeouts);
        times(prefix + ".create_time", "How long it took to make an object", tags, PoolStats::createTimes);
        times(prefix + ".wait_time", "How long callers waited for an object", tags, PoolStats::waitTimes);
        times(prefix + ".use_time", "How long objects were leased", tags, PoolStats::useTimes);
    }

    /** What the convention has no name for. */
    private void bindTheRest() {
        String prefix = names.prefix;
        Function<String, Tags> doing = state -> tags.and("cenote.pool.activity", state);
        gauge(prefix + ".busy", "Objects in the pool's own hands", doing.apply("creating"), PoolStats::creating);
        gauge(prefix + ".busy", "Objects in the pool's own hands", doing.apply("validating"), PoolStats::validating);
        gauge(prefix + ".busy", "Objects in the pool's own hands", doing.apply("retiring"), PoolStats::retiring);
        gauge(prefix + ".failing_fast", "1 while no object can be made", tags, it -> it.isFailingFast() ? 1 : 0);
        gauge(prefix + ".suspended", "1 while the pool is suspended", tags, it -> it.isSuspended() ? 1 : 0);
        counter(prefix + ".acquired", "Leases given out", tags, PoolStats::acquired);
        counter(prefix + ".waited", "Leases for which the caller had to wait", tags, PoolStats::waited);
        counter(prefix + ".refused", "Callers turned away by a full queue", tags, PoolStats::refused);
        counter(prefix + ".failed", "Callers that failed since no object could be made", tags, PoolStats::failed);
        counter(prefix + ".creations", "Objects made", tags, PoolStats::created);
        counter(prefix + ".creation_failures", "Creates that failed", tags, PoolStats::creationFailures);
        counter(prefix + ".validation_failures", "Validations that failed", tags, PoolStats::validationFailures);
        counter(prefix + ".leaks", "Leases reported as leaked", tags, PoolStats::leaks);
        counter(prefix + ".stale_closes", "Leases that were ended twice", tags, PoolStats::staleCloses);
        for (DestroyReason reason : DestroyReason.values()) {
            counter(
                    prefix + ".destroyed",
                    "Objects destroyed, by reason",
                    tags.and("reason", reason.name().toLowerCase(Locale.ROOT)),
                    it -> it.destroyed(reason));
        }
        times(prefix + ".validation_time", "How long validations took", tags, PoolStats::validationTimes);
        for (String share : List.of("0.5", "0.9", "0.99", "1")) {
            keep(TimeGauge.builder(
                            prefix + ".recent_wait_time",
                            this,
                            TimeUnit.NANOSECONDS,
                            it -> it.read(stats -> stats.recentWaitTimes()
                                    .percentile(Double.parseDouble(share))
                                    .toNanos()))
                    .description("The wait that this share of the last minute's callers did not exceed")
                    .tags(tags.and("quantile", share))
                    .register(registry));
        }
    }

    private void bindLikeHikariCp() {
        String prefix = names.prefix;
        gauge(prefix, "Total connections", tags, PoolStats::total);
        gauge(prefix + ".active", "Active connections", tags, PoolStats::leased);
        gauge(prefix + ".idle", "Idle connections", tags, PoolStats::idle);
        gauge(prefix + ".pending", "Pending threads", tags, PoolStats::waiters);
        gauge(prefix + ".max", "Max connections", tags, PoolStats::maxSize);
        gauge(prefix + ".min", "Min connections", tags, PoolStats::minIdle);
        counter(prefix + ".timeout", "Connection timeout total count", tags, PoolStats::timeouts);
        timer(prefix + ".acquire", "Connection acquire time", PoolStats::waitTimes);
        timer(prefix + ".usage", "Connection usage time", PoolStats::useTimes);
        timer(prefix + ".creation", "Connection creation time", PoolStats::createTimes);
    }

    /** Like a timer of Micrometer: its longest time fades. */
    private void timer(String name, String description, Function<PoolStats, PoolTimes> times) {
        times(name, description, tags, times);
        Fading longest = new Fading(times);
        if (isPrometheus) { // as its registry calls the longest time of a timer
            gauge(name + ".seconds.max", description, tags, it -> longest.nanos(it) / NANOS_A_SECOND);
        } else {
            keep(TimeGauge.builder(name + ".max", this, TimeUnit.NANOSECONDS, it -> it.read(longest::nanos))
                    .description(description)
                    .tags(tags)
                    .register(registry));
        }
    }

    /** The registry keeps this as long as it has a gauge of it; this does not keep the pool. */
    private void gauge(String name, String description, Tags with, ToDoubleFunction<PoolStats> number) {
        keep(Gauge.builder(name, this, it -> it.read(number))
                .description(description)
                .tags(with)
                .strongReference(true)
                .register(registry));
    }

    private void counter(String name, String description, Tags with, ToDoubleFunction<PoolStats> number) {
        keep(FunctionCounter.builder(name, this, it -> it.read(number))
                .description(description)
                .tags(with)
                .register(registry));
    }

    private void times(String name, String description, Tags with, Function<PoolStats, PoolTimes> times) {
        if (isPrometheus) {
            removals.add(PrometheusHistograms.add(registry, name, description, with, pool, times));
        } else {
            keep(FunctionTimer.builder(
                            name,
                            this,
                            it -> (long) it.read(stats -> times.apply(stats).count()),
                            it -> it.read(stats -> times.apply(stats).total().toNanos()),
                            TimeUnit.NANOSECONDS)
                    .description(description)
                    .tags(with)
                    .register(registry));
        }
    }

    private void keep(Meter meter) {
        removals.add(() -> registry.remove(meter));
    }
}
