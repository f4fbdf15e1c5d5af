package dev.cenote.commons;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import org.apache.commons.pool2.BaseKeyedPooledObjectFactory;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.DefaultPooledObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the suite of commons-pool2 does not ask of keyed pools. */
@Timeout(60)
class CenoteKeyedObjectPoolTest {

    private final CountDownLatch slow = new CountDownLatch(1);
    private final CountDownLatch begun = new CountDownLatch(1);

    private final CenoteKeyedObjectPool<String, String> pool = new CenoteKeyedObjectPool<>(
            new BaseKeyedPooledObjectFactory<>() {
                @Override
                public String create(String key) throws InterruptedException {
                    if (key.equals("slow")) {
                        begun.countDown();
                        slow.await();
                    }
                    return "an object of " + key;
                }

                @Override
                public PooledObject<String> wrap(String object) {
                    return new DefaultPooledObject<>(object);
                }
            },
            limits -> limits.maxTotal(2),
            (key, settings) -> {});

    @Test
    void addingBeyondTheLimitOfAllKeysAddsNothing() throws Exception {
        pool.addObject("a");
        Thread adds = new Thread(() -> {
            try {
                pool.addObject("slow");
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        adds.start();
        begun.await();
        pool.addObject("b");
        assertThat(pool.getNumIdle("a")).isEqualTo(1);
        assertThat(pool.getNumIdle("b")).isZero();
        slow.countDown();
        adds.join();
        assertThat(pool.getNumIdle("slow")).isEqualTo(1);
        pool.close();
        assertThatThrownBy(() -> pool.addObject("b")).isInstanceOf(IllegalStateException.class);
    }
}
