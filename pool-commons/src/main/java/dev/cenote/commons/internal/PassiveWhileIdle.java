package dev.cenote.commons.internal;

import dev.cenote.pool.Factory;
import dev.cenote.pool.Validator;
import java.util.function.Consumer;
import org.apache.commons.pool2.DestroyMode;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.PooledObjectFactory;
import org.apache.commons.pool2.PooledObjectState;

/**
 * Makes the objects of a pool behind an interface of commons-pool2: they are passivated while they are idle, as there. {@link
 * Lending} activates them when they are borrowed.
 *
 * @param factory makes the objects
 * @param leases who holds what
 * @param made told of each new object
 * @param swallowed told what is thrown where no caller can be told
 * @param <T> what is inside the pooled objects
 */
public record PassiveWhileIdle<T>(
        PooledObjectFactory<T> factory,
        Leases<PooledObject<T>> leases,
        Consumer<? super PooledObject<T>> made,
        Consumer<? super Exception> swallowed)
        implements Factory<PooledObject<T>>, Validator<PooledObject<T>> {

    @Override
    public PooledObject<T> create() throws Exception {
        PooledObject<T> object = factory.makeObject();
        if (object == null || object.getObject() == null) {
            throw new NullPointerException(factory.getClass().getName() + ".makeObject() returned null");
        }
        made.accept(object);
        return object;
    }

    /** As commons-pool2 tests idle objects. */
    @Override
    public boolean isValid(PooledObject<T> object) throws Exception {
        factory.activateObject(object);
        boolean isValid = factory.validateObject(object);
        factory.passivateObject(object);
        return isValid;
    }

    /** One that was leased without being borrowed is passive. */
    @Override
    public void reset(PooledObject<T> object) throws Exception {
        if (object.getState() == PooledObjectState.IDLE) {
            return;
        }
        try {
            factory.passivateObject(object);
        } catch (Exception e) {
            swallowed.accept(e);
            throw e;
        }
        object.deallocate();
    }

    @Override
    public boolean resets() {
        return true;
    }

    @Override
    public void destroy(PooledObject<T> object) throws Exception {
        DestroyMode mode =
                object.getState() == PooledObjectState.ABANDONED ? DestroyMode.ABANDONED : DestroyMode.NORMAL;
        object.invalidate();
        leases.destroyed(object.getObject());
        try {
            factory.destroyObject(object, mode);
        } catch (Exception e) {
            swallowed.accept(e);
            throw e;
        }
    }

    /** A caller sees each failure at once, and each caller causes a try. */
    @Override
    public boolean isWorthRetrying(Throwable failure) {
        return false;
    }
}
