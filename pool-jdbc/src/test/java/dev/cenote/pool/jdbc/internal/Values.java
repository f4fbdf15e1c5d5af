package dev.cenote.pool.jdbc.internal;

import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.net.URL;
import java.sql.Connection;
import java.sql.JDBCType;
import java.sql.ResultSet;
import java.sql.SQLType;
import java.util.Calendar;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executor;

/** Values of any type that JDBC has. */
final class Values {

    private Values() {}

    /** What says nothing. */
    static Object zero(Class<?> type) {
        if (type == boolean.class) {
            return false;
        }
        if (type == byte.class) {
            return (byte) 0;
        }
        if (type == short.class) {
            return (short) 0;
        }
        if (type == int.class) {
            return 0;
        }
        if (type == long.class) {
            return 0L;
        }
        if (type == float.class) {
            return 0f;
        }
        return type == double.class ? 0d : null;
    }

    /** What can be handed in. */
    static Object some(Class<?> type) throws Exception {
        if (type == int.class) {
            return Connection.TRANSACTION_SERIALIZABLE;
        }
        if (type == boolean.class) {
            return true;
        }
        if (type.isPrimitive()) {
            return zero(type);
        }
        if (type == String.class || type == Object.class) {
            return "some";
        }
        if (type == Class.class) {
            return ResultSet.class;
        }
        if (type == Map.class) {
            return Map.of();
        }
        if (type == Executor.class) {
            return (Executor) Runnable::run;
        }
        if (type == SQLType.class) {
            return JDBCType.INTEGER;
        }
        if (type == InputStream.class) {
            return InputStream.nullInputStream();
        }
        if (type == Reader.class) {
            return Reader.nullReader();
        }
        if (type == BigDecimal.class) {
            return BigDecimal.TEN;
        }
        if (type == Calendar.class) {
            return Calendar.getInstance();
        }
        if (type == Properties.class) {
            return new Properties();
        }
        if (type == URL.class) {
            return new URL("http://localhost/");
        }
        if (type.isArray()) {
            return java.lang.reflect.Array.newInstance(type.getComponentType(), 1);
        }
        if (java.util.Date.class.isAssignableFrom(type)) {
            return type.getConstructor(long.class).newInstance(0L);
        }
        if (type.isInterface()) {
            return new Stub(type).as(type);
        }
        throw new AssertionError("no value of " + type);
    }
}
