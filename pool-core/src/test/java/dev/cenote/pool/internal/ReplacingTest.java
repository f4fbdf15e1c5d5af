package dev.cenote.pool.internal;

import static dev.cenote.pool.internal.Interleaving.waiting;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Factory;
import dev.cenote.pool.Lease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** All objects are replaced, since they are stale or another factory makes them from now on. */
class ReplacingTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration TENTH = Duration.ofMillis(100);
    private final ManualExecutor executor = new ManualExecutor();
    private final CountDownLatch over = new CountDownLatch(1);

    @Test
    @Tag("C24")
    void credentialsRotateWhileThePoolIsInUse() {
        try (TestPool test = new TestPool(it -> it.maxSize(2).minIdle(1))) {
            Lease<Thing> held = test.acquire();
            int before = test.factory.made.size();
            test.pool.replaceFactory(test.factory);
            held.get().use();
            held.close();
            Lease<Thing> next = test.acquire();
            assertThat(next.get().number).isGreaterThanOrEqualTo(before);
            next.close();
            assertThat(test.stats().destroyed(DestroyReason.REPLACED)).isEqualTo(before);
        }
    }

    @Test
    void theSettingsTellOfTheFactoryThatMakesObjectsNow() {
        try (TestPool test = new TestPool(it -> it.maxSize(2))) {
            Factory<Thing> next = new ScriptedFactory();
            test.pool.replaceFactory(next);
            assertThat(test.pool.config().factory()).isSameAs(next);
        }
    }

    @Test
    void theLeastThatIsToBeIdleStaysUntilTheNewFactoryHasMadeTheReplacement() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(6).minIdle(2))) {
            executor.runAll();
            test.acquire(2).forEach(Lease::close);
            executor.runAll();
            test.pool.warmUp(4);
            executor.runAll();
            List<Thing> old = List.copyOf(test.factory.made);
            assertThat(old).hasSize(4);
            test.pool.replaceFactory(test.factory);
            assertThat(test.stats().idle()).isEqualTo(2);
            Lease<Thing> lease = test.acquire();
            assertThat(lease.get().number).as("one that works meanwhile").isLessThan(4);
            executor.runAll();
            test.advance(Duration.ofMillis(100));
            executor.runAll();
            lease.close();
            executor.runAll();
            assertThat(old).allMatch(thing -> thing.destroyed.get() == 1);
            assertThat(test.stats().destroyed(DestroyReason.REPLACED)).isEqualTo(4);
            assertThat(test.stats().idle()).as("as many as are to be idle").isEqualTo(2);
        }
    }

    @Test
    void anOldObjectIsBetterThanNoneWhileTheNewFactoryFails() {
        try (TestPool test = new TestPool(it -> it.maxSize(2).minIdle(1))) {
            Thing old = test.factory.made.get(0);
            test.factory.everyCreate = () -> {
                throw new IllegalStateException("bad credentials");
            };
            test.pool.replaceFactory(test.factory);
            test.advance(Duration.ofSeconds(1));
            try (Lease<Thing> lease = test.acquire()) {
                assertThat(lease.get()).isSameAs(old);
            }
            test.factory.everyCreate = () -> {};
            for (int second = 0; second < 30; second++) {
                test.advance(Duration.ofSeconds(1));
            }
            assertThat(old.destroyed.get()).isEqualTo(1);
            assertThat(test.stats().idle()).isEqualTo(1);
        }
    }

    @Test
    void withoutRoomTheOldObjectGoesFirst() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(1).minIdle(1))) {
            executor.runAll();
            test.pool.replaceFactory(test.factory);
            assertThat(test.stats().retiring()).isEqualTo(1);
            executor.runAll();
            assertThat(test.stats().idle()).isEqualTo(1);
            assertThat(test.stats().created()).isEqualTo(2);
        }
    }

    @Test
    void anInvalidObjectOfTheOldFactoryFailsNobody() {
        ManualExecutor executor = new ManualExecutor();
        AtomicBoolean isOld = new AtomicBoolean(true);
        try (TestPool test = new TestPool(
                executor, it -> it.maxSize(1).validateOnCreate(true).validator(thing -> !isOld.get()))) {
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            test.pool.replaceFactory(test.factory);
            executor.runNext();
            isOld.set(false);
            executor.runAll();
            boolean failed = waiting.isCompletedExceptionally();
            for (int i = 0; i < 100; i++) {
                test.advance(Duration.ofSeconds(1));
                executor.runAll();
            }
            if (!waiting.isCompletedExceptionally()) {
                waiting.join().close();
            }
            assertThat(failed).as("%s", waiting).isFalse();
        }
    }

    @Test
    void whatIsBeingMadeWhenAllAreToBeReplacedOverATimeIsReplacedAtOnce() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = new TestPool(executor, it -> it.maxSize(2).maxConcurrentCreates(1))) {
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            test.factory.onNextCreate(() -> test.pool.invalidateAll(Duration.ofHours(1)));
            executor.runAll();
            assertThat(Thread.interrupted()).as("left over").isFalse();
            assertThat(test.factory.made).hasSize(2);
            assertThat(test.factory.made.get(0).destroyed).hasValue(1);
            waiting.join().close();
        }
    }

    @Test
    void whatIsBeingMadeDuringInvalidateAllIsReplaced() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            test.factory.onNextCreate(test.pool::invalidateAll);
            Lease<Thing> lease = test.acquire();
            assertThat(lease.get()).isSameAs(test.factory.made.get(1));
            assertThat(test.stats().destroyed(DestroyReason.REPLACED)).isEqualTo(1);
            lease.close();
        }
    }

    @Test
    @Tag("F66")
    void aCreateOfTheOldFactoryThatHangsKeepsNobodyFromTheNewOne() {
        try (TestPool test = new TestPool(executor, it -> it.maxSize(2))) {
            CompletableFuture<Lease<Thing>> waiter = test.pool.acquireAsync();
            List<Boolean> served = new ArrayList<>();
            test.factory.onNextCreate(() -> {
                test.pool.replaceFactory(test.factory);
                executor.runNext();
                served.add(waiter.isDone());
            });
            executor.runAll();
            assertThat(served).containsExactly(true);
            assertThat(test.stats().destroyed(DestroyReason.REPLACED)).isEqualTo(1);
            waiter.join().close();
        }
    }

    @Test
    @Tag("F66")
    void createsOfTheOldFactoryDoNotHoldUpTheNewOne() {
        CountDownLatch begun = new CountDownLatch(4);
        try (TestPool test =
                new TestPool(Interleaving.THREADS, it -> it.maxSize(10).maxConcurrentCreates(4))) {
            test.lettingCallsHang();
            test.factory.everyCreate = () -> {
                begun.countDown();
                Interleaving.awaitUninterruptibly(over);
            };
            List<CompletableFuture<Lease<Thing>>> waiting = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                waiting.add(test.pool.acquireAsync(SECOND));
            }
            Interleaving.awaitUninterruptibly(begun);
            test.factory.everyCreate = () -> {};
            test.pool.replaceFactory(test.factory);
            Await.until(() -> waiting.stream().allMatch(CompletableFuture::isDone));
            waiting.forEach(it -> it.join().close());
            over.countDown();
        }
    }

    @Test
    @Tag("F82")
    void allAreReplacedWithinTheTimeThatWasGivenForIt() {
        try (TestPool test = new TestPool(it -> it.maxSize(1_000))) {
            test.acquire(1_000).forEach(Lease::close);
            test.pool.invalidateAll(Duration.ofSeconds(5));
            for (int i = 0; i < 51; i++) {
                test.pass(TENTH);
            }
            assertThat(test.factory.made).allMatch(thing -> thing.destroyed.get() == 1);
        }
    }

    @Test
    void invalidateAllCanBeSpreadOverATime() {
        try (TestPool test = new TestPool(it -> it.maxSize(4).minIdle(4))) {
            List<Thing> old = List.copyOf(test.factory.made);
            assertThat(old).hasSize(4);
            test.pool.invalidateAll(Duration.ofSeconds(40));
            List<Long> destroyed = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                for (int second = 0; second < 10; second++) {
                    test.advance(SECOND);
                }
                destroyed.add(test.stats().destroyed(DestroyReason.REPLACED));
            }
            assertThat(destroyed).containsExactly(1L, 2L, 3L, 4L);
            assertThat(test.stats().idle()).isEqualTo(4);
            for (int second = 0; second < 60; second++) {
                test.advance(SECOND);
            }
            assertThat(test.stats().destroyed()).isEqualTo(4);
        }
    }

    @Test
    void whatWaitsForItsReplacementIsValidatedAsEverythingElse() {
        AtomicBoolean isDead = new AtomicBoolean();
        try (TestPool test = new TestPool(it -> it.maxSize(4)
                .minIdle(2)
                .failFastAfter(TestPool.NEVER)
                .openTimeout(TestPool.NEVER)
                .validator(thing -> !isDead.get())
                .validateIfIdleFor(Duration.ofSeconds(1))
                .keepaliveTime(Duration.ofSeconds(30)))) {
            test.factory.everyCreate = () -> {
                throw new IllegalStateException("no");
            };
            test.pool.replaceFactory(test.factory);
            long before = test.stats().validations();
            isDead.set(true);
            for (int i = 0; i < 120; i++) {
                test.advance(Duration.ofSeconds(1));
            }
            boolean isServed = test.pool
                    .tryAcquire()
                    .map(lease -> {
                        lease.close();
                        return true;
                    })
                    .orElse(false);
            long validations = test.stats().validations() - before;
            test.factory.everyCreate = () -> {};
            assertThat(isServed)
                    .as("a dead object, idle for 2 min, is handed out; validations: %d", validations)
                    .isFalse();
        }
    }
}
