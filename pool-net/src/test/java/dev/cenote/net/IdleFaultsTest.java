package dev.cenote.net;

import static dev.cenote.net.SocketPoolTest.echo;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.IdleOrder;
import dev.cenote.pool.Lease;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What ends a connection while it is idle is seen before the connection is lent. */
class IdleFaultsTest {

    private static final int CONNECTIONS = 8;
    private static final int REQUESTS_A_FAULT = 20;

    enum End {
        PLAIN_FIN,
        PLAIN_RESET,
        TLS_FIN,
        TLS_RESET,
        /** A FIN without TLS's own word of it. */
        TLS_CUT
    }

    /** Connections take turns, so that each of those that have died would be met. */
    @ParameterizedTest
    @EnumSource
    @DisplayName("no request goes to a connection that has died idle")
    void noRequestGoesToADeadConnection(End end) throws Exception {
        request(end, 2_000);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("of 10,000 requests none goes to a connection that has died idle")
    @Tag("full")
    void ofManyRequestsNoneGoesToADeadConnection(End end) throws Exception {
        request(end, 10_000);
    }

    private static void request(End end, int requests) throws Exception {
        Random random = new Random(end.ordinal());
        try (Server server = new Server(Server.ECHO, end.name().startsWith("TLS") ? Certificates.good() : null);
                SocketPool pool = Patience.builder()
                        .maxPerAddress(CONNECTIONS)
                        .minIdlePerAddress(CONNECTIONS)
                        .settings((address, settings) -> settings.idleOrder(IdleOrder.FIFO))
                        .tls(Certificates.trusting())
                        .build()) {
            int answered = 0;
            while (answered < requests) {
                try (Lease<Connection> lease = pool.acquire(server.address())) {
                    assertThat(echo(lease.get(), "hello " + answered)).isEqualTo("hello " + answered);
                    answered++;
                }
                if (answered % REQUESTS_A_FAULT == 0) {
                    switch (end) {
                        case PLAIN_FIN, TLS_FIN -> server.finOne(random);
                        case PLAIN_RESET, TLS_RESET -> server.resetOne(random);
                        case TLS_CUT -> server.cutOne(random);
                    }
                }
            }
            assertThat(pool.stats(server.address()).destroyed(DestroyReason.INVALIDATED))
                    .as("dead ones that were met")
                    .isGreaterThan(requests / REQUESTS_A_FAULT / 2);
        }
    }
}
