package dev.cenote.commons;

import dev.cenote.commons.internal.StandIn;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolBuilder;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.commons.pool2.DestroyMode;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.PooledObjectFactory;
import org.apache.commons.pool2.impl.AbandonedConfig;
import org.apache.commons.pool2.impl.DefaultPooledObjectInfo;
import org.apache.commons.pool2.impl.GenericObjectPool;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import org.jspecify.annotations.Nullable;

/**
 * A {@code GenericObjectPool} whose objects are in a Cenote pool, for code that asks for the class: DBCP2's {@code
 * BasicDataSource.createObjectPool}, for example. Where {@code ObjectPool} will do, take {@link CenoteObjectPool}.
 *
 * <p>It has the settings of {@code GenericObjectPool}, with their defaults and meanings. They are read when the first object is
 * asked for. {@code maxTotal}, {@code minIdle}, {@code maxWait}, {@code blockWhenExhausted} and those of abandoned objects can
 * change later; a later change of another setting has no effect. {@code maxIdle} only bounds {@code minIdle}. {@code fairness} is
 * not used: callers are served in the order in which they came. Neither are {@code numTestsPerEvictionRun} and JMX. Only {@link
 * #evict} uses the eviction policy. The statistics of {@code BaseGenericObjectPool} stay zero, since its methods are final: use
 * {@link #pool} and {@link Pool#stats}.
 *
 * <p>As in {@code GenericObjectPool}, {@code maxWait} is for objects that others have borrowed. An acquire for which an object is
 * made or validated has {@link PoolBuilder#createTimeout} more.
 *
 * <p>Returns are as of {@link CenoteObjectPool}: a second one is noticed until the object is borrowed again.
 *
 * <p>Thread-safe.
 *
 * @param <T> what is pooled; told apart by identity
 * @since 0.9.0
 */
public class CenoteGenericObjectPool<T> extends GenericObjectPool<T> {

    private final StandIn<T> standIn;

    /**
     * A pool with the default settings of {@code GenericObjectPool}.
     *
     * @param factory makes the objects; called by several threads at once
     * @since 0.9.0
     */
    public CenoteGenericObjectPool(PooledObjectFactory<T> factory) {
        this(factory, new GenericObjectPoolConfig<>());
    }

    /**
     * A pool with these settings.
     *
     * @param factory makes the objects; called by several threads at once
     * @param config the settings; copied
     * @since 0.9.0
     */
    public CenoteGenericObjectPool(PooledObjectFactory<T> factory, GenericObjectPoolConfig<T> config) {
        this(factory, config, builder -> {});
    }

    /**
     * A pool with these settings.
     *
     * @param factory makes the objects; called by several threads at once
     * @param config the settings; copied
     * @param abandoned when to take an object from its holder
     * @since 0.9.0
     */
    @SuppressWarnings(
            "this-escape") // a subclass that overrides the setter is told the setting, as by its own superclass
    public CenoteGenericObjectPool(
            PooledObjectFactory<T> factory, GenericObjectPoolConfig<T> config, @Nullable AbandonedConfig abandoned) {
        this(factory, config);
        setAbandonedConfig(abandoned);
    }

    /**
     * A pool with these settings, and with some of Cenote's.
     *
     * @param factory makes the objects; called by several threads at once
     * @param config the settings; copied
     * @param settings sets what {@code GenericObjectPool} has no setting for, and what shall differ from it; called when the
     *     first object is asked for
     * @since 0.9.0
     */
    @SuppressWarnings("this-escape") // the stand-in uses it when the first object is asked for
    public CenoteGenericObjectPool(
            PooledObjectFactory<T> factory,
            GenericObjectPoolConfig<T> config,
            Consumer<? super PoolBuilder<PooledObject<T>>> settings) {
        super(StandIn.instead(factory), StandIn.withoutJmx(config));
        standIn = new StandIn<>(this, factory, settings);
    }

    /**
     * The pool behind this one, which is opened if no object was asked for yet.
     *
     * @return the pool
     * @throws IllegalStateException if this pool was closed before it was used
     * @since 0.9.0
     */
    public Pool<PooledObject<T>> pool() {
        return standIn.pool();
    }

    @Override
    public void setAbandonedConfig(@Nullable AbandonedConfig config) {
        super.setAbandonedConfig(config);
        standIn.setAbandoned(config);
    }

    @Override
    public T borrowObject() throws Exception {
        return standIn.borrow(getMaxWaitDuration());
    }

    @Override
    public T borrowObject(Duration maxWait) throws Exception {
        return standIn.borrow(maxWait);
    }

    /**
     * Borrows an object.
     *
     * @deprecated as in the superclass
     * @since 0.9.0
     */
    @Override
    @Deprecated
    public T borrowObject(long maxWaitMillis) throws Exception {
        return standIn.borrow(Duration.ofMillis(maxWaitMillis));
    }

    @Override
    public void returnObject(T object) {
        standIn.giveBack(object);
    }

    @Override
    public void invalidateObject(T object) {
        standIn.invalidate(object, DestroyMode.NORMAL);
    }

    @Override
    public void invalidateObject(T object, DestroyMode mode) {
        standIn.invalidate(object, mode);
    }

    @Override
    public void use(T object) {
        standIn.use(object);
    }

    @Override
    public void addObject() throws Exception {
        standIn.add();
    }

    /**
     * Opens the pool, which makes {@code minIdle} objects.
     *
     * @since 0.9.0
     */
    @Override
    public void preparePool() {
        standIn.pool();
    }

    /**
     * Tests each idle object by the eviction policy, and by {@code validateObject} if {@code testWhileIdle} is set; takes abandoned
     * objects back. The timer of the superclass does the last only, since the pool evicts and validates by itself.
     *
     * @since 0.9.0
     */
    @Override
    public void evict() {
        if (standIn != null) { // the superclass starts its timer before that
            standIn.evict();
        }
    }

    /**
     * Destroys the idle objects, and each borrowed one when it comes back.
     *
     * @since 0.9.0
     */
    @Override
    public void clear() {
        standIn.clear();
    }

    @Override
    public void close() {
        super.close();
        standIn.close();
    }

    @Override
    public PooledObjectFactory<T> getFactory() {
        return standIn.factory();
    }

    @Override
    public String getFactoryType() {
        return standIn.factory().getClass().getName();
    }

    @Override
    public int getMinIdle() {
        return StandIn.isMaintenance() ? 0 : super.getMinIdle();
    }

    @Override
    public void setMinIdle(int minIdle) {
        super.setMinIdle(minIdle);
        if (standIn != null) { // called by the superclass's constructor
            standIn.minIdleChanged();
        }
    }

    @Override
    public int getNumActive() {
        return standIn.opened().map(pool -> pool.stats().leased()).orElse(0);
    }

    @Override
    public int getNumIdle() {
        return standIn.opened().map(pool -> pool.stats().idle()).orElse(0);
    }

    @Override
    public int getNumWaiters() {
        return standIn.opened().map(pool -> pool.stats().waiters()).orElse(0);
    }

    /**
     * The borrowed objects; idle ones are not listed.
     *
     * @since 0.9.0
     */
    @Override
    public Set<DefaultPooledObjectInfo> listAllObjects() {
        return standIn.lent().map(DefaultPooledObjectInfo::new).collect(Collectors.toSet());
    }
}
