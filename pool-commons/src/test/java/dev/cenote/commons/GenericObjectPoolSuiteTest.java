package dev.cenote.commons;

import org.apache.commons.pool2.ObjectPool;
import org.apache.commons.pool2.PooledObjectFactory;
import org.apache.commons.pool2.TestBaseObjectPool;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;

/** The suite that commons-pool2 has for each {@code ObjectPool}. */
@Differs({"testPOFAddObjectUsage", "testPOFBorrowObjectUsages", "testPOFInvalidateObjectUsages"})
class GenericObjectPoolSuiteTest extends TestBaseObjectPool {

    @Override
    protected <E extends Exception> ObjectPool<Object> makeEmptyPool(PooledObjectFactory<Object> factory) {
        return new CenoteGenericObjectPool<>(
                factory, new GenericObjectPoolConfig<>(), pool -> pool.executor(Runnable::run));
    }

    @Override
    protected <E extends Exception> ObjectPool<String> makeEmptyPool(int minCapacity) {
        GenericObjectPoolConfig<String> config = new GenericObjectPoolConfig<>();
        config.setMaxTotal(minCapacity);
        return new CenoteGenericObjectPool<>(new Numbered(), config, pool -> pool.executor(Runnable::run));
    }

    @Override
    protected Object getNthObject(int n) {
        return String.valueOf(n);
    }

    @Override
    protected boolean isLifo() {
        return true;
    }

    @Override
    protected boolean isFifo() {
        return false;
    }
}
