package dev.cenote.pool.jdbc.internal;

import java.io.Serial;
import java.sql.SQLException;

/** Says that a wrapper is closed. No driver threw it, so nobody judges it. */
final class ClosedException extends SQLException {

    @Serial
    private static final long serialVersionUID = 1;

    private ClosedException(String message, String state) {
        super(message, state);
    }

    /** SQL standard: connection does not exist. */
    static ClosedException ofConnection() {
        return new ClosedException("this connection is closed", "08003");
    }
}
