package dev.cenote.micrometer;

import dev.cenote.pool.KeyedPool;
import dev.cenote.pool.Pool;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The meters of a pool. A pool pays for them only when somebody reads them: each meter takes the pool's statistics then, and the
 * fast path does not know of them.
 *
 * <p>Three sets of names:
 *
 * <ul>
 *   <li>{@link #ofConnections} has the names of OpenTelemetry's convention for pools of database connections, {@code
 *       db.client.connection.*}, with the attributes {@code db.client.connection.pool.name} and {@code
 *       db.client.connection.state}.
 *   <li>{@link #of} has the same under {@code cenote.pool.*}, for pools of anything else.
 *   <li>{@link #likeHikariCp} has HikariCP's names, {@code hikaricp.connections.*}, with the tag {@code pool}. A dashboard that was
 *       made for HikariCP goes on working.
 * </ul>
 *
 * <p>What these do not have is under {@code cenote.pool.*} with either of the first two: callers that were refused or failed, why
 * objects were destroyed, leaks, and the percentiles of the last minute's waits.
 *
 * <p>Times are histograms in a Prometheus registry. Other registries get their count and their sum: Micrometer has no histogram that
 * is read rather than recorded, and recording each acquire would cost more than the acquire. The time of a use is there if the pool
 * measures it ({@link dev.cenote.pool.PoolBuilder#useTimes}).
 *
 * <p>The meters do not keep the pool reachable. Two pools of one name are told apart by a number, as in {@code orders-2}. A pool
 * that takes the name of a closed one takes the place of its meters. Thread-safe.
 *
 * @since 0.9.0
 */
public final class PoolMetrics implements MeterBinder, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PoolMetrics.class);

    private static final String PROMETHEUS = "io.micrometer.prometheusmetrics.PrometheusMeterRegistry";

    /** The bindings of each registry, by their names; guarded by itself. The registry keeps its bindings; this map keeps neither. */
    private static final Map<MeterRegistry, Map<String, WeakReference<Binding>>> BOUND = new WeakHashMap<>();

    private final PoolReference<?> pool;
    private final MeterNames names;
    private final Iterable<Tag> tags;

    private final Map<MeterRegistry, Binding> own = new HashMap<>(); // guarded by BOUND

    private PoolMetrics(PoolReference<?> pool, MeterNames names, Iterable<Tag> tags) {
        this.pool = pool;
        this.names = names;
        this.tags = tags;
    }

    private PoolMetrics(Pool<?> pool, MeterNames names) {
        this(PoolReference.to(Objects.requireNonNull(pool, "pool")), names, Set.of());
    }

    /**
     * The meters of a pool of anything, under {@code cenote.pool.*}.
     *
     * @param pool the pool
     * @return meters, to be bound
     * @since 0.9.0
     */
    public static PoolMetrics of(Pool<?> pool) {
        return new PoolMetrics(pool, MeterNames.CENOTE);
    }

    /**
     * The meters of a keyed pool, under {@code cenote.pool.*}: of all keys together, whatever their number. No key is a tag, since
     * there may be any number of keys, and a meter for each is never forgotten. For some keys that are known there is {@link #of(KeyedPool,
     * Object)}. What is read is up to half a second old.
     *
     * @param pool the keyed pool
     * @return meters, to be bound
     * @since 0.9.0
     */
    public static PoolMetrics of(KeyedPool<?, ?> pool) {
        return new PoolMetrics(PoolReference.to(Objects.requireNonNull(pool, "pool")), MeterNames.CENOTE, Set.of());
    }

    /**
     * The meters of one key of a keyed pool, under {@code cenote.pool.*}; the name is {@code pool/key}. They are those of the pool
     * that the key has at the moment: its counts begin at zero again when the key has another one.
     *
     * @param pool the keyed pool
     * @param key the key
     * @param <K> the keys
     * @return meters, to be bound
     * @since 0.9.0
     */
    public static <K> PoolMetrics of(KeyedPool<K, ?> pool, K key) {
        return new PoolMetrics(
                PoolReference.to(Objects.requireNonNull(pool, "pool"), key), MeterNames.CENOTE, Set.of());
    }

    /**
     * The meters of a pool of database connections, under OpenTelemetry's names.
     *
     * @param pool the pool
     * @return meters, to be bound
     * @since 0.9.0
     */
    public static PoolMetrics ofConnections(Pool<?> pool) {
        return new PoolMetrics(pool, MeterNames.OPEN_TELEMETRY);
    }

    /**
     * The meters of a pool of database connections, under HikariCP's names.
     *
     * @param pool the pool
     * @return meters, to be bound
     * @since 0.9.0
     */
    public static PoolMetrics likeHikariCp(Pool<?> pool) {
        return new PoolMetrics(pool, MeterNames.HIKARICP);
    }

    /**
     * The same meters with further tags on each, for example the database's system and server. What {@link #of} and {@link
     * #ofConnections} of one pool have in common has the tags of the one that was bound first.
     *
     * @param more the tags
     * @return meters, to be bound
     * @since 0.9.0
     */
    public PoolMetrics tags(Iterable<Tag> more) {
        return new PoolMetrics(pool, names, Objects.requireNonNull(more, "more"));
    }

    /**
     * Binds the meters to a registry. A second call for the same registry does nothing. If a member of a composite registry is
     * Prometheus's, the meters are bound to each member: so add the members first.
     *
     * @param registry the registry
     * @since 0.9.0
     */
    @Override
    public void bindTo(MeterRegistry registry) {
        if (registry instanceof CompositeMeterRegistry composite
                && composite.getRegistries().stream().anyMatch(PoolMetrics::isPrometheus)) {
            composite.getRegistries().forEach(this::bindTo);
            return;
        }
        synchronized (BOUND) {
            if (!own.containsKey(registry)) {
                Map<String, WeakReference<Binding>> others = BOUND.computeIfAbsent(registry, any -> new HashMap<>());
                String name = freeName(others);
                Binding rest = names == MeterNames.HIKARICP ? null : rest(registry, others, name);
                own.put(registry, bind(registry, others, names, name, rest));
            }
        }
    }

    private Binding bind(
            MeterRegistry registry,
            Map<String, WeakReference<Binding>> others,
            MeterNames with,
            String name,
            @Nullable Binding rest) {
        Binding binding = new Binding(registry, isPrometheus(registry), pool, with, tags, name, rest);
        others.put(with + " " + name, new WeakReference<>(binding));
        return binding;
    }

    /** What the convention has no names for: a pool that is bound under its names and under Cenote's has it once. */
    private Binding rest(MeterRegistry registry, Map<String, WeakReference<Binding>> others, String name) {
        Binding there = binding(others, MeterNames.THE_REST, name);
        if (there != null && there.isOpenFor(pool)) {
            return there.used();
        }
        if (there != null) {
            there.end();
        }
        return bind(registry, others, MeterNames.THE_REST, name, null);
    }

    /** A name that no other open pool has. The meters of a closed one that has it are removed. */
    private String freeName(Map<String, WeakReference<Binding>> others) {
        String name = pool.name();
        for (int number = 2; !isFree(others, name); number++) {
            name = pool.name() + "-" + number;
        }
        Binding over = binding(others, names, name);
        if (over != null) {
            over.end();
        }
        if (!name.equals(pool.name())) {
            LOG.warn(
                    "There is another pool '{}' with meters: this one is '{}' there (see https://cenote.dev/help#name-of-meters)",
                    pool.name(),
                    name);
        }
        return name;
    }

    private boolean isFree(Map<String, WeakReference<Binding>> others, String name) {
        Binding same = binding(others, names, name);
        Binding rest = names == MeterNames.HIKARICP ? null : binding(others, MeterNames.THE_REST, name);
        return (same == null || same.isOver()) && (rest == null || rest.isOver() || rest.isOpenFor(pool));
    }

    private static @Nullable Binding binding(
            Map<String, WeakReference<Binding>> others, MeterNames names, String name) {
        WeakReference<Binding> bound = others.get(names + " " + name);
        return bound == null ? null : bound.get();
    }

    /** By its name: it need not be on the class path. */
    private static boolean isPrometheus(MeterRegistry registry) {
        for (Class<?> type = registry.getClass(); type != null; type = type.getSuperclass()) {
            if (type.getName().equals(PROMETHEUS)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Removes the meters from every registry to which they are bound. The pool stays open. Idempotent.
     *
     * @since 0.9.0
     */
    @Override
    public void close() {
        synchronized (BOUND) {
            own.values().forEach(Binding::remove);
            own.clear();
        }
    }
}
