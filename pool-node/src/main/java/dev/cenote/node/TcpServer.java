package dev.cenote.node;

import dev.cenote.pool.PoolLimits;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.timeout.WriteTimeoutHandler;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node over TCP: each connection is a client, and takes a place when it is accepted.
 *
 * <p>One thread does it all: accepting, reading, the pool's work and writing. It never blocks: a connection that sends or
 * reads slowly costs the others nothing. So that one that sends a lot does not either, each gets to read 4 KB in turn.
 */
final class TcpServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TcpServer.class);

    private static final int KERNEL_BACKLOG = 4096;
    private static final int READ_AT_ONCE = 4096;
    private static final int WRITE_TIMEOUT_SECONDS = 30;
    private static final int STOP_SECONDS = 5;

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final ChannelGroup connections = new DefaultChannelGroup(loop.next());
    private final Places places;
    private final AtomicLong messages = new AtomicLong();
    private final Channel listener;

    private TcpServer(InetSocketAddress address, PoolLimits limits) throws IOException, InterruptedException {
        places = new Places(limits);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, KERNEL_BACKLOG)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new FixedRecvByteBufAllocator(READ_AT_ONCE).maxMessagesPerRead(1))
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), 60)
                .childOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), 10)
                .childOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), 3)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        connections.add(channel);
                        channel.pipeline()
                                .addLast(new WriteTimeoutHandler(WRITE_TIMEOUT_SECONDS))
                                .addLast(new LineBasedFrameDecoder(Messages.LONGEST_LINE, true, true))
                                .addLast(new Connection(channel, places, messages));
                    }
                });
        ChannelFuture bound = bootstrap.bind(address).await();
        if (!bound.isSuccess()) {
            loop.shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS);
            places.close();
            throw new IOException(
                    "can't listen on " + Connection.name(address) + ": "
                            + bound.cause().getMessage(),
                    bound.cause());
        }
        listener = bound.channel();
    }

    /** Listens, and serves from now on. */
    static TcpServer listen(InetSocketAddress address, PoolLimits limits) throws IOException, InterruptedException {
        TcpServer server = new TcpServer(address, limits);
        LOG.info(
                "listening on {}, {} connections, backlog {}",
                Connection.name(server.address()),
                limits.maxSize(),
                limits.maxWaiters());
        return server;
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    void awaitClosed() throws InterruptedException {
        loop.terminationFuture().sync();
    }

    /** Takes no more connections, tells those that are queued, ends them all, and waits for that, at most some seconds. */
    @Override
    public void close() {
        Future<?> ended = loop.submit(() -> {
            listener.close();
            places.close();
            for (Channel connection : connections) {
                connection.pipeline().get(Connection.class).end();
            }
        });
        ended.awaitUninterruptibly(STOP_SECONDS, TimeUnit.SECONDS);
        if (ended.cause() != null) {
            LOG.error("stopping failed, which is a bug", ended.cause());
        }
        connections.newCloseFuture().awaitUninterruptibly(STOP_SECONDS, TimeUnit.SECONDS);
        loop.shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
