package dev.cenote.net.internal;

import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a channel, for threads that wait until something can be done there. The selector is opened at the first wait, since
 * many connections never wait to send.
 */
final class Readiness {

    private final SocketChannel channel;
    private final int operation;
    private @Nullable Selector selector; // guarded by this
    private boolean isClosed; // guarded by this

    /** @param operation of {@link java.nio.channels.SelectionKey} */
    Readiness(SocketChannel channel, int operation) {
        this.channel = channel;
        this.operation = operation;
    }

    /** Returns when the channel is ready, at an interrupt, when the time is up, or now and then for no reason. */
    void await(long nanos) throws IOException {
        try {
            Selector own = selector();
            own.select(nanos == Transport.EVER ? 0 : TimeUnit.NANOSECONDS.toMillis(nanos) + 1);
            own.selectedKeys().clear();
        } catch (ClosedSelectorException e) {
            throw new AsynchronousCloseException();
        }
    }

    private synchronized Selector selector() throws IOException {
        if (isClosed) {
            throw new AsynchronousCloseException();
        }
        Selector own = selector;
        if (own == null) {
            own = channel.provider().openSelector();
            selector = own;
            channel.register(own, operation);
        }
        return own;
    }

    /** Wakes the thread that waits, and lets go of the channel: before that, closing the channel would not close its socket. */
    void close() throws IOException {
        Selector own;
        synchronized (this) {
            isClosed = true;
            own = selector;
        }
        if (own != null) {
            own.close();
        }
    }
}
