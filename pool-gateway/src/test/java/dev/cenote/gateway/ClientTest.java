package dev.cenote.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.gateway.Credentials.Credential;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpClientCodec;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One client, whose connects end when the test says so. */
class ClientTest {

    private static final Credential KNOWN = new Credentials(1, 10).of(0);
    private static final long TIMEOUT_MILLIS = 60_000;

    private final Tally tally = new Tally();
    private final BlockingQueue<Connect> connects = new LinkedBlockingQueue<>();
    private final StandingBackend backend = new StandingBackend();
    private Gateway gateway;
    private Load load;
    private Client client;

    @BeforeEach
    void start() throws Exception {
        gateway = new Gateway(0, backend, Threads.bounded(false, 4));
        load = new Load(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.port()),
                0,
                0,
                TIMEOUT_MILLIS,
                () -> LoginAttempt.plain("me", KNOWN),
                tally);
        load.bootstrap().handler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new HttpClientCodec(), new HeldConnects());
            }
        });
        client = new Client(load, 0);
        tally.begin();
    }

    @AfterEach
    void stop() throws Exception {
        onTheLoop(client::close);
        backend.stands.countDown();
        load.stop();
        gateway.close();
    }

    @Test
    void aConnectThatSucceedsAfterItsLoginWasGivenUpIsNotTheNextLogins() throws Exception {
        onTheLoop(client::beginIfDue);
        Connect first = connects.take();
        onTheLoop(this::giveUp);
        Connect second = connects.take();

        onTheLoop(first::goOn);
        first.promise.await();
        onTheLoop(second::goOn);
        second.promise.await();
        backend.asked.acquire();

        assertThat(first.channel().isOpen()).isFalse();
        assertThat(second.channel().isActive()).isTrue();
        assertThat(tally.errors()).containsOnlyKeys("no answer in time");
    }

    @Test
    void aConnectThatFailsAfterItsLoginWasGivenUpIsNotTheNextLoginsFailure() throws Exception {
        onTheLoop(client::beginIfDue);
        Connect first = connects.take();
        onTheLoop(this::giveUp);
        connects.take();

        onTheLoop(() -> first.promise.tryFailure(new ConnectException("late")));

        assertThat(tally.errors()).containsOnlyKeys("no answer in time");
    }

    private void giveUp() {
        client.failIfLate(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS) + 1);
    }

    private void onTheLoop(Runnable task) throws InterruptedException {
        load.bootstrap().config().group().submit(task).sync();
    }

    private record Connect(ChannelHandlerContext context, SocketAddress remote, ChannelPromise promise) {
        void goOn() {
            context.connect(remote, promise);
        }

        Channel channel() {
            return context.channel();
        }
    }

    private final class HeldConnects extends ChannelOutboundHandlerAdapter {
        @Override
        public void connect(
                ChannelHandlerContext context, SocketAddress remote, SocketAddress local, ChannelPromise promise) {
            connects.add(new Connect(context, remote, promise));
        }
    }
}
