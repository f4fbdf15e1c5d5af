package dev.cenote.commons;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.commons.pool2.BasePooledObjectFactory;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.DefaultPooledObject;

/** Makes "0", "1", … */
class Numbered extends BasePooledObjectFactory<String> {

    private final AtomicInteger made = new AtomicInteger();

    @Override
    public String create() {
        return String.valueOf(made.getAndIncrement());
    }

    @Override
    public PooledObject<String> wrap(String object) {
        return new DefaultPooledObject<>(object);
    }
}
