package dev.cenote.pool.internal;

import static dev.cenote.pool.internal.Interleaving.inTurn;
import static dev.cenote.pool.internal.Interleaving.interrupt;
import static dev.cenote.pool.internal.Interleaving.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.Fairness;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.internal.slot.IdleStore;
import dev.cenote.pool.internal.slot.Slot;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Capacity that comes free reaches the oldest waiter, and no object lies idle while somebody waits. */
class HandoffTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Fairness EVENTUAL = Fairness.eventual(Duration.ofMillis(1));

    @Test
    @Tag("P5")
    @Tag("long")
    void nobodyIsLeftWaitingBesideAnIdleObject() throws Exception {
        int rounds = 7_000;
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            AtomicInteger served = new AtomicInteger();
            Runnable turns = () -> {
                for (int i = 0; i < rounds; i++) {
                    try (Lease<Thing> lease = test.pool.acquireUninterruptibly(Duration.ofDays(1))) {
                        lease.get().use();
                        served.incrementAndGet();
                    }
                }
            };
            Interleaving.atOnce(turns, turns, turns);
            assertThat(served.get()).isEqualTo(3 * rounds); // a lost wake-up would hang for a day
        }
    }

    private static void spinUntil(AtomicInteger counter, int value) {
        while (counter.get() < value) {
            Thread.onSpinWait();
        }
    }

    @Test
    @Tag("P5")
    @Tag("long")
    void aReleaseAndAWaiterThatQueuesAtTheSameTimeSeeEachOther() throws Exception {
        int rounds = 100_000;
        AtomicInteger round = new AtomicInteger();
        AtomicInteger released = new AtomicInteger();
        AtomicReference<Lease<Thing>> held = new AtomicReference<>();
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Interleaving.atOnce(
                    () -> {
                        for (int i = 1; i <= rounds; i++) {
                            spinUntil(round, i);
                            held.get().close();
                            released.set(i);
                        }
                    },
                    () -> {
                        for (int i = 1; i <= rounds; i++) {
                            held.set(test.acquire());
                            round.set(i);
                            for (int spin = i % 64; spin > 0; spin--) {
                                Thread.onSpinWait(); // a little later each time, to meet the release at every step
                            }
                            CompletableFuture<Lease<Thing>> waiter = test.pool.acquireAsync();
                            spinUntil(released, i);
                            assertThat(waiter)
                                    .as("round %d: nobody releases any more", i)
                                    .isDone();
                            waiter.join().close();
                        }
                    });
        }
    }

    @Test
    @Tag("P5")
    void everyWayInWhichAPlaceComesFreeReachesTheWaiter() {
        List<BiConsumer<TestPool, Lease<Thing>>> ways = List.of(
                (test, lease) -> lease.close(),
                (test, lease) -> lease.invalidate(),
                (test, lease) -> test.detach(lease),
                (test, lease) -> test.resize(test.pool.config().limits().withMaxSize(2)),
                (test, lease) -> {
                    test.pool.invalidateAll();
                    lease.close();
                },
                (test, lease) -> {
                    test.factory.failNextCreate(new IllegalStateException("one failure"));
                    lease.invalidate(); // the create for the waiter fails
                    test.advance(SECOND);
                });
        for (var way : ways) {
            try (TestPool test = new TestPool(it -> it.maxSize(1))) {
                Lease<Thing> lease = test.acquire();
                CompletableFuture<Lease<Thing>> waiter = test.pool.acquireAsync();
                way.accept(test, lease);
                assertThat(waiter).isDone();
                if (!waiter.isCompletedExceptionally()) {
                    waiter.join().close();
                }
                lease.close();
            }
        }
    }

    @Test
    @Tag("P5")
    @Tag("F4")
    void anObjectThatIsReleasedWhileAnAcquirerIsOnItsWayToTheQueueIsFoundThere() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            AtomicReference<CompletableFuture<Lease<Thing>>> acquired = new AtomicReference<>();
            inTurn(test, () -> acquired.set(test.pool.acquireAsync()), held::close);
            assertThat(acquired.get()).isCompleted();
            acquired.get().join().close();
        }
    }

    @Test
    @Tag("P5")
    @Tag("F4")
    void aWaiterThatQueuesBetweenTwoStepsOfAReleaseIsSeenByIt() {
        AtomicReference<Runnable> beforePush = new AtomicReference<>(() -> {});
        DefaultPool<Thing> pool = TestPool.withStore(
                Pool.builder(new ScriptedFactory())
                        .ticker(new FakeTicker())
                        .executor(Runnable::run)
                        .maxSize(1)
                        .config(),
                store -> new IdleStore<>() {
                    @Override
                    public void push(Slot<Thing> slot) {
                        beforePush.get().run();
                        store.push(slot);
                    }

                    @Override
                    public Slot<Thing> pop() {
                        return store.pop();
                    }

                    @Override
                    public boolean isEmpty() {
                        return store.isEmpty();
                    }
                });
        Lease<Thing> held = pool.acquireAsync().join(); // made for it, so that no hint leads to it
        AtomicReference<CompletableFuture<Lease<Thing>>> waiter = new AtomicReference<>();
        beforePush.set(() -> waiter.set(pool.acquireAsync())); // its object is idle, and not in the store yet
        held.close();
        assertThat(waiter.get()).isCompleted();
        beforePush.set(() -> {});
        waiter.get().join().close();
        assertThat(pool.shutdown(Duration.ZERO)).isCompleted();
    }

    @Test
    @Tag("P5")
    @Tag("P7")
    @Tag("F5")
    void aWaiterThatLeavesAsItIsWokenToCompeteHasTheNextOneServed() {
        try (OneWaits it =
                new OneWaits(test -> test.pool.acquire(), pool -> pool.fairness(Fairness.eventual(SECOND)))) {
            CompletableFuture<Lease<Thing>> next = it.test.pool.acquireAsync();
            inTurn(it.test, it.held::close, () -> interrupt(it.thread.get()));
            assertThatThrownBy(it::lease).hasCauseInstanceOf(InterruptedException.class);
            Await.until(next::isDone);
            next.join().close();
        }
    }

    @Test
    @Tag("P5")
    void aWaiterThatIsWokenToCompeteWhileItStartsACreateLooksAgainBeforeItSleeps() throws Exception {
        AtomicReference<Lease<Thing>> held = new AtomicReference<>();
        Executor releasing = task -> {
            Lease<Thing> lease = held.getAndSet(null);
            if (lease == null) {
                task.run();
            } else { // the waiter's create, which never begins: the object comes back at that very moment
                Thread releaser = started(lease::close);
                Await.until(() -> !releaser.isAlive());
            }
        };
        try (TestPool test = new TestPool(releasing, it -> it.maxSize(2).fairness(EVENTUAL))) {
            held.set(test.acquire());
            test.pool.acquire().close();
        }
    }

    @Test
    @Tag("P5")
    void anInterruptedNewcomerLeavesNoIdleObjectHiddenFromAWaiter() {
        try (TestPool test = new TestPool(it -> it.maxSize(1).validator(thing -> true))) {
            test.acquire().close();
            test.advance(Duration.ofMillis(250), 8);
            Slot<Thing> hidden = test.pool.engine().idle.pop(); // as the newcomer does
            CompletableFuture<Lease<Thing>> waiter = test.pool.acquireAsync();
            test.pool.engine().idle.push(hidden);
            Thread.currentThread().interrupt();
            assertThatThrownBy(test.pool::acquire).isInstanceOf(InterruptedException.class);
            assertThat(waiter).isCompleted();
            waiter.join().close();
        }
    }
}
