package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.IdleOrder;
import dev.cenote.pool.Lease;
import dev.cenote.pool.internal.slot.IdleStore;
import dev.cenote.pool.internal.slot.Slot;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A caller that does not wait gets an object if one is idle, also when others are being validated. */
class TryAcquireTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration TENTH = Duration.ofMillis(100);
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicInteger calls = new AtomicInteger();
    private final ManualExecutor executor = new ManualExecutor();

    @Test
    @Tag("F61")
    void aTryFindsAnObjectThoughTheCheckOfAnotherOneHangs() {
        try (TestPool test = TestPool.tenWhoseFirstCheckHangs(calls, over)) {
            test.lettingCallsHang();
            assertThat(test.pool.tryAcquire()).isEmpty();
            Await.until(() -> calls.get() == 1);
            test.pass(SECOND);
            List<Lease<Thing>> found = new ArrayList<>();
            Await.until(() -> test.pool.tryAcquire().map(found::add).orElse(false));
            found.forEach(Lease::close);
            over.countDown();
        }
    }

    @Test
    @Tag("F61")
    void aTryHasAnotherObjectCheckedWhenOneTakesTwiceAsLongAsUsual() {
        ManualExecutor executor = new ManualExecutor();
        for (int usualMs : new int[] {0, 20}) {
            Duration bound = Duration.ofMillis(usualMs == 0 ? 10 : 2 * usualMs);
            TestPool[] pools = new TestPool[1];
            TestPool test = new TestPool(
                    executor,
                    it -> it.maxSize(6).validateIfIdleFor(TENTH).validator(thing -> {
                        pools[0].ticker.advance(Duration.ofMillis(usualMs));
                        return true;
                    }));
            pools[0] = test;
            try (test) {
                test.pool.warmUp(6);
                executor.runAll();
                test.advance(SECOND);
                test.advance(SECOND);
                List<CompletableFuture<Lease<Thing>>> held = new ArrayList<>();
                for (int i = 0; i < 3; i++) { // so many have to be known
                    held.add(test.pool.acquireAsync());
                    executor.runAll();
                }
                assertThat(test.pool.tryAcquire()).isEmpty();
                Runnable hanging = executor.takeNext();
                test.ticker.advance(bound.minusMillis(1));
                assertThat(test.pool.tryAcquire()).isEmpty();
                assertThat(executor.size()).as("it may come in time").isZero();
                test.ticker.advance(Duration.ofMillis(1));
                assertThat(test.pool.tryAcquire()).isEmpty();
                assertThat(executor.size()).as("another one, after %s", bound).isEqualTo(1);
                executor.runAll();
                test.pool.tryAcquire().orElseThrow().close();
                hanging.run();
                held.forEach(it -> it.join().close());
            }
        }
    }

    @Test
    @Tag("F61")
    void aTryFindsAGoodObjectBehindOneThatHasToBeCheckedFirst() {
        ManualExecutor executor = new ManualExecutor();
        for (IdleOrder order : IdleOrder.values()) {
            try (TestPool test = new TestPool(
                    executor,
                    it -> it.maxSize(2)
                            .idleOrder(order)
                            .validateIfIdleFor(TENTH)
                            .validator(thing -> true))) {
                test.pool.warmUp(2);
                executor.runAll();
                List<Lease<Thing>> both = test.acquire(2);
                both.get(0).close();
                test.advance(SECOND);
                test.advance(SECOND);
                both.get(1).close();
                Lease<Thing> good = test.pool.tryAcquire().orElseThrow();
                good.close();
            }
        }
    }

    @Test
    void pollingMakesNoMoreObjectsWhileOneIsValidated() {
        try (TestPool test = TestPool.validating(executor, it -> it.maxSize(10))) {
            for (int i = 0; i < 20; i++) {
                test.pool.tryAcquire().ifPresent(Lease::close);
                executor.runAll();
                test.advance(Duration.ofMillis(250), 4);
            }
            assertThat(test.stats().total()).isEqualTo(1);
        }
    }

    @Test
    void anObjectThatWasJustValidatedServesTheNextPoll() {
        try (TestPool test = TestPool.validating(executor, it -> it.maxSize(1))) {
            test.acquireMade(1).get(0).close();
            test.advance(Duration.ofMillis(250), 8);
            assertThat(test.pool.tryAcquire()).as("it is only validated now").isEmpty();
            executor.runAll();
            test.advance(Duration.ofMillis(250), 2);
            test.pool.tryAcquire().orElseThrow().close();
        }
    }

    /** A store that does the next of these after each pop that others can come between. */
    private static IdleStore<Thing> interrupted(
            IdleStore<Thing> store, Queue<Runnable> atPops, BooleanSupplier isAlone) {
        return new IdleStore<>() {
            @Override
            public void push(Slot<Thing> slot) {
                store.push(slot);
            }

            @Override
            public Slot<Thing> pop() {
                Slot<Thing> slot = store.pop();
                Runnable next = isAlone.getAsBoolean() ? atPops.poll() : null;
                if (next != null) {
                    next.run();
                }
                return slot;
            }

            @Override
            public boolean isEmpty() {
                return store.isEmpty();
            }
        };
    }

    @Test
    @Tag("P5")
    void aTryThatTakesAnUncheckedObjectOffTheStoreForAMomentHidesItFromNobody() {
        ManualExecutor executor = new ManualExecutor();
        Queue<Runnable> atPops = new ArrayDeque<>();
        try (TestPool test = new TestPool(
                executor, it -> it.maxSize(2).validateIfIdleFor(Duration.ZERO).validator(thing -> true), config -> {
                    DefaultPool<?>[] opened = new DefaultPool<?>[1];
                    opened[0] = TestPool.withStore(
                            config,
                            store -> interrupted(
                                    store,
                                    atPops,
                                    () -> !opened[0].engine().lock.isHeld()));
                    @SuppressWarnings("unchecked")
                    DefaultPool<Thing> pool = (DefaultPool<Thing>) opened[0];
                    return pool;
                })) {
            test.pool.warmUp(2);
            executor.runAll();
            assertThat(test.pool.tryAcquire()).isEmpty(); // has thing 1 validated, which lies on top
            List<CompletableFuture<Lease<Thing>>> waiters = new ArrayList<>();
            atPops.add(() -> {});
            atPops.add(
                    () -> { // thing 1 will be the first one's; thing 0, which the second one needs, is in our hands
                        waiters.add(test.pool.acquireAsync());
                        waiters.add(test.pool.acquireAsync());
                    });
            assertThat(test.pool.tryAcquire()).isEmpty();
            int[] validating = new int[1];
            test.pool.engine().slots.forEach(slot -> validating[0] += slot.state() == Slot.VALIDATING ? 1 : 0);
            assertThat(validating[0]).as("thing 0, too").isEqualTo(2);
            executor.runAll();
            waiters.forEach(it -> it.join().close());
            executor.runAll();
        }
    }
}
