package dev.cenote.pool;

import java.nio.file.Path;

/**
 * A recording that is being written ({@link Pool#recordTo}). It ends when it is closed, or with its pool. Thread-safe.
 *
 * @since 0.9.0
 */
public interface PoolRecording extends AutoCloseable {

    /**
     * The file that it goes to.
     *
     * @return the path
     * @since 0.9.0
     */
    Path file();

    /**
     * How many events could not be kept, because callers were faster than the thread that writes. A recording that lost some says
     * so to the code that reads it.
     *
     * @return 0 upwards
     * @since 0.9.0
     */
    long lost();

    /**
     * Tells whether it goes on.
     *
     * @return false once it was closed, its pool was closed, or the file could not be written, which is logged
     * @since 0.9.0
     */
    boolean isOpen();

    /**
     * Ends it, and waits until the file is complete: some milliseconds. Idempotent. An interrupt is kept in the thread's flag.
     *
     * @since 0.9.0
     */
    @Override
    void close();
}
