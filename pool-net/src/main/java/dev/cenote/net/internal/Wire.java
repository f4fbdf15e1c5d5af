package dev.cenote.net.internal;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plain bytes, over a channel in non-blocking mode. So a look at what has come costs one call of the system, a wait can end at a
 * time, and TCP and Unix domain sockets are alike.
 */
final class Wire implements Transport {

    static final int BUFFER_BYTES = 8 * 1024;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private static final Logger LOG = LoggerFactory.getLogger(Wire.class);

    private final SocketChannel channel;
    private final String peer;
    private final Readiness readable;
    private final Readiness writable;
    private ByteBuffer received = NOTHING; // under TLS nothing is ever received here
    private final AtomicBoolean isEnded = new AtomicBoolean();

    /**
     * @param channel connected, in non-blocking mode, not registered
     * @param peer what messages call the other end
     */
    Wire(SocketChannel channel, String peer) {
        this.channel = channel;
        this.peer = peer;
        readable = new Readiness(channel, SelectionKey.OP_READ);
        writable = new Readiness(channel, SelectionKey.OP_WRITE);
    }

    @Override
    public ByteBuffer received() {
        return received;
    }

    @Override
    public int receive(long timeoutNanos) throws IOException {
        if (received.capacity() == 0) {
            received = ByteBuffer.allocate(BUFFER_BYTES).limit(0);
        }
        received.compact();
        try {
            return Integer.signum(read(received, begun(timeoutNanos), timeoutNanos));
        } finally {
            received.flip();
        }
    }

    /** From when the time-out of what begins now counts; a look that does not wait reads no clock. */
    static long begun(long timeoutNanos) {
        return timeoutNanos == NOW ? 0 : System.nanoTime();
    }

    /** Like {@link #receive}, into any buffer with room, with a time-out that counts from then; returns the number of bytes. */
    int read(ByteBuffer target, long startedNanos, long timeoutNanos) throws IOException {
        int read = channel.read(target);
        while (read == 0 && timeoutNanos != NOW) {
            await(readable, startedNanos, timeoutNanos, "nothing came from ");
            read = channel.read(target);
        }
        return read;
    }

    @Override
    public void send(ByteBuffer bytes, long timeoutNanos) throws IOException {
        while (bytes.hasRemaining()) {
            if (channel.write(bytes) > 0) {
                continue;
            }
            if (timeoutNanos == NOW) {
                return;
            }
            long started = System.nanoTime();
            do {
                await(writable, started, timeoutNanos, "nothing could be sent to ");
            } while (channel.write(bytes) == 0);
        }
    }

    private void await(Readiness readiness, long startedNanos, long timeoutNanos, String what) throws IOException {
        long left = timeoutNanos == EVER ? EVER : timeoutNanos - (System.nanoTime() - startedNanos);
        if (left <= 0) {
            throw new SocketTimeoutException(
                    what + peer + " within " + TimeUnit.NANOSECONDS.toMillis(timeoutNanos) + " ms");
        }
        readiness.await(left);
        if (Thread.currentThread().isInterrupted()) {
            abort();
            throw new ClosedByInterruptException();
        }
        if (isEnded.get()) {
            throw new AsynchronousCloseException();
        }
    }

    @Override
    public void close() {
        end(false);
    }

    @Override
    public void abort() {
        end(true);
    }

    private void end(boolean isAbrupt) {
        if (!isEnded.compareAndSet(false, true)) {
            return;
        }
        try (channel) {
            if (isAbrupt) {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0); // so that the close resets it
            } else {
                channel.shutdownOutput();
            }
        } catch (IOException e) {
            LOG.debug("{}: already broken when it was closed", peer, e);
        } finally {
            letGo(readable);
            letGo(writable);
        }
    }

    private void letGo(Readiness readiness) {
        try {
            readiness.close();
        } catch (IOException e) {
            LOG.debug("{}: a selector did not close well", peer, e);
        }
    }

    @Override
    public @Nullable SSLSession session() {
        return null;
    }

    @Override
    public String applicationProtocol() {
        return "";
    }
}
