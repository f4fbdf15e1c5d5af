package dev.cenote.pool.jdbc.outage;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A server, one to fail over to, and what lies between them and the clients. */
final class Scene implements AutoCloseable {

    /** The most connections that the server allows. */
    static final int CONNECTIONS = 12;

    final Server server = new Server(CONNECTIONS);
    final Server other = new Server(CONNECTIONS);
    final TcpProxy proxy = new TcpProxy(server.port());
    private final List<Connection> crowd = new ArrayList<>();

    Scene() throws IOException {}

    String url() {
        return Server.url(proxy.port());
    }

    /** Takes every connection that there is. */
    void fill() throws IOException {
        try {
            while (true) {
                crowd.add(DriverManager.getConnection(server.url("app")));
            }
        } catch (SQLException e) {
            if (!"53300".equals(e.getSQLState())) {
                throw new IOException(e);
            }
        }
    }

    void empty() throws IOException {
        try {
            for (Connection one : crowd) {
                one.close();
            }
        } catch (SQLException e) {
            throw new IOException(e);
        }
        crowd.clear();
    }

    @Override
    public void close() throws IOException {
        proxy.close();
        server.close();
        other.close();
    }
}
