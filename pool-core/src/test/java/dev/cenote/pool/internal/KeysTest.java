package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.KeyedPool;
import dev.cenote.pool.KeyedPoolLimits;
import dev.cenote.pool.KeyedPoolStats;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolBuilder;
import dev.cenote.pool.PoolClosedException;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.PoolListener;
import dev.cenote.pool.PoolStats;
import dev.cenote.pool.internal.keyed.KeyedTestPools;
import dev.cenote.pool.internal.wait.Gate;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Keys that come and go, by a clock that stands still. */
@Timeout(60)
class KeysTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration KEY_IDLE = Duration.ofMinutes(1);

    private final FakeTicker ticker = new FakeTicker();
    private final List<DefaultPool<Thing>> opened = new ArrayList<>();
    private final AtomicInteger made = new AtomicInteger();
    private final AtomicInteger destroyed = new AtomicInteger();
    private BiConsumer<String, PoolBuilder<Thing>> settings = (key, builder) -> {};
    private String failingKey = "";
    private final KeyedPool<String, Thing> pool = open(KEY_IDLE);

    private KeyedPool<String, Thing> open(Duration keyIdleTimeout) {
        return KeyedTestPools.open(
                new CountingFactory(),
                new KeyedPoolLimits(4, 3, 0),
                keyIdleTimeout,
                (key, builder) -> {
                    builder.ticker(ticker).executor(Runnable::run).idleTimeout(Duration.ofSeconds(10));
                    settings.accept(key, builder);
                },
                (config, dropAfterNanos, whenClosed) -> {
                    Engine<Thing> engine = new Engine<>(
                            config, Engine.Surroundings.usual(new TestPool.NoAlarm(), Runnable::run, () -> {}));
                    engine.shutdown.setDropAfter(dropAfterNanos, whenClosed);
                    opened.add(new DefaultPool<>(engine));
                    return opened.get(opened.size() - 1);
                });
    }

    private final class CountingFactory implements dev.cenote.pool.KeyedFactory<String, Thing> {
        @Override
        public Thing create(String key) throws IOException {
            if (key.equals(failingKey)) {
                throw new IOException(key + " is down");
            }
            return new Thing(made.incrementAndGet());
        }

        @Override
        public void destroy(String key, Thing thing) {
            thing.destroyed.incrementAndGet();
            destroyed.incrementAndGet();
        }
    }

    @AfterEach
    void everyObjectIsDestroyedOnce() {
        pool.shutdown(Duration.ZERO);
        assertThat(destroyed.get()).isEqualTo(made.get());
        assertThat(pool.stats().total().total()).isZero();
    }

    /** Time goes by a second at a time, and the housekeepers run. */
    private void advance(Duration time) {
        for (long second = 0; second < time.toSeconds(); second++) {
            ticker.advance(Duration.ofSeconds(1));
            opened.forEach(DefaultPool::housekeep);
            opened.removeIf(Pool::isClosed);
        }
    }

    private void use(String key) {
        pool.acquireUninterruptibly(key, LONG).close();
    }

    @Test
    @Tag("P20")
    void anUnusedKeyLeavesNothingButItsCounts() {
        use("a");
        assertThat(pool.keys()).containsExactly("a");
        advance(Duration.ofSeconds(50));
        assertThat(pool.keys())
                .as("its object is evicted, but the time is not up")
                .containsExactly("a");
        advance(Duration.ofSeconds(60));
        assertThat(pool.keys()).isEmpty();
        assertThat(opened).isEmpty();
        KeyedPoolStats stats = pool.stats();
        assertThat(stats.keys()).isZero();
        assertThat(stats.keysOpened()).isEqualTo(1);
        assertThat(stats.keysDropped()).isEqualTo(1);
        assertThat(stats.total().acquired()).isEqualTo(1);
        assertThat(stats.total().destroyed(DestroyReason.EVICTED)).isEqualTo(1);
    }

    @Test
    @Tag("P16")
    @Tag("P20")
    void keysThatComeAndGoLoseNoPlace() {
        for (int key = 0; key < 1_000; key++) {
            use("key-" + key);
        }
        assertThat(pool.stats().total().total()).isEqualTo(4);
        advance(Duration.ofSeconds(100));
        assertThat(pool.keys()).isEmpty();
        List<Lease<Thing>> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.add(pool.tryAcquire("last-" + i % 2).orElseThrow());
        }
        all.forEach(Lease::close);
    }

    @Test
    @Tag("P20")
    void aKeyThatIsUsedNowAndThenIsKept() {
        for (int minute = 0; minute < 5; minute++) {
            use("a");
            advance(Duration.ofSeconds(55));
        }
        assertThat(pool.stats().keysOpened()).isEqualTo(1);
    }

    @Test
    @Tag("P20")
    void whereTheTimeIsZeroNoKeyIsDropped() {
        try (KeyedPool<String, Thing> other = open(Duration.ZERO)) {
            other.tryAcquire("a").orElseThrow().close();
            advance(KEY_IDLE.multipliedBy(5));
            assertThat(other.stats().total().total())
                    .as("it is idle for too long")
                    .isZero();
            assertThat(other.keys()).containsExactly("a");
        }
    }

    @Test
    @Tag("P12")
    void theEndOfAKeyThatIsDroppedIsToldAsThatOfOneThatIsClosed() {
        List<String> told = new ArrayList<>();
        settings = (key, builder) -> builder.listener(new PoolListener() {
            @Override
            public void closing() {
                told.add("closing");
            }

            @Override
            public void closed() {
                told.add("closed");
            }
        });
        use("a");
        advance(KEY_IDLE.multipliedBy(2));
        assertThat(pool.keys()).isEmpty();
        assertThat(told).containsExactly("closing", "closed");
    }

    @Test
    @Tag("P20")
    void aKeyWithALeaseOutOrAWaiterIsNotDropped() {
        Lease<Thing> held = pool.acquireUninterruptibly("a", LONG);
        List<Lease<Thing>> others = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            others.add(pool.acquireUninterruptibly("b", LONG));
        }
        CompletableFuture<Lease<Thing>> waiter = pool.acquireAsync("c", Duration.ofHours(1));
        advance(Duration.ofMinutes(3));
        assertThat(pool.keys()).containsExactlyInAnyOrder("a", "b", "c");
        held.close();
        waiter.join().close();
        others.forEach(Lease::close);
    }

    @Test
    @Tag("P20")
    void aCallerThatFoundThePoolBeforeItWasDroppedGetsItsObjectFromTheNext() {
        use("a");
        DefaultPool<Thing> old = opened.get(0);
        AtomicInteger found = new AtomicInteger();
        KeyedTestPools.acquireAfter(pool, "a", () -> {
                    if (found.getAndIncrement() == 0) {
                        advance(Duration.ofSeconds(100));
                        assertThat(pool.stats().total().acquired()).isEqualTo(1);
                    }
                })
                .close();
        assertThat(found).hasValue(2);
        assertThat(pool.stats().total().acquired()).isEqualTo(2);
        assertThatThrownBy(() -> old.acquireUninterruptibly(LONG)).isInstanceOf(PoolClosedException.class);
        pool.tryAcquire("a").orElseThrow().close();
        pool.acquireAsync("a").join().close();
        assertThat(pool.stats().keysOpened()).isEqualTo(2);
    }

    /** A second thread resumes the key, and it is unused for long, before the first thread returns. */
    @Test
    @Tag("P20")
    void aKeyThatIsBeingChangedIsNotDroppedAndChangedOnce() {
        use("a");
        AtomicInteger changes = new AtomicInteger();
        KeyedTestPools.change(
                pool,
                "a",
                () -> advance(Duration.ofMinutes(5)),
                it -> {
                    changes.incrementAndGet();
                    it.suspend();
                },
                () -> {
                    pool.resume("a");
                    advance(Duration.ofMinutes(5));
                });
        assertThat(changes).hasValue(1);
        assertThat(pool.stats().keysDropped()).isZero();
        use("a");
        advance(Duration.ofMinutes(5));
        assertThat(pool.keys()).as("afterwards it is dropped as any other").isEmpty();
    }

    @Test
    @Tag("P20")
    void aKeyWithASizingPolicyIsDroppedToo() {
        settings = (key, builder) -> builder.sizingPolicy(peaks -> 0);
        use("a");
        advance(Duration.ofMinutes(5));
        assertThat(pool.keys()).isEmpty();
    }

    @Test
    @Tag("P20")
    void aKeyWithAWaiterForWhomNothingCanBeMadeIsNotDropped() {
        settings = (key, builder) -> builder.failFastAfter(Duration.ofDays(1)).createBackoff(LONG, Duration.ofHours(1));
        use("a");
        pool.invalidateAll("a");
        failingKey = "a";
        CompletableFuture<Lease<Thing>> waiter = pool.acquireAsync("a", Duration.ofMinutes(30));
        advance(Duration.ofMinutes(20));
        assertThat(pool.keys()).containsExactly("a");
        assertThat(waiter).isNotDone();
        waiter.cancel(false);
    }

    @Test
    void theWaitsOfTheLastMinuteAreNotThoseOfKeysThatAreGone() {
        for (int i = 0; i < 3; i++) {
            pool.acquireUninterruptibly("a", LONG);
        }
        CompletableFuture<Lease<Thing>> waiter = pool.acquireAsync("a", Duration.ofSeconds(20));
        advance(Duration.ofSeconds(10));
        pool.pool("a").shutdown(Duration.ZERO);
        assertThat(waiter).isCompletedExceptionally();
        advance(Duration.ofMinutes(3));
        assertThat(pool.stats().total().recentWaitTimes().count()).isZero();
        assertThat(pool.stats().total().waitTimes().count()).isEqualTo(3);
        assertThat(pool.stats().total().isClosed()).isFalse();
    }

    @Test
    void aResizeThatTheSettingsOfAKeyDoNotAllowChangesNothing() {
        settings = (key, builder) -> {
            if (key.equals("b")) {
                builder.maxSize(1);
            }
        };
        use("a");
        use("b");
        assertThatThrownBy(() -> pool.resize(new KeyedPoolLimits(5, 3, 2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("minIdle");
        assertThat(pool.limits()).isEqualTo(new KeyedPoolLimits(4, 3, 0));
        assertThat(pool.pool("a").config().limits().minIdle()).isZero();
        use("c");
    }

    @Test
    @Tag("P20")
    void aSuspendedKeyAndAKeyThatWasChangedAreKept() {
        pool.suspend("a");
        Pool<Thing> b = pool.pool("b");
        b.resize(new PoolLimits(1, 0, 5));
        advance(Duration.ofMinutes(5));
        assertThat(pool.keys()).containsExactlyInAnyOrder("a", "b");
        assertThat(b.config().limits().maxSize()).isEqualTo(1);
        pool.resume("a");
        advance(Duration.ofMinutes(5));
        assertThat(pool.keys()).containsExactly("b");
    }

    @Test
    @Tag("P18")
    void anotherKeysIdleObjectGoesForOneWhoWaits() {
        for (String key : List.of("a", "b", "c", "d")) {
            use(key);
        }
        use("e");
        assertThat(pool.stats().total().destroyed(DestroyReason.YIELDED)).isEqualTo(1);
        assertThat(pool.stats("e").idle()).isEqualTo(1);
    }

    @Test
    void aKeyThatIsDownHasABreakerOfItsOwnAndHoldsNoPlace() {
        failingKey = "down";
        settings = (key, builder) -> builder.failFastAfter(Duration.ZERO);
        assertThatThrownBy(() -> use("down")).hasRootCauseMessage("down is down");
        for (int i = 0; i < 20; i++) {
            use("up-" + i);
        }
        assertThat(pool.stats("down").total()).isZero();
        List<Lease<Thing>> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.add(pool.acquireUninterruptibly("up-" + i, LONG));
        }
        assertThat(all).hasSize(4);
        all.forEach(Lease::close);
        failingKey = "";
        advance(Duration.ofSeconds(2));
        use("down");
    }

    @Test
    void theBusiestKeysAreListedAndTheRestIsSummedUp() {
        for (int key = 0; key < 30; key++) {
            for (int lease = 0; lease <= key; lease++) {
                use("key-" + key);
            }
        }
        KeyedPoolStats stats = pool.stats();
        assertThat(stats.busiest()).hasSize(20).containsKey("key-29").doesNotContainKey("key-9");
        assertThat(stats.busiest().keySet()).first().isEqualTo("key-29");
        assertThat(stats.total().acquired()).isEqualTo(30 * 31 / 2);
        long listed =
                stats.busiest().values().stream().mapToLong(PoolStats::acquired).sum();
        assertThat(listed + stats.rest().acquired()).isEqualTo(stats.total().acquired());
    }

    @Test
    void limitsCanBeChangedForAllKeys() {
        List<Lease<Thing>> held = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            held.add(pool.acquireUninterruptibly("key-" + i, LONG));
        }
        held.get(0).close();
        pool.resize(new KeyedPoolLimits(2, 1, 0));
        assertThat(pool.stats().total().total()).as("what is idle goes").isEqualTo(3);
        held.get(1).close();
        assertThat(pool.stats().total().total()).as("what comes back, too").isEqualTo(2);
        held.get(2).close();
        assertThat(pool.stats("key-2").idle()).isEqualTo(1);
        assertThat(pool.pool("another").config().limits().maxSize()).isEqualTo(1);
        pool.resize(new KeyedPoolLimits(3, 2, 1));
        use("key-5");
        assertThat(pool.limits()).isEqualTo(new KeyedPoolLimits(3, 2, 1));
        held.get(3).close();
    }

    @Test
    void invalidatingAKeyLeavesTheOthersAlone() {
        use("a");
        use("b");
        pool.invalidateAll("a");
        pool.invalidateAll("unknown");
        assertThat(pool.stats("a").idle()).isZero();
        assertThat(pool.stats("b").idle()).isEqualTo(1);
        assertThat(pool.keys()).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    @Tag("P12")
    void aViewThatWasClosedStaysClosedAndTheKeyBeginsAnew() {
        Pool<Thing> view = pool.pool("a");
        Lease<Thing> held = pool.acquireUninterruptibly("a", LONG);
        CompletableFuture<Void> closed = view.shutdown(LONG);
        assertThat(view.isClosed()).isTrue();
        assertThatThrownBy(() -> view.acquire()).isInstanceOf(PoolClosedException.class);
        use("a");
        assertThat(pool.stats("a").acquired()).isEqualTo(1);
        assertThat(closed).isNotDone();
        held.close();
        assertThat(closed).isDone();
        assertThat(pool.stats().total().acquired()).isEqualTo(2);
    }

    @Test
    @Tag("P12")
    void theWholeEndsAfterThePoolsThatViewsHaveClosed() {
        Lease<Thing> held = pool.acquireUninterruptibly("a", LONG);
        pool.pool("a").shutdown(LONG);
        assertThat(pool.stats().total().leased()).isEqualTo(1);
        CompletableFuture<Void> closed = pool.shutdown(LONG);
        assertThat(closed).isNotDone();
        held.close();
        assertThat(closed).isDone();
        assertThat(pool.stats().total().released()).isEqualTo(1);
    }

    @Test
    void aViewThatWasClosedChangesNothingAndOpensNothing() {
        Pool<Thing> view = pool.pool("a");
        assertThat(view.shutdown(Duration.ZERO)).isDone();
        view.resize(new PoolLimits(1, 0, 1));
        view.suspend();
        view.resume();
        view.invalidateAll();
        view.invalidateAll(LONG);
        view.replaceFactory(() -> new Thing(0));
        assertThat(view.drain()).isDone();
        assertThat(view.warmUp(1)).isCompletedExceptionally();
        assertThatThrownBy(() -> view.recordTo(Path.of("never-written"), 1)).isInstanceOf(IllegalStateException.class);
        assertThat(pool.stats().keysOpened()).isZero();
    }

    @Test
    @Tag("P12")
    void aClosedKeyedPoolRefusesEveryKey() {
        use("a");
        Lease<Thing> held = pool.acquireUninterruptibly("b", LONG);
        CompletableFuture<Void> closed = pool.shutdown(LONG);
        assertThat(pool.isClosed()).isTrue();
        for (String key : List.of("a", "b", "new")) {
            assertThatThrownBy(() -> use(key)).isInstanceOf(PoolClosedException.class);
            assertThat(pool.acquireAsync(key)).isCompletedExceptionally();
        }
        assertThat(closed).isNotDone();
        held.close();
        assertThat(closed).isDone();
    }

    @Test
    @Tag("P18")
    void nobodyIsWatchedWhileNobodyIsHungry() {
        use("a");
        use("b");
        assertThat(opened).noneMatch(it -> it.engine().gate.has(Gate.WATCHED));
    }

    @Test
    @Tag("P17")
    void aKeyWithAReservationIsOpenedAnewWhileItsLastPoolIsClosing() {
        settings = (key, builder) -> builder.reserved(3);
        Lease<Thing> held = pool.acquireUninterruptibly("a", LONG);
        CompletableFuture<Void> closed = pool.pool("a").shutdown(LONG);
        use("a");
        assertThat(closed).isNotDone();
        held.close();
        assertThat(closed).isDone();
    }

    @Test
    @Tag("P12")
    void aViewThatWasClosedLeavesTheKeysNextPoolAlone() {
        Pool<Thing> view = pool.pool("a");
        use("a");
        assertThat(view.shutdown(Duration.ZERO)).isDone();
        use("a");
        pool.suspend("a");
        view.invalidateAll();
        view.resume();
        assertThat(pool.stats("a").idle()).isEqualTo(1);
        assertThat(pool.stats("a").isSuspended()).isTrue();
    }

    /** The object is used up, and the key unused for long, before the caller has its future. */
    @Test
    @Tag("P20")
    void aFunctionThatThrowsIsCalledOnceAlsoIfTheKeyIsDroppedAtThatMoment() {
        AtomicInteger calls = new AtomicInteger();
        settings = (key, builder) -> builder.maxUses(1).executor(task -> {
            task.run();
            if (calls.get() == 1) {
                advance(Duration.ofSeconds(100));
            }
        });
        CompletableFuture<Object> result = pool.pool("a").withObjectAsync(LONG, thing -> {
            calls.incrementAndGet();
            throw new IOException("of the function");
        });
        assertThat(result).isCompletedExceptionally();
        assertThat(calls).hasValue(1);
    }

    @Test
    void limitsThatAreAsLargeAsCanBeAreSummedUpWithoutAnOverflow() {
        settings = (key, builder) -> builder.maxWaiters(Integer.MAX_VALUE);
        use("a");
        use("b");
        assertThat(pool.stats().total().maxWaiters()).isEqualTo(Integer.MAX_VALUE);
    }
}
