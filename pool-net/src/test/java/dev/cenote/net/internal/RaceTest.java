package dev.cenote.net.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RaceTest {

    @Test
    void aDelayForEverKeepsTheSecondAddressFromBeingTriedBesideTheFirst() throws Exception {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            InetSocketAddress address = (InetSocketAddress) server.getLocalAddress();
            List<InetSocketAddress> tried = new ArrayList<>();
            Race race = new Race(
                    "a peer",
                    List.of(address, address),
                    to -> {
                        tried.add(to);
                        return ((SocketChannel) SocketChannel.open().configureBlocking(false));
                    },
                    ChronoUnit.FOREVER.getDuration().getSeconds()); // Long.MAX_VALUE
            race.run(System.nanoTime(), ChronoUnit.HOURS.getDuration().toNanos())
                    .close();
            assertThat(tried).hasSize(1);
        }
    }
}
