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

    private static final String LONGEST = "24d";

    private static final Map<String, String> COUNTERPARTS = Map.ofEntries(
            Map.entry("autoCommit", "autoCommit"),
            Map.entry("catalog", "catalog"),
            Map.entry("connectionInitSql", "connectionInitSql"),
            Map.entry("connectionTestQuery", "testQuery"),
            Map.entry("dataSourceClassName", "dataSourceClassName"),
            Map.entry("driverClassName", "driverClassName"),
            Map.entry("idleTimeout", "idleTimeout"),
            Map.entry("keepaliveTime", "keepaliveTime"),
            Map.entry("leakDetectionThreshold", "leakThreshold"),
            Map.entry("maxLifetime", "maxLifetime"),
            Map.entry("maximumPoolSize", "maxSize"),
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
            Map.entry("isolateInternalQueries", "the pool's own queries are always outside of a holder's transaction"),
            Map.entry("metricRegistry", "read pool().stats()"),
            Map.entry("metricsTrackerFactory", "use a PoolListener, or read pool().stats()"),
            Map.entry("registerMbeans", "read pool().stats()"),
            Map.entry("scheduledExecutor", "the pool has one thread of its own"),
            Map.entry("threadFactory", "use pool(p -> p.executor(…))"));

    private HikariNames() {}

    static Properties converted(Properties properties) {
        Map<String, String> hikari = NamedSettings.texts(properties);
        Properties converted = new Properties();
        hikari.forEach((name, value) -> convert(name, value, hikari, converted));
        return converted;
    }

    private static void convert(String name, String value, Map<String, String> hikari, Properties converted) {
        boolean hasDataSource = hikari.containsKey("dataSourceClassName");
        switch (name) {
            case "connectionTimeout" ->
                // Zero means for ever there.
                converted.setProperty("acquireTimeout", value.trim().equals("0") ? LONGEST : value);
            case "initializationFailTimeout" -> convertFailTimeout(value.trim(), converted);
            case "jdbcUrl" -> {
                if (hasDataSource) {
                    LOG.warn("HikariCP's setting 'jdbcUrl' is left out, since there is a dataSourceClassName");
                } else {
                    converted.setProperty("url", value);
                }
            }
            case "minimumIdle" ->
                convertIdle(
                        value.trim(),
                        hikari.getOrDefault("maximumPoolSize", "10").trim(),
                        converted);
            case "transactionIsolation" -> converted.setProperty(name, isolation(value.trim()));
            default -> convertByName(name, value, hasDataSource, converted);
        }
    }

    private static void convertByName(String name, String value, boolean hasDataSource, Properties converted) {
        String counterpart = COUNTERPARTS.get(name);
        if (counterpart != null) {
            converted.setProperty(counterpart, value);
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

    /** There, more than zero: fail if no connection can be made, and try again for so long. Zero and less: go on. */
    private static void convertFailTimeout(String value, Properties converted) {
        if (!value.startsWith("-") && !value.equals("0")) {
            converted.setProperty("openTimeout", value);
        }
    }

    /** There, what is negative or too large is the size of the pool. */
    private static void convertIdle(String value, String size, Properties converted) {
        try {
            int idle = Integer.parseInt(value);
            int most = Integer.parseInt(size);
            converted.setProperty("minIdle", String.valueOf(idle < 0 ? most : Math.min(idle, most)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "minimumIdle and maximumPoolSize must be whole numbers, but were '" + value + "' and '" + size
                            + "'",
                    e);
        }
    }

    /** The name of a constant of {@code Connection}, or its value. */
    private static String isolation(String value) {
        for (Isolation isolation : Isolation.values()) {
            if (value.equals(String.valueOf(isolation.level()))) {
                return isolation.name();
            }
        }
        return value.toUpperCase(Locale.ROOT).replaceFirst("^TRANSACTION_", "");
    }
}
