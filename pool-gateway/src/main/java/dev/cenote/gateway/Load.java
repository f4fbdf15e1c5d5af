package dev.cenote.gateway;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/**
 * Many HTTP clients on one event loop. In an open loop logins fall due at an even rate, one client after the other; a client
 * that is still busy then begins when it can, and its time counts from when it was due. So the
 * times include the logins that a slow server kept clients from beginning. In a closed loop each client begins again as soon as it is done.
 *
 * <p>All fields belong to the event loop.
 */
final class Load {

    private static final long TICK_MICROS = 1_000;

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final Supplier<LoginAttempt> attempts;
    private final double nanosPerLogin;
    private final long timeoutNanos;
    private final Bootstrap bootstrap;
    private final List<Client> clients = new ArrayList<>();
    private final Tally tally;

    private long startNanos;
    private long due; // logins that have fallen due
    private boolean isStopped;

    /**
     * Prepares the clients.
     *
     * @param gateway where they connect
     * @param count how many
     * @param rate logins a second of all together; 0 for a closed loop
     * @param timeoutMillis of a login, from when it begins
     * @param attempts says who logs in next
     */
    Load(
            InetSocketAddress gateway,
            int count,
            double rate,
            long timeoutMillis,
            Supplier<LoginAttempt> attempts,
            Tally tally) {
        this.attempts = attempts;
        this.nanosPerLogin = rate == 0 ? 0 : 1e9 / rate;
        this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        this.tally = tally;
        bootstrap = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeoutMillis)
                .remoteAddress(gateway)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new HttpClientCodec());
                    }
                });
        for (int i = 0; i < count; i++) {
            clients.add(new Client(this, i));
        }
    }

    /** Begins; returns at once. */
    void start() {
        loop.execute(() -> {
            startNanos = System.nanoTime();
            if (isOpenLoop()) {
                loop.scheduleAtFixedRate(this::tick, 0, TICK_MICROS, TimeUnit.MICROSECONDS);
            } else {
                clients.forEach(Client::beginIfDue);
            }
            loop.scheduleAtFixedRate(this::findLate, 100, 100, TimeUnit.MILLISECONDS);
        });
    }

    /** Begins no more logins, cuts off those that run, and blocks until that is done. */
    void stop() {
        CompletableFuture.runAsync(
                        () -> {
                            isStopped = true;
                            clients.forEach(Client::close);
                        },
                        loop)
                .join();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /**
     * Ends the tally's record, and returns how long ago the logins fell due that have not ended yet, in nanoseconds. Blocks
     * until the event loop has done both in one turn: no login can end between them and be in neither.
     */
    long[] endRecord() {
        return CompletableFuture.supplyAsync(
                        () -> {
                            tally.end();
                            long now = System.nanoTime();
                            return unfinished().map(due -> now - due).toArray();
                        },
                        loop)
                .join();
    }

    /**
     * When the logins fell due that have not ended yet, also those that no client could begin; none of a closed loop. Blocks
     * until the event loop has looked.
     */
    long[] dueNanosOfUnfinished() {
        return CompletableFuture.supplyAsync(() -> unfinished().toArray(), loop).join();
    }

    private LongStream unfinished() {
        return isOpenLoop() ? clients.stream().flatMapToLong(Client::dueNanosOfUnfinished) : LongStream.empty();
    }

    /** Whether no more logins are late than fall due in a tenth of a second. */
    boolean keepsUp() {
        return dueNanosOfUnfinished().length * nanosPerLogin <= 1e8;
    }

    private void tick() {
        long now = System.nanoTime();
        while (!isStopped && dueNanos(due) <= now) {
            Client client = clients.get((int) (due % clients.size()));
            due++;
            tally.fellDue();
            client.beginIfDue();
        }
    }

    private void findLate() {
        long now = System.nanoTime();
        clients.forEach(client -> client.failIfLate(now));
    }

    private boolean isOpenLoop() {
        return nanosPerLogin != 0;
    }

    private long dueNanos(long login) {
        return startNanos + (long) (login * nanosPerLogin);
    }

    // --- what clients ask

    boolean isStopped() {
        return isStopped;
    }

    Bootstrap bootstrap() {
        return bootstrap;
    }

    Tally tally() {
        return tally;
    }

    LoginAttempt attempt() {
        return attempts.get();
    }

    long timeoutNanos() {
        return timeoutNanos;
    }

    /** When a client's nth login falls due, or {@link Long#MAX_VALUE} if it has not yet. */
    long dueNanos(int client, long nth) {
        if (!isOpenLoop()) {
            return System.nanoTime();
        }
        long login = nth * clients.size() + client;
        return login < due ? dueNanos(login) : Long.MAX_VALUE;
    }
}
