package dev.cenote.net.internal;

import dev.cenote.net.Address;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection as the pool keeps it: the transport, what is still to be flushed, and whether it may be leased again.
 *
 * <p>Each direction has its lock, which a holder's thread has for as long as it reads or writes. A lease that ends while a lock is
 * taken leaves an unfit connection, and that is why no thread of an earlier holder can take bytes of a later one.
 */
final class Link {

    /** What a look finds that does not wait. */
    enum State {
        /** Nothing has come. */
        IDLE,
        /** Bytes have come that nobody has read. */
        DATA,
        /** The other end has closed the connection, or it is broken. */
        CLOSED
    }

    private static final Logger LOG = LoggerFactory.getLogger(Link.class);

    final Address address;
    final SocketChannel channel;
    final Transport transport;
    final ReentrantLock reading = new ReentrantLock();
    final ReentrantLock writing = new ReentrantLock();
    /** What was written and not sent, from 0 to its position; guarded by {@link #writing}. */
    final ByteBuffer unsent = ByteBuffer.allocate(Wire.BUFFER_BYTES);
    /** Whether nothing was read since the last write. Written under the lock of its direction, read under both. */
    boolean isUnanswered;

    /** Whether anything was read. Written under the lock of that direction, read when nobody holds the link. */
    boolean wasRead;

    private boolean wasLeased; // by the thread that leases it
    private volatile @Nullable String whyUnfit;
    private volatile @Nullable Object attachment;

    Link(Address address, SocketChannel channel, Transport transport) {
        this.address = address;
        this.channel = channel;
        this.transport = transport;
    }

    /** Looks what has come, without waiting. What was found stays there for the next read. */
    State look() {
        if (!channel.isOpen()) {
            return State.CLOSED;
        }
        try {
            int found = transport.receive(Transport.NOW);
            while (found > 0 && mayBeGreeting()) { // the end may stand right behind it
                found = transport.receive(Transport.NOW);
            }
            if (found < 0) {
                return State.CLOSED;
            }
            return transport.received().hasRemaining() ? State.DATA : State.IDLE;
        } catch (IOException e) {
            LOG.debug("{}: broken while it was idle", address, e);
            return State.CLOSED;
        }
    }

    /**
     * Tells whether it may be lent. Before anything was read, and before the first lease, the server may have spoken: many protocols
     * begin with a greeting. Later, what has come belongs to nobody.
     */
    boolean isFit() {
        if (whyUnfit != null) {
            return false;
        }
        State state = look();
        boolean isFit = state == State.IDLE || (state == State.DATA && mayBeGreeting());
        if (!isFit) {
            makeUnfit(state == State.DATA ? "bytes came while it was idle" : "the server closed it");
        }
        return isFit;
    }

    private boolean mayBeGreeting() {
        return !wasLeased && !wasRead;
    }

    void lent() {
        wasLeased = true;
    }

    /** Tells whether the server has spoken, and nobody has had it yet: the first holder reads that, and no ping does. */
    boolean hasGreeting() {
        return mayBeGreeting() && look() == State.DATA;
    }

    void makeUnfit(String why) {
        if (whyUnfit == null) { // racy on purpose: of two reasons any will do
            whyUnfit = why;
        }
    }

    /** Null if it may be leased again. */
    @Nullable
    String whyUnfit() {
        return whyUnfit;
    }

    void abort(String why) {
        makeUnfit(why);
        transport.abort();
    }

    @Nullable
    Object attachment() {
        return attachment;
    }

    void attach(@Nullable Object object) {
        attachment = object;
    }

    @Override
    public String toString() {
        return channel.toString();
    }
}
