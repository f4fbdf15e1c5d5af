package dev.cenote.bench.peer;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverPropertyInfo;
import java.util.Properties;
import java.util.logging.Logger;

/** Makes connections that do nothing; each is an item, whose number is its schema. */
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
        Maker by = maker;
        Item item = by.create();
        return (Connection) Proxy.newProxyInstance(
                StubDriver.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, args) -> {
                    switch (method.getName()) {
                        case "close", "abort" -> by.destroy();
                        case "getSchema", "toString" -> {
                            return "item " + item.number();
                        }
                        case "hashCode" -> {
                            return item.number();
                        }
                        case "equals" -> {
                            return proxy == args[0];
                        }
                        case "isValid", "getAutoCommit" -> {
                            return true;
                        }
                        default -> {
                            return nothing(method.getReturnType());
                        }
                    }
                    return null;
                });
    }

    private static Object nothing(Class<?> type) {
        if (type == boolean.class) {
            return false;
        }
        return type == int.class ? (Object) 0 : null;
    }

    @Override
    public boolean acceptsURL(String url) {
        return true;
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
