package dev.cenote.net.internal;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One connect to a host of several addresses, after RFC 8305 ("Happy Eyeballs Version 2", 2017): the attempts begin one after another,
 * a little apart, and the first that succeeds ends the others. An attempt that fails lets the next one begin.
 */
final class Race {

    /** Opens a channel in non-blocking mode, not connected. */
    interface Opening {
        SocketChannel open(InetSocketAddress address) throws IOException;
    }

    /** Longer than anybody waits, and short enough to be added to a clock that is compared by differences. */
    private static final long LONGEST_NANOS = Long.MAX_VALUE / 2;

    private final String peer;
    private final Deque<InetSocketAddress> toTry;
    private final Opening opening;
    private final long delayNanos;
    private final Map<SocketChannel, InetSocketAddress> underWay = new LinkedHashMap<>();
    private final List<IOException> failures = new ArrayList<>();
    private long dueNanos; // when the next attempt begins

    /**
     * @param peer what messages call the other end
     * @param addresses in the order in which they are to be tried
     */
    Race(String peer, List<InetSocketAddress> addresses, Opening opening, long delayNanos) {
        this.peer = peer;
        this.toTry = new ArrayDeque<>(addresses);
        this.opening = opening;
        this.delayNanos = Math.min(delayNanos, LONGEST_NANOS);
    }

    /**
     * Returns a connected channel in non-blocking mode.
     *
     * @param startedNanos since when the time counts, by {@link System#nanoTime}
     */
    SocketChannel run(long startedNanos, long timeoutNanos) throws IOException, InterruptedException {
        dueNanos = System.nanoTime();
        SocketChannel winner = null;
        try (Selector selector = Selector.open()) {
            while (winner == null) {
                long now = System.nanoTime();
                long left = timeoutNanos - (now - startedNanos);
                if (left <= 0) {
                    throw told(new SocketTimeoutException(peer + " did not answer within "
                            + TimeUnit.NANOSECONDS.toMillis(timeoutNanos) + " ms" + tried()));
                }
                if (toTry.isEmpty() && underWay.isEmpty()) {
                    throw told(new ConnectException(peer + " can't be reached" + tried()));
                }
                if (!toTry.isEmpty() && now - dueNanos >= 0) {
                    dueNanos = now + delayNanos;
                    winner = begin(toTry.remove(), selector, now);
                } else {
                    selector.select(
                            TimeUnit.NANOSECONDS.toMillis(toTry.isEmpty() ? left : Math.min(left, dueNanos - now)) + 1);
                    if (Thread.interrupted()) {
                        throw new InterruptedException("interrupted while it connected to " + peer);
                    }
                    winner = settle(selector, now);
                }
            }
            return winner;
        } finally {
            // The selector is closed by now: before that, closing a channel would not close its socket.
            underWay.remove(winner);
            for (SocketChannel loser : underWay.keySet()) {
                loser.close();
            }
        }
    }

    /** Begins an attempt; null unless it succeeds at once. */
    private @Nullable SocketChannel begin(InetSocketAddress address, Selector selector, long now) throws IOException {
        SocketChannel channel;
        try {
            channel = opening.open(address);
        } catch (IOException e) {
            failed(address, e, now);
            return null;
        }
        underWay.put(channel, address);
        try {
            if (channel.connect(address)) {
                return connected(channel, now);
            }
            channel.register(selector, SelectionKey.OP_CONNECT);
        } catch (IOException | UnsupportedAddressTypeException e) {
            lost(channel, e, now);
        }
        return null;
    }

    private @Nullable SocketChannel settle(Selector selector, long now) throws IOException {
        for (SelectionKey key : selector.selectedKeys()) {
            SocketChannel channel = (SocketChannel) key.channel();
            try {
                if (channel.finishConnect()) {
                    SocketChannel winner = connected(channel, now);
                    if (winner != null) {
                        return winner;
                    }
                }
            } catch (IOException e) {
                key.cancel();
                lost(channel, e, now);
            }
        }
        selector.selectedKeys().clear();
        return null;
    }

    /** A connect to a free port of this machine can meet itself. */
    private @Nullable SocketChannel connected(SocketChannel channel, long now) throws IOException {
        if (channel.getRemoteAddress().equals(channel.getLocalAddress())) {
            lost(channel, new ConnectException("nobody listens there; the connection met itself"), now);
            return null;
        }
        return channel;
    }

    private void lost(SocketChannel channel, Exception failure, long now) throws IOException {
        channel.close();
        failed(Objects.requireNonNull(underWay.remove(channel)), failure, now);
    }

    /** The next one need not wait for this one any longer, but they never come in one burst. */
    private void failed(InetSocketAddress address, Exception failure, long now) {
        failures.add(new IOException(text(address) + ": " + failure.getMessage(), failure));
        dueNanos = now + Math.min(dueNanos - now, SocketSettings.LEAST_ATTEMPT_DELAY.toNanos());
    }

    private String tried() {
        List<String> tried = new ArrayList<>();
        failures.forEach(failure -> tried.add("" + failure.getMessage()));
        underWay.values().forEach(address -> tried.add(text(address) + ": no answer"));
        return tried.stream().collect(Collectors.joining("; ", " (", ")"));
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    private <X extends IOException> X told(X failure) {
        failures.forEach(failure::addSuppressed);
        return failure;
    }
}
