package dev.cenote.pool;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Named pools, one for each resource, for applications that find a pool by its name instead of passing it on. Make one
 * registry and keep it; a pool that was closed is forgotten.
 *
 * <p>Thread-safe. An opener runs on the thread that asks for the pool, and under no lock. A slow opener holds up only threads
 * that ask for the same name.
 *
 * @since 0.9.0
 */
public final class PoolRegistry implements AutoCloseable {

    private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /**
     * An empty registry.
     *
     * @since 0.9.0
     */
    public PoolRegistry() {}

    /** A name's pool, or the place of the one that a thread is opening. */
    private static final class Entry {
        final Class<?> type;
        /** None once it has opened the pool, or failed: the pool may live longer than the thread. */
        volatile @Nullable Thread opener = Thread.currentThread();

        /** Completed by the opener alone, with null if it has failed. */
        final CompletableFuture<@Nullable Pool<?>> opening = new CompletableFuture<>();

        Entry(Class<?> type) {
            this.type = type;
        }

        /** The pool, or null while it is being opened, and if that has failed. */
        @Nullable
        Pool<?> pool() {
            return opening.getNow(null);
        }

        /** A pool was there, or nearly, and is not any more. */
        boolean isOver() {
            Pool<?> pool = pool();
            return opening.isDone() && (pool == null || pool.isClosed());
        }
    }

    /**
     * Returns the pool of that name, and opens it if there is none. If several threads ask at once, one opens the pool. The
     * others wait for it, whether interrupted or not; if that opener fails, the next thread's is tried.
     *
     * @param name the name
     * @param type what is pooled
     * @param opener opens the pool. It may use this registry for other names, but not so that two openers wait for each other
     * @param <T> what is pooled
     * @return the pool; the registry closes it when it is closed itself
     * @throws IllegalArgumentException if the pool of that name holds another type
     * @throws IllegalStateException if the registry is closed, before or while the pool is opened; and, with the pool's
     *     name, if the opener fails (the cause is what it threw), returns null, or asks for the name that it is to open
     * @since 0.9.0
     */
    public <T> Pool<T> getOrOpen(String name, Class<T> type, Supplier<? extends Pool<T>> opener) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(opener, "opener");
        Entry own = new Entry(type);
        for (; ; ) {
            ensureOpen();
            Entry entry = entries.putIfAbsent(name, own);
            if (entry == null) {
                return open(name, own, opener);
            }
            if (!entry.isOver()) {
                ensureType(name, type, entry);
                Pool<T> pool = typed(await(name, entry));
                if (pool != null && !pool.isClosed()) {
                    return pool;
                }
            }
            entries.remove(name, entry);
        }
    }

    private <T> Pool<T> open(String name, Entry own, Supplier<? extends Pool<T>> opener) {
        Pool<T> pool = null;
        try {
            pool = opener.get();
        } catch (Exception | LinkageError failure) {
            throw new IllegalStateException("the opener of pool '" + name + "' failed", failure);
        } finally {
            if (pool == null) {
                entries.remove(name, own);
            }
            own.opener = null;
            own.opening.complete(pool);
        }
        if (pool == null) {
            throw new IllegalStateException("the opener of pool '" + name + "' returned null");
        }
        if (closed) { // close() may have looked before the pool was there
            pool.close();
            entries.remove(name, own);
            ensureOpen();
        }
        return pool;
    }

    private static @Nullable Pool<?> await(String name, Entry entry) {
        if (entry.opener == Thread.currentThread()) {
            throw new IllegalStateException("the opener of pool '" + name + "' asks for the pool that it is to open");
        }
        return entry.opening.join();
    }

    private void ensureOpen() {
        if (closed) {
            throw new IllegalStateException("the registry is closed");
        }
    }

    /**
     * Returns the open pool of that name. Does not wait for one that is being opened.
     *
     * @param name the name
     * @param type what is pooled
     * @param <T> what is pooled
     * @return the pool, or nothing
     * @throws IllegalArgumentException if the pool of that name holds another type
     * @since 0.9.0
     */
    public <T> Optional<Pool<T>> find(String name, Class<T> type) {
        Entry entry = entries.get(name);
        if (entry == null) {
            return Optional.empty();
        }
        if (entry.isOver()) {
            entries.remove(name, entry);
            return Optional.empty();
        }
        ensureType(name, type, entry);
        return Optional.ofNullable(typed(entry.pool()));
    }

    /**
     * The names of the open pools, without those that are being opened.
     *
     * @return a sorted copy
     * @since 0.9.0
     */
    public List<String> names() {
        entries.values().removeIf(Entry::isOver);
        return entries.entrySet().stream()
                .filter(it -> it.getValue().pool() != null)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /**
     * Closes every pool, all at once, and waits for each as {@link Pool#close} does. Does not wait for openers: a pool that is
     * still being opened is closed by the thread that opened it. Idempotent.
     *
     * @since 0.9.0
     */
    @Override
    public void close() {
        closed = true;
        List<Pool<?>> pools = new ArrayList<>();
        for (Entry entry : entries.values()) {
            Pool<?> pool = entry.pool();
            if (pool != null) { // else its opener sees that the registry is closed
                pools.add(pool);
            }
        }
        for (Pool<?> pool : pools) { // all begin to end now, so that the graces run side by side
            CompletableFuture<Void> unused = pool.shutdown(pool.config().shutdownGrace());
        }
        pools.forEach(Pool::close);
        entries.clear();
    }

    private static void ensureType(String name, Class<?> type, Entry entry) {
        if (entry.type != type) {
            throw new IllegalArgumentException(
                    "pool '" + name + "' holds " + entry.type.getName() + ", not " + type.getName());
        }
    }

    @SuppressWarnings("unchecked") // the type was recorded with the pool
    private static <T> @Nullable Pool<T> typed(@Nullable Pool<?> pool) {
        return (Pool<T>) pool;
    }
}
