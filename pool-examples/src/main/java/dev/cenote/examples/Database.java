package dev.cenote.examples;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;

/** A database server that the demo starts, disturbs, stops and starts again. */
interface Database extends AutoCloseable {

    /** The server's name, for the output. */
    String name();

    /** Opens a connection. */
    Connection connect() throws SQLException;

    /** Kills one of the server's sessions, and returns how many it killed. */
    int killOneSession() throws SQLException;

    /** How many sessions of the demo the server has, without the one that asks. */
    int sessions(Connection asker) throws SQLException;

    /** Stops the server; connections break. */
    void stop() throws Exception;

    /** Starts the server again, on the same address. */
    void start() throws Exception;

    @Override
    void close() throws IOException;

    /** Starts PostgreSQL if that works here, or else H2, and prints in one line which, and why. */
    static Database start(boolean wantsH2) throws Exception {
        if (!wantsH2) {
            try {
                return new PostgresDatabase();
            } catch (Exception | LinkageError e) {
                System.out.println("PostgreSQL cannot start here (" + e + "), so the demo uses H2.");
            }
        }
        return new H2Database();
    }
}
