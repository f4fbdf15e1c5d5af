package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.Factory;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolBuilder;
import dev.cenote.pool.internal.run.Help;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Pools that nobody closed and nobody can reach any more: F72. */
class UnreachablePoolTest {

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final String name = "unreachable-" + NUMBER.incrementAndGet();
    private final AtomicInteger created = new AtomicInteger();
    private final AtomicInteger destroyed = new AtomicInteger();

    private PoolBuilder<Object> builder() {
        AtomicInteger made = created; // and not the test, which may have the pool
        AtomicInteger gone = destroyed;
        Factory<Object> factory = new Factory<>() {
            @Override
            public Object create() {
                made.incrementAndGet();
                return new Object();
            }

            @Override
            public void destroy(Object object) {
                gone.incrementAndGet();
            }
        };
        return Pool.builder(factory).name(name).maxSize(3);
    }

    /** Has the collector run, and the housekeepers' thread look at what it found. */
    private static void collect() {
        System.gc();
        Pool<Object> other = Pool.builder(Object::new).name("other").build(); // wakes the thread
        other.close();
    }

    private void use() throws InterruptedException {
        Pool<Object> pool = builder().build();
        try (Lease<Object> one = pool.acquire();
                Lease<Object> other = pool.acquire()) {
            assertThat(one.get()).isNotSameAs(other.get());
        }
    }

    @Test
    @Tag("F72")
    void anUnreachablePoolIsLoggedAndClosed() {
        List<String> log = new CopyOnWriteArrayList<>();
        log.addAll(RecordedLog.during(() -> {
            try {
                use();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            Await.until(() -> {
                collect();
                return destroyed.get() == 2;
            });
            Oracle.checkNoThreadIsLeft(name);
        }));
        assertThat(log)
                .filteredOn(line -> line.contains("never closed"))
                .filteredOn(line -> line.contains(name)) // those of other tests may be noticed only now
                .containsExactly(
                        "Pool '" + name + "' was never closed, and nobody can reach it any more: it is closed now"
                                + Help.on("never-closed"));
    }

    private void lend(List<Lease<Object>> to) throws InterruptedException {
        Pool<Object> pool = builder().build();
        to.add(pool.acquire());
        pool.acquire().close();
    }

    @Test
    @Tag("F72")
    void theLeaseOfAPoolThatNobodyCanReachWorksUntilItIsClosed() throws Exception {
        List<Lease<Object>> held = new ArrayList<>();
        lend(held);
        Await.until(() -> {
            collect();
            return destroyed.get() == 1; // what was idle
        });
        assertThat(held.get(0).get()).isNotNull();
        held.remove(0).close();
        Await.until(() -> destroyed.get() == 2);
    }

    /** A pool that is dropped together with its lease. */
    private WeakReference<Object> lose() throws InterruptedException {
        Object keptByTheFactory = new Object();
        Pool<Object> pool = Pool.<Object>builder(() -> List.of(keptByTheFactory))
                .name(name)
                .executor(Runnable::run) // the pool's own threads keep it for their last ten seconds
                .maxSize(3)
                .build();
        assertThat(pool.acquire().get()).isNotNull();
        pool.acquire().close();
        return new WeakReference<>(keptByTheFactory);
    }

    @Test
    void aLeaseThatIsLostWithItsPoolTakesAllOfItAlong() throws Exception {
        WeakReference<Object> lost = lose();
        Await.until(() -> {
            collect();
            return lost.get() == null;
        });
        Oracle.checkNoThreadIsLeft(name);
    }

    private CompletableFuture<Lease<Object>> waiting() throws InterruptedException {
        Pool<Object> pool = builder().maxSize(1).build();
        Lease<Object> held = pool.acquire();
        CompletableFuture<Lease<Object>> future = pool.acquireAsync(Duration.ofMinutes(10));
        CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS).execute(held::close);
        return future;
    }

    @Test
    @Tag("F72")
    void whoWaitsForAFutureKeepsThePoolOpen() throws Exception {
        CompletableFuture<Lease<Object>> future = waiting();
        Await.until(() -> {
            collect();
            return future.isDone();
        });
        Lease<Object> lease = future.join();
        assertThat(lease.get()).isNotNull();
        Reference.reachabilityFence(lease);
    }

    private CompletableFuture<Void> warming(CompletableFuture<Void> until) {
        Pool<Object> pool = Pool.builder(() -> {
                    until.join();
                    return new Object();
                })
                .name(name)
                .build();
        return pool.warmUp(1);
    }

    @Test
    @Tag("F72")
    void whoWaitsForAPoolToBeWarmKeepsItOpen() {
        CompletableFuture<Void> mayGoOn = new CompletableFuture<>();
        CompletableFuture<Void> warm = warming(mayGoOn);
        for (int i = 0; i < 5; i++) {
            collect();
        }
        mayGoOn.complete(null);
        warm.join();
    }
}
