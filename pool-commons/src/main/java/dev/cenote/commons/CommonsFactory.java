package dev.cenote.commons;

import dev.cenote.pool.Factory;
import dev.cenote.pool.Validator;
import java.util.Objects;
import org.apache.commons.pool2.DestroyMode;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.PooledObjectFactory;

/**
 * Makes the objects of a {@link dev.cenote.pool.Pool} with a {@code PooledObjectFactory} of commons-pool2.
 *
 * <p>A {@link Factory} has no method that is called with each acquire. So an object is activated when it is made, and passivated
 * and activated again when it is released: each holder gets an object that was passivated after the one before. {@link
 * #validator} asks {@code validateObject}.
 *
 * @param <T> what is inside the pooled objects
 * @since 0.9.0
 */
public final class CommonsFactory<T> implements Factory<PooledObject<T>> {

    private final PooledObjectFactory<T> factory;

    /**
     * Wraps a factory.
     *
     * @param factory makes the objects; called by several threads at once
     * @since 0.9.0
     */
    public CommonsFactory(PooledObjectFactory<T> factory) {
        this.factory = Objects.requireNonNull(factory, "factory");
    }

    /**
     * Asks the factory whether an object still works.
     *
     * @return a validator for the pool that has this factory
     * @since 0.9.0
     */
    public Validator<PooledObject<T>> validator() {
        return factory::validateObject;
    }

    @Override
    public PooledObject<T> create() throws Exception {
        PooledObject<T> object = factory.makeObject();
        if (object == null || object.getObject() == null) {
            throw new NullPointerException(factory.getClass().getName() + ".makeObject() returned null");
        }
        try {
            factory.activateObject(object);
        } catch (Throwable e) {
            factory.destroyObject(object, DestroyMode.NORMAL);
            throw e;
        }
        return object;
    }

    @Override
    public void reset(PooledObject<T> object) throws Exception {
        factory.passivateObject(object);
        factory.activateObject(object);
    }

    @Override
    public void destroy(PooledObject<T> object) throws Exception {
        factory.destroyObject(object, DestroyMode.NORMAL);
    }

    @Override
    public boolean resets() {
        return true;
    }
}
