package dev.cenote.node;

import dev.cenote.pool.PoolLimits;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
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
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node over TCP: each connection is a client, and takes a place when it is accepted.
 *
 * <p>One thread does everything: accepting, reading, the pool's work and writing. It never blocks, so a connection that sends or
 * reads slowly costs the others nothing. It reads 4 KB of each connection in turn, so a connection that sends a lot costs the
 * others nothing either.
 */
final class TcpServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TcpServer.class);

    private static final int KERNEL_BACKLOG = 4096;
    private static final int READ_AT_ONCE = 4096;
    private static final int STALL_SECONDS = 60;
    private static final int STOP_SECONDS = 5;

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final ChannelGroup connections = new DefaultChannelGroup(loop.next());
    private final Places places;
    private final AtomicLong messages = new AtomicLong();
    private final Channel listener;

    /** Splits the input into lines; the last line needs no line end. */
    static final class LineDecoder extends LineBasedFrameDecoder {

        /** The longest line, in bytes: lines that a queued client sends are kept. */
        static final int LONGEST_LINE = 8192;

        LineDecoder() {
            super(LONGEST_LINE, true, true);
        }

        @Override
        protected void decodeLast(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
            super.decodeLast(context, in, out);
            if (in.isReadable()) {
                out.add(in.readRetainedSlice(in.readableBytes()));
            }
        }
    }

    private TcpServer(InetSocketAddress address, PoolLimits limits) throws IOException, InterruptedException {
        places = new Places(limits);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, KERNEL_BACKLOG)
                .childOption(ChannelOption.ALLOCATOR, new UnpooledByteBufAllocator(false))
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
                                .addLast(new IdleStateHandler(true, 0, STALL_SECONDS, 0, TimeUnit.SECONDS))
                                .addLast(new LineDecoder())
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
        return new TcpServer(address, limits);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    void awaitClosed() throws InterruptedException {
        loop.terminationFuture().sync();
    }

    /** Takes no more connections, tells the queued clients, ends all connections, and waits for that, at most some seconds. */
    @Override
    public void close() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(STOP_SECONDS);
        Future<?> ended = loop.submit(() -> {
            listener.close();
            places.close();
            for (Channel connection : connections) {
                connection.pipeline().get(Connection.class).end();
            }
        });
        awaitUntil(deadline, ended);
        if (ended.cause() != null) {
            LOG.error("stopping failed, which is a bug", ended.cause());
        }
        awaitUntil(deadline, connections.newCloseFuture());
        awaitUntil(deadline, loop.shutdownGracefully(0, 1, TimeUnit.SECONDS));
    }

    private static void awaitUntil(long deadline, Future<?> future) {
        future.awaitUninterruptibly(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    }
}
