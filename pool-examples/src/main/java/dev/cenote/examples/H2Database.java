package dev.cenote.examples;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.h2.tools.Server;

/** An H2 server in this process, reached over TCP, with its data in memory. */
final class H2Database implements Database {

    private final int port;
    private Server server;

    H2Database() throws SQLException {
        server = Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
        port = server.getPort();
    }

    @Override
    public String name() {
        return "H2";
    }

    @Override
    public Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:h2:tcp://localhost:" + port + "/mem:demo;DB_CLOSE_DELAY=-1", "sa", "");
    }

    @Override
    public int killOneSession() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet killed = statement.executeQuery("select abort_session(session_id)"
                        + " from information_schema.sessions where session_id <> session_id() limit 1")) {
            return killed.next() ? 1 : 0;
        }
    }

    @Override
    public int sessions(Connection asker) throws SQLException {
        try (Statement statement = asker.createStatement();
                ResultSet count = statement.executeQuery(
                        "select count(*) from information_schema.sessions where session_id <> session_id()")) {
            count.next();
            return count.getInt(1);
        }
    }

    @Override
    public void stop() {
        server.stop();
    }

    @Override
    public void start() throws SQLException {
        server = Server.createTcpServer("-tcpPort", Integer.toString(port)).start();
    }

    @Override
    public void close() {
        server.stop();
    }
}
