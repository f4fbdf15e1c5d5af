package dev.cenote.pool.jdbc;

import org.jspecify.annotations.Nullable;

/**
 * Who connects. Shows no password.
 *
 * @param user the user, null to leave it to the driver
 * @param password the password, null to leave it to the driver
 * @since 0.9.0
 */
public record Credentials(@Nullable String user, @Nullable String password) {

    @Override
    public String toString() {
        return "Credentials[user=" + user + ", password=" + (password == null ? "none" : "***") + "]";
    }
}
