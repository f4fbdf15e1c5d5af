package dev.cenote.commons.internal;

import dev.cenote.pool.IdleOrder;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolBuilder;
import dev.cenote.pool.PoolLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.commons.pool2.DestroyMode;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.PooledObjectFactory;
import org.apache.commons.pool2.SwallowedExceptionListener;
import org.apache.commons.pool2.impl.AbandonedConfig;
import org.apache.commons.pool2.impl.EvictionConfig;
import org.apache.commons.pool2.impl.EvictionPolicy;
import org.apache.commons.pool2.impl.GenericObjectPool;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import org.jspecify.annotations.Nullable;

/**
 * The Cenote pool behind a {@code GenericObjectPool} whose own queue stays empty. The settings are those of that class: they are
 * read when the first object is asked for, since its setters are final. The limits are read each time; {@code minIdle} is not, since
 * its setter can tell of a change.
 *
 * @param <T> what is pooled
 */
public final class StandIn<T> {

    private static final String EVICTOR = "org.apache.commons.pool2.impl.BaseGenericObjectPool$Evictor";

    private final GenericObjectPool<T> face;
    private final PooledObjectFactory<T> factory;
    private final Consumer<? super PoolBuilder<PooledObject<T>>> settings;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable Lending<T> lending;
    private volatile @Nullable AbandonedConfig abandoned;
    private volatile int minIdle;
    private volatile PoolLimits limits = new PoolLimits(1, 0, 0);

    /**
     * A pool that is opened when it is first used.
     *
     * @param face whose settings it has
     * @param factory makes the objects
     * @param settings sets what {@code GenericObjectPool} has no setting for
     */
    public StandIn(
            GenericObjectPool<T> face,
            PooledObjectFactory<T> factory,
            Consumer<? super PoolBuilder<PooledObject<T>>> settings) {
        this.face = face;
        this.factory = factory;
        this.settings = Objects.requireNonNull(settings, "settings");
    }

    /**
     * The configuration for the superclass: its bean would show the empty queue.
     *
     * @param config the configuration that was given
     * @param <T> what is pooled
     * @return a copy without JMX
     */
    public static <T> GenericObjectPoolConfig<T> withoutJmx(GenericObjectPoolConfig<T> config) {
        GenericObjectPoolConfig<T> copy = config.clone();
        copy.setJmxEnabled(false);
        return copy;
    }

    /**
     * For the superclass, which must never make an object.
     *
     * @param factory what makes them, to be checked
     * @param <T> what is pooled
     * @return a factory that makes none
     * @throws IllegalArgumentException if there is no factory
     */
    public static <T> PooledObjectFactory<T> instead(@Nullable PooledObjectFactory<T> factory) {
        if (factory == null) {
            throw new IllegalArgumentException("factory must be a PooledObjectFactory, but was null");
        }
        return new NoFactory<>();
    }

    /**
     * Tells whether the timer of the superclass calls. Its maintenance is the pool's business, but for abandoned objects.
     *
     * @return true if it is on the stack
     */
    public static boolean isMaintenance() {
        return StackWalker.getInstance()
                .walk(frames -> frames.anyMatch(frame -> frame.getClassName().equals(EVICTOR)));
    }

    /**
     * Sets when to take an object from its holder.
     *
     * @param config copied; null for never
     */
    public void setAbandoned(@Nullable AbandonedConfig config) {
        abandoned = config == null ? null : AbandonedConfig.copy(config);
    }

    /** What makes the objects. */
    public PooledObjectFactory<T> factory() {
        return factory;
    }

    /** The pool, opened if it was not. */
    public Pool<PooledObject<T>> pool() {
        return limited().pool();
    }

    /** The pool if it was opened. */
    public Optional<Pool<PooledObject<T>>> opened() {
        return Optional.ofNullable(lending).map(Lending::pool);
    }

    /** Opened if it was not. What takes an object back does not look at the limits: it must not fail because of theirs. */
    private Lending<T> lending() {
        Lending<T> open = lending;
        return open == null ? open() : open;
    }

    /** The same with the limits of now. */
    private Lending<T> limited() {
        Lending<T> open = lending();
        applyLimits();
        return open;
    }

    private Lending<T> open() {
        lock.lock();
        try {
            Lending<T> open = lending;
            if (open == null) {
                if (face.isClosed()) {
                    throw new IllegalStateException("Pool not open");
                }
                minIdle = face.getMinIdle();
                limits = limitsNow();
                Leases<PooledObject<T>> leases = new Leases<>();
                PassiveWhileIdle<T> objects = new PassiveWhileIdle<>(factory, leases, this::made, this::swallow);
                PoolBuilder<PooledObject<T>> builder = Pool.builder(objects);
                settings.accept(configured(builder).validator(objects));
                open = new Lending<>(builder.build(), factory, leases);
                lending = open;
            }
            return open;
        } finally {
            lock.unlock();
        }
    }

    private PoolBuilder<PooledObject<T>> configured(PoolBuilder<PooledObject<T>> builder) {
        Duration runs = face.getDurationBetweenEvictionRuns();
        return builder.maxSize(limits.maxSize())
                .minIdle(limits.minIdle())
                .maxWaiters(limits.maxWaiters())
                .acquireTimeout(Lending.FOR_EVER)
                .idleTimeout(idleTimeout())
                .maxLifetime(Duration.ZERO)
                .idleOrder(face.getLifo() ? IdleOrder.LIFO : IdleOrder.FIFO)
                .validateOnCreate(face.getTestOnCreate() || face.getTestOnBorrow())
                .validateIfIdleFor(face.getTestOnBorrow() ? Duration.ZERO : Lending.FOR_EVER)
                .validateOnRelease(face.getTestOnReturn())
                .keepaliveTime(face.getTestWhileIdle() && isPositive(runs) ? runs : Duration.ZERO);
    }

    /** The shorter of the two, if there are runs of an evictor at all. */
    private Duration idleTimeout() {
        Duration hard = face.getMinEvictableIdleDuration();
        Duration soft = face.getSoftMinEvictableIdleDuration();
        if (!isPositive(face.getDurationBetweenEvictionRuns())) {
            return Duration.ZERO;
        }
        return isPositive(soft) && (!isPositive(hard) || soft.compareTo(hard) < 0)
                ? soft
                : isPositive(hard) ? hard : Duration.ZERO;
    }

    private static boolean isPositive(Duration time) {
        return !time.isNegative() && !time.isZero();
    }

    private PoolLimits limitsNow() {
        int maxTotal = face.getMaxTotal();
        if (maxTotal == 0) {
            throw new IllegalArgumentException("maxTotal must be 1 or more, or negative for no limit, but was 0");
        }
        int maxSize = maxTotal < 0 ? PoolLimits.LARGEST_SIZE : maxTotal;
        return new PoolLimits(
                maxSize, Math.max(0, Math.min(minIdle, maxSize)), face.getBlockWhenExhausted() ? Integer.MAX_VALUE : 0);
    }

    /** Has the pool take over {@code minIdle}, which was changed. */
    public void minIdleChanged() {
        lock.lock();
        try { // so that a pool that is being opened does not overwrite it with what it was
            minIdle = face.getMinIdle();
        } finally {
            lock.unlock();
        }
        applyLimits();
    }

    /** Has the pool take over limits that were changed. */
    private void applyLimits() {
        Lending<T> open = lending;
        if (open != null) {
            PoolLimits now = limitsNow();
            if (!now.equals(limits)) {
                limits = now;
                open.pool().resize(now);
            }
        }
    }

    /** For the stack of each borrow, as {@code GenericObjectPool} does it. */
    private void made(PooledObject<T> object) {
        AbandonedConfig config = abandoned;
        if (config != null && config.getLogAbandoned()) {
            object.setLogAbandoned(true);
            object.setRequireFullStackTrace(config.getRequireFullStackTrace());
        }
    }

    private void swallow(Exception swallowed) {
        SwallowedExceptionListener listener = face.getSwallowedExceptionListener();
        if (listener != null) {
            listener.onSwallowException(swallowed);
        }
    }

    /** See {@link Lending#borrow}. */
    public T borrow(Duration maxWait) throws Exception {
        Lending<T> open = limited();
        AbandonedConfig config = abandoned;
        if (config != null && config.getRemoveAbandonedOnBorrow() && isNearlyExhausted(open.pool())) {
            removeAbandoned(open, config);
        }
        return open.borrow(maxWait, open.pool().config().createTimeout());
    }

    /** As {@code GenericObjectPool} has it. */
    private static boolean isNearlyExhausted(Pool<?> pool) {
        var stats = pool.stats();
        return stats.idle() < 2 && stats.leased() > stats.maxSize() - 3;
    }

    /** See {@link Lending#giveBack}. */
    public void giveBack(T object) {
        lending().giveBack(object);
    }

    /** See {@link Lending#invalidate}. With abandoned objects, the holder may return it all the same, as in commons-pool2. */
    public void invalidate(T object, DestroyMode mode) {
        Lending<T> open = lending();
        if (mode == DestroyMode.ABANDONED) {
            open.leases().lent(object).ifPresent(PooledObject::markAbandoned);
        }
        if (abandoned != null && open.leases().lent(object).isPresent()) {
            open.leases().mayComeBack(object); // first: its holder may return it at any moment
        }
        open.invalidate(object);
    }

    /** Notes that a borrowed object is used. */
    public void use(T object) {
        lending().leases().lent(object).ifPresent(PooledObject::use);
    }

    /** What is borrowed at the moment. */
    public Stream<PooledObject<T>> lent() {
        Lending<T> open = lending;
        return open == null ? Stream.empty() : open.leases().lent();
    }

    /** See {@link Lending#add}. */
    public void add() throws Exception {
        limited().add();
    }

    /**
     * Takes abandoned objects back. Unless the timer calls, for which the pool does the rest by itself, also tests each idle
     * object by the eviction policy, and by the factory if {@code testWhileIdle} is set.
     */
    public void evict() {
        Lending<T> open = lending;
        if (open == null || face.isClosed()) {
            return;
        }
        applyLimits();
        AbandonedConfig config = abandoned;
        if (config != null && config.getRemoveAbandonedOnMaintenance()) {
            removeAbandoned(open, config);
        }
        if (!isMaintenance()) {
            EvictionConfig times = new EvictionConfig(
                    face.getMinEvictableIdleDuration(), face.getSoftMinEvictableIdleDuration(), face.getMinIdle());
            EvictionPolicy<T> policy = face.getEvictionPolicy();
            open.test((object, idle) -> policy.evict(times, object, idle), face.getTestWhileIdle());
        }
    }

    private void removeAbandoned(Lending<T> open, AbandonedConfig config) {
        Instant deadline = Instant.now().minus(config.getRemoveAbandonedTimeoutDuration());
        open.leases().takeBack(object -> !object.getLastUsedInstant().isAfter(deadline), object -> {
            if (config.getLogAbandoned()) {
                object.printStackTrace(config.getLogWriter());
            }
            object.markAbandoned();
        });
    }

    /** Destroys what is idle now, and what is borrowed when it comes back. */
    public void clear() {
        opened().ifPresent(Pool::invalidateAll);
    }

    /** See {@link Lending#close}; called when the superclass is closed. */
    public void close() {
        Lending<T> open;
        lock.lock();
        try {
            open = lending;
        } finally {
            lock.unlock();
        }
        if (open != null) {
            open.close();
        }
    }
}
