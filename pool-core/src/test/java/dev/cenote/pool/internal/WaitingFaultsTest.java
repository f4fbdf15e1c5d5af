package dev.cenote.pool.internal;

import dev.cenote.pool.internal.slot.IdleStore;
import dev.cenote.pool.internal.slot.Slot;
import dev.cenote.pool.internal.slot.Slot.Grant;
import dev.cenote.pool.internal.wait.Gate;
import dev.cenote.pool.internal.wait.Waiter;
import static dev.cenote.pool.internal.Interleaving.calling;
import static dev.cenote.pool.internal.Interleaving.inTurn;
import static dev.cenote.pool.internal.Interleaving.interrupt;
import static dev.cenote.pool.internal.Interleaving.started;
import static dev.cenote.pool.internal.Interleaving.waiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.Fairness;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolBuilder;
import dev.cenote.pool.PoolTimeoutException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** F1 to F11 of docs/faults.md: bugs that pools have in how they let callers wait. */
@Timeout(20)
class WaitingFaultsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    /** A pool of one whose object is held, and a thread that waits for it. */
    private static final class OneWaits implements AutoCloseable {

        final TestPool test;
        final Lease<Thing> held;
        final AtomicReference<Thread> thread = new AtomicReference<>();
        final CompletableFuture<Lease<Thing>> outcome;
        boolean wasFlagSet; // read after the outcome

        OneWaits(Interruptibly how, UnaryOperator<PoolBuilder<Thing>> settings) {
            test = new TestPool(it -> settings.apply(it.maxSize(1)));
            held = test.acquire();
            outcome = calling(() -> {
                thread.set(Thread.currentThread());
                try {
                    return how.acquire(test);
                } finally {
                    wasFlagSet = Thread.interrupted();
                }
            });
            Await.until(() -> thread.get() != null);
            TestPool.awaitParked(List.of(thread.get()), 1);
        }

        interface Interruptibly {
            Lease<Thing> acquire(TestPool test) throws InterruptedException;
        }

        Lease<Thing> lease() throws Exception {
            return outcome.get(10, TimeUnit.SECONDS);
        }

        @Override
        public void close() {
            test.close();
        }
    }

    /** One that waits for a second, and looks at the clock when it is interrupted. */
    private static OneWaits forASecond() {
        return new OneWaits(test -> test.pool.acquireUninterruptibly(SECOND), it -> it);
    }

    private static OneWaits interruptibly() {
        return new OneWaits(test -> test.pool.acquire(), it -> it);
    }

    @Test
    void f01AWaiterWhoseTimeIsUpInTheMomentInWhichItIsServedKeepsTheObject() throws Exception {
        try (OneWaits it = forASecond()) {
            it.test.ticker.advance(SECOND);
            inTurn(it.test, it.held::close, () -> interrupt(it.thread.get()));
            it.lease().close();
            assertThat(it.test.stats().timeouts()).isZero();
        }
    }

    @Test
    void f01AnObjectThatComesInTheMomentAfterATimeOutIsTheNextOnes() {
        try (OneWaits it = forASecond()) {
            it.test.ticker.advance(SECOND);
            inTurn(it.test, () -> interrupt(it.thread.get()), it.held::close);
            assertThatThrownBy(it::lease).hasCauseInstanceOf(PoolTimeoutException.class);
            it.test.pool.tryAcquire().orElseThrow().close();
        }
    }

    @Test
    void f02AWaiterThatIsInterruptedInTheMomentInWhichItIsServedKeepsTheObjectAndItsFlag() throws Exception {
        try (OneWaits it = interruptibly()) {
            inTurn(it.test, it.held::close, () -> interrupt(it.thread.get()));
            it.lease().close();
            assertThat(it.wasFlagSet).isTrue();
        }
    }

    @Test
    void f02AnObjectThatComesInTheMomentAfterAnInterruptIsTheNextOnes() {
        try (OneWaits it = interruptibly()) {
            inTurn(it.test, () -> interrupt(it.thread.get()), it.held::close);
            assertThatThrownBy(it::lease).hasCauseInstanceOf(InterruptedException.class);
            assertThat(it.wasFlagSet).isFalse();
            it.test.pool.tryAcquire().orElseThrow().close();
        }
    }

    @Test
    void f03AFutureThatIsCancelledInTheMomentInWhichItIsServedPassesTheObjectOn() {
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
    void f04AnObjectThatIsReleasedWhileAnAcquirerIsOnItsWayToTheQueueIsFoundThere() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            AtomicReference<CompletableFuture<Lease<Thing>>> acquired = new AtomicReference<>();
            inTurn(test, () -> acquired.set(test.pool.acquireAsync()), held::close);
            assertThat(acquired.get()).isCompleted();
            acquired.get().join().close();
        }
    }

    @Test
    void f04AWaiterThatQueuesBetweenTwoStepsOfAReleaseIsSeenByIt() {
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
    void f05AWaiterThatLeavesAsItIsWokenToCompeteHasTheNextOneServed() {
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
    void f06AWaiterThatLeftTakesNoObjectAndNoPlaceInTheQueue() {
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
    void f07ANewcomerTakesNeitherByItsHintNorFromTheStoreWhatWasMeantForTheHead() {
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            AtomicReference<Lease<Thing>> held = new AtomicReference<>();
            AtomicReference<Optional<Lease<Thing>>> lastHolder = new AtomicReference<>();
            AtomicReference<Optional<Lease<Thing>>> newcomer = new AtomicReference<>();
            AtomicBoolean isReleased = new AtomicBoolean();
            Thread usedItLast = started(() -> {
                test.acquire().close();
                held.set(test.acquire());
                Await.until(isReleased::get);
                lastHolder.set(test.pool.tryAcquire());
            });
            Await.until(() -> held.get() != null);
            CompletableFuture<Lease<Thing>> head = test.pool.acquireAsync();
            inTurn(test, held.get()::close, () -> newcomer.set(test.pool.tryAcquire()), () -> {
                isReleased.set(true);
                waiting(usedItLast);
            });
            Interleaving.join(usedItLast);
            assertThat(newcomer.get()).isEmpty();
            assertThat(lastHolder.get()).isEmpty();
            assertThat(head).isCompleted();
            head.join().close();
        }
    }

    @Test
    void f07AHeadThatWasWokenAndGetsNoProcessorIsNotOvertakenForLongerThanTheBound() {
        try (TestPool test = new TestPool(it -> it.maxSize(1).fairness(Fairness.eventual(Duration.ofMillis(1))))) {
            Engine<Thing> engine = test.pool.engine();
            Waiter.Blocked<Thing> head = new Waiter.Blocked<>(engine.lock.newTurn(), engine.now(), SECOND.toNanos());
            Lease<Thing> held = test.acquire();
            engine.lock.run(() -> engine.queue.add(head));
            held.close(); // wakes the head, whose thread is this one, which has something else to do
            assertThat(engine.gate.has(Gate.COMPETING)).isTrue();
            for (int i = 0; i < 100; i++) {
                test.acquire().close();
            }
            assertThat(head.isSettled()).isFalse();
            test.ticker.advance(Duration.ofMillis(1));
            int turns = 0;
            while (!head.isSettled() && turns < 100) {
                test.acquire().close();
                turns++;
            }
            assertThat(turns).isLessThanOrEqualTo(16);
            Grant<Thing> grant = head.grant();
            assertThat(grant.slot().tryRelease(grant.word(), 0)).isTrue();
            engine.idle.push(grant.slot());
        }
    }

    @Test
    void f08AWaiterThatIsWokenAgainAndAgainWaitsNoLongerThanItsTimeOut() throws Exception {
        try (OneWaits it = forASecond()) {
            for (int i = 0; i < 9; i++) {
                it.test.ticker.advance(Duration.ofMillis(100));
                it.thread.get().interrupt();
                Await.until(() -> !it.thread.get().isInterrupted());
                TestPool.awaitParked(List.of(it.thread.get()), 1);
            }
            it.test.ticker.advance(Duration.ofMillis(100));
            it.thread.get().interrupt();
            assertThatThrownBy(it::lease).hasCauseInstanceOf(PoolTimeoutException.class);
            assertThat(it.wasFlagSet).isTrue();
            it.held.close();
        }
    }

    @Test
    void f09WaitersUseNoProcessorTimeWhateverElseGoesOn() {
        try (TestPool test =
                new TestPool(it -> it.maxSize(2).failFastAfter(TestPool.NEVER).openTimeout(TestPool.NEVER))) {
            Lease<Thing> held = test.acquire();
            test.factory.everyCreate = () -> {
                throw new IllegalStateException("down");
            };
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                threads.add(started(() -> test.acquire().close()));
            }
            test.awaitWaiters(20);
            TestPool.awaitParked(threads, 20);
            var bean = ManagementFactory.getThreadMXBean();
            List<Long> before = threads.stream()
                    .map(it -> bean.getThreadCpuTime(it.getId()))
                    .toList();
            for (int i = 0; i < 200; i++) { // creates fail, others come and go, time passes
                test.pool.acquireAsync().cancel(false);
                test.advance(Duration.ofMillis(10));
                test.resize(test.pool.config().limits());
            }
            for (int i = 0; i < threads.size(); i++) { // a little for who was still on the way into its park
                assertThat(bean.getThreadCpuTime(threads.get(i).getId()) - before.get(i))
                        .isLessThan(1_000_000);
            }
            held.close();
            threads.forEach(Interleaving::join);
        }
    }

    @Test
    @Tag("long")
    void f10TenThousandCallbacksThatReleaseAtOnceNeedABoundedStackAndNoLock() {
        try (TestPool test = new TestPool(it -> it.maxSize(1).maxWaiters(20_000))) {
            Lease<Thing> held = test.acquire();
            AtomicInteger served = new AtomicInteger();
            AtomicInteger deepest = new AtomicInteger();
            for (int i = 0; i < 10_000; i++) {
                test.pool.acquireAsync().thenAccept(lease -> {
                    if (!test.pool.engine().lock.isHeld()) {
                        served.incrementAndGet();
                    }
                    deepest.accumulateAndGet(stackDepth(), Math::max);
                    lease.close();
                });
            }
            held.close();
            assertThat(served).hasValue(10_000);
            assertThat(deepest.get()).isLessThan(1_000);
        }
    }

    private static int stackDepth() {
        return (int) (long) StackWalker.getInstance().walk(Stream::count);
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void f11VirtualThreadsThatWaitLeaveTheirCarriersToOthers() throws Exception {
        int many = 8 * Runtime.getRuntime().availableProcessors();
        Executor virtual = Access.virtualThreads();
        try (TestPool test = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = test.acquire();
            CountDownLatch served = new CountDownLatch(many);
            for (int i = 0; i < many; i++) {
                virtual.execute(() -> {
                    test.acquire().close();
                    served.countDown();
                });
            }
            test.awaitWaiters(many); // all of them, though there are fewer carriers
            CountDownLatch other = new CountDownLatch(1);
            virtual.execute(other::countDown);
            other.await();
            held.close();
            served.await();
        }
    }

    @Test
    @Tag("long")
    void f11NothingInThePoolEntersAMonitorWhichWouldPinACarrierBeforeJdk24() throws Exception {
        Path classes = Path.of(DefaultPool.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        StringWriter code = new StringWriter();
        try (Stream<Path> files = Files.walk(classes)) {
            List<String> args = new ArrayList<>(List.of("-c", "-p"));
            files.map(Path::toString)
                    .filter(name -> name.endsWith(".class") && !name.endsWith("-info.class"))
                    .forEach(args::add);
            StringWriter errors = new StringWriter();
            ToolProvider.findFirst("javap")
                    .orElseThrow()
                    .run(new PrintWriter(code), new PrintWriter(errors), args.toArray(String[]::new));
        }
        assertThat(code.toString())
                .contains("class dev.cenote.pool.internal.wait.WaitQueue")
                .doesNotContain("monitorenter")
                .doesNotContain(" synchronized ");
    }
}
