package dev.cenote.pool.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cenote.pool.Fairness;
import dev.cenote.pool.IdleOrder;
import dev.cenote.pool.Lease;
import dev.cenote.pool.PoolBuilder;
import dev.cenote.pool.PoolException;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.Validator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** Random settings of a pool, callers that do all that a pool can do at random, and a look afterwards. */
final class RandomProgram {

    final int maxSize;
    final boolean mayClose;
    private final Runnable pause;
    private final int mostTicks;
    private int ticks;
    private final Queue<Throwable> violations = new ConcurrentLinkedQueue<>();
    private final List<Thread> callers = new ArrayList<>(); // guarded by itself

    /**
     * @param pause lets the others go on
     * @param mostTicks how often the clock may tick in the look afterwards
     */
    RandomProgram(SplittableRandom random, Runnable pause, int mostTicks) {
        maxSize = 1 + random.nextInt(4);
        mayClose = random.nextInt(4) == 0;
        this.pause = pause;
        this.mostTicks = mostTicks;
    }

    /** @param quick a validator that callers may ask on their own threads: it does not wait */
    void configure(
            PoolBuilder<Thing> builder, SplittableRandom random, Validator<Thing> validator, Validator<Thing> quick) {
        builder.maxSize(maxSize)
                .maxWaiters(random.nextInt(5))
                .minIdle(random.nextInt(2))
                .idleOrder(random.nextBoolean() ? IdleOrder.LIFO : IdleOrder.FIFO)
                .fairness(random.nextBoolean() ? Fairness.STRICT : Fairness.eventual(Duration.ofMillis(1)))
                .maxUses(random.nextInt(3) * 5)
                .maxLifetime(Duration.ofMillis(random.nextInt(3) * 50))
                .idleTimeout(Duration.ofMillis(random.nextInt(3) * 20))
                .failFastAfter(Duration.ofMillis(random.nextInt(3) * 50))
                .openTimeout(Duration.ofMillis(random.nextInt(2) * 50))
                .createBackoff(Duration.ofMillis(5), Duration.ofMillis(100))
                .maxConcurrentDestroys(1 + random.nextInt(3))
                .maxConcurrentCreates(1 + random.nextInt(4))
                .maxConcurrentRetirements(1 + random.nextInt(2))
                .detectStalls(random.nextBoolean());
        ScriptedFactory.of(builder).createsOnCaller = random.nextInt(3) == 0;
        if (random.nextInt(4) == 0) {
            builder.sizingPolicy(peaks -> peaks[0] % 4);
        }
        if (random.nextBoolean()) {
            builder.validateIfIdleFor(Duration.ofMillis(random.nextInt(2) * 10))
                    .keepaliveTime(Duration.ofMillis(random.nextInt(2) * 30))
                    .validateOnRelease(random.nextBoolean())
                    .validator(random.nextInt(3) == 0 ? quick.onCaller() : validator);
        }
    }

    /** One caller's life. */
    void call(TestPool test, RandomGenerator own, int steps) {
        List<Lease<Thing>> held = new ArrayList<>();
        List<Lease<Thing>> stale = new ArrayList<>();
        synchronized (callers) {
            callers.add(Thread.currentThread());
        }
        for (int step = 0; step < steps; step++) {
            try {
                step(test, own, held, stale);
            } catch (PoolException | InterruptedException expected) {
                assertThat(expected).isNotNull();
            }
        }
        synchronized (callers) {
            callers.remove(Thread.currentThread());
        }
        Thread.interrupted();
        held.forEach(Lease::close);
    }

    private void interruptOne(RandomGenerator own) {
        synchronized (callers) {
            callers.get(own.nextInt(callers.size())).interrupt();
        }
    }

    private void step(TestPool test, RandomGenerator own, List<Lease<Thing>> held, List<Lease<Thing>> stale)
            throws InterruptedException {
        Duration shortly = Duration.ofMillis(own.nextInt(4));
        switch (own.nextInt(26)) {
            case 0, 1, 2 -> held.add(used(test.pool.acquire(shortly)));
            case 3 -> held.add(used(test.pool.acquireUninterruptibly(shortly)));
            case 4, 5 -> test.pool.tryAcquire().ifPresent(lease -> held.add(used(lease)));
            case 6 ->
                test.pool.acquireAsync(shortly).thenAccept(lease -> used(lease).close());
            case 7 -> {
                CompletableFuture<Lease<Thing>> future = test.pool.acquireAsync(shortly);
                pause.run();
                if (!future.cancel(false) && !future.isCompletedExceptionally()) {
                    held.add(used(future.join()));
                }
            }
            case 8, 9, 10, 11 -> end(held, stale, Lease::close);
            case 12 -> end(held, stale, Lease::closeAndValidate);
            case 13 -> end(held, stale, Lease::invalidate);
            case 14 -> stale.forEach(own.nextBoolean() ? Lease::close : Lease::closeAndValidate);
            case 15 -> stale.forEach(Lease::invalidate);
            case 16 -> {
                int size = 1 + own.nextInt(4);
                test.resize(new PoolLimits(size, own.nextInt(Math.min(size, 2)), own.nextInt(5)));
            }
            case 17 -> {
                test.pool.suspend();
                pause.run();
                test.pool.resume();
            }
            case 18 -> {
                if (own.nextInt(2) == 0) {
                    interruptOne(own);
                } else {
                    test.pool.invalidateAll();
                }
            }
            case 19 -> end(held, stale, lease -> lease.invalidate(new IllegalStateException("a fault")));
            case 20 ->
                test.pool
                        .warmUp(1)
                        .whenComplete((warm, failure) -> test.pool.tryAcquire().ifPresent(Lease::close));
            case 21 -> {
                CompletableFuture<Void> empty = test.pool.drain();
                pause.run();
                test.pool.resume();
                empty.cancel(false);
            }
            case 23, 24 -> {
                Thread.currentThread().interrupt(); // comes so
                held.add(used(test.pool.acquire(shortly)));
            }
            case 22 -> test.pool.invalidateAll(Duration.ofMillis(own.nextInt(20)));
            default -> {
                if (own.nextInt(4) == 0) {
                    test.factory.createsOnCaller = own.nextBoolean();
                    test.pool.replaceFactory(test.factory);
                } else if (mayClose && own.nextInt(8) == 0) {
                    test.pool.shutdown(Duration.ofMillis(own.nextInt(10)));
                }
            }
        }
    }

    private void end(List<Lease<Thing>> held, List<Lease<Thing>> stale, Consumer<Lease<Thing>> how) {
        if (!held.isEmpty()) {
            Lease<Thing> lease = held.remove(held.size() - 1);
            how.accept(lease);
            stale.add(lease);
        }
    }

    /** Uses a leased object, unless the closing pool has revoked it. */
    private Lease<Thing> used(Lease<Thing> lease) {
        if (!mayClose) {
            try {
                lease.get().use(pause);
            } catch (Throwable thrown) {
                violations.add(thrown);
            }
        }
        return lease;
    }

    /** When all callers have come back: nothing went wrong, nothing hangs, no capacity is lost; then closes the pool. */
    void checkAndClose(TestPool test) {
        throwViolation();
        settle(test);
        if (!test.pool.isClosed()) {
            drain(test);
        }
        test.close();
    }

    /** Fails if a caller saw something that must not be. */
    void throwViolation() {
        assertThat(violations).isEmpty();
    }

    /** Lets the tasks and callbacks that are under way end; a lease that was lost would let it tick for ever. */
    private void settle(TestPool test) {
        test.pool.resume();
        Await.until(() -> {
            tick(test);
            var stats = test.stats();
            return stats.waiters() + stats.validating() + stats.retiring() + stats.creating() + stats.leased() == 0;
        });
    }

    private void tick(TestPool test) {
        if (++ticks > mostTicks) {
            throw new AssertionError("P2, P6: not at rest after " + mostTicks + " ms: " + test.stats());
        }
        test.advance(Duration.ofMillis(1));
    }

    /** As many as may exist can be had at once. */
    private void drain(TestPool test) {
        test.resize(new PoolLimits(maxSize, 0, 100));
        List<Lease<Thing>> all = new ArrayList<>();
        while (all.size() < maxSize) {
            CompletableFuture<Lease<Thing>> next = test.pool.acquireAsync();
            Await.until(() -> {
                tick(test);
                return next.isDone();
            });
            if (!next.isCompletedExceptionally()) { // the factory may fail
                all.add(next.join());
            }
        }
        all.forEach(Lease::close);
        settle(test);
    }
}
