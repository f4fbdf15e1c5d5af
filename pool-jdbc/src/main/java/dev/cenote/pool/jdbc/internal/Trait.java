package dev.cenote.pool.jdbc.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * A part of a connection's state that a holder can change by a method of {@link Connection}, in the order in which they are
 * restored: auto-commit first, so that what the others do by SQL does not wait for a commit, if that is how the pool lends.
 */
enum Trait {
    AUTO_COMMIT(1),
    READ_ONLY(1 << 1),
    ISOLATION(1 << 2),
    CATALOG(1 << 3),
    SCHEMA(1 << 4),
    NETWORK_TIMEOUT(1 << 5),
    HOLDABILITY(1 << 6),
    TYPE_MAP(1 << 7),
    CLIENT_INFO(1 << 8);

    /** Which bit of a set it is. */
    final int bit;

    Trait(int bit) {
        this.bit = bit;
    }

    @Nullable
    Object read(Connection connection) throws SQLException {
        return switch (this) {
            case AUTO_COMMIT -> connection.getAutoCommit();
            case READ_ONLY -> connection.isReadOnly();
            case ISOLATION -> connection.getTransactionIsolation();
            case CATALOG -> connection.getCatalog();
            case SCHEMA -> connection.getSchema();
            case NETWORK_TIMEOUT -> connection.getNetworkTimeout();
            case HOLDABILITY -> connection.getHoldability();
            case TYPE_MAP -> copy(connection.getTypeMap());
            case CLIENT_INFO -> copy(connection.getClientInfo());
        };
    }

    void write(Connection connection, @Nullable Object value) throws SQLException {
        switch (this) {
            case AUTO_COMMIT -> connection.setAutoCommit(flag(value));
            case READ_ONLY -> connection.setReadOnly(flag(value));
            case ISOLATION -> connection.setTransactionIsolation(number(value));
            case CATALOG -> connection.setCatalog((String) value);
            case SCHEMA -> connection.setSchema((String) value);
            case NETWORK_TIMEOUT -> connection.setNetworkTimeout(Runnable::run, number(value));
            case HOLDABILITY -> connection.setHoldability(number(value));
            case TYPE_MAP -> connection.setTypeMap(typeMap(value));
            case CLIENT_INFO -> setClientInfo(connection, copy((Properties) value));
        }
    }

    /** Whether the driver may take that value without a word, and do nothing. */
    boolean isDoubtful(@Nullable Object value) {
        return value == null || value.equals("") || this == CLIENT_INFO;
    }

    /** Whether two values mean the same. */
    boolean isSame(@Nullable Object one, @Nullable Object other) {
        return this == CLIENT_INFO ? set(one).equals(set(other)) : Objects.equals(one, other);
    }

    /** An empty text is none. */
    private static Properties set(@Nullable Object properties) {
        Properties set = copy((Properties) properties);
        set.values().removeIf(value -> value.toString().isEmpty());
        return set;
    }

    private static boolean flag(@Nullable Object value) {
        return (Boolean) Objects.requireNonNull(value);
    }

    private static int number(@Nullable Object value) {
        return (Integer) Objects.requireNonNull(value);
    }

    @SuppressWarnings("unchecked") // only such maps are put in
    private static Map<String, Class<?>> typeMap(@Nullable Object value) {
        return copy((Map<String, Class<?>>) value);
    }

    static Map<String, Class<?>> copy(@Nullable Map<String, Class<?>> map) {
        return map == null ? new HashMap<>() : new HashMap<>(map);
    }

    /** Some drivers leave what is not in it as it is. */
    private static void setClientInfo(Connection connection, Properties properties) throws SQLException {
        connection.setClientInfo(properties);
        for (String name : copy(connection.getClientInfo()).stringPropertyNames()) {
            if (!properties.containsKey(name)) {
                connection.setClientInfo(name, null);
            }
        }
    }

    /** The driver may go on writing to what it returned or was given. */
    static Properties copy(@Nullable Properties properties) {
        Properties copy = new Properties();
        if (properties != null) {
            copy.putAll(properties);
            properties
                    .stringPropertyNames()
                    .forEach(name -> copy.setProperty(name, properties.getProperty(name))); // defaults, too
        }
        return copy;
    }
}
