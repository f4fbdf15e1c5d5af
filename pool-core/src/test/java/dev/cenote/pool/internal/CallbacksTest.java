package dev.cenote.pool.internal;

import static dev.cenote.pool.internal.Interleaving.calling;
import static dev.cenote.pool.internal.Interleaving.started;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolBuilder;
import dev.cenote.pool.PoolListener;
import dev.cenote.pool.PoolRegistry;
import dev.cenote.pool.PoolTimeoutException;
import dev.cenote.pool.internal.run.PoolLock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Factories, listeners and callbacks run without the lock: they may block, call the pool and close it. */
class CallbacksTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static ScriptedFactory.Step guarded(Runnable look, List<Throwable> violations) {
        return () -> {
            try {
                look.run();
            } catch (AssertionError violation) {
                violations.add(violation);
            }
        };
    }

    @Test
    @Tag("P9")
    void userCodeRunsWithoutTheLock() {
        AtomicReference<DefaultPool<Thing>> opened = new AtomicReference<>();
        AtomicInteger looks = new AtomicInteger();
        Runnable look = () -> {
            DefaultPool<Thing> pool = opened.get();
            if (pool != null) {
                looks.incrementAndGet();
                if (pool.engine().lock.isHeld()) {
                    throw new AssertionError("P9: the lock is held");
                }
            }
        };
        PoolListener listener = new PoolListener() {
            @Override
            public void created(Duration took) {
                look.run();
            }

            @Override
            public void destroyed(DestroyReason reason) {
                look.run();
            }
        };
        List<Throwable> violations = new ArrayList<>();
        try (TestPool test = new TestPool(
                task -> {
                    look.run();
                    task.run();
                },
                it -> it.maxSize(1).listener(listener).validateOnRelease(true).validator(thing -> {
                    look.run();
                    return true;
                }))) {
            opened.set(test.pool);
            test.factory.everyCreate = guarded(look, violations);
            test.factory.everyDestroy = guarded(look, violations);
            Lease<Thing> held = test.acquire();
            CompletableFuture<Void> waiter = test.pool.acquireAsync().thenAccept(lease -> {
                guarded(look, violations);
                look.run();
                lease.invalidate();
            });
            held.close();
            waiter.join();
            assertThat(violations).isEmpty();
            assertThat(looks.get()).isGreaterThan(6);
        }
    }

    @Test
    @Tag("P9")
    @Tag("F56")
    void whileUserCodeRunsOthersReleaseAcquireAndLook() {
        AtomicReference<TestPool> opened = new AtomicReference<>();
        AtomicInteger others = new AtomicInteger();
        Runnable haveOthersWork = () -> Interleaving.join(started(() -> {
            opened.get().pool.tryAcquire().orElseThrow().close();
            opened.get().pool.acquireAsync().thenAccept(Lease::close).join();
            opened.get().stats();
            others.incrementAndGet();
        }));
        AtomicReference<Lease<Thing>> kept = new AtomicReference<>();
        try (TestPool test = new TestPool(it -> it.maxSize(3).validator(thing -> {
            kept.get().close();
            haveOthersWork.run();
            return true;
        }))) {
            opened.set(test);
            test.acquire().close();
            Lease<Thing> held = test.acquire();
            test.factory.onNextCreate(() -> {
                held.close();
                haveOthersWork.run();
            });
            assertThat(test.pool.warmUp(2)).isCompleted();
            test.factory.onNextDestroy(haveOthersWork::run);
            test.acquire().invalidate();
            assertThat(test.pool.warmUp(3)).isCompleted();
            List<Lease<Thing>> leases = test.acquire(2);
            kept.set(leases.get(0));
            leases.get(1).invalidate(new IllegalStateException("made up")); // has the idle one checked
            assertThat(others).hasValue(3);
        }
    }

    @Test
    @Tag("P9")
    @Tag("F48")
    void aListenerThatBlocksHoldsUpNobodyElse() {
        CountDownLatch goOn = new CountDownLatch(1);
        PoolListener blocking = new PoolListener() {
            @Override
            public void created(Duration took) {
                Interleaving.awaitUninterruptibly(goOn);
            }
        };
        try (TestPool test =
                new TestPool(Interleaving.THREADS, it -> it.maxSize(2).listener(blocking))) {
            List<Lease<Thing>> leases = test.acquire(2);
            CompletableFuture<Lease<Thing>> waiter = test.pool.acquireAsync();
            leases.get(0).close();
            assertThat(waiter).isCompleted();
            waiter.join().close();
            test.advance(SECOND);
            assertThat(test.stats().leased()).isEqualTo(1);
            goOn.countDown();
            leases.get(1).close();
        }
    }

    @Test
    @Tag("P9")
    @Tag("F48")
    void aListenerMayCallThePool() {
        AtomicReference<TestPool> opened = new AtomicReference<>();
        AtomicInteger served = new AtomicInteger();
        PoolListener calling = new PoolListener() {
            @Override
            public void destroyed(DestroyReason reason) {
                if (reason == DestroyReason.INVALIDATED) {
                    opened.get().acquire().close();
                    served.incrementAndGet();
                }
            }

            @Override
            public void staleClose() {
                opened.get().stats();
                served.incrementAndGet();
            }
        };
        try (TestPool test = new TestPool(it -> it.maxSize(1).listener(calling))) {
            opened.set(test);
            Lease<Thing> lease = test.acquire();
            lease.invalidate();
            lease.close();
            lease.close();
            assertThat(served).hasValue(2);
        }
    }

    private static int stackDepth() {
        return (int) (long) StackWalker.getInstance().walk(Stream::count);
    }

    @Test
    @Tag("P9")
    @Tag("F10")
    @Tag("long")
    void tenThousandCallbacksThatReleaseAtOnceNeedABoundedStackAndNoLock() {
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

    @Test
    @Tag("F10")
    void aCallbackDeepInOthersIsServedByAnotherPool() {
        try (TestPool outer = new TestPool(it -> it.maxSize(1));
                TestPool other = new TestPool(it -> it.maxSize(1))) {
            Lease<Thing> held = outer.acquire();
            AtomicInteger served = new AtomicInteger();
            for (int i = 0; i < 40; i++) {
                outer.pool.acquireAsync().thenAccept(lease -> {
                    // its object does not stay, so that the next one needs a create
                    other.pool.acquireUninterruptibly(Duration.ZERO).invalidate();
                    served.incrementAndGet();
                    lease.close();
                });
            }
            held.close();
            assertThat(served.get()).isEqualTo(40);
        }
    }

    /** A pool with a thread of its own, which looks at that clock every ten milliseconds. */
    private static PoolBuilder<Thing> ticking(FakeTicker ticker) {
        return Pool.builder(new ScriptedFactory()).maxSize(1).ticker(ticker).idleTimeout(Duration.ofMillis(40));
    }

    @Test
    @Tag("F73")
    void aTimeOutsCallbackThatBlocksHoldsUpNoLaterTimeOut() throws Exception {
        FakeTicker ticker = new FakeTicker();
        CountDownLatch blocks = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Pool<Thing> pool = ticking(ticker).build();
        Lease<Thing> held = pool.acquire();
        pool.acquireAsync(SECOND).exceptionally(late -> {
            blocks.countDown();
            Await.until(() -> goOn.getCount() == 0);
            return null;
        });
        CompletableFuture<Lease<Thing>> second = pool.acquireAsync(MINUTE);
        ticker.advance(SECOND);
        blocks.await();
        ticker.advance(MINUTE);
        assertThatThrownBy(second::get).hasCauseInstanceOf(PoolTimeoutException.class);
        goOn.countDown();
        held.close();
        pool.close();
    }

    @Test
    void aRegistryCanBeClosedByTheListenerOfOneOfItsPools() throws Exception {
        FakeTicker ticker = new FakeTicker();
        PoolRegistry registry = new PoolRegistry();
        CompletableFuture<Void> closed = new CompletableFuture<>();
        PoolListener closing = new PoolListener() {
            @Override
            public void timedOut() {
                registry.close();
                closed.complete(null);
            }
        };
        Pool<Thing> pool =
                registry.getOrOpen("pool", Thing.class, ticking(ticker).listener(closing)::build);
        Lease<Thing> held = pool.acquire();
        pool.acquireAsync(SECOND);
        ticker.advance(SECOND);
        closed.get(); // though the grace goes on for as long as the clock stands still
        held.close();
        pool.close();
    }

    @Test
    void aCallbackThatClosesAnotherPoolWaitsForItsEnd() {
        try (TestPool test = new TestPool(it -> it.maxSize(1));
                TestPool other = new TestPool(Interleaving.THREADS, it -> it.maxSize(1))) {
            Thread caller = Thread.currentThread();
            AtomicBoolean hasReturned = new AtomicBoolean();
            other.factory.onNextDestroy(
                    () -> Await.until(() -> caller.getState() == Thread.State.WAITING || hasReturned.get()));
            other.acquire().close();
            Lease<Thing> held = test.acquire();
            List<Long> destroyed = new ArrayList<>();
            test.pool.acquireAsync().thenAccept(lease -> {
                other.pool.close();
                destroyed.add(other.stats().destroyed());
                hasReturned.set(true);
                lease.close();
            });
            held.close();
            assertThat(destroyed).containsExactly(1L);
        }
    }

    @Test
    @Tag("P9")
    void anActionThatThrowsWhatCanNotBeLoggedKeepsNoOtherFromRunning() {
        IllegalStateException failure = new IllegalStateException() {
            @Override
            public String getMessage() {
                throw new IllegalStateException("no message");
            }
        };
        PoolLock lock = new PoolLock();
        List<String> run = new ArrayList<>();
        lock.run(() -> {
            lock.afterwards(() -> {
                throw failure;
            });
            lock.afterwards(() -> run.add("task"));
            lock.tell(() -> run.add("completion"));
        });
        assertThat(run).containsExactly("task", "completion");
    }
}
