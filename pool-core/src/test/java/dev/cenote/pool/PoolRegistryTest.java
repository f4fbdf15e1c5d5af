package dev.cenote.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.internal.Await;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PoolRegistryTest {

    private static Pool<StringBuilder> open() {
        return Pool.builder(StringBuilder::new).build();
    }

    @Test
    void aNameStandsForOnePool() {
        AtomicInteger opened = new AtomicInteger();
        try (PoolRegistry registry = new PoolRegistry()) {
            Pool<StringBuilder> first = registry.getOrOpen("a", StringBuilder.class, () -> {
                opened.incrementAndGet();
                return open();
            });
            assertThat(registry.getOrOpen("a", StringBuilder.class, PoolRegistryTest::open))
                    .isSameAs(first);
            assertThat(registry.find("a", StringBuilder.class)).containsSame(first);
            assertThat(registry.names()).containsExactly("a");
            assertThat(opened).hasValue(1);
        }
    }

    @Test
    void aClosedPoolIsForgotten() {
        try (PoolRegistry registry = new PoolRegistry()) {
            Pool<StringBuilder> first = registry.getOrOpen("a", StringBuilder.class, PoolRegistryTest::open);
            first.close();
            assertThat(registry.find("a", StringBuilder.class)).isEmpty();
            assertThat(registry.getOrOpen("a", StringBuilder.class, PoolRegistryTest::open))
                    .isNotSameAs(first);
        }
    }

    @Test
    void anotherTypeUnderTheSameNameIsAClearError() {
        try (PoolRegistry registry = new PoolRegistry()) {
            registry.getOrOpen("a", StringBuilder.class, PoolRegistryTest::open);
            assertThatThrownBy(() -> registry.find("a", String.class))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("pool 'a' holds java.lang.StringBuilder, not java.lang.String");
        }
    }

    @Test
    void closingTheRegistryClosesItsPools() {
        PoolRegistry registry = new PoolRegistry();
        Pool<StringBuilder> pool = registry.getOrOpen("a", StringBuilder.class, PoolRegistryTest::open);
        registry.close();
        registry.close();
        assertThat(pool.isClosed()).isTrue();
        assertThatThrownBy(() -> registry.getOrOpen("b", StringBuilder.class, PoolRegistryTest::open))
                .isInstanceOf(IllegalStateException.class);
    }

    /** Runs it on a thread of its own. */
    private static <R> CompletableFuture<R> concurrently(Callable<R> task) {
        CompletableFuture<R> outcome = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                outcome.complete(task.call());
            } catch (Throwable thrown) {
                outcome.completeExceptionally(thrown);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return outcome;
    }

    private static Pool<StringBuilder> openSlowly(CountDownLatch begun, CountDownLatch end) {
        begun.countDown();
        try {
            end.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return open();
    }

    /** Fails where a call is held up that should not be. */
    private static void whileOneIsBeingOpened(Consumer<PoolRegistry> action) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        try (PoolRegistry registry = new PoolRegistry()) {
            CompletableFuture<Pool<StringBuilder>> slow =
                    concurrently(() -> registry.getOrOpen("slow", StringBuilder.class, () -> openSlowly(begun, end)));
            begun.await();
            try {
                concurrently(() -> {
                            action.accept(registry);
                            return true;
                        })
                        .get(30, TimeUnit.SECONDS);
            } finally {
                end.countDown();
            }
            assertThat(slow.get().isClosed()).isFalse();
        }
    }

    @Test
    @Tag("F84")
    void anOpenerThatIsSlowHoldsUpNoOtherName() throws Exception {
        whileOneIsBeingOpened(registry -> {
            for (int i = 0; i < 1_000; i++) { // some of them share a bin of any hash table with it
                String name = "name " + i;
                Pool<StringBuilder> pool = registry.getOrOpen(name, StringBuilder.class, PoolRegistryTest::open);
                pool.close();
            }
            assertThat(registry.find("slow", StringBuilder.class)).isEmpty();
            assertThat(registry.names()).isEmpty();
        });
    }

    @Test
    void anOpenerMayOpenAnotherName() {
        try (PoolRegistry registry = new PoolRegistry()) {
            registry.getOrOpen("a", StringBuilder.class, () -> {
                for (int i = 0; i < 100; i++) {
                    registry.getOrOpen("b" + i, StringBuilder.class, PoolRegistryTest::open);
                }
                return open();
            });
            assertThat(registry.names()).hasSize(101);
        }
    }

    @Test
    void anOpenerThatAsksForItsOwnNameIsAClearError() {
        try (PoolRegistry registry = new PoolRegistry()) {
            assertThatThrownBy(() -> registry.getOrOpen(
                            "a",
                            StringBuilder.class,
                            () -> registry.getOrOpen("a", StringBuilder.class, PoolRegistryTest::open)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("pool 'a'");
            assertThat(registry.names()).isEmpty();
        }
    }

    @Test
    void concurrentCallersOpenOnePool() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        try (PoolRegistry registry = new PoolRegistry()) {
            CompletableFuture<Pool<StringBuilder>> slow =
                    concurrently(() -> registry.getOrOpen("a", StringBuilder.class, () -> openSlowly(begun, end)));
            begun.await();
            CompletableFuture<Pool<StringBuilder>> other =
                    concurrently(() -> registry.getOrOpen("a", StringBuilder.class, PoolRegistryTest::open));
            assertThatThrownBy(() -> concurrently(() -> registry.getOrOpen("a", String.class, () -> null))
                            .get(30, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(IllegalArgumentException.class);
            end.countDown();
            assertThat(other.get()).isSameAs(slow.get());
        }
    }

    @Test
    @Tag("F84")
    void anOpenerThatReturnsNullLeavesNoTraceAndIsNamed() {
        try (PoolRegistry registry = new PoolRegistry()) {
            assertThatThrownBy(() -> registry.getOrOpen("a", StringBuilder.class, () -> null))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the opener of pool 'a' returned null");
            assertThat(registry.names()).isEmpty();
            assertThat(registry.find("a", StringBuilder.class)).isEmpty();
            registry.getOrOpen("a", StringBuilder.class, PoolRegistryTest::open);
        }
    }

    @Test
    void anOpenerThatThrowsLeavesNoTraceAndIsNamedAndTheNextCallerOpens() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        try (PoolRegistry registry = new PoolRegistry()) {
            IllegalArgumentException failure = new IllegalArgumentException("bad");
            CompletableFuture<Pool<StringBuilder>> failing =
                    concurrently(() -> registry.getOrOpen("a", StringBuilder.class, () -> {
                        openSlowly(begun, end).close();
                        throw failure;
                    }));
            begun.await();
            CompletableFuture<Pool<StringBuilder>> next =
                    concurrently(() -> registry.getOrOpen("a", StringBuilder.class, PoolRegistryTest::open));
            end.countDown();
            assertThatThrownBy(failing::get)
                    .cause()
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the opener of pool 'a' failed")
                    .hasCause(failure);
            assertThat(next.get().isClosed()).isFalse();
            assertThat(registry.names()).containsExactly("a");
        }
    }

    @Test
    void aRegistryThatIsClosedWhileAPoolIsBeingOpenedDoesNotWaitForItAndKeepsNothing() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        AtomicReference<Pool<StringBuilder>> opened = new AtomicReference<>();
        PoolRegistry registry = new PoolRegistry();
        CompletableFuture<Pool<StringBuilder>> slow =
                concurrently(() -> registry.getOrOpen("a", StringBuilder.class, () -> {
                    opened.set(openSlowly(begun, end));
                    return opened.get();
                }));
        begun.await();
        try {
            concurrently(() -> {
                        registry.close();
                        return true;
                    })
                    .get(30, TimeUnit.SECONDS);
        } finally {
            end.countDown();
        }
        assertThatThrownBy(slow::get).cause().hasMessage("the registry is closed");
        assertThat(opened.get().isClosed()).isTrue();
        assertThat(registry.names()).isEmpty();
    }

    @Test
    void theThreadThatOpenedAPoolIsNotKept() throws InterruptedException {
        try (PoolRegistry registry = new PoolRegistry()) {
            WeakReference<Thread> opener = openOnAThread(registry);
            Await.untilCollected(List.of(opener));
            assertThat(registry.find("a", StringBuilder.class)).isPresent();
        }
    }

    private static WeakReference<Thread> openOnAThread(PoolRegistry registry) throws InterruptedException {
        Thread thread = new Thread(() -> registry.getOrOpen("a", StringBuilder.class, PoolRegistryTest::open));
        thread.start();
        thread.join();
        return new WeakReference<>(thread);
    }
}
