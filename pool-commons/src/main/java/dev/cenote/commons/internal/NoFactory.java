package dev.cenote.commons.internal;

import org.apache.commons.pool2.BasePooledObjectFactory;
import org.apache.commons.pool2.PooledObject;

/** For a superclass that must not make objects. */
final class NoFactory<T> extends BasePooledObjectFactory<T> {

    @Override
    public T create() {
        throw new IllegalStateException("bug: the objects are made by the pool behind this one");
    }

    @Override
    public PooledObject<T> wrap(T object) {
        throw new IllegalStateException("bug: the objects are made by the pool behind this one");
    }
}
