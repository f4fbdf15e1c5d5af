package dev.cenote.net.internal;

import dev.cenote.net.Address;
import dev.cenote.net.Connection;
import dev.cenote.net.LeaseEndedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * A link as one holder sees it, until {@link #end}.
 *
 * <p><b>Ordering:</b> {@link #hasEnded} is written before {@code end} tries the locks of the link, and read by a holder's thread after
 * it has the lock. So either that thread sees that the lease has ended, or {@code end} sees that the thread is still there.
 */
final class LeasedConnection implements Connection {

    private final Link link;
    private final SocketSettings settings;
    private final In in = new In();
    private final Out out = new Out();
    private volatile long readTimeoutNanos;
    /** While it is held this holder's use does not end, so what is done to the link is not done to the next holder's. */
    private final ReentrantLock use = new ReentrantLock();

    private volatile boolean hasEnded; // written under that lock

    LeasedConnection(Link link, SocketSettings settings) {
        this.link = link;
        this.settings = settings;
        readTimeoutNanos = settings.readTimeoutNanos();
    }

    private void ifLeased(Runnable action) {
        use.lock();
        try {
            if (!hasEnded) {
                action.run();
            }
        } finally {
            use.unlock();
        }
    }

    /** Ends this holder's use. Afterwards the link says whether it may be leased again, to each thread that has called this. */
    void end() {
        end(this::leftOver);
    }

    /** Ends this holder's use. The link is not leased again. */
    void giveUp(String why) {
        end(() -> why);
    }

    private void end(Supplier<@Nullable String> whyUnfit) {
        ifLeased(() -> {
            hasEnded = true;
            String why = whyUnfit.get();
            if (why != null) {
                link.makeUnfit(why);
            }
        });
    }

    private @Nullable String leftOver() {
        if (!link.writing.tryLock()) {
            return "a thread was still writing when the lease ended";
        }
        try {
            if (!link.reading.tryLock()) {
                return "a thread was still reading when the lease ended";
            }
            try {
                return leftInBuffers();
            } finally {
                link.reading.unlock();
            }
        } finally {
            link.writing.unlock();
        }
    }

    /** Under both locks. */
    private @Nullable String leftInBuffers() {
        if (link.unsent.position() > 0) {
            return "bytes were written and not flushed when the lease ended";
        }
        if (link.transport.received().hasRemaining()) {
            return "bytes were received and not read when the lease ended";
        }
        return link.isUnanswered && settings.expectsAnswers()
                ? "nothing was read after the last write when the lease ended"
                : null;
    }

    // --- reading and writing

    /** Looks before the lock, too: after the lease has ended it may be the next holder's, who reads for as long as it likes. */
    private ReentrantLock begin(ReentrantLock direction) throws LeaseEndedException {
        checkLeased();
        direction.lock();
        if (hasEnded) {
            direction.unlock();
            throw new LeaseEndedException(link.address);
        }
        return direction;
    }

    private void checkLeased() throws LeaseEndedException {
        if (hasEnded) {
            throw new LeaseEndedException(link.address);
        }
    }

    /** Makes sure that something is received; false at the end of the stream. */
    private boolean receive() throws IOException {
        ByteBuffer received = link.transport.received();
        if (!received.hasRemaining()) {
            try {
                if (link.transport.receive(readTimeoutNanos) < 0) {
                    link.makeUnfit("the server ended the stream");
                    return false;
                }
            } catch (IOException e) {
                throw failed(e);
            }
        }
        link.isUnanswered = false;
        link.wasRead = true;
        return true;
    }

    private IOException failed(IOException failure) {
        link.makeUnfit(failure.toString());
        int unsent = link.unsent.position(); // racy on purpose: it is a hint
        if (failure instanceof SocketTimeoutException && unsent > 0) {
            SocketTimeoutException hinted = new SocketTimeoutException(
                    failure.getMessage() + "; " + unsent + " bytes were written and not flushed");
            hinted.initCause(failure);
            return hinted;
        }
        return failure;
    }

    private void send(ByteBuffer bytes) throws IOException {
        if (!bytes.hasRemaining()) {
            return; // nothing that could have an answer
        }
        try {
            link.isUnanswered = true;
            link.transport.send(bytes, settings.writeTimeoutNanos());
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private void sendUnsent() throws IOException {
        ByteBuffer unsent = link.unsent;
        if (unsent.position() > 0) {
            unsent.flip();
            try {
                send(unsent);
            } finally {
                unsent.compact();
            }
        }
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        ReentrantLock lock = begin(link.reading);
        try {
            if (!target.hasRemaining()) {
                return 0;
            }
            if (!receive()) {
                return -1;
            }
            ByteBuffer received = link.transport.received();
            int length = Math.min(received.remaining(), target.remaining());
            target.put(target.position(), received, received.position(), length);
            target.position(target.position() + length);
            received.position(received.position() + length);
            return length;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        ReentrantLock lock = begin(link.writing);
        try {
            int length = source.remaining();
            sendUnsent();
            send(source);
            return length;
        } finally {
            lock.unlock();
        }
    }

    private final class In extends InputStream {

        @Override
        public int read() throws IOException {
            ReentrantLock lock = begin(link.reading);
            try {
                return receive() ? link.transport.received().get() & 0xff : -1;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return LeasedConnection.this.read(ByteBuffer.wrap(target, offset, length));
        }

        @Override
        public int available() throws IOException {
            ReentrantLock lock = begin(link.reading);
            try {
                return link.transport.received().remaining();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            LeasedConnection.this.close();
        }
    }

    private final class Out extends OutputStream {

        @Override
        public void write(int single) throws IOException {
            ReentrantLock lock = begin(link.writing);
            try {
                if (!link.unsent.hasRemaining()) {
                    sendUnsent();
                }
                link.unsent.put((byte) single);
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            ReentrantLock lock = begin(link.writing);
            try {
                if (length > link.unsent.remaining()) {
                    sendUnsent();
                }
                if (length > link.unsent.remaining()) {
                    send(ByteBuffer.wrap(source, offset, length));
                } else {
                    link.unsent.put(source, offset, length);
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void flush() throws IOException {
            ReentrantLock lock = begin(link.writing);
            try {
                sendUnsent();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() throws IOException {
            if (isOpen()) {
                try {
                    flush();
                } finally {
                    LeasedConnection.this.close();
                }
            }
        }
    }

    // --- the rest

    @Override
    public Address address() {
        return link.address;
    }

    @Override
    public InputStream in() {
        return in;
    }

    @Override
    public OutputStream out() {
        return out;
    }

    @Override
    public Duration readTimeout() {
        return SocketSettings.time(readTimeoutNanos);
    }

    @Override
    public void readTimeout(Duration time) {
        readTimeoutNanos = SocketSettings.nanos("readTimeout", time);
    }

    @Override
    public SocketAddress localAddress() throws IOException {
        checkLeased();
        return link.channel.getLocalAddress();
    }

    @Override
    public SocketAddress remoteAddress() throws IOException {
        checkLeased();
        return link.channel.getRemoteAddress();
    }

    @Override
    public @Nullable SSLSession tlsSession() {
        return hasEnded ? null : link.transport.session();
    }

    @Override
    public String applicationProtocol() {
        return link.transport.applicationProtocol();
    }

    @Override
    public @Nullable Object attachment() {
        return hasEnded ? null : link.attachment();
    }

    @Override
    public void attach(@Nullable Object object) {
        ifLeased(() -> link.attach(object));
    }

    @Override
    public boolean isOpen() {
        return !hasEnded && link.channel.isOpen();
    }

    @Override
    public void close() {
        ifLeased(() -> {
            link.makeUnfit("its holder closed it");
            link.transport.close();
        });
    }

    @Override
    public String toString() {
        return hasEnded ? "a connection to " + link.address + " whose lease has ended" : link.toString();
    }
}
