package dev.cenote.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each adapter does what it says that its pool can, on this JDK. */
class PeersTest {

    private static final int SIZE = 2;

    static Stream<Peer.Named> peers() {
        return Stream.of(Peers.all(), Peers.limits(), Peers.variants(), Peers.dataSources())
                .flatMap(List::stream);
    }

    @ParameterizedTest
    @MethodSource("peers")
    void whatIsReleasedCanBeHadAgain(Peer.Named named) throws Exception {
        try (Peer pool = named.kind().open(SIZE, new Maker())) {
            pool.fill(SIZE);
            Peer peer = pool.forOneThread();
            for (int i = 0; i < 2 * SIZE; i++) {
                Object handle = peer.acquire();
                assertThat(peer.object(handle)).isNotNull();
                peer.release(handle);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("peers")
    void whatIsInvalidatedIsReplaced(Peer.Named named) throws Exception {
        if (!named.can(Feature.INVALIDATES)) {
            return;
        }
        try (Peer pool = named.kind().open(SIZE, new Maker())) {
            pool.fill(SIZE);
            Peer peer = pool.forOneThread();
            for (int i = 0; i < 2 * SIZE; i++) {
                peer.invalidate(peer.acquire());
            }
            peer.release(peer.acquire());
        }
    }

    @ParameterizedTest
    @MethodSource("peers")
    void aFutureHandleComesWhenItIsReleased(Peer.Named named) throws Exception {
        if (!named.can(Feature.ASYNC)) {
            return;
        }
        try (Peer pool = named.kind().open(1, new Maker())) {
            pool.fill(1);
            Object held = pool.acquire();
            var waiting = pool.acquireAsync();
            assertThat(waiting).isNotDone();
            pool.release(held);
            pool.release(waiting.get(Peer.PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
        }
    }
}
