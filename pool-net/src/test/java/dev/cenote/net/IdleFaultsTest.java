package dev.cenote.net;

import static dev.cenote.net.SocketPoolTest.echo;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.Lease;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What ends a connection while it is idle is seen before the connection is lent. */
class IdleFaultsTest {

    private static final int CONNECTIONS = 8;
    private static final int REQUESTS = 10_000;
    private static final int REQUESTS_A_FAULT = 500;

    enum End {
        PLAIN_FIN,
        PLAIN_RESET,
        TLS_FIN,
        TLS_RESET
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("of 10,000 requests none goes to a connection that has died idle")
    void noRequestGoesToADeadConnection(End end) throws Exception {
        boolean isTls = end == End.TLS_FIN || end == End.TLS_RESET;
        try (Server server = new Server(Server.ECHO, isTls ? Certificates.good() : null);
                SocketPool pool = Patience.builder()
                        .maxPerAddress(CONNECTIONS)
                        .tls(Certificates.trusting())
                        .build()) {
            int answered = 0;
            for (int fault = 0; fault < REQUESTS / REQUESTS_A_FAULT; fault++) {
                leaseAll(pool, server.address());
                if (end == End.PLAIN_FIN || end == End.TLS_FIN) {
                    server.finAll();
                } else {
                    server.resetAll();
                }
                for (int i = 0; i < REQUESTS_A_FAULT; i++) {
                    try (Lease<Connection> lease = pool.acquire(server.address())) {
                        assertThat(echo(lease.get(), "hello " + i)).isEqualTo("hello " + i);
                        answered++;
                    }
                }
            }
            assertThat(answered).isEqualTo(REQUESTS);
        }
    }

    /** Makes as many connections as there may be, all of them used and idle afterwards. */
    private static void leaseAll(SocketPool pool, Address address) throws Exception {
        List<Lease<Connection>> leases = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            leases.add(pool.acquire(address));
        }
        for (Lease<Connection> lease : leases) {
            echo(lease.get(), "ready");
            lease.close();
        }
    }
}
