package dev.cenote.pool.internal;

import dev.cenote.pool.PoolBuilder;
import dev.cenote.pool.PoolStats;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * A pool under a load of which every event has its instant: callers arrive, hold their leases and leave, and each call of
 * the factory takes its time, all on one thread and by a clock that goes from event to event. The same seed gives the
 * same run.
 */
final class LoadSimulation implements Executor {

    private static final Duration CREATE = Duration.ofMillis(500);
    private static final Duration USE = Duration.ofMillis(200);
    private static final Duration WARM_UP = Duration.ofSeconds(60);
    private static final Duration TICK = Duration.ofMillis(100);

    /** How many callers arrive in each step of 100 ms, on the average. */
    @FunctionalInterface
    interface Load {
        double arrivals(int step);
    }

    /** How long callers waited on the average, after the first minute, and how many objects there were. */
    record Result(double meanWaitMillis, double meanSize) {
        @Override
        public String toString() {
            return "waits %.3f ms with %.1f objects".formatted(meanWaitMillis, meanSize);
        }
    }

    private record Event(long nanos, long order, Runnable action) {}

    private final SplittableRandom random;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::nanos).thenComparingLong(Event::order));
    private long now;
    private long scheduled;
    private long callers;
    private long waitedNanos;

    private LoadSimulation(long seed) {
        random = new SplittableRandom(seed);
    }

    static Result run(long seed, int steps, Load load, Consumer<PoolBuilder<Thing>> settings) {
        LoadSimulation simulation = new LoadSimulation(seed);
        return simulation.run(steps, load, settings);
    }

    private Result run(int steps, Load load, Consumer<PoolBuilder<Thing>> settings) {
        TestPool test = new TestPool(this, settings);
        double objects = 0;
        for (int step = 0; step < steps; step++) {
            double arrivals = load.arrivals(step);
            for (double at = gap(arrivals); at < 1; at += gap(arrivals)) {
                after((long) (at * TICK.toNanos()), () -> arrive(test));
            }
            advance(test, now + TICK.toNanos());
            test.pool.housekeep();
            PoolStats stats = test.stats();
            objects += stats.total() + stats.creating();
        }
        events.forEach(event -> event.action().run());
        return new Result(waitedNanos / 1e6 / Math.max(1, callers), objects / steps);
    }

    /** To the next arrival of a Poisson process, in steps. */
    private double gap(double arrivals) {
        return -Math.log(1 - random.nextDouble()) / arrivals;
    }

    private void arrive(TestPool test) {
        long arrived = now;
        boolean counts = now >= WARM_UP.toNanos();
        test.pool.acquireAsync().thenAccept(lease -> {
            if (counts) {
                callers++;
                waitedNanos += now - arrived;
            }
            after((long) (gap(1) * USE.toNanos()), lease::close);
        });
    }

    @Override
    public void execute(Runnable task) {
        after(CREATE.toNanos(), task);
    }

    private void after(long nanos, Runnable action) {
        events.add(new Event(now + nanos, scheduled++, action));
    }

    private void advance(TestPool test, long until) {
        while (!events.isEmpty() && events.peek().nanos() <= until) {
            Event next = events.remove();
            test.ticker.advance(Duration.ofNanos(next.nanos() - now));
            now = next.nanos();
            next.action().run();
        }
        test.ticker.advance(Duration.ofNanos(until - now));
        now = until;
    }
}
