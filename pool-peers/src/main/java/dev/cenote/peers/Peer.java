package dev.cenote.peers;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A pool, as far as all of them are alike. A handle is whatever the pool gives out. */
public interface Peer extends AutoCloseable {

    /** How long {@link #acquire()} waits. */
    int PATIENCE_MILLIS = 30_000;

    /** Returns a handle, in the quickest way that the pool has; null or an exception if there is none for 30 s. */
    default Object acquire() throws Exception {
        return acquire(PATIENCE_MILLIS);
    }

    /** Returns a handle; null or an exception if there is none within that time. */
    Object acquire(long timeoutMillis) throws Exception;

    /** Returns a future handle. */
    default CompletableFuture<?> acquireAsync() {
        throw new UnsupportedOperationException("every acquire blocks");
    }

    /** Gives the handle back. */
    void release(Object handle) throws Exception;

    /** Gives it up as broken. */
    void invalidate(Object handle) throws Exception;

    /** Which item the handle stands for. */
    Object item(Object handle) throws Exception;

    /** What a holder works with. */
    default Object object(Object handle) throws Exception {
        return item(handle);
    }

    /** The part of this that one thread uses. */
    default Peer forOneThread() {
        return this;
    }

    /** Has so many items made. */
    default void fill(int size) throws Exception {
        fillByAcquires(size);
    }

    /** The same without any method that a pool may have for that. */
    default void fillByAcquires(int size) throws Exception {
        List<Object> handles = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            Object handle = acquire();
            if (handle == null) {
                throw new IllegalStateException("only " + i + " items came within " + PATIENCE_MILLIS + " ms each");
            }
            handles.add(handle);
        }
        for (Object handle : handles) {
            release(handle);
        }
    }

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
     * @param lacks what it can't do, and why
     */
    record Named(String name, Kind kind, Map<Feature, String> lacks) {

        /** The name, as it is written on a command line. */
        public String id() {
            return name.toLowerCase(Locale.ROOT).replace("'s", "").replaceAll("[^a-z0-9]+", "-");
        }

        /** Whether it can do that. */
        public boolean can(Feature feature) {
            return !lacks.containsKey(feature);
        }
    }
}
