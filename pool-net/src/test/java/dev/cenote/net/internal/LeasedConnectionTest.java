package dev.cenote.net.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.net.Address;
import dev.cenote.net.Resolver;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.Test;

/** What two threads do to one lease at once. */
class LeasedConnectionTest {

    private static final SocketSettings SETTINGS = new SocketSettings(
            Resolver.system(),
            Duration.ofHours(1),
            Transport.EVER,
            Transport.EVER,
            Transport.EVER,
            true,
            null,
            Map.of(),
            null,
            parameters -> {},
            List.of(),
            null,
            null,
            null);

    /** Has bytes that nobody has read, and tells of them when it may. */
    private static final class Unread implements Transport {
        final CountDownLatch isAsked = new CountDownLatch(1);
        final CountDownLatch mayTell = new CountDownLatch(1);

        @Override
        public ByteBuffer received() {
            isAsked.countDown();
            try {
                mayTell.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return ByteBuffer.allocate(1);
        }

        @Override
        public int receive(long timeoutNanos) {
            return 0;
        }

        @Override
        public void send(ByteBuffer bytes, long timeoutNanos) {}

        @Override
        public void close() {}

        @Override
        public void abort() {}

        @Override
        public SSLSession session() {
            return null;
        }

        @Override
        public String applicationProtocol() {
            return "";
        }
    }

    @Test
    void eachThreadThatEndsALeaseKnowsWhetherTheConnectionIsFit() throws Exception {
        Unread transport = new Unread();
        try (SocketChannel channel = SocketChannel.open()) {
            Link link = new Link(Address.of("server.example", 1), channel, transport);
            LeasedConnection connection = new LeasedConnection(link, SETTINGS);
            CompletableFuture<Void> first = CompletableFuture.runAsync(connection::end);
            transport.isAsked.await();
            CompletableFuture<String> second = new CompletableFuture<>();
            Thread ending = new Thread(() -> {
                connection.end();
                second.complete("" + link.whyUnfit());
            });
            ending.start();
            while (ending.getState() != Thread.State.WAITING && !second.isDone()) {
                Thread.onSpinWait();
            }
            transport.mayTell.countDown();
            assertThat(second.get()).isEqualTo("bytes were received and not read when the lease ended");
            first.get();
        }
    }
}
