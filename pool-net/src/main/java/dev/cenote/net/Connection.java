package dev.cenote.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.time.Duration;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * A connection for as long as it is leased: a pair of buffered streams, and a blocking channel over the same bytes. When the lease
 * ends, this object and its streams go dead: a later read or write throws {@link LeaseEndedException}, also when the connection has
 * long gone to another holder.
 *
 * <p>One thread may read while another one writes. Two threads that read wait for one another, and so do two that write.
 *
 * <p><b>Time-outs.</b> A read that gets nothing within {@link #readTimeout} throws a {@link java.net.SocketTimeoutException}, and so
 * does a write that can send nothing within {@link SocketPoolBuilder#writeTimeout}. The holder may go on reading after that.
 *
 * <p><b>Interrupts.</b> An interrupt that ends a wait, or is there when a wait begins, closes the connection; the read or write
 * throws {@link java.nio.channels.ClosedByInterruptException}, and the thread's flag stays set. What can be read without waiting is
 * read.
 *
 * <p><b>Fitness.</b> A connection goes back to the pool when its lease is closed, unless something is left over of this holder: a
 * read or write that failed, ended by a time-out, found the end of the stream, or is still under way on another thread; bytes
 * that came and were not read; bytes in {@link #out} that were not flushed; or a last write that nothing was read after
 * ({@link SocketPoolBuilder#expectsAnswers}). Such a connection is closed. A holder that stops in the middle of an answer
 * must invalidate the lease, since the rest of the answer may come later. {@link SocketPool#withConnection} does that for each
 * exception.
 *
 * @since 0.9.0
 */
public interface Connection extends ByteChannel {

    /**
     * What the connection was acquired by.
     *
     * @return the address
     * @since 0.9.0
     */
    Address address();

    /**
     * What the server sends. Reading blocks until something is there. {@code available()} tells what was received and not read
     * yet. Closing the stream closes the connection.
     *
     * @return the stream, the same each time
     * @since 0.9.0
     */
    InputStream in();

    /**
     * What is sent to the server, with a buffer of 8 KiB: call {@code flush()} when a request is complete. Closing the stream
     * flushes it and closes the connection.
     *
     * @return the stream, the same each time
     * @since 0.9.0
     */
    OutputStream out();

    /**
     * Reads what is there, and waits if nothing is.
     *
     * @param target where to; unless it is full, at least one byte is read
     * @return how many bytes, -1 at the end of the stream
     * @throws IOException if the connection is broken, the time is up, or the lease has ended
     * @since 0.9.0
     */
    @Override
    int read(ByteBuffer target) throws IOException;

    /**
     * Sends what is in the buffer of {@link #out}, and then all of these bytes.
     *
     * @param source the bytes
     * @return how many there were
     * @throws IOException if the connection is broken, the time is up, or the lease has ended
     * @since 0.9.0
     */
    @Override
    int write(ByteBuffer source) throws IOException;

    /**
     * How long a read waits.
     *
     * @return the time; zero for ever
     * @since 0.9.0
     */
    Duration readTimeout();

    /**
     * Sets how long a read of this lease waits. The next lease has {@link SocketPoolBuilder#readTimeout} again.
     *
     * @param time zero (for ever) upwards; kept to the millisecond
     * @throws IllegalArgumentException if it is negative
     * @since 0.9.0
     */
    void readTimeout(Duration time);

    /**
     * This end of the connection.
     *
     * @return the address
     * @throws IOException if the connection is closed, or the lease has ended
     * @since 0.9.0
     */
    SocketAddress localAddress() throws IOException;

    /**
     * The other end of the connection, resolved.
     *
     * @return the address
     * @throws IOException if the connection is closed, or the lease has ended
     * @since 0.9.0
     */
    SocketAddress remoteAddress() throws IOException;

    /**
     * The TLS session.
     *
     * @return the session; null if the connection is plain, or the lease has ended
     * @since 0.9.0
     */
    @Nullable
    SSLSession tlsSession();

    /**
     * What ALPN agreed upon.
     *
     * @return the protocol's name; empty if none was agreed upon, or if the connection is plain
     * @since 0.9.0
     */
    String applicationProtocol();

    /**
     * What a holder has attached to the connection: a parser, or what the server knows of it. It stays with the connection from lease
     * to lease.
     *
     * @return what was attached last; null if nothing was
     * @since 0.9.0
     */
    @Nullable
    Object attachment();

    /**
     * Attaches an object to the connection, for this lease and the next ones.
     *
     * @param object the object; null for nothing
     * @since 0.9.0
     */
    void attach(@Nullable Object object);

    /**
     * Tells whether the connection can still be used by this holder. It does not look whether the server is there.
     *
     * @return false once the connection is closed or the lease has ended
     * @since 0.9.0
     */
    @Override
    boolean isOpen();

    /**
     * Closes the connection itself, so that nobody uses it again: for a protocol that says so, like HTTP's {@code Connection:
     * close}. What {@link #out} still holds is dropped. Does not block. The lease has to be closed all the same. To give the
     * connection back to the pool, close only the lease.
     *
     * @since 0.9.0
     */
    @Override
    void close();
}
