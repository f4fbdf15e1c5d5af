package dev.cenote.pool;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Named pools, one for each resource, for those who want to find a pool by its name instead of passing it on. Make one
 * registry and keep it; a pool that was closed is forgotten.
 */
public final class PoolRegistry implements AutoCloseable {

    private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** An empty registry. */
    public PoolRegistry() {}

    private record Entry(Class<?> type, Pool<?> pool) {}

    /**
     * The pool of that name, opened now if there is none. Concurrent callers open one.
     *
     * @param name the name
     * @param type what is pooled
     * @param opener opens the pool; must not use this registry
     * @param <T> what is pooled
     * @return the pool; the registry closes it when it is closed itself
     * @throws IllegalArgumentException if the pool of that name holds another type
     * @throws IllegalStateException if the registry is closed
     */
    public <T> Pool<T> getOrOpen(String name, Class<T> type, Supplier<? extends Pool<T>> opener) {
        Objects.requireNonNull(opener, "opener");
        ensureOpen();
        Entry entry = entries.compute(name, (key, present) -> {
            return present != null && !present.pool.isClosed() ? present : new Entry(type, opener.get());
        });
        if (closed) { // close() may have looked before the pool was there
            entry.pool.close();
            ensureOpen();
        }
        return typed(name, type, entry);
    }

    private void ensureOpen() {
        if (closed) {
            throw new IllegalStateException("the registry is closed");
        }
    }

    /**
     * The open pool of that name.
     *
     * @param name the name
     * @param type what is pooled
     * @param <T> what is pooled
     * @return the pool, or nothing
     * @throws IllegalArgumentException if the pool of that name holds another type
     */
    public <T> Optional<Pool<T>> find(String name, Class<T> type) {
        Entry entry = entries.get(name);
        if (entry == null) {
            return Optional.empty();
        }
        if (entry.pool.isClosed()) {
            entries.remove(name, entry);
            return Optional.empty();
        }
        return Optional.of(typed(name, type, entry));
    }

    /**
     * The names of the open pools.
     *
     * @return a sorted copy
     */
    public List<String> names() {
        entries.values().removeIf(entry -> entry.pool.isClosed());
        return entries.keySet().stream().sorted().toList();
    }

    /** Closes every pool, all at once, and waits for each as {@link Pool#close} does. Idempotent. */
    @Override
    public void close() {
        closed = true;
        for (Entry entry : entries.values()) { // all begin to end now, so that the graces run side by side
            CompletableFuture<Void> unused =
                    entry.pool.shutdown(entry.pool.config().shutdownGrace());
        }
        entries.values().forEach(entry -> entry.pool.close());
        entries.clear();
    }

    @SuppressWarnings("unchecked") // the type was recorded with the pool
    private static <T> Pool<T> typed(String name, Class<T> type, Entry entry) {
        if (entry.type != type) {
            throw new IllegalArgumentException(
                    "pool '" + name + "' holds " + entry.type.getName() + ", not " + type.getName());
        }
        return (Pool<T>) entry.pool;
    }
}
