package dev.cenote.gateway;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Users in a table, one query each time: there is no cache. */
final class SqlUsers implements Users {

    /** Where connections come from; closing one gives it back. */
    @FunctionalInterface
    interface Connections {
        Connection get() throws SQLException;
    }

    private final Connections connections;
    private final String query;

    SqlUsers(Connections connections, String table) {
        this.connections = connections;
        this.query = "select salt, iterations, stored_key, server_key from " + table + " where name = ?";
    }

    @Override
    public User find(String name) throws SQLException {
        try (Connection connection = connections.get();
                PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? new User(row.getBytes(1), row.getInt(2), row.getBytes(3), row.getBytes(4)) : null;
            }
        }
    }
}
