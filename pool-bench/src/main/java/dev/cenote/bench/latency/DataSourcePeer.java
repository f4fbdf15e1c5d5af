package dev.cenote.bench.latency;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.cenote.bench.peer.Peer;
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

/** A pool that is a {@code DataSource}, with its defaults but for the size and the time-out of an acquire. */
final class DataSourcePeer implements Peer {

    private final DataSource source;
    private final Runnable closing;

    private DataSourcePeer(DataSource source, Runnable closing) {
        this.source = source;
        this.closing = closing;
    }

    static List<Peer.Named> all(Settings settings) {
        return List.of(
                new Peer.Named("HikariCP", (size, maker) -> hikari(settings), Map.of()),
                new Peer.Named("Agroal", (size, maker) -> agroal(settings), Map.of()));
    }

    private static Peer hikari(Settings settings) {
        Database database = settings.database();
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(database.url());
        config.setUsername(database.user());
        config.setPassword(database.password());
        config.setMaximumPoolSize(settings.size());
        config.setConnectionTimeout(settings.timeoutMillis());
        HikariDataSource pool = new HikariDataSource(config);
        return new DataSourcePeer(pool, pool::close);
    }

    private static Peer agroal(Settings settings) throws SQLException {
        Database database = settings.database();
        AgroalDataSource pool = AgroalDataSource.from(new AgroalDataSourceConfigurationSupplier()
                .connectionPoolConfiguration(configuration -> configuration
                        .maxSize(settings.size())
                        .acquisitionTimeout(Duration.ofMillis(settings.timeoutMillis()))
                        .connectionFactoryConfiguration(factory -> {
                            factory.jdbcUrl(database.url());
                            if (database.user() != null) {
                                factory.principal(new NamePrincipal(database.user()));
                            }
                            if (database.password() != null) {
                                factory.credential(new SimplePassword(database.password()));
                            }
                            return factory;
                        })));
        return new DataSourcePeer(pool, pool::close);
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
        throw new UnsupportedOperationException("a connection is given up by an exception that it throws");
    }

    @Override
    public Object item(Object handle) {
        return handle;
    }

    @Override
    public void close() {
        closing.run();
    }
}
