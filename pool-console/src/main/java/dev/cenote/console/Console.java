package dev.cenote.console;

import com.sun.net.httpserver.HttpServer;
import dev.cenote.pool.Pool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A live page on one or more pools, for a browser on the same machine. It shows throughput, objects and waits over the last five
 * minutes, health with its reasons, the slot table with the holders' stacks, the queue, recent events, and settings.
 *
 * <p>Nothing is open until {@link #open} is called. The server listens on the loopback address only, and answers only requests
 * that have the secret token of {@link #uri} in their path, that name this host, and that no other site's page has sent. Operations
 * are off unless {@link ConsoleBuilder#operations} allows them. Neither what is pooled nor what made it is shown, nor the messages
 * of exceptions: a password may be in them. Stacks and thread names are shown.
 *
 * <p>Once a second it takes the statistics of each pool, and with a page open the slot table, too. Thread-safe. It keeps its pools
 * reachable until it is closed.
 *
 * @since 0.9.0
 */
public final class Console implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Console.class);

    private static final int TOKEN_BYTES = 24;
    /** Each stream has a thread ({@link Frames}); the other threads serve requests that end soon. */
    private static final int MOST_THREADS = Frames.MOST_STREAMS + 8;

    private final HttpServer server;
    private final ThreadPoolExecutor threads;
    private final Frames frames;
    private final @Nullable Operations operations; // null if there are none
    private final URI uri;

    private Console(
            HttpServer server, ThreadPoolExecutor threads, Frames frames, @Nullable Operations operations, URI uri) {
        this.server = server;
        this.threads = threads;
        this.frames = frames;
        this.operations = operations;
        this.uri = uri;
    }

    /**
     * Opens a console on a free port, without operations.
     *
     * @param pools the pools, one at least
     * @return an open console, to be closed by the caller
     * @throws IllegalArgumentException if there is no pool
     * @throws UncheckedIOException if there is no free port
     * @since 0.9.0
     */
    public static Console open(Pool<?>... pools) {
        return builder(pools).open();
    }

    /**
     * A console with settings.
     *
     * @param pools the pools, one at least
     * @return a builder
     * @throws IllegalArgumentException if there is no pool
     * @since 0.9.0
     */
    public static ConsoleBuilder builder(Pool<?>... pools) {
        return new ConsoleBuilder(Arrays.asList(pools));
    }

    static Console open(List<Pool<?>> pools, int port, boolean operations) {
        HttpServer server;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException("the console can't listen on port " + port + " of the loopback address", e);
        }
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor threads =
                new ThreadPoolExecutor(0, MOST_THREADS, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    Thread thread = new Thread(task, "cenote-console-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        byte[] token = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(token);
        String path = "/" + Base64.getUrlEncoder().withoutPadding().encodeToString(token) + "/";
        int taken = server.getAddress().getPort();
        List<Watch> watches = pools.stream().<Watch>map(Watch::new).toList();
        Frames frames = new Frames(watches, operations);
        Gatekeeper gatekeeper = new Gatekeeper(path, taken);
        Operations allowed = operations ? new Operations(watches) : null;
        server.createContext("/", gatekeeper.before(new Pages(path, frames, watches, allowed)));
        server.setExecutor(threads);
        server.start();
        frames.start();
        String host = server.getAddress().getAddress().getHostAddress();
        Console console = new Console(
                server,
                threads,
                frames,
                allowed,
                URI.create("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + taken + path));
        LOG.info( // without the token: a reader of the log need not see the page
                "A console is open on port {}, {}: {}",
                taken,
                operations ? "with operations" : "without operations",
                watches.stream().map(Watch::name).toList());
        return console;
    }

    /**
     * The page's address. Everybody that has it can see the page, as long as the console is open. So it is not logged.
     *
     * @return the address, with the secret token
     * @since 0.9.0
     */
    public URI uri() {
        return uri;
    }

    /**
     * Closes the page and its connections, and ends the recordings that were begun there. The pools stay open. Idempotent.
     *
     * @since 0.9.0
     */
    @Override
    public void close() {
        frames.close();
        server.stop(0);
        threads.shutdownNow();
        if (operations != null) {
            operations.close();
        }
    }

    @Override
    public String toString() {
        return "console on port " + uri.getPort();
    }
}
