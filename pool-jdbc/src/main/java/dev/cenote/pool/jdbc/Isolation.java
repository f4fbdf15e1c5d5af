package dev.cenote.pool.jdbc;

import java.sql.Connection;

/**
 * How far transactions are kept from each other, as {@link Connection#setTransactionIsolation} has it.
 *
 * @since 0.9.0
 */
public enum Isolation {

    /** {@link Connection#TRANSACTION_READ_UNCOMMITTED}. */
    READ_UNCOMMITTED(Connection.TRANSACTION_READ_UNCOMMITTED),

    /** {@link Connection#TRANSACTION_READ_COMMITTED}. */
    READ_COMMITTED(Connection.TRANSACTION_READ_COMMITTED),

    /** {@link Connection#TRANSACTION_REPEATABLE_READ}. */
    REPEATABLE_READ(Connection.TRANSACTION_REPEATABLE_READ),

    /** {@link Connection#TRANSACTION_SERIALIZABLE}. */
    SERIALIZABLE(Connection.TRANSACTION_SERIALIZABLE);

    private final int level;

    Isolation(int level) {
        this.level = level;
    }

    /**
     * The constant of {@link Connection}.
     *
     * @return the level
     * @since 0.9.0
     */
    public int level() {
        return level;
    }
}
