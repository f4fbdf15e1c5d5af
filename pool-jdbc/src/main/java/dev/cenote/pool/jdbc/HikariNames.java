package dev.cenote.pool.jdbc;

import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HikariCP's settings in the names of {@link NamedSettings}. HikariCP's names and meanings are those of its README and of {@code
 * HikariConfig}, version 7.
 */
final class HikariNames {

    private static final Logger LOG = LoggerFactory.getLogger("dev.cenote.pool.jdbc");

    private static final Map<String, String> COUNTERPARTS = Map.ofEntries(
            Map.entry("autoCommit", "autoCommit"),
            Map.entry("catalog", "catalog"),
            Map.entry("connectionInitSql", "connectionInitSql"),
            Map.entry("connectionTestQuery", "testQuery"),
            Map.entry("connectionTimeout", "acquireTimeout"),
            Map.entry("dataSourceClassName", "dataSourceClassName"),
            Map.entry("driverClassName", "driverClassName"),
            Map.entry("idleTimeout", "idleTimeout"),
            Map.entry("jdbcUrl", "url"),
            Map.entry("keepaliveTime", "keepaliveTime"),
            Map.entry("leakDetectionThreshold", "leakThreshold"),
            Map.entry("maxLifetime", "maxLifetime"),
            Map.entry("maximumPoolSize", "maxSize"),
            Map.entry("minimumIdle", "minIdle"),
            Map.entry("password", "password"),
            Map.entry("poolName", "name"),
            Map.entry("readOnly", "readOnly"),
            Map.entry("schema", "schema"),
            Map.entry("username", "user"),
            Map.entry("validationTimeout", "validationTimeout"));

    /** What has none, and what to do instead. */
    private static final Map<String, String> WITHOUT = Map.ofEntries(
            Map.entry("allowPoolSuspension", "pool().suspend() and resume() are always there"),
            Map.entry("credentialsProviderClassName", "use credentials(Supplier)"),
            Map.entry("dataSourceJNDI", "look it up, and use dataSource(DataSource)"),
            Map.entry("exceptionOverrideClassName", "use faultOverride(FaultOverride)"),
            Map.entry("healthCheckRegistry", "ask PoolHealth"),
            Map.entry("isolateInternalQueries", "the pool's own queries are always isolated"),
            Map.entry("metricRegistry", "read pool().stats()"),
            Map.entry("metricsTrackerFactory", "use a PoolListener, or read pool().stats()"),
            Map.entry("registerMbeans", "read pool().stats()"),
            Map.entry("scheduledExecutor", "the pool has one thread of its own"),
            Map.entry("threadFactory", "use pool(p -> p.executor(…))"));

    private HikariNames() {}

    static Properties converted(Properties hikari) {
        Properties converted = new Properties();
        boolean hasDataSource = hikari.getProperty("dataSourceClassName") != null;
        for (String name : hikari.stringPropertyNames()) {
            String value = hikari.getProperty(name);
            String counterpart = COUNTERPARTS.get(name);
            if (counterpart != null) {
                converted.setProperty(counterpart, value);
            } else if (name.equals("transactionIsolation")) {
                converted.setProperty(name, value.toUpperCase(Locale.ROOT).replaceFirst("^TRANSACTION_", ""));
            } else if (name.equals("initializationFailTimeout")) {
                convertFailTimeout(value, hikari, converted);
            } else if (name.startsWith("dataSource.")) {
                // With a URL they are the driver's properties.
                converted.setProperty(
                        hasDataSource ? name : "driverProperty." + name.substring("dataSource.".length()), value);
            } else {
                LOG.warn(
                        "HikariCP's setting '{}' has no counterpart and is left out: {}",
                        name,
                        WITHOUT.getOrDefault(
                                name.startsWith("healthCheckProperties") ? "healthCheckRegistry" : name,
                                "it is not known"));
            }
        }
        return converted;
    }

    /** There, 1 or more: fail if no connection can be made; the time is how long it tries again. Zero and less: go on. */
    private static void convertFailTimeout(String value, Properties hikari, Properties converted) {
        long millis;
        try {
            millis = Long.parseLong(value.trim());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "initializationFailTimeout must be a number of milliseconds, but was '" + value + "'", e);
        }
        if (millis > 0) {
            long most = Math.max(
                    millis,
                    Long.parseLong(
                            hikari.getProperty("connectionTimeout", "30000").trim()));
            converted.setProperty("openTimeout", most + "ms");
        }
    }
}
