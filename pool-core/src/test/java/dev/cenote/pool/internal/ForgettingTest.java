package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.Factory;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolListener;
import java.lang.ref.WeakReference;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a pool keeps of what it has had: after its close neither objects nor leases nor class loaders. */
class ForgettingTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    /** Has a pool, which lives on, lend and end an object. */
    private static List<WeakReference<?>> lentAndEnded(Pool<Object> pool) throws Exception {
        Lease<Object> one = pool.acquire();
        List<WeakReference<?>> references =
                new ArrayList<>(List.of(new WeakReference<>(one), new WeakReference<>(one.get())));
        one.invalidate();
        Lease<Object> other = pool.acquire();
        references.add(new WeakReference<>(other));
        references.add(new WeakReference<>(other.get()));
        other.close();
        return references;
    }

    @Test
    @Tag("F60")
    void aPoolThatIsClosedKeepsNoObjectAndNoLease() throws Exception {
        Pool<Object> pool =
                Pool.builder(Object::new).leakThreshold(SECOND).maxSize(1).build();
        List<WeakReference<?>> references = lentAndEnded(pool);
        pool.close();
        Await.untilCollected(references);
        assertThat(pool.stats().destroyed()).isEqualTo(2);
    }

    /** Has the threads of a pool run the code of a class loader of its own. */
    private static WeakReference<ClassLoader> loaderOfAFactory() throws Exception {
        ClassLoader loader = new URLClassLoader(new URL[0], ForgettingTest.class.getClassLoader());
        @SuppressWarnings("unchecked")
        Factory<Object> factory = (Factory<Object>)
                Proxy.newProxyInstance(loader, new Class<?>[] {Factory.class}, (proxy, method, arguments) -> {
                    Thread.currentThread().setContextClassLoader(loader);
                    return switch (method.getName()) {
                        case "create" -> new Object();
                        case "resets", "createsOnCaller" -> false;
                        default -> null;
                    };
                });
        PoolListener listener = (PoolListener)
                Proxy.newProxyInstance(loader, new Class<?>[] {PoolListener.class}, (proxy, method, arguments) -> null);
        Pool<Object> pool =
                Pool.builder(factory).listener(listener).minIdle(1).maxSize(2).build();
        pool.acquire().close();
        pool.close();
        Thread.currentThread().setContextClassLoader(ForgettingTest.class.getClassLoader());
        return new WeakReference<>(loader);
    }

    @Test
    @Tag("F60")
    void theClassLoaderOfAClosedPoolsFactoryCanBeCollected() throws Exception {
        Await.untilCollected(List.of(loaderOfAFactory()));
    }
}
