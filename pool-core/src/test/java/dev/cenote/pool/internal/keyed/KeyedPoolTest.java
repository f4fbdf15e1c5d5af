package dev.cenote.pool.internal.keyed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.KeyedPool;
import dev.cenote.pool.Lease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What callers of a keyed pool see. */
@Timeout(60)
class KeyedPoolTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private static final class Made {
        final String key;

        Made(String key) {
            this.key = key;
        }
    }

    private static KeyedPool<String, Made> open(int maxTotal, int maxPerKey) {
        return KeyedPool.<String, Made>builder(Made::new)
                .maxTotal(maxTotal)
                .maxPerKey(maxPerKey)
                .build();
    }

    @Test
    void eachKeyHasItsOwnObjects() throws Exception {
        try (KeyedPool<String, Made> pool = open(4, 2)) {
            Made first;
            try (Lease<Made> lease = pool.acquire("a")) {
                first = lease.get();
                assertThat(first.key).isEqualTo("a");
            }
            try (Lease<Made> lease = pool.acquire("b")) {
                assertThat(lease.get().key).isEqualTo("b");
            }
            try (Lease<Made> lease = pool.acquire("a")) {
                assertThat(lease.get()).isSameAs(first);
            }
            assertThat(pool.keys()).containsExactlyInAnyOrder("a", "b");
        }
    }

    @Test
    @Tag("P18")
    void anIdleObjectOfAnotherKeyIsEvictedBeforeAnybodyWaits() throws Exception {
        try (KeyedPool<String, Made> pool = open(3, 3)) {
            for (String key : List.of("a", "b", "c", "d", "e")) {
                try (Lease<Made> lease = pool.acquire(key, LONG)) {
                    assertThat(lease.get().key).isEqualTo(key);
                }
            }
            assertThat(pool.stats().total().total()).isLessThanOrEqualTo(3);
        }
    }

    @Test
    void ofAKeyThatIsGoneTheStatisticsTellOnlyWhatHasHappened() throws Exception {
        KeyedPool<String, Made> pool = open(3, 3);
        pool.acquire("gone", LONG).close();
        pool.pool("gone").close();
        pool.acquire("here", LONG).close();
        while (pool.stats().total().acquired() < 2) { // counted once its pool has ended
            Thread.onSpinWait();
        }
        assertThat(pool.stats().total().isClosed()).isFalse();
        assertThat(pool.stats().total().maxWaiters())
                .isEqualTo(pool.stats("here").maxWaiters());
        pool.close();
        assertThat(pool.stats().total().isClosed()).isTrue();
    }

    @Test
    void noKeyIsMissingInTheStatisticsIfTwoHaveTheSameText() throws Exception {
        record Key(int id) {
            @Override
            public String toString() {
                return "key";
            }
        }
        try (KeyedPool<Key, Object> pool =
                KeyedPool.<Key, Object>builder(key -> new Object()).build()) {
            pool.acquire(new Key(1), LONG).close();
            pool.acquire(new Key(2), LONG).close();
            assertThat(pool.stats().busiest().get("key").acquired()).isEqualTo(2);
        }
    }

    @Test
    void aKeyThatIsOpenedWhileTheLimitsChangeGetsTheNewOnes() throws Exception {
        AtomicReference<KeyedPool<String, Made>> opened = new AtomicReference<>();
        AtomicBoolean isResized = new AtomicBoolean();
        try (KeyedPool<String, Made> pool = KeyedPool.<String, Made>builder(Made::new)
                .maxPerKey(2)
                .settings((key, it) -> {
                    if (!isResized.getAndSet(true)) { // as another thread may at this moment
                        opened.get().resize(opened.get().limits().withMaxPerKey(5));
                    }
                })
                .build()) {
            opened.set(pool);
            pool.acquire("a", LONG).close();
            assertThat(pool.stats("a").maxSize()).isEqualTo(5);
        }
    }

    @Test
    @Tag("P17")
    void aKeyWithoutObjectsIsServedThoughAnotherOneIsSaturated() throws Exception {
        AtomicInteger leases = new AtomicInteger();
        try (KeyedPool<String, Made> pool = open(2, 2)) {
            List<CompletableFuture<Void>> heavy = new ArrayList<>();
            boolean[] isOver = new boolean[1];
            for (int i = 0; i < 4; i++) {
                heavy.add(CompletableFuture.runAsync(
                        () -> {
                            while (!isOver[0]) {
                                pool.acquireUninterruptibly("heavy", LONG).close();
                                leases.incrementAndGet();
                            }
                        },
                        task -> new Thread(task).start()));
            }
            while (leases.get() < 100) {
                Thread.onSpinWait();
            }
            for (int i = 0; i < 20; i++) {
                pool.acquire("light" + i, LONG).close();
            }
            isOver[0] = true;
            for (CompletableFuture<Void> one : heavy) {
                one.get(30, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void threadsThatOpenOneKeyAtOnceAskTheBudgetOnceForWhatItReserves() throws Exception {
        for (int round = 0; round < 200; round++) {
            try (KeyedPool<String, Object> pool = KeyedPool.<String, Object>builder(key -> new Object())
                    .maxTotal(4)
                    .settings((key, it) -> it.reserved(4).executor(Runnable::run))
                    .build()) {
                CyclicBarrier start = new CyclicBarrier(4);
                List<CompletableFuture<Object>> all = Stream.generate(() -> CompletableFuture.supplyAsync(
                                () -> {
                                    try (Lease<Object> lease = startThen(start, pool)) {
                                        return lease.get();
                                    }
                                },
                                task -> new Thread(task).start()))
                        .limit(4)
                        .toList();
                all.forEach(one -> assertThat(one.join()).isNotNull());
                assertThat(pool.stats().keysOpened()).isEqualTo(1);
            }
        }
    }

    private static Lease<Object> startThen(CyclicBarrier start, KeyedPool<String, Object> pool) {
        try {
            start.await();
            return pool.acquire("a");
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new AssertionError(e);
        }
    }
}
