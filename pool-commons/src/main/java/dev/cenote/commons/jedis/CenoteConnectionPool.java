package dev.cenote.commons.jedis;

import dev.cenote.commons.internal.StandIn;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.commons.pool2.DestroyMode;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.PooledObjectFactory;
import org.apache.commons.pool2.impl.AbandonedConfig;
import org.apache.commons.pool2.impl.DefaultPooledObjectInfo;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionFactory;
import redis.clients.jedis.ConnectionPool;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.providers.ConnectionProvider;

/**
 * A {@code ConnectionPool} of Jedis whose connections are in a Cenote pool, and the {@code ConnectionProvider} by which a client
 * gets them:
 *
 * <pre>{@code
 * var pool = new CenoteConnectionPool(address, config);
 * RedisClient client = RedisClient.builder().connectionProvider(pool).build();
 * }</pre>
 *
 * <p>The settings are those of {@code ConnectionPoolConfig}. For which of them are used, and which can change later, see {@link
 * dev.cenote.commons.CenoteGenericObjectPool}. Connections are made, validated and closed on the pool's threads. Waiting
 * callers park, virtual threads without their carriers.
 *
 * <p>{@code RedisClient.getPool()} throws a {@link ClassCastException}, since it expects a class of Jedis' own there. Keep this
 * object instead.
 *
 * <p>Thread-safe.
 *
 * @since 0.9.0
 */
@SuppressWarnings("this-escape") // what its superclass and its pool are given uses it after the constructor
public class CenoteConnectionPool extends ConnectionPool implements ConnectionProvider {

    private final StandIn<Connection> standIn;
    private final Object key;

    /**
     * A pool with the default settings of {@code ConnectionPoolConfig}.
     *
     * @param address the server
     * @param client how to connect
     * @since 0.9.0
     */
    public CenoteConnectionPool(HostAndPort address, JedisClientConfig client) {
        this(address, client, new ConnectionPoolConfig(), builder -> {});
    }

    /**
     * A pool of connections to one server.
     *
     * @param address the server
     * @param client how to connect
     * @param config the settings; copied
     * @param settings sets what {@code ConnectionPoolConfig} has no setting for, and what shall differ from it; called when the
     *     first connection is asked for
     * @since 0.9.0
     */
    public CenoteConnectionPool(
            HostAndPort address,
            JedisClientConfig client,
            GenericObjectPoolConfig<Connection> config,
            Consumer<? super PoolBuilder<PooledObject<Connection>>> settings) {
        this(address, new ConnectionFactory(address, client), config, settings);
        attachAuthenticationListener(client.getAuthXManager());
    }

    /**
     * A pool of the connections that a factory makes. A change of token by an {@code AuthXManager} reaches each connection when it
     * is returned or validated.
     *
     * @param factory makes the connections
     * @param config the settings; copied
     * @param settings sets what {@code ConnectionPoolConfig} has no setting for, and what shall differ from it; called when the
     *     first connection is asked for
     * @since 0.9.0
     */
    public CenoteConnectionPool(
            PooledObjectFactory<Connection> factory,
            GenericObjectPoolConfig<Connection> config,
            Consumer<? super PoolBuilder<PooledObject<Connection>>> settings) {
        this(factory, factory, config, settings);
    }

    private CenoteConnectionPool(
            Object key,
            PooledObjectFactory<Connection> factory,
            GenericObjectPoolConfig<Connection> config,
            Consumer<? super PoolBuilder<PooledObject<Connection>>> settings) {
        super(StandIn.instead(factory), StandIn.withoutJmx(config));
        this.key = key;
        standIn = new StandIn<>(this, factory, settings);
    }

    /**
     * The pool behind this one, which is opened if no connection was asked for yet.
     *
     * @return the pool
     * @throws IllegalStateException if this pool was closed before it was used
     * @since 0.9.0
     */
    public Pool<PooledObject<Connection>> pool() {
        return standIn.pool();
    }

    @Override
    public Connection getResource() {
        try {
            Connection connection = borrowObject();
            connection.setHandlingPool(this);
            return connection;
        } catch (JedisException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JedisException("Interrupted while waiting for a connection", e);
        } catch (Exception e) {
            throw new JedisException("Could not get a resource from the pool", e);
        }
    }

    @Override
    public Connection getConnection() {
        return getResource();
    }

    @Override
    public Connection getConnection(CommandArguments command) {
        return getResource();
    }

    @Override
    public Map<?, ?> getConnectionMap() {
        return Map.of(key, this);
    }

    @Override
    public Map<?, ?> getPrimaryNodesConnectionMap() {
        return Map.of(key, this);
    }

    @Override
    public void returnResource(@Nullable Connection connection) {
        if (connection != null) {
            try {
                returnObject(connection);
            } catch (RuntimeException e) {
                throw new JedisException("Could not return the resource to the pool", e);
            }
        }
    }

    @Override
    public void returnBrokenResource(@Nullable Connection connection) {
        if (connection != null) {
            try {
                invalidateObject(connection);
            } catch (RuntimeException e) {
                throw new JedisException("Could not return the broken resource to the pool", e);
            }
        }
    }

    /**
     * Closes the pool; called by {@link #close}, too.
     *
     * @since 0.9.0
     */
    @Override
    public void destroy() {
        super.destroy();
        standIn.close();
    }

    // What follows is the same in CenoteGenericObjectPool: there is no class between it and this one to have it.

    @Override
    public void setAbandonedConfig(@Nullable AbandonedConfig config) {
        super.setAbandonedConfig(config);
        standIn.setAbandoned(config);
    }

    @Override
    public Connection borrowObject() throws Exception {
        return standIn.borrow(getMaxWaitDuration());
    }

    @Override
    public Connection borrowObject(Duration maxWait) throws Exception {
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
    public Connection borrowObject(long maxWaitMillis) throws Exception {
        return standIn.borrow(Duration.ofMillis(maxWaitMillis));
    }

    @Override
    public void returnObject(Connection connection) {
        standIn.giveBack(connection);
    }

    @Override
    public void invalidateObject(Connection connection) {
        standIn.invalidate(connection, DestroyMode.NORMAL);
    }

    @Override
    public void invalidateObject(Connection connection, DestroyMode mode) {
        standIn.invalidate(connection, mode);
    }

    @Override
    public void use(Connection connection) {
        standIn.use(connection);
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
    public PooledObjectFactory<Connection> getFactory() {
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
