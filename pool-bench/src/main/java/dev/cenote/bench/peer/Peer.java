package dev.cenote.bench.peer;

/** A pool, as far as all of them are alike. A handle is whatever the pool gives out. */
public interface Peer extends AutoCloseable {

    /** Returns a handle; null or an exception if there is none within that time. */
    Object acquire(long timeoutMillis) throws Exception;

    /** Gives the handle back. */
    void release(Object handle) throws Exception;

    /** Gives it up as broken. */
    void invalidate(Object handle) throws Exception;

    /** What the handle stands for. */
    Object item(Object handle) throws Exception;

    @Override
    void close();

    /** Opens a pool. */
    interface Kind {

        /**
         * @param size the most items
         * @param maker makes them
         */
        Peer open(int size, Maker maker) throws Exception;
    }

    /**
     * A kind of pool with its name.
     *
     * @param name for the table
     * @param kind opens it
     * @param creates whether it makes its items itself, when they are wanted
     * @param invalidates whether a holder can have an item destroyed
     */
    record Named(String name, Kind kind, boolean creates, boolean invalidates) {}
}
