package dev.cenote.pool.internal;

import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolBuilder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/** A pool of one whose object is held, and a thread that waits for it. */
final class OneWaits implements AutoCloseable {

    final TestPool test;
    final Lease<Thing> held;
    final AtomicReference<Thread> thread = new AtomicReference<>();
    final CompletableFuture<Lease<Thing>> outcome;
    boolean wasFlagSet; // read after the outcome

    OneWaits(Interruptibly how, UnaryOperator<PoolBuilder<Thing>> settings) {
        test = new TestPool(it -> settings.apply(it.maxSize(1)));
        held = test.acquire();
        outcome = Interleaving.calling(() -> {
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

    /** One that waits for an hour, and looks at the clock when it is interrupted: its park does not end by itself. */
    static OneWaits forAnHour() {
        return new OneWaits(test -> test.pool.acquireUninterruptibly(Duration.ofHours(1)), it -> it);
    }

    static OneWaits interruptibly() {
        return new OneWaits(test -> test.pool.acquire(), it -> it);
    }

    interface Interruptibly {
        Lease<Thing> acquire(TestPool test) throws InterruptedException;
    }

    Lease<Thing> lease() throws Exception {
        return outcome.get();
    }

    @Override
    public void close() {
        test.close();
    }
}
