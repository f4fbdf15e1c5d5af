package dev.cenote.peers;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** Agroal, which pools connections only: those of a {@link StubDriver}. Its acquire time-out is the pool's. */
final class AgroalPeer implements Peer {

    /** In place of the connection's own, which it tells as a text. */
    private static final Item ITEM = new Item(1);

    private final AgroalDataSource pool;
    private long timeoutMillis = PATIENCE_MILLIS; // all callers set the same

    AgroalPeer(int size, Maker maker) throws SQLException {
        StubDriver.use(maker);
        pool = AgroalDataSource.from(new AgroalDataSourceConfigurationSupplier()
                .connectionPoolConfiguration(configuration -> configuration
                        .maxSize(size)
                        .acquisitionTimeout(Duration.ofMillis(PATIENCE_MILLIS))
                        .validateOnBorrow(maker.validation == Maker.Validation.EACH_TIME)
                        .idleValidationTimeout(
                                maker.validation == Maker.Validation.IN_WINDOW
                                        ? Duration.ofMillis(Maker.WINDOW_MILLIS)
                                        : Duration.ZERO)
                        .connectionValidator(connection -> maker.isValid(ITEM))
                        .connectionFactoryConfiguration(factory -> factory.connectionProviderClass(StubDriver.class)
                                .jdbcUrl("jdbc:stub"))));
    }

    @Override
    public Object acquire() throws SQLException {
        return pool.getConnection();
    }

    @Override
    public Object acquire(long timeoutMillis) throws SQLException {
        if (timeoutMillis != this.timeoutMillis) {
            pool.getConfiguration()
                    .connectionPoolConfiguration()
                    .setAcquisitionTimeout(Duration.ofMillis(timeoutMillis));
            this.timeoutMillis = timeoutMillis;
        }
        return pool.getConnection();
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
    public Object item(Object handle) throws SQLException {
        return ((Connection) handle).getSchema();
    }

    /** The connection: to ask it for its item makes a text. */
    @Override
    public Object object(Object handle) {
        return handle;
    }

    @Override
    public void close() {
        pool.close();
    }
}
