package dev.cenote.bench.keyed;

import dev.cenote.pool.KeyedPool;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import java.io.Closeable;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.commons.pool2.BaseKeyedPooledObjectFactory;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.DefaultPooledObject;
import org.apache.commons.pool2.impl.GenericKeyedObjectPool;
import org.apache.commons.pool2.impl.GenericKeyedObjectPoolConfig;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.io.ModalCloseable;
import org.apache.hc.core5.pool.LaxConnPool;
import org.apache.hc.core5.pool.ManagedConnPool;
import org.apache.hc.core5.pool.PoolEntry;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.pool.RouteSegmentedConnPool;
import org.apache.hc.core5.pool.StrictConnPool;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/** A pool with keys, so far as the benchmarks use one. Keys are numbers. */
interface KeyedPeer extends Closeable {

    /** Acquires an object, waiting for ten seconds at most; what is returned is to be given back. */
    Object acquire(Integer key) throws Exception;

    void release(Integer key, Object handle);

    @Override
    void close();

    /** How long it takes to make an object. */
    static void connect(long micros) {
        if (micros > 0) {
            long end = System.nanoTime() + micros * 1_000;
            while (System.nanoTime() - end < 0) {
                try {
                    TimeUnit.NANOSECONDS.sleep(Math.max(1, end - System.nanoTime()));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }

    /**
     * Opens one.
     *
     * @param name cenote, cenote-unkeyed, commons-pool2, httpcore-strict, httpcore-lax or httpcore-segmented
     */
    static KeyedPeer open(String name, int maxTotal, int maxPerKey, long connectMicros) {
        return switch (name) {
            case "cenote" -> new Cenote(maxTotal, maxPerKey, connectMicros);
            case "cenote-unkeyed" -> new Unkeyed(maxPerKey, connectMicros);
            case "commons-pool2" -> new Commons(maxTotal, maxPerKey, connectMicros);
            case "httpcore-strict" -> new HttpCore(new StrictConnPool<>(maxPerKey, maxTotal), connectMicros);
            case "httpcore-lax" -> new HttpCore(new LaxConnPool<>(maxPerKey), connectMicros);
            case "httpcore-segmented" ->
                new HttpCore(
                        new RouteSegmentedConnPool<>(
                                maxPerKey,
                                maxTotal,
                                TimeValue.NEG_ONE_MILLISECOND,
                                PoolReusePolicy.LIFO,
                                (connection, mode) -> connection.close(mode)),
                        connectMicros);
            default -> throw new IllegalArgumentException("unknown peer: " + name);
        };
    }

    /** This pool. */
    final class Cenote implements KeyedPeer {
        private final KeyedPool<Integer, Object> pool;

        Cenote(int maxTotal, int maxPerKey, long connectMicros) {
            pool = KeyedPool.<Integer, Object>builder(key -> {
                        connect(connectMicros);
                        return new Object();
                    })
                    .maxTotal(maxTotal)
                    .maxPerKey(maxPerKey)
                    .settings((key, it) -> it.acquireTimeout(Duration.ofSeconds(10)))
                    .build();
        }

        @Override
        public Object acquire(Integer key) throws Exception {
            return pool.acquire(key);
        }

        @Override
        public void release(Integer key, Object handle) {
            ((Lease<?>) handle).close();
        }

        @Override
        public void close() {
            pool.close();
        }
    }

    /** This library's pool without keys, one for each key in a map: what keys alone cost. */
    final class Unkeyed implements KeyedPeer {
        private final ConcurrentHashMap<Integer, Pool<Object>> pools = new ConcurrentHashMap<>();
        private final int maxPerKey;
        private final long connectMicros;

        Unkeyed(int maxPerKey, long connectMicros) {
            this.maxPerKey = maxPerKey;
            this.connectMicros = connectMicros;
        }

        private Pool<Object> open(Integer key) {
            return Pool.builder(() -> {
                        connect(connectMicros);
                        return new Object();
                    })
                    .name("unkeyed/" + key)
                    .maxSize(maxPerKey)
                    .build();
        }

        @Override
        public Object acquire(Integer key) throws Exception {
            Pool<Object> pool = pools.get(key);
            return (pool != null ? pool : pools.computeIfAbsent(key, this::open)).acquire();
        }

        @Override
        public void release(Integer key, Object handle) {
            ((Lease<?>) handle).close();
        }

        @Override
        public void close() {
            pools.values().forEach(Pool::close);
        }
    }

    /** Apache Commons Pool. */
    final class Commons implements KeyedPeer {
        private final GenericKeyedObjectPool<Integer, Object> pool;

        Commons(int maxTotal, int maxPerKey, long connectMicros) {
            GenericKeyedObjectPoolConfig<Object> config = new GenericKeyedObjectPoolConfig<>();
            config.setMaxTotal(maxTotal);
            config.setMaxTotalPerKey(maxPerKey);
            config.setMaxIdlePerKey(maxPerKey);
            config.setMaxWait(Duration.ofSeconds(10));
            config.setFairness(true);
            config.setJmxEnabled(false);
            pool = new GenericKeyedObjectPool<>(
                    new BaseKeyedPooledObjectFactory<>() {
                        @Override
                        public Object create(Integer key) {
                            connect(connectMicros);
                            return new Object();
                        }

                        @Override
                        public PooledObject<Object> wrap(Object object) {
                            return new DefaultPooledObject<>(object);
                        }
                    },
                    config);
        }

        @Override
        public Object acquire(Integer key) throws Exception {
            return pool.borrowObject(key);
        }

        @Override
        public void release(Integer key, Object handle) {
            pool.returnObject(key, handle);
        }

        @Override
        public void close() {
            pool.close();
        }
    }

    /** One of Apache HttpCore's; it leaves the making of connections to its user. */
    final class HttpCore implements KeyedPeer {
        private final ManagedConnPool<Integer, Connection> pool;
        private final long connectMicros;

        /** What HttpCore pools. */
        static final class Connection implements ModalCloseable {
            @Override
            public void close(CloseMode mode) {}

            @Override
            public void close() {}
        }

        HttpCore(ManagedConnPool<Integer, Connection> pool, long connectMicros) {
            this.pool = pool;
            this.connectMicros = connectMicros;
        }

        @Override
        public Object acquire(Integer key) throws Exception {
            PoolEntry<Integer, Connection> entry =
                    pool.lease(key, null, Timeout.ofSeconds(10), null).get(10, TimeUnit.SECONDS);
            if (!entry.hasConnection()) {
                connect(connectMicros);
                entry.assignConnection(new Connection());
            }
            return entry;
        }

        @Override
        @SuppressWarnings("unchecked")
        public void release(Integer key, Object handle) {
            pool.release((PoolEntry<Integer, Connection>) handle, true);
        }

        @Override
        public void close() {
            pool.close(CloseMode.IMMEDIATE);
        }
    }
}
