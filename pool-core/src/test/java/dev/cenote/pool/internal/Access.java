package dev.cenote.pool.internal;

import dev.cenote.pool.Budget;
import dev.cenote.pool.Fairness;
import dev.cenote.pool.IdleOrder;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A way of using a pool: each promise is tested in all of them. */
public record Access(IdleOrder order, Fairness fairness, Way way, boolean isVirtual, Home home) {

    /** What the pool is part of. */
    public enum Home {
        NOTHING,
        A_BUDGET,
        A_KEYED_POOL
    }

    /** How a caller waits. */
    public enum Way {
        BLOCKING,
        TIMED,
        UNINTERRUPTIBLE,
        ASYNC
    }

    private static final boolean HAS_VIRTUAL_THREADS = Runtime.version().feature() >= 21;

    public static Stream<Access> all() {
        List<Access> all = new ArrayList<>();
        for (IdleOrder order : IdleOrder.values()) {
            for (Fairness fairness : List.of(Fairness.STRICT, Fairness.eventual(Duration.ofMillis(1)))) {
                for (Way way : Way.values()) {
                    all.add(new Access(order, fairness, way, false, Home.NOTHING));
                    if (HAS_VIRTUAL_THREADS && way != Way.ASYNC) {
                        all.add(new Access(order, fairness, way, true, Home.NOTHING));
                    }
                }
            }
        }
        for (Way way : List.of(Way.BLOCKING, Way.ASYNC)) {
            for (Home home : List.of(Home.A_BUDGET, Home.A_KEYED_POOL)) {
                all.add(new Access(IdleOrder.LIFO, Fairness.STRICT, way, false, home));
            }
        }
        return all.stream();
    }

    public boolean isStrict() {
        return fairness.isStrict();
    }

    public void configure(PoolBuilder<Thing> builder) {
        builder.idleOrder(order).fairness(fairness);
        if (home == Home.A_BUDGET) {
            builder.budget(Budget.of(100)).reserved(1);
        }
    }

    /** Opens a pool that is used in this way. */
    TestPool open(Consumer<PoolBuilder<Thing>> settings) {
        Consumer<PoolBuilder<Thing>> all = builder -> {
            configure(builder);
            settings.accept(builder);
        };
        return home == Home.A_KEYED_POOL ? TestPool.ofKey(all) : new TestPool(all);
    }

    /** Acquires in this way, on a thread of its own if it blocks; the future tells what came of it. */
    public Caller acquire(TestPool test) {
        return acquire(test, Duration.ofSeconds(30));
    }

    public Caller acquire(TestPool test, Duration timeout) {
        Pool<Thing> pool = test.face;
        if (way == Way.ASYNC) {
            return new Caller(pool.acquireAsync(timeout), null);
        }
        CompletableFuture<Lease<Thing>> outcome = new CompletableFuture<>();
        Thread thread = thread(() -> {
            try {
                outcome.complete(
                        switch (way) {
                            case BLOCKING -> pool.acquire();
                            case TIMED -> pool.acquire(timeout);
                            case UNINTERRUPTIBLE -> pool.acquireUninterruptibly(timeout);
                            case ASYNC -> throw new AssertionError();
                        });
            } catch (Throwable thrown) {
                outcome.completeExceptionally(thrown);
            }
        });
        return new Caller(outcome, thread);
    }

    /** Somebody who acquires: the outcome, and the thread that blocks, or null. */
    public record Caller(CompletableFuture<Lease<Thing>> outcome, Thread thread) {

        public Lease<Thing> lease() {
            return outcome.join();
        }

        /** The exception that the acquire ended with. */
        public Throwable failure() {
            try {
                Lease<Thing> lease = outcome.join();
                throw new AssertionError("expected a failure, but got " + lease);
            } catch (CompletionException wrapped) {
                return wrapped.getCause();
            } catch (CancellationException cancelled) {
                return cancelled;
            }
        }

        /** Leaves the queue: by an interrupt, or by cancelling. */
        public void leave() {
            if (thread == null) {
                outcome.cancel(false);
            } else {
                thread.interrupt();
            }
        }
    }

    private Thread thread(Runnable task) {
        if (isVirtual) {
            CompletableFuture<Thread> started = new CompletableFuture<>();
            virtualThreads().execute(() -> {
                started.complete(Thread.currentThread());
                task.run();
            });
            return started.join();
        }
        Thread thread = new Thread(task, "caller");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** The executor of JDK 21 and later that starts a virtual thread for each task. */
    static Executor virtualThreads() {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public String toString() {
        return order + " " + (isStrict() ? "STRICT" : "EVENTUAL") + " " + way + (isVirtual ? " virtual" : "")
                + (home == Home.NOTHING ? "" : " in " + home);
    }
}
