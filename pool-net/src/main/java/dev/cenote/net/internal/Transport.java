package dev.cenote.net.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Bytes in both directions. One thread at a time receives, and one at a time sends; any thread may end it. A timeout of {@link #NOW}
 * does not wait, and {@link #EVER} waits until another thread ends the transport.
 */
interface Transport {

    long NOW = 0;
    long EVER = Long.MAX_VALUE;

    /** What came and was not read yet, from its position to its limit. */
    ByteBuffer received();

    /**
     * Receives more, behind what is left of what came before, as far as there is room. It waits only where nothing is left.
     *
     * @return 1 if {@link #received} has got something; 0 if not, only without a wait; -1 at the end of the stream
     * @throws java.net.SocketTimeoutException if nothing comes in that time
     */
    int receive(long timeoutNanos) throws IOException;

    /**
     * Sends all of these bytes.
     *
     * @throws java.net.SocketTimeoutException if nothing gets off for that time
     */
    void send(ByteBuffer bytes, long timeoutNanos) throws IOException;

    /** Takes leave of the other end, and closes. Does not block. */
    void close();

    /** Closes at once: the other end sees a reset. Does not block. Threads that wait in here are woken, and fail. */
    void abort();

    /** Null if these are plain bytes. */
    @Nullable
    SSLSession session();

    /** What ALPN agreed upon, or nothing. */
    String applicationProtocol();
}
