package dev.cenote.pool.internal;

import static dev.cenote.pool.internal.Interleaving.inTurn;
import static dev.cenote.pool.internal.Interleaving.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolClosedException;
import dev.cenote.pool.PoolListener;
import dev.cenote.pool.internal.wait.Gate;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A pool that closes turns callers away at once, lets holders finish for as long as the grace is, and leaves
 * nothing.
 */
class ClosingTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private final ManualExecutor executor = new ManualExecutor();

    @Test
    @Tag("P12")
    void closeIsIdempotentAndLeavesNoThread() throws Exception {
        Pool<Thing> pool =
                Pool.builder(new ScriptedFactory()).name("p12").minIdle(2).build();
        Lease<Thing> lease = pool.acquire();
        lease.close();
        Interleaving.atOnce(pool::close, pool::close);
        pool.close();
        assertThat(pool.shutdown(Duration.ZERO)).isCompleted();
        Oracle.checkNoThreadIsLeft("p12");
    }

    @Test
    @Tag("P12")
    void closeFromTheFactoryAListenerAndACallbackEnds() {
        AtomicReference<Pool<Thing>> pool = new AtomicReference<>();
        ScriptedFactory factory = new ScriptedFactory();
        pool.set(Pool.builder(factory).name("p12-factory").build());
        factory.onNextCreate(() -> pool.get().close());
        assertThatThrownBy(() -> pool.get().acquire()).isInstanceOf(PoolClosedException.class);
        Oracle.checkNoThreadIsLeft("p12-factory");

        pool.set(Pool.builder(new ScriptedFactory())
                .name("p12-listener")
                .listener(new PoolListener() {
                    @Override
                    public void created(Duration took) {
                        pool.get().close();
                    }
                })
                .build());
        pool.get().acquireAsync().exceptionally(closed -> null).join();
        pool.get().shutdown(Duration.ZERO).join();
        Oracle.checkNoThreadIsLeft("p12-listener");

        pool.set(Pool.builder(new ScriptedFactory())
                .name("p12-callback")
                .shutdownGrace(Duration.ZERO) // for if the callback runs here, on the holder's own thread
                .build());
        pool.get().acquireAsync().thenAccept(lease -> pool.get().close()).join();
        pool.get().shutdown(Duration.ZERO).join();
        Oracle.checkNoThreadIsLeft("p12-callback");
    }

    @Test
    @Tag("P12")
    void aCreateThatIsUnderWayWhenThePoolClosesIsNotLeaked() throws Exception {
        try (TestPool test = new TestPool(Interleaving.THREADS, it -> it.maxSize(1))) {
            CountDownLatch hangs = new CountDownLatch(1);
            CountDownLatch goOn = new CountDownLatch(1);
            test.factory.onNextCreate(() -> {
                hangs.countDown();
                Interleaving.awaitUninterruptibly(goOn);
            });
            CompletableFuture<Lease<Thing>> waiter = test.pool.acquireAsync();
            hangs.await();
            CompletableFuture<Void> closed = test.pool.shutdown(Duration.ofSeconds(5));
            assertThatThrownBy(waiter::join).hasCauseInstanceOf(PoolClosedException.class);
            assertThat(closed).isNotDone();
            goOn.countDown();
            closed.join();
            assertThat(test.factory.made.get(0).destroyed.get()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @Tag("P3")
    @Tag("F26")
    @EnumSource
    void whatIsReleasedAfterTheCloseIsDestroyedOnce(WayOfRelease way) {
        try (TestPool test = way.open()) {
            Lease<Thing> lease = test.acquire();
            Thing thing = lease.get();
            CompletableFuture<Void> closed = test.pool.shutdown(SECOND);
            lease.close();
            assertThat(thing.destroyed).hasValue(1);
            lease.close();
            lease.invalidate();
            assertThat(thing.destroyed).hasValue(1);
            assertThat(closed).isCompleted();
        }
    }

    @ParameterizedTest
    @Tag("P3")
    @Tag("F26")
    @EnumSource
    void whatIsReleasedInTheMomentOfTheCloseIsDestroyedOnce(WayOfRelease way) {
        try (TestPool test = way.open()) {
            Lease<Thing> lease = test.acquire();
            inTurn(test, () -> test.pool.shutdown(SECOND), lease::close);
            assertThat(test.stats().destroyed()).isEqualTo(1);
        }
    }

    @Test
    @Tag("P3")
    @Tag("F41")
    void whatIsLeasedInTheMomentOfTheCloseIsDestroyedWhenItComesBack() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            test.acquire().close();
            AtomicReference<Lease<Thing>> leased = new AtomicReference<>();
            inTurn(test, () -> test.pool.shutdown(MINUTE), () -> leased.set(test.acquire()));
            Thing thing = leased.get().get();
            thing.use();
            leased.get().close();
            assertThat(thing.destroyed).hasValue(1);
        }
    }

    @Test
    @Tag("P12")
    @Tag("F41")
    void whoIsOnItsWayToTheQueueInTheMomentOfTheCloseIsTurnedAway() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            AtomicReference<CompletableFuture<Lease<Thing>>> late = new AtomicReference<>();
            inTurn(test, () -> test.pool.shutdown(MINUTE), () -> late.set(test.pool.acquireAsync()));
            held.close();
            assertThatThrownBy(late.get()::get).hasCauseInstanceOf(PoolClosedException.class);
        }
    }

    @Test
    @Tag("P3")
    @Tag("F42")
    void whatACreateReturnsAfterTheCloseIsDestroyed() {
        try (TestPool test = new TestPool(executor, it -> it.maxSize(2))) {
            CompletableFuture<Lease<Thing>> first = test.pool.acquireAsync();
            CompletableFuture<Lease<Thing>> second = test.pool.acquireAsync();
            test.factory.onNextCreate(() -> test.pool.shutdown(MINUTE)); // in the grace: it ends as it would have
            executor.runAll();
            assertThat(test.factory.made).hasSize(1);
            assertThat(test.stats().destroyed(DestroyReason.CLOSED)).isEqualTo(1);
            assertThat(List.of(first, second)).allMatch(CompletableFuture::isCompletedExceptionally);
        }
    }

    @Test
    @Tag("P3")
    @Tag("F42")
    void whatACreateReturnsAfterTheGraceIsDestroyed() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            List<CompletableFuture<Void>> closed = new ArrayList<>();
            test.factory.onNextCreate(() -> closed.add(test.pool.shutdown(Duration.ZERO)));
            assertThat(test.pool.acquireAsync()).isCompletedExceptionally();
            assertThat(closed.get(0)).isCompleted();
            assertThat(test.factory.made.get(0).destroyed).hasValue(1);
            assertThat(test.stats().destroyed(DestroyReason.LATE)).isEqualTo(1);
        }
        Thread.interrupted(); // the factory runs on this thread, and was told to hurry
    }

    @Test
    @Tag("P12")
    @Tag("F43")
    void closeLetsHoldersFinishButWaitsNoLongerThanTheGrace() {
        try (TestPool test = new TestPool(it -> it.maxSize(1).shutdownGrace(MINUTE))) {
            Lease<Thing> held = test.acquire();
            Thread closer = started(test.pool::close);
            Await.until(test.pool::isClosed);
            Interleaving.waiting(closer);
            test.advance(MINUTE.minus(SECOND));
            held.get().use();
            assertThat(closer.isAlive()).isTrue();
            test.advance(SECOND);
            Interleaving.join(closer);
            assertThatThrownBy(held::get).isInstanceOf(IllegalStateException.class);
            assertThat(test.stats().destroyed(DestroyReason.REVOKED)).isEqualTo(1);
        }
    }

    @Test
    @Tag("P12")
    @Tag("C21")
    void closeDoesNotHang() {
        try (TestPool test = new TestPool(it -> it.maxSize(1).shutdownGrace(MINUTE))) {
            Lease<Thing> held = test.acquire();
            CompletableFuture<Lease<Thing>> waiting = test.pool.acquireAsync();
            CompletableFuture<Void> closed = test.pool.shutdown(MINUTE);
            assertThat(waiting).isCompletedExceptionally();
            assertThat(closed).isNotDone();
            test.advance(MINUTE);
            assertThat(closed).as("the grace is over").isCompleted();
            held.close();
        }
    }

    /** User code that may close the pool. */
    enum From {
        FACTORY,
        DESTROY,
        VALIDATOR,
        LISTENER,
        CALLBACK
    }

    @ParameterizedTest
    @Tag("P12")
    @Tag("F44")
    @EnumSource
    void closeFromTheInsideDoesNotWaitForItself(From from) {
        AtomicReference<TestPool> opened = new AtomicReference<>();
        AtomicInteger calls = new AtomicInteger();
        Runnable close = () -> {
            calls.incrementAndGet();
            opened.get().pool.close();
        };
        PoolListener listener = new PoolListener() {
            @Override
            public void created(Duration took) {
                if (from == From.LISTENER) {
                    close.run();
                }
            }
        };
        try (TestPool test = new TestPool(it -> it.maxSize(1)
                .listener(listener)
                .validateOnRelease(true)
                .validator(thing -> {
                    if (from == From.VALIDATOR) {
                        close.run();
                    }
                    return true;
                }))) {
            opened.set(test);
            if (from == From.FACTORY) {
                test.factory.onNextCreate(close::run);
            } else if (from == From.DESTROY) {
                test.factory.onNextDestroy(close::run);
            }
            CompletableFuture<Lease<Thing>> first = test.pool.acquireAsync();
            CompletableFuture<Void> second = test.pool.acquireAsync().thenAccept(lease -> {
                if (from == From.CALLBACK) {
                    close.run();
                }
                lease.invalidate();
            });
            first.thenAccept(Lease::close);
            assertThat(second).isDone();
            assertThat(calls.get()).isPositive();
            assertThat(test.pool.isClosed()).isTrue();
            assertThat(test.stats().total()).isZero();
        }
        Thread.interrupted(); // the factory runs on this thread, and was told to hurry
    }

    @Test
    @Tag("P12")
    @Tag("F44")
    void twoThreadsThatCloseAtOnceBothReturnAndNothingIsDestroyedTwice() {
        AtomicInteger ends = new AtomicInteger();
        PoolListener counting = new PoolListener() {
            @Override
            public void closed() {
                ends.incrementAndGet();
            }
        };
        try (TestPool test = new TestPool(it -> it.maxSize(2).listener(counting))) {
            test.acquire(2).forEach(Lease::close);
            inTurn(test, test.pool::close, test.pool::close);
            assertThat(ends).hasValue(1);
            assertThat(test.stats().destroyed(DestroyReason.CLOSED)).isEqualTo(2);
        }
    }

    /** A pool with threads of its own, which has done what pools do. */
    private static WeakReference<Pool<Object>> openedAndClosed(String name) throws Exception {
        Pool<Object> pool = Pool.builder(Object::new).name(name).maxSize(1).build();
        Lease<Object> held = pool.acquire();
        CompletableFuture<Void> waiter = pool.acquireAsync().thenAccept(Lease::invalidate);
        held.close();
        waiter.get();
        pool.close();
        return new WeakReference<>(pool);
    }

    @Test
    @Tag("P12")
    @Tag("F45")
    void aClosedPoolLeavesNoThreadAndCanBeCollected() throws Exception {
        WeakReference<Pool<Object>> pool = openedAndClosed("f45");
        Oracle.checkNoThreadIsLeft("f45");
        Await.untilCollected(List.of(pool));
    }

    @Test
    @Tag("P12")
    void whatIsBeingValidatedWhenTheGraceIsOverGoesWithThePool() {
        ManualExecutor executor = new ManualExecutor();
        try (TestPool test = TestPool.withAnObjectToValidate(executor)) {
            CompletableFuture<Lease<Thing>> second = test.pool.acquireAsync();
            assertThat(test.stats().validating()).isEqualTo(1);
            Runnable validation = executor.takeNext();
            CompletableFuture<Void> closed = test.pool.shutdown(Duration.ZERO);
            executor.runAll();
            assertThat(closed).isCompleted();
            assertThat(second).isCompletedExceptionally();
            assertThat(test.stats().destroyed(DestroyReason.CLOSED)).isEqualTo(1);
            validation.run();
        }
    }

    @Test
    @Tag("P12")
    void whoClosesAndIsInterruptedWaitsNoLongerThanItTakesToDestroyAndKeepsTheInterrupt() {
        try (TestPool test = new TestPool(it -> it.maxSize(1).shutdownGrace(Duration.ofMinutes(1)))) {
            Lease<Thing> held = test.acquire();
            Thread.currentThread().interrupt();
            test.pool.close();
            assertThat(Thread.interrupted()).isTrue();
            assertThatThrownBy(held::get).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    @Tag("P12")
    void aSecondShutdownShortensTheGraceAndNeverLengthensIt() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            CompletableFuture<Void> closed = test.pool.shutdown(Duration.ofSeconds(60));
            test.pool.shutdown(Duration.ofSeconds(10));
            test.pool.shutdown(Duration.ofSeconds(100));
            test.advance(Duration.ofNanos(Duration.ofSeconds(10).toNanos() - 1));
            assertThat(closed).isNotDone();
            test.advance(Duration.ofNanos(1));
            assertThat(closed).isCompleted();
            held.close();
        }
    }

    @Test
    @Tag("P12")
    void aSuspendedPoolCloses() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            test.pool.suspend();
            CompletableFuture<Void> closed = test.pool.shutdown(Duration.ofSeconds(60));
            assertThat(test.pool.engine().gate.has(Gate.SUSPENDED)).isFalse();
            held.close();
            assertThat(closed).isCompleted();
        }
    }

    /** Its grace is over once the log says that a close waits for its own thread. */
    private static Pool<Object> open(String name) {
        Duration grace = Duration.ofMillis(50);
        FakeTicker ticker = new FakeTicker();
        ticker.beforeRead = () -> {
            if (RecordedLog.soFar().stream().anyMatch(line -> line.contains(name) && isWarning(line))) {
                ticker.advance(grace);
            }
        };
        return Pool.builder(Object::new)
                .name(name)
                .ticker(ticker)
                .shutdownGrace(grace)
                .build();
    }

    private static boolean isWarning(String line) {
        return line.contains("has acquired a lease");
    }

    @Test
    @Tag("P12")
    void aCloseByAHolderWaitsForItselfUntilTheGraceIsOverAndTheLogSaysSo() {
        List<String> log = RecordedLog.during(() -> {
            Pool<Object> pool = open("p12-holder");
            assertThatCode(() -> pool.withObject(object -> {
                        pool.close();
                        return object;
                    }))
                    .doesNotThrowAnyException();
            assertThat(pool.stats().destroyed(DestroyReason.REVOKED)).isEqualTo(1);
            Pool<Object> other = open("p12-async");
            other.withObjectAsync(object -> {
                        other.close();
                        return object;
                    })
                    .join();
            assertThat(other.stats().destroyed(DestroyReason.REVOKED)).isEqualTo(1);
        });
        assertThat(log).filteredOn(ClosingTest::isWarning).hasSize(2);
    }
}
