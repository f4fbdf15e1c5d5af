package dev.cenote.peers;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.cenote.pool.Fairness;
import dev.cenote.pool.jdbc.PooledDataSource;
import dev.cenote.pool.jdbc.PooledDataSourceBuilder;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.commons.dbcp2.BasicDataSource;
import org.stone.beecp.BeeDataSource;
import org.stone.beecp.BeeDataSourceConfig;
import org.vibur.dbcp.ViburDBCPDataSource;

/** A pool that is a {@code DataSource}, with its defaults but for the size and the time-out of an acquire. */
public final class DataSourcePeer implements Peer {

    /**
     * Where connections go.
     *
     * @param url of JDBC
     * @param driverClassName of the driver, null if {@code DriverManager} knows it
     * @param user null if the URL says it, or none is wanted
     * @param password as above
     * @param timeoutMillis how long an acquire may take
     */
    public record Target(String url, String driverClassName, String user, String password, long timeoutMillis) {

        /** Of connections that do nothing. */
        static Target stub() {
            return new Target("jdbc:stub", StubDriver.class.getName(), null, null, PATIENCE_MILLIS);
        }
    }

    /** What no data source can do. */
    private static final Map<Feature, String> LACKS = Map.of(
            Feature.ASYNC, Peers.BLOCKS,
            Feature.INVALIDATES, Peers.FAILS);

    private final DataSource source;
    private final AutoCloseable pool;

    private DataSourcePeer(DataSource source, AutoCloseable pool) {
        this.source = source;
        this.pool = pool;
    }

    /** All that there are. */
    public static List<Peer.Named> all(Target target) {
        return List.of(
                new Peer.Named("Cenote JDBC", (size, maker) -> cenote(size, target, Fairness.STRICT), LACKS),
                new Peer.Named(
                        "Cenote JDBC, eventual 1 ms",
                        (size, maker) -> cenote(size, target, Fairness.eventual(Duration.ofMillis(1))),
                        LACKS),
                new Peer.Named("HikariCP", (size, maker) -> hikari(size, target), LACKS),
                new Peer.Named("Agroal JDBC", (size, maker) -> agroal(size, target), LACKS),
                new Peer.Named("BeeCP", (size, maker) -> bee(size, target), LACKS),
                new Peer.Named("Vibur DBCP", (size, maker) -> vibur(size, target), LACKS),
                new Peer.Named("DBCP2", (size, maker) -> dbcp(size, target), LACKS));
    }

    private static Peer cenote(int size, Target target, Fairness fairness) throws SQLException {
        PooledDataSourceBuilder builder = PooledDataSource.builder()
                .url(target.url())
                .pool(pool -> pool.maxSize(size)
                        .maxWaiters(Integer.MAX_VALUE)
                        .acquireTimeout(Duration.ofMillis(target.timeoutMillis()))
                        .fairness(fairness));
        if (target.driverClassName() != null) {
            builder.driverClassName(target.driverClassName());
        }
        if (target.user() != null) {
            builder.user(target.user());
        }
        if (target.password() != null) {
            builder.password(target.password());
        }
        PooledDataSource pool = builder.build();
        return new DataSourcePeer(pool, pool);
    }

    private static Peer hikari(int size, Target target) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(target.url());
        if (target.driverClassName() != null) {
            config.setDriverClassName(target.driverClassName());
        }
        config.setUsername(target.user());
        config.setPassword(target.password());
        config.setMaximumPoolSize(size);
        config.setConnectionTimeout(target.timeoutMillis());
        HikariDataSource pool = new HikariDataSource(config);
        return new DataSourcePeer(pool, pool);
    }

    private static Peer agroal(int size, Target target) throws SQLException {
        AgroalDataSource pool = AgroalDataSource.from(new AgroalDataSourceConfigurationSupplier()
                .connectionPoolConfiguration(configuration -> configuration
                        .maxSize(size)
                        .acquisitionTimeout(Duration.ofMillis(target.timeoutMillis()))
                        .connectionFactoryConfiguration(factory -> {
                            factory.jdbcUrl(target.url());
                            if (target.driverClassName() != null) {
                                factory.connectionProviderClassName(target.driverClassName());
                            }
                            if (target.user() != null) {
                                factory.principal(new NamePrincipal(target.user()));
                            }
                            if (target.password() != null) {
                                factory.credential(new SimplePassword(target.password()));
                            }
                            return factory;
                        })));
        return new DataSourcePeer(pool, pool);
    }

    private static Peer bee(int size, Target target) {
        BeeDataSourceConfig config = new BeeDataSourceConfig();
        config.setJdbcUrl(target.url());
        if (target.driverClassName() != null) {
            config.setDriverClassName(target.driverClassName());
        }
        config.setUsername(target.user());
        config.setPassword(target.password());
        config.setMaxActive(size);
        config.setMaxWait(target.timeoutMillis());
        BeeDataSource pool = new BeeDataSource(config);
        return new DataSourcePeer(pool, pool);
    }

    private static Peer vibur(int size, Target target) {
        ViburDBCPDataSource pool = new ViburDBCPDataSource();
        pool.setJdbcUrl(target.url());
        if (target.driverClassName() != null) {
            pool.setDriverClassName(target.driverClassName());
        }
        pool.setUsername(target.user() == null ? "" : target.user()); // it takes no null
        pool.setPassword(target.password() == null ? "" : target.password());
        pool.setPoolInitialSize(0);
        pool.setPoolMaxSize(size);
        pool.setConnectionTimeoutInMs(target.timeoutMillis());
        pool.start();
        return new DataSourcePeer(pool, pool);
    }

    private static Peer dbcp(int size, Target target) {
        BasicDataSource pool = new BasicDataSource();
        pool.setUrl(target.url());
        if (target.driverClassName() != null) {
            pool.setDriverClassName(target.driverClassName());
        }
        pool.setUsername(target.user());
        pool.setPassword(target.password());
        pool.setMaxTotal(size);
        pool.setMaxIdle(size);
        pool.setMaxWait(Duration.ofMillis(target.timeoutMillis()));
        return new DataSourcePeer(pool, pool);
    }

    @Override
    public Object acquire(long timeoutMillis) throws SQLException {
        return source.getConnection(); // the time-out is the pool's
    }

    @Override
    public void release(Object handle) throws SQLException {
        ((Connection) handle).close();
    }

    @Override
    public void invalidate(Object handle) {
        throw new UnsupportedOperationException(Peers.FAILS);
    }

    @Override
    public Object item(Object handle) {
        return handle;
    }

    @Override
    public void close() {
        try {
            pool.close();
        } catch (Exception e) {
            throw new IllegalStateException("the pool can't be closed", e);
        }
    }
}
