package dev.cenote.pool;

import java.util.concurrent.Callable;

/** A factory that makes objects in another way, and leaves the rest to the one that it decorates. */
record DecoratedFactory<T>(Factory<T> factory, Callable<? extends T> how, boolean createsOnCaller)
        implements Factory<T> {

    DecoratedFactory(Factory<T> factory, Callable<? extends T> how) {
        this(factory, how, factory.createsOnCaller());
    }

    @Override
    public T create() throws Exception {
        return how.call();
    }

    @Override
    public void destroy(T object) throws Exception {
        factory.destroy(object);
    }

    @Override
    public void abort(T object) throws Exception {
        factory.abort(object);
    }

    @Override
    public void reset(T object) throws Exception {
        factory.reset(object);
    }

    @Override
    public boolean isWorthRetrying(Throwable failure) {
        return factory.isWorthRetrying(failure);
    }

    @Override
    public boolean resets() {
        return factory.resets();
    }
}
