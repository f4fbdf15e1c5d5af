package dev.cenote.pool.jdbc.spring;

import dev.cenote.pool.IdleOrder;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The settings of a pool of connections. A component has the name that the setting has in {@link
 * dev.cenote.pool.jdbc.PooledDataSourceBuilder#properties}; null means that it is not set. Defaults and ranges are the builder's.
 *
 * @param acquireTimeout How long a caller waits for a connection. Default: 30s.
 * @param autoCommit Whether connections are lent with auto-commit. Default: true.
 * @param catalog Catalog with which connections are lent. Default: as the driver makes them.
 * @param connectionInitSql Statement that is run in each new connection.
 * @param createBackoff Shortest and longest pause after a failed create, as in 50ms..1s.
 * @param createTimeout How long making a connection may take.
 * @param dataSource Properties of the class that data-source-class-name names.
 * @param dataSourceClassName Class of a data source that makes the connections, in place of a URL.
 * @param destroyTimeout How long closing a connection may take.
 * @param detectStalls Whether callers that wait for each other's connections are told so at once.
 * @param driverProperty Properties for the driver.
 * @param failFastAfter After how long without a working server callers fail at once instead of waiting.
 * @param fairness Strict, or eventual and a bound, as in eventual:1ms.
 * @param fatalSqlStates SQL states that mean a dead connection, beside the usual ones.
 * @param faultOverride Class that has the first word on which exceptions mean a dead connection.
 * @param idleOrder Which idle connection is lent: the one used last (LIFO) or the one idle for longest (FIFO).
 * @param idleTimeout How long a connection above min-idle may be idle.
 * @param jmx Whether the pool is an MBean. Default: false.
 * @param keepaliveTime How often idle connections are validated. Default: never.
 * @param leakThreshold After how long a lease is reported as a leak. Default: never.
 * @param leakTraces Of how many leases a leak's report has the stack trace: one of so many.
 * @param lifetimeJitter Share by which lifetimes differ, so that not all end at once.
 * @param maxConcurrentCreates How many connections may be in the making at once.
 * @param maxConcurrentDestroys How many connections may be in closing at once.
 * @param maxConcurrentRetirements How many connections may be replaced at once.
 * @param maxLeaseTime After how long a lease is taken back. Default: never.
 * @param maxLifetime How long a connection may live.
 * @param maxSize How many connections there may be. Default: 10.
 * @param maxUses How often a connection may be lent.
 * @param maxWaiters How many callers may wait.
 * @param minIdle How many idle connections are kept ready. Default: 0.
 * @param name Name of the pool, in its log and its exceptions. Default: spring.datasource.name, or that of the bean.
 * @param networkTimeout How long one call may wait for the network. Default: as the driver makes it, mostly for ever.
 * @param onReturn Statement that has a session forget what was set by SQL, after each lease.
 * @param openTimeout How long the start tries to make a first connection, and fails without one. Default: 0, it does not try.
 * @param readOnly Whether connections are lent as read-only. Default: as the driver makes them.
 * @param readUrl JDBC URL of a second pool, for transactions that are read-only. Only of spring.datasource.cenote.
 * @param schema Schema with which connections are lent. Default: as the driver makes them.
 * @param shutdownGrace How long those who hold or wait for a connection may go on when the application is closed. Default: 30s.
 * @param testQuery Statement that validates a connection. Default: none, the driver is asked.
 * @param timeoutsAreFatal Whether SQLTimeoutException means a dead connection. Default: false.
 * @param transactionIsolation Isolation with which connections are lent. Default: as the driver makes them.
 * @param useTimes Of how many leases the time is measured: one of so many. Default: 0, of none.
 * @param validateIfIdleFor After how long of idleness a connection is validated before it is lent.
 * @param validateOnCreate Whether new connections are validated.
 * @param validateOnRelease Whether connections are validated when they come back.
 * @param validationTimeout How long a validation may take.
 */
@ConfigurationProperties(CenoteProperties.PREFIX)
record CenoteProperties(
        Duration acquireTimeout,
        Boolean autoCommit,
        String catalog,
        String connectionInitSql,
        String createBackoff,
        Duration createTimeout,
        Map<String, String> dataSource,
        String dataSourceClassName,
        Duration destroyTimeout,
        Boolean detectStalls,
        Map<String, String> driverProperty,
        Duration failFastAfter,
        String fairness,
        List<String> fatalSqlStates,
        String faultOverride,
        IdleOrder idleOrder,
        Duration idleTimeout,
        Boolean jmx,
        Duration keepaliveTime,
        Duration leakThreshold,
        Integer leakTraces,
        Double lifetimeJitter,
        Integer maxConcurrentCreates,
        Integer maxConcurrentDestroys,
        Integer maxConcurrentRetirements,
        Duration maxLeaseTime,
        Duration maxLifetime,
        Integer maxSize,
        Long maxUses,
        Integer maxWaiters,
        Integer minIdle,
        String name,
        Duration networkTimeout,
        String onReturn,
        Duration openTimeout,
        Boolean readOnly,
        String readUrl,
        String schema,
        Duration shutdownGrace,
        String testQuery,
        Boolean timeoutsAreFatal,
        String transactionIsolation,
        Integer useTimes,
        Duration validateIfIdleFor,
        Boolean validateOnCreate,
        Boolean validateOnRelease,
        Duration validationTimeout) {

    static final String PREFIX = "spring.datasource.cenote";

    /** What is set, as texts: a {@link Duration}'s is ISO 8601. */
    Properties asProperties() {
        Properties properties = new Properties();
        for (RecordComponent component : CenoteProperties.class.getRecordComponents()) {
            Object value = value(component);
            if (value instanceof Map<?, ?> map) {
                map.forEach((key, text) -> properties.setProperty(component.getName() + "." + key, text.toString()));
            } else if (value instanceof List<?> list) {
                properties.setProperty(
                        component.getName(),
                        String.join(",", list.stream().map(Object::toString).toList()));
            } else if (value != null) {
                properties.setProperty(component.getName(), value.toString());
            }
        }
        return properties;
    }

    private Object value(RecordComponent component) {
        try {
            return component.getAccessor().invoke(this);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("bug: " + component, e);
        }
    }
}
