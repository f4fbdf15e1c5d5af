package dev.cenote.pool.jdbc;

import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
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
            Map.entry("connectionTimeout", "acquireTimeout"),
            Map.entry("connectionTestQuery", "testQuery"),
            Map.entry("dataSourceClassName", "dataSourceClassName"),
            Map.entry("driverClassName", "driverClassName"),
            Map.entry("idleTimeout", "idleTimeout"),
            Map.entry("initializationFailTimeout", "openTimeout"),
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
            Map.entry("transactionIsolation", "transactionIsolation"),
            Map.entry("registerMbeans", "jmx"),
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
            Map.entry("metricRegistry", "bind PoolMetrics of cenote-micrometer, or read pool().stats()"),
            Map.entry("metricsTrackerFactory", "bind PoolMetrics of cenote-micrometer, or use a PoolListener"),
            Map.entry("scheduledExecutor", "the pool has one thread of its own"),
            Map.entry("threadFactory", "use pool(p -> p.executor(…))"));

    private HikariNames() {}

    static Properties converted(Properties properties) {
        Map<String, Object> hikari = NamedSettings.values(properties);
        boolean hasDataSource = hikari.containsKey("dataSourceClassName") || hikari.containsKey("dataSource");
        Properties converted = new Properties();
        hikari.forEach((name, value) -> {
            if (value instanceof String text) {
                convert(name, text, hasDataSource, converted);
            } else {
                convertObject(name, value, hasDataSource, converted);
            }
        });
        convertIdle(text(hikari, "minimumIdle", "-1"), text(hikari, "maximumPoolSize", "10"), converted);
        return converted;
    }

    private static String text(Map<String, Object> hikari, String name, String otherwise) {
        return String.valueOf(hikari.getOrDefault(name, otherwise)).trim();
    }

    private static void convert(String name, String value, boolean hasDataSource, Properties converted) {
        switch (name) {
            case "connectionTimeout" ->
                // Zero means for ever there.
                converted.setProperty("acquireTimeout", value.trim().equals("0") ? LONGEST : value);
            case "initializationFailTimeout" -> convertFailTimeout(value.trim(), converted);
            case "jdbcUrl" -> {
                if (hasDataSource) {
                    LOG.warn("HikariCP's setting 'jdbcUrl' is left out, since there is a dataSourceClassName"
                            + " (see https://cenote.dev/help#setting-left-out)");
                } else {
                    converted.setProperty("url", value);
                }
            }
            case "leakDetectionThreshold" -> {
                converted.setProperty("leakThreshold", value);
                converted.setProperty("leakTraces", "1"); // each report has a stack there
            }
            case "minimumIdle" -> {} // with the size
            default -> convertByName(name, value, hasDataSource, converted);
        }
    }

    private static void convertObject(String name, Object value, boolean hasDataSource, Properties converted) {
        if (name.equals("dataSource") || (name.startsWith("dataSource.") && hasDataSource)) {
            converted.put(name, value);
        } else {
            leaveOut(name, "an object can't be taken over");
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
            leaveOut(name, "it is not known");
        }
    }

    private static void leaveOut(String name, String otherwise) {
        LOG.warn(
                "HikariCP's setting '{}' has no counterpart and is left out: {} (see https://cenote.dev/help#setting-left-out)",
                name,
                WITHOUT.getOrDefault(
                        name.startsWith("healthCheckProperties") ? "healthCheckRegistry" : name, otherwise));
    }

    /** What a name of HikariCP's is here, given in lower case and without dashes; null if it is none, or the same. */
    static @Nullable String counterpart(String plainName) {
        for (Map.Entry<String, String> known : COUNTERPARTS.entrySet()) {
            if (NamedSettings.plain(known.getKey()).equals(plainName)) {
                return "it is " + known.getValue() + " here";
            }
        }
        for (Map.Entry<String, String> known : WITHOUT.entrySet()) {
            if (NamedSettings.plain(known.getKey()).equals(plainName)) {
                return known.getValue();
            }
        }
        return null;
    }

    /** There, more than zero: fail if no connection can be made, and try again for so long. Zero and less: go on. */
    private static void convertFailTimeout(String value, Properties converted) {
        if (!value.startsWith("-") && !value.equals("0")) {
            converted.setProperty("openTimeout", value);
        }
    }

    /** There, what is negative, too large or not set is the size of the pool, which is always kept full then. */
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
}
