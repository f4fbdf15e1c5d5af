package dev.cenote.commons;

import java.util.Properties;
import org.apache.commons.dbcp2.ConnectionFactory;
import org.apache.commons.dbcp2.DriverConnectionFactory;
import org.apache.commons.dbcp2.PoolableConnectionFactory;
import org.apache.commons.dbcp2.PoolingDataSource;
import org.apache.commons.dbcp2.TestPoolingDataSource;
import org.apache.commons.dbcp2.TesterDriver;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

/** DBCP2's own tests of the data source that takes any {@code ObjectPool}, with this one. */
@Tag("full")
@Differs({})
class DbcpPoolingDataSourceSuiteTest extends TestPoolingDataSource {

    @Override
    @BeforeEach
    public void setUp() throws Exception {
        Properties properties = new Properties();
        properties.setProperty("user", "userName");
        properties.setProperty("password", "password");
        ConnectionFactory connections =
                new DriverConnectionFactory(new TesterDriver(), "jdbc:apache:commons:testdriver", properties);
        PoolableConnectionFactory factory = new PoolableConnectionFactory(connections, null);
        factory.setValidationQuery("SELECT DUMMY FROM DUAL");
        factory.setDefaultReadOnly(true);
        factory.setDefaultAutoCommit(true);
        var pool = new CenoteObjectPool<>(
                factory, settings -> settings.maxSize(getMaxTotal()).acquireTimeout(getMaxWaitDuration()));
        factory.setPool(pool);
        ds = new PoolingDataSource<>(pool);
        ds.setAccessToUnderlyingConnectionAllowed(true);
    }
}
