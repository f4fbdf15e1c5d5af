package dev.cenote.peers;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverPropertyInfo;
import java.util.Properties;
import java.util.logging.Logger;

/** Makes {@link StubConnection}s. */
public final class StubDriver implements Driver {

    private static volatile Maker maker = new Maker();

    /** Made by reflection. */
    public StubDriver() {}

    /** The driver is made by its class, so this is how it gets what it needs. */
    static void use(Maker current) {
        maker = current;
    }

    @Override
    public Connection connect(String url, Properties info) {
        return StubConnection.of(maker);
    }

    @Override
    public boolean acceptsURL(String url) {
        return url.startsWith("jdbc:stub");
    }

    @Override
    public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
        return new DriverPropertyInfo[0];
    }

    @Override
    public int getMajorVersion() {
        return 1;
    }

    @Override
    public int getMinorVersion() {
        return 0;
    }

    @Override
    public boolean jdbcCompliant() {
        return false;
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }
}
