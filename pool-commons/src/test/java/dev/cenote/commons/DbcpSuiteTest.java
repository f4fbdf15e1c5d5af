package dev.cenote.commons;

import org.apache.commons.dbcp2.BasicDataSource;
import org.apache.commons.dbcp2.PoolableConnection;
import org.apache.commons.dbcp2.PoolableConnectionFactory;
import org.apache.commons.dbcp2.TestAbandonedBasicDataSource;
import org.apache.commons.pool2.impl.AbandonedConfig;
import org.apache.commons.pool2.impl.GenericObjectPool;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import org.junit.jupiter.api.Tag;

/**
 * DBCP2's own tests of its data source, with this pool in it: those of the basic one, and of abandoned connections. They look for
 * a closed connection at once, so everything runs on the callers' threads.
 */
@Tag("full")
@Differs("testMaxTotalZero")
class DbcpSuiteTest extends TestAbandonedBasicDataSource {

    private static class OverCenote extends BasicDataSource {

        @Override
        protected GenericObjectPool<PoolableConnection> createObjectPool(
                PoolableConnectionFactory factory,
                GenericObjectPoolConfig<PoolableConnection> config,
                AbandonedConfig abandoned) {
            GenericObjectPool<PoolableConnection> pool =
                    new CenoteGenericObjectPool<>(factory, config, settings -> settings.executor(Runnable::run));
            pool.setAbandonedConfig(abandoned);
            return pool;
        }
    }

    @Override
    protected BasicDataSource createDataSource() {
        return new OverCenote();
    }
}
