package dev.cenote.gateway;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.WriteTimeoutHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The HTTP server: one event loop for all clients, and threads that ask the {@link Backend}. */
final class Gateway implements AutoCloseable {

    /** How long a client may take no answer. */
    static final int WRITE_TIMEOUT_SECONDS = 10;

    private static final int BACKLOG = 4_096;
    private static final int CLOSE_SECONDS = 10; // longer than a request takes

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final ExecutorService workers;
    private final Channel listener;

    /**
     * Listens on this machine.
     *
     * @param port 0 for any that is free
     */
    Gateway(int port, Backend backend, ExecutorService workers) throws InterruptedException {
        this(port, backend, workers, System::nanoTime);
    }

    Gateway(int port, Backend backend, ExecutorService workers, LongSupplier nanos) throws InterruptedException {
        this.workers = workers;
        listener = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(handlers(backend, workers, nanos));
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .sync()
                .channel();
    }

    /** Of one client. */
    static ChannelHandler[] handlers(Backend backend, Executor workers, LongSupplier nanos) {
        return new ChannelHandler[] {
            new HttpServerCodec(),
            new WriteTimeoutHandler(WRITE_TIMEOUT_SECONDS),
            new Conversation(backend, workers, nanos)
        };
    }

    int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** Takes no more requests, and waits for those that run. */
    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        workers.shutdown();
        try {
            if (!workers.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                workers.shutdownNow();
            }
        } catch (InterruptedException e) {
            workers.shutdownNow();
            Thread.currentThread().interrupt();
        }
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
