package dev.cenote.commons.internal;

import org.apache.commons.pool2.DestroyMode;
import org.apache.commons.pool2.KeyedPooledObjectFactory;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.PooledObjectFactory;

/**
 * Makes the objects of one key.
 *
 * @param factory makes those of all
 * @param key the key
 * @param <K> the keys
 * @param <T> what is inside the pooled objects
 */
public record OneKey<K, T>(KeyedPooledObjectFactory<K, T> factory, K key) implements PooledObjectFactory<T> {

    @Override
    public PooledObject<T> makeObject() throws Exception {
        return factory.makeObject(key);
    }

    @Override
    public void activateObject(PooledObject<T> object) throws Exception {
        factory.activateObject(key, object);
    }

    @Override
    public boolean validateObject(PooledObject<T> object) {
        return factory.validateObject(key, object);
    }

    @Override
    public void passivateObject(PooledObject<T> object) throws Exception {
        factory.passivateObject(key, object);
    }

    @Override
    public void destroyObject(PooledObject<T> object) throws Exception {
        factory.destroyObject(key, object);
    }

    @Override
    public void destroyObject(PooledObject<T> object, DestroyMode mode) throws Exception {
        factory.destroyObject(key, object, mode);
    }
}
