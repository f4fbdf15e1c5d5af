package dev.cenote.pool.internal.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.internal.Await;
import dev.cenote.pool.internal.FakeTicker;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the pool's own threads have, and do not have, of the threads that make and need them: F67. */
class PoolThreadsTest {

    /** What is found by way of the context class loader. */
    public interface Service {}

    public static final class Provider implements Service {}

    /** Code of an application that uses a pool; loaded by a loader of its own. */
    public static final class Foreign implements Function<Pool<Object>, Object> {
        @Override
        public Object apply(Pool<Object> pool) {
            try (Lease<Object> one = pool.acquire();
                    Lease<Object> other = pool.acquire()) {
                return one != other;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static URLClassLoader loader(URL... urls) {
        return new URLClassLoader(urls, PoolThreadsTest.class.getClassLoader());
    }

    /** Runs something on a thread of its own that has the given context class loader. */
    private static <R> R on(@Nullable ClassLoader loader, Callable<R> action) {
        CompletableFuture<R> result = new CompletableFuture<>();
        Thread thread = new Thread(new ThreadGroup("an application"), () -> {
            try {
                result.complete(action.call());
            } catch (Throwable thrown) {
                result.completeExceptionally(thrown);
            }
        });
        thread.setContextClassLoader(loader);
        thread.setPriority(Thread.MIN_PRIORITY);
        thread.start();
        return result.join();
    }

    @Test
    @Tag("F67")
    void aWorkerHasTheContextLoaderOfTheThreadThatBuiltThePoolAndNothingOfTheOneThatNeedsItFirst() throws Exception {
        ThreadGroup top = Thread.currentThread().getThreadGroup();
        while (top.getParent() != null) {
            top = top.getParent();
        }
        InheritableThreadLocal<String> inheritable = new InheritableThreadLocal<>();
        CompletableFuture<Thread> worker = new CompletableFuture<>();
        CompletableFuture<Boolean> hasLocal = new CompletableFuture<>();
        try (URLClassLoader builders = loader();
                URLClassLoader callers = loader();
                Pool<Object> pool = on(
                        builders,
                        () -> Pool.builder(() -> {
                                    hasLocal.complete(inheritable.get() != null);
                                    worker.complete(Thread.currentThread());
                                    return new Object();
                                })
                                .name("f67")
                                .build())) {
            on(callers, () -> {
                inheritable.set("the caller's");
                pool.acquire().close();
                return true;
            });
            assertThat(worker.join().getContextClassLoader()).isSameAs(builders);
            assertThat(worker.join().getPriority()).isEqualTo(Thread.NORM_PRIORITY);
            assertThat(worker.join().getThreadGroup()).isSameAs(top);
            assertThat(hasLocal.join()).isFalse();
        }
    }

    @Test
    @Tag("F67")
    void aFactoryFindsTheServicesOfTheApplicationThatBuiltThePool(@TempDir Path directory) throws Exception {
        Path services = Files.createDirectories(directory.resolve("META-INF/services"));
        Files.writeString(services.resolve(Service.class.getName()), Provider.class.getName());
        try (URLClassLoader application = loader(directory.toUri().toURL());
                Pool<Service> pool = on(
                        application,
                        () -> Pool.<Service>builder(() -> ServiceLoader.load(Service.class)
                                        .iterator()
                                        .next())
                                .build())) {
            Service found = on(null, () -> {
                try (Lease<Service> lease = pool.acquire()) {
                    return lease.get();
                }
            });
            assertThat(found).isInstanceOf(Provider.class);
        }
    }

    /** Has the pool make its threads when code of another loader is on the stack, and that loader is the thread's own. */
    private static WeakReference<ClassLoader> used(Pool<Object> pool) throws Exception {
        URLClassLoader loader = new URLClassLoader(new URL[0], PoolThreadsTest.class.getClassLoader()) {
            @Override
            protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                if (!name.equals(Foreign.class.getName())) {
                    return super.loadClass(name, resolve);
                }
                Class<?> known = findLoadedClass(name);
                if (known != null) {
                    return known;
                }
                String file = "/" + name.replace('.', '/') + ".class";
                try (InputStream stream = Objects.requireNonNull(PoolThreadsTest.class.getResourceAsStream(file))) {
                    byte[] bytes = stream.readAllBytes();
                    return defineClass(
                            name,
                            bytes,
                            0,
                            bytes.length,
                            new ProtectionDomain(null, null, this, null)); // as of an application
                } catch (IOException e) {
                    throw new ClassNotFoundException(name, e);
                }
            }
        };
        @SuppressWarnings("unchecked")
        Function<Pool<Object>, Object> foreign =
                (Function<Pool<Object>, Object>) loader.loadClass(Foreign.class.getName())
                        .getDeclaredConstructor()
                        .newInstance();
        assertThat(foreign.getClass()).isNotSameAs(Foreign.class);
        assertThat(on(loader, () -> foreign.apply(pool))).isEqualTo(true);
        return new WeakReference<>(loader);
    }

    @Test
    @Tag("F67")
    void anApplicationThatUsedAPoolCanBeCollectedWhileThePoolIsOpenAndItsThreadsAreAlive() throws Exception {
        try (Pool<Object> pool =
                Pool.builder(Object::new).maxSize(2).name("f67-open").build()) {
            Await.untilCollected(List.of(used(pool)));
            assertThat(Thread.getAllStackTraces().keySet())
                    .as("a worker waits for more to do")
                    .anyMatch(thread -> thread.getName().startsWith("cenote-f67-open-worker"));
        }
    }

    private static WeakReference<ClassLoader> builtAndClosed(AtomicReference<Pool<Object>> pool) {
        URLClassLoader loader = loader();
        pool.set(on(
                loader,
                () -> Pool.builder(Object::new)
                        .leakThreshold(Duration.ofSeconds(1))
                        .build()));
        on(null, () -> {
            pool.get().acquire().close();
            pool.get().close();
            return true;
        });
        return new WeakReference<>(loader);
    }

    @Test
    @Tag("F60")
    void theContextLoaderOfTheThreadThatBuiltAPoolIsForgottenWhenThePoolIsClosed() {
        AtomicReference<Pool<Object>> pool = new AtomicReference<>();
        Await.untilCollected(List.of(builtAndClosed(pool)));
        assertThat(pool.get().isClosed()).isTrue();
    }

    @Test
    @Tag("F67")
    void theHousekeepersThreadHasNoLoaderOfAnApplication() throws Exception {
        FakeTicker ticker = new FakeTicker();
        HousekeeperThread thread = new HousekeeperThread("cenote-f67-housekeeper");
        HousekeeperAlarm alarm = new HousekeeperAlarm(thread, ticker);
        CompletableFuture<ClassLoader> seen = new CompletableFuture<>();
        try (URLClassLoader application = loader()) {
            on(application, () -> {
                alarm.start(now -> {
                    seen.complete(Thread.currentThread().getContextClassLoader());
                    alarm.next(now + Nanos.FOREVER);
                });
                return true;
            });
            assertThat(seen.join()).isSameAs(HousekeeperThread.class.getClassLoader());
        } finally {
            alarm.stop();
        }
    }
}
