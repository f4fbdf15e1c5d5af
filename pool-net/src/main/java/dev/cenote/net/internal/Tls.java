package dev.cenote.net.internal;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS over a wire. It is an engine rather than an {@code SSLSocket}, since a socket can't be asked without a wait whether something has
 * come. Records that carry no data of the application (session tickets, key updates) are taken in on the way and never show.
 */
final class Tls implements Transport {

    private static final Logger LOG = LoggerFactory.getLogger(Tls.class);
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Wire wire;
    private final SSLEngine engine;
    private final String peer;
    private final ReentrantLock sending = new ReentrantLock();
    /** Records that came, from position to limit; the last one may be cut off. */
    private ByteBuffer records;
    /** What the records held, from position to limit. */
    private ByteBuffer received;
    /** Records that are to be sent, from position to limit; guarded by {@link #sending}. */
    private ByteBuffer outgoing;

    private boolean hasEnded; // the other end has taken its leave

    Tls(Wire wire, SSLEngine engine, String peer) {
        this.wire = wire;
        this.engine = engine;
        this.peer = peer;
        SSLSession session = engine.getSession();
        records = ByteBuffer.allocate(session.getPacketBufferSize()).limit(0);
        outgoing = ByteBuffer.allocate(session.getPacketBufferSize()).limit(0);
        received = ByteBuffer.allocate(session.getApplicationBufferSize()).limit(0);
    }

    // --- the handshake

    /** Shakes hands, and checks the certificate of the other end. */
    void shakeHands(long timeoutNanos) throws IOException {
        long started = System.nanoTime();
        try {
            engine.beginHandshake();
            while (true) {
                long left = timeoutNanos - (System.nanoTime() - started);
                if (left <= 0) {
                    throw new SocketTimeoutException("no time is left");
                }
                wire.send(outgoing, left);
                switch (engine.getHandshakeStatus()) {
                    case NEED_TASK -> runTasks();
                    case NEED_WRAP -> send(NOTHING, left);
                    case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                        if (!unwrap() && fill(started, timeoutNanos) < 0) {
                            throw new SSLHandshakeException(peer + " closed the connection during the TLS handshake");
                        }
                    }
                    case FINISHED, NOT_HANDSHAKING -> {
                        return;
                    }
                }
            }
        } catch (SocketTimeoutException e) {
            SocketTimeoutException late =
                    new SocketTimeoutException("the TLS handshake with " + peer + " was not over in time");
            late.initCause(e);
            throw late;
        } catch (SSLException e) {
            tellWhy(e);
            throw e;
        }
    }

    /** Sends the alert by which the other end learns what was wrong. */
    private void tellWhy(SSLException failure) {
        try {
            answer();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private void runTasks() {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    // --- receiving

    @Override
    public ByteBuffer received() {
        return received;
    }

    @Override
    public int receive(long timeoutNanos) throws IOException {
        long started = Wire.begun(timeoutNanos);
        int before = received.remaining();
        while (!hasEnded) {
            if (unwrap()) {
                if (received.remaining() > before) {
                    return 1;
                }
                continue;
            }
            int filled = hasEnded ? 0 : fill(started, timeoutNanos);
            if (filled < 0) {
                throw new SSLException(peer + " ended the connection without saying so: what it sent may be cut off");
            }
            if (filled == 0) {
                break;
            }
        }
        return hasEnded ? -1 : 0;
    }

    /** Takes in one record; false if no whole one is there, or if the other end has taken its leave. */
    private boolean unwrap() throws IOException {
        if (!records.hasRemaining()) {
            return false;
        }
        boolean isFirst = !received.hasRemaining();
        received.compact();
        SSLEngineResult result;
        try {
            result = engine.unwrap(records, received);
        } finally {
            received.flip();
        }
        if (result.getStatus() != Status.CLOSED) {
            settle(result.getHandshakeStatus());
        }
        return switch (result.getStatus()) {
            case OK -> result.bytesConsumed() > 0 || result.getHandshakeStatus() == HandshakeStatus.NEED_TASK;
            case BUFFER_UNDERFLOW -> {
                int most = engine.getSession().getPacketBufferSize();
                records = records.capacity() < most ? larger(records, most) : records;
                yield false;
            }
            case BUFFER_OVERFLOW -> {
                if (isFirst) {
                    received = larger(received, engine.getSession().getApplicationBufferSize());
                }
                yield isFirst; // else its turn comes when what is left was read
            }
            case CLOSED -> {
                hasEnded = true;
                yield false;
            }
        };
    }

    /** After the handshake: what a ticket, a key update or a new handshake of TLS 1.2 asks for. */
    private void settle(HandshakeStatus status) throws IOException {
        HandshakeStatus next = status;
        boolean goesOn = true;
        while (goesOn && (next == HandshakeStatus.NEED_TASK || next == HandshakeStatus.NEED_WRAP)) {
            if (next == HandshakeStatus.NEED_TASK) {
                runTasks();
            } else {
                goesOn = answer();
            }
            next = engine.getHandshakeStatus();
        }
    }

    private int fill(long startedNanos, long timeoutNanos) throws IOException {
        records.compact();
        try {
            return wire.read(records, startedNanos, timeoutNanos);
        } finally {
            records.flip();
        }
    }

    private ByteBuffer larger(ByteBuffer buffer, int capacity) throws SSLException {
        if (buffer.capacity() >= capacity) {
            throw new SSLException("a record of " + peer + " has no end within " + capacity + " bytes");
        }
        return ByteBuffer.allocate(capacity).put(buffer).flip();
    }

    // --- sending

    @Override
    public void send(ByteBuffer bytes, long timeoutNanos) throws IOException {
        sending.lock();
        try {
            do {
                wire.send(outgoing, timeoutNanos);
                wrap(bytes);
            } while (bytes.hasRemaining());
            wire.send(outgoing, timeoutNanos);
        } finally {
            sending.unlock();
        }
    }

    /**
     * Sends what the engine itself has to say, as far as that goes without a wait; the rest goes before the next bytes. If another
     * thread is sending, the engine says it there: before the next bytes is early enough.
     *
     * @return whether something was sent, and nothing is left of it
     */
    private boolean answer() throws IOException {
        if (!sending.tryLock()) {
            return false;
        }
        try {
            wire.send(outgoing, NOW);
            if (outgoing.hasRemaining()) {
                return false;
            }
            wrap(NOTHING);
            boolean isSomething = outgoing.hasRemaining();
            wire.send(outgoing, NOW);
            return isSomething && !outgoing.hasRemaining();
        } finally {
            sending.unlock();
        }
    }

    private void wrap(ByteBuffer bytes) throws SSLException {
        outgoing.clear();
        SSLEngineResult result;
        try {
            result = engine.wrap(bytes, outgoing);
        } finally {
            outgoing.flip();
        }
        switch (result.getStatus()) {
            case OK -> {
                if (bytes.hasRemaining() && result.bytesConsumed() + result.bytesProduced() == 0) {
                    throw new SSLException(peer + " asked for a new TLS handshake in the middle of a request");
                }
            }
            case CLOSED -> {
                if (bytes.hasRemaining()) {
                    throw new SSLException("the TLS session with " + peer + " has ended");
                }
            }
            case BUFFER_OVERFLOW ->
                outgoing = larger(outgoing, engine.getSession().getPacketBufferSize());
            case BUFFER_UNDERFLOW -> throw new AssertionError("bug: a wrap has too few bytes");
        }
    }

    // --- the end

    @Override
    public void close() {
        engine.closeOutbound();
        try {
            answer();
        } catch (IOException e) {
            LOG.debug("{}: already broken when it was closed", peer, e);
        }
        wire.close();
    }

    @Override
    public void abort() {
        wire.abort();
    }

    @Override
    public SSLSession session() {
        return engine.getSession();
    }

    @Override
    public String applicationProtocol() {
        String agreed = engine.getApplicationProtocol();
        return agreed == null ? "" : agreed;
    }
}
