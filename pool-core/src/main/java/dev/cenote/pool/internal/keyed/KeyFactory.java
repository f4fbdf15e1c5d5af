package dev.cenote.pool.internal.keyed;

import dev.cenote.pool.Factory;
import dev.cenote.pool.KeyedFactory;

/** The factory of one key. */
record KeyFactory<K, T>(KeyedFactory<K, T> factory, K key) implements Factory<T> {

    @Override
    public T create() throws Exception {
        return factory.create(key);
    }

    @Override
    public void destroy(T object) throws Exception {
        factory.destroy(key, object);
    }

    @Override
    public void abort(T object) throws Exception {
        factory.abort(key, object);
    }

    @Override
    public void reset(T object) throws Exception {
        factory.reset(key, object);
    }

    @Override
    public boolean resets() {
        return factory.resets();
    }

    @Override
    public boolean createsOnCaller() {
        return factory.createsOnCaller();
    }

    @Override
    public boolean isWorthRetrying(Throwable failure) {
        return factory.isWorthRetrying(key, failure);
    }
}
