package dev.cenote.gateway;

/**
 * What the two servers are started with.
 *
 * @param gatewayPort 0 for any
 * @param serverPort 0 for any
 * @param url of the database
 * @param table of the users
 * @param iterations of most users
 * @param sockets connections between gateway and server at the most; 0 for none pooled
 * @param sessions of the database at the most; 0 for none pooled
 * @param workers threads of the gateway
 * @param isVirtual whether both have virtual threads
 */
record Setup(
        int gatewayPort,
        int serverPort,
        String url,
        String table,
        int iterations,
        int sockets,
        int sessions,
        int workers,
        boolean isVirtual) {

    Setup withPorts(int gatewayPort, int serverPort) {
        return new Setup(gatewayPort, serverPort, url, table, iterations, sockets, sessions, workers, isVirtual);
    }

    Setup withSizes(int sockets, int sessions, int workers) {
        return new Setup(gatewayPort, serverPort, url, table, iterations, sockets, sessions, workers, isVirtual);
    }

    Setup withTable(String table, int iterations) {
        return new Setup(gatewayPort, serverPort, url, table, iterations, sockets, sessions, workers, isVirtual);
    }
}
