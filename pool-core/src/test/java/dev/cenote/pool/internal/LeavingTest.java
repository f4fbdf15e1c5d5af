package dev.cenote.pool.internal;

import static dev.cenote.pool.internal.Interleaving.calling;
import static dev.cenote.pool.internal.Interleaving.inTurn;
import static dev.cenote.pool.internal.Interleaving.interrupt;
import static dev.cenote.pool.internal.Interleaving.started;
import static dev.cenote.pool.internal.Interleaving.waiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.Fairness;
import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A waiter that leaves, by a time-out, an interrupt or a cancel, gets an object or an exception, and the next one
 * gets what was meant for it.
 */
class LeavingTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Fairness EVENTUAL = Fairness.eventual(Duration.ofMillis(1));
    private final ManualExecutor executor = new ManualExecutor();

    @Test
    @Tag("P7")
    @Tag("long")
    void aWaiterThatIsCancelledWhileItIsServedPassesTheObjectOn() throws Exception {
        for (int round = 0; round < 300; round++) {
            try (TestPool test = new TestPool(it -> it.maxSize(1))) {
                Lease<Thing> held = test.acquire();
                CompletableFuture<Lease<Thing>> leaving = test.pool.acquireAsync();
                CompletableFuture<Lease<Thing>> next = test.pool.acquireAsync();
                Interleaving.atOnce(held::close, () -> leaving.cancel(false));
                if (!leaving.isCompletedExceptionally()) {
                    leaving.join().close();
                }
                assertThat(next).as("round %d", round).isDone();
                next.join().close();
            }
        }
    }

    @Test
    @Tag("P7")
    @Tag("long")
    void aThreadThatIsInterruptedWhileItIsServedGetsAnObjectOrAnExceptionAndKeepsItsFlagRight() throws Exception {
        for (int round = 0; round < 150; round++) {
            try (TestPool test = new TestPool(it -> it.maxSize(1))) {
                Lease<Thing> held = test.acquire();
                AtomicReference<String> wrong = new AtomicReference<>();
                CountDownLatch over = new CountDownLatch(1);
                Thread waiter = new Thread(() -> {
                    try (Lease<Thing> lease = test.pool.acquire()) {
                        lease.get().use();
                    } catch (InterruptedException e) {
                        if (Thread.currentThread().isInterrupted()) {
                            wrong.set("both an InterruptedException and the flag");
                        }
                    } finally {
                        over.countDown();
                    }
                });
                waiter.start();
                test.awaitWaiters(1);
                Interleaving.atOnce(held::close, waiter::interrupt);
                over.await();
                assertThat(wrong.get()).isNull();
                test.acquire().close(); // the object is there for the next
            }
        }
    }

    @Test
    @Tag("P7")
    @Tag("F1")
    void aWaiterWhoseTimeIsUpInTheMomentInWhichItIsServedKeepsTheObject() throws Exception {
        try (OneWaits it = OneWaits.forAnHour()) {
            it.test.ticker.advance(Duration.ofHours(1));
            inTurn(it.test, it.held::close, () -> interrupt(it.thread.get()));
            it.lease().close();
            assertThat(it.test.stats().timeouts()).isZero();
        }
    }

    @Test
    @Tag("P7")
    @Tag("F1")
    void anObjectThatComesInTheMomentAfterATimeOutIsTheNextOnes() {
        try (OneWaits it = OneWaits.forAnHour()) {
            it.test.ticker.advance(Duration.ofHours(1));
            inTurn(it.test, () -> interrupt(it.thread.get()), it.held::close);
            assertThatThrownBy(it::lease).hasCauseInstanceOf(PoolTimeoutException.class);
            it.test.pool.tryAcquire().orElseThrow().close();
        }
    }

    @Test
    @Tag("P7")
    @Tag("F2")
    void aWaiterThatIsInterruptedInTheMomentInWhichItIsServedKeepsTheObjectAndItsFlag() throws Exception {
        try (OneWaits it = OneWaits.interruptibly()) {
            inTurn(it.test, it.held::close, () -> interrupt(it.thread.get()));
            it.lease().close();
            assertThat(it.wasFlagSet).isTrue();
        }
    }

    @Test
    @Tag("P7")
    @Tag("F2")
    void anObjectThatComesInTheMomentAfterAnInterruptIsTheNextOnes() {
        try (OneWaits it = OneWaits.interruptibly()) {
            inTurn(it.test, () -> interrupt(it.thread.get()), it.held::close);
            assertThatThrownBy(it::lease).hasCauseInstanceOf(InterruptedException.class);
            assertThat(it.wasFlagSet).isFalse();
            it.test.pool.tryAcquire().orElseThrow().close();
        }
    }

    @Test
    @Tag("P7")
    @Tag("F3")
    void aFutureThatIsCancelledInTheMomentInWhichItIsServedPassesTheObjectOn() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            CompletableFuture<Lease<Thing>> leaving = test.pool.acquireAsync();
            CompletableFuture<Lease<Thing>> next = test.pool.acquireAsync();
            inTurn(test, held::close, () -> leaving.cancel(false));
            assertThat(leaving).isCancelled();
            assertThat(next).isCompleted();
            next.join().close();
        }
    }

    @Test
    @Tag("P7")
    @Tag("F6")
    void aWaiterThatLeftTakesNoObjectAndNoPlaceInTheQueue() {
        List<Runnable> ways = new ArrayList<>();
        try (TestPool test = new TestPool(it -> it.maxSize(1).maxWaiters(1))) {
            Lease<Thing> held = test.acquire();
            ways.add(() -> test.pool.acquireAsync().cancel(false));
            ways.add(() -> test.pool.acquireAsync().complete(null));
            ways.add(() -> {
                assertThat(test.pool.acquireAsync(SECOND)).isNotDone();
                test.advance(SECOND);
            });
            ways.add(() -> {
                calling(() -> test.pool.acquire());
                test.awaitWaiters(1);
                test.advance(Duration.ofSeconds(30));
            });
            for (Runnable way : ways) {
                way.run();
                assertThat(test.stats().waiters()).isZero();
                CompletableFuture<Lease<Thing>> next = test.pool.acquireAsync();
                assertThat(next).as("not refused").isNotDone();
                held.close();
                assertThat(next).isCompleted();
                held = next.join();
            }
            held.close();
            assertThat(test.stats().refused()).isZero();
        }
    }

    @Test
    @Tag("P7")
    void aWaiterThatIsInterruptedJustBeforeItIsWokenToCompeteTakesTheObject() throws Exception {
        try (TestPool test = new TestPool(it -> it.maxSize(1).fairness(EVENTUAL))) {
            Lease<Thing> held = test.acquire();
            CompletableFuture<Boolean> wasInterrupted = new CompletableFuture<>();
            Thread waiter = started(() -> {
                test.acquire().close();
                wasInterrupted.complete(Thread.currentThread().isInterrupted());
            });
            Await.until(() -> waiter.getState() == Thread.State.TIMED_WAITING);
            test.pool.engine().lock.lock();
            waiting(started(held::close)); // first in line for the lock, to wake the waiter
            waiter.interrupt();
            waiting(waiter); // second in line
            test.pool.engine().lock.unlock();
            assertThat(wasInterrupted.get()).isTrue();
        }
    }

    @Test
    @Tag("P7")
    @Tag("F18")
    void anObjectWhoseCallerLeftWhileItWasMadeIsTheNextWaitersOrIdle() {
        try (TestPool test = new TestPool(executor, it -> it.maxSize(2).maxConcurrentCreates(1))) {
            CompletableFuture<Lease<Thing>> left = test.pool.acquireAsync();
            CompletableFuture<Lease<Thing>> next = test.pool.acquireAsync();
            left.cancel(false);
            executor.runNext();
            assertThat(next).isCompleted();
            test.pool.acquireAsync().cancel(false);
            executor.runAll();
            assertThat(test.stats().idle()).isEqualTo(1);
            assertThat(test.stats().created()).isEqualTo(2);
            next.join().close();
        }
    }
}
