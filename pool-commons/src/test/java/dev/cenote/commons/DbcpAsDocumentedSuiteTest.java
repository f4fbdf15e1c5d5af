package dev.cenote.commons;

import org.apache.commons.dbcp2.BasicDataSource;
import org.apache.commons.dbcp2.PoolableConnection;
import org.apache.commons.dbcp2.PoolableConnectionFactory;
import org.apache.commons.dbcp2.TestAbandonedBasicDataSource;
import org.apache.commons.pool2.impl.AbandonedConfig;
import org.apache.commons.pool2.impl.GenericObjectPool;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import org.junit.jupiter.api.Tag;

/** The suite of {@link DbcpSuiteTest}, with the override that the page shows: objects are destroyed on threads of the pool's. */
@Tag("full")
@Differs(
        value = {"testMaxTotalZero", "testPoolCloseCheckedException", "testPoolCloseRTE"},
        early = {"testClose", "testInvalidateConnection", "testMaxConnLifetimeExceeded", "testStart"})
class DbcpAsDocumentedSuiteTest extends TestAbandonedBasicDataSource {

    @Override
    protected BasicDataSource createDataSource() {
        // snippet: override
        BasicDataSource source = new BasicDataSource() {
            @Override
            protected GenericObjectPool<PoolableConnection> createObjectPool(
                    PoolableConnectionFactory factory,
                    GenericObjectPoolConfig<PoolableConnection> config,
                    AbandonedConfig abandoned) {
                return new CenoteGenericObjectPool<>(factory, config, abandoned);
            }
        };
        // end
        return source;
    }
}
