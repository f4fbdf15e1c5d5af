package dev.cenote.net;

/**
 * What a protocol does with a connection when it begins or ends: a greeting, an authentication, a good-bye.
 *
 * @since 0.9.0
 */
@FunctionalInterface
public interface ConnectionAction {

    /**
     * Does it. Runs on the pool's executor; an interrupt closes the connection.
     *
     * @param connection the connection, which nobody else uses meanwhile; dead when this method has returned
     * @throws Exception if the connection can't be used
     * @since 0.9.0
     */
    void run(Connection connection) throws Exception;
}
