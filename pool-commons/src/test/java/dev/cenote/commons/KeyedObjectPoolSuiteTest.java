package dev.cenote.commons;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.commons.pool2.AbstractTestKeyedObjectPool;
import org.apache.commons.pool2.BaseKeyedPooledObjectFactory;
import org.apache.commons.pool2.KeyedObjectPool;
import org.apache.commons.pool2.KeyedPooledObjectFactory;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.DefaultPooledObject;

/** The suite that commons-pool2 has for each {@code KeyedObjectPool}. */
@Differs({
    "testKPOFAddObjectUsage",
    "testKPOFBorrowObjectUsages",
    "testKPOFInvalidateObjectUsages",
    "testKPOFReturnObjectUsages"
})
class KeyedObjectPoolSuiteTest extends AbstractTestKeyedObjectPool {

    @Override
    protected <E extends Exception> KeyedObjectPool<Object, Object> makeEmptyPool(
            KeyedPooledObjectFactory<Object, Object> factory) {
        return new CenoteKeyedObjectPool<>(factory, limits -> {}, (key, settings) -> settings.executor(Runnable::run));
    }

    @Override
    protected KeyedObjectPool<Object, Object> makeEmptyPool(int minCapacity) {
        Map<Object, AtomicInteger> made = new ConcurrentHashMap<>();
        return new CenoteKeyedObjectPool<>(
                new BaseKeyedPooledObjectFactory<>() {
                    @Override
                    public Object create(Object key) {
                        return key + ""
                                + made.computeIfAbsent(key, it -> new AtomicInteger())
                                        .getAndIncrement();
                    }

                    @Override
                    public PooledObject<Object> wrap(Object object) {
                        return new DefaultPooledObject<>(object);
                    }
                },
                limits -> limits.maxPerKey(minCapacity),
                (key, settings) -> settings.executor(Runnable::run));
    }

    @Override
    protected Object getNthObject(Object key, int n) {
        return key + "" + n;
    }

    @Override
    protected Object makeKey(int n) {
        return "key" + n + ":";
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
