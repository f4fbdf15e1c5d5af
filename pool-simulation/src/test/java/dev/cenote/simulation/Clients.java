package dev.cenote.simulation;

import dev.cenote.pool.Factory;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolBuilder;
import dev.cenote.pool.internal.DefaultPool;
import dev.cenote.pool.internal.Opening;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;

/**
 * Clients that always want an object, of a pool in simulated time, and a server that they use by it. The server has a knee, which
 * moves: as many uses as that run side by side, and with more each takes longer, and all together get less done.
 */
final class Clients implements AutoCloseable {

    private static final long MEAN_WORK_NANOS = 20_000_000;
    private static final double LOSS = 0.05; // of throughput, for each doubling beyond the knee

    private final SimulatedTime time = new SimulatedTime();
    private final SplittableRandom random;
    private final IntUnaryOperator knee; // by the second
    private final PriorityQueue<Use> uses =
            new PriorityQueue<>(Comparator.comparingDouble(Use::doneAt).thenComparingLong(Use::number));
    private double done;
    private long doneUntil;
    private long numbered;
    final DefaultPool<Object> pool;

    /** What is told of each use when it ends. */
    UseListener listener = (nanos, running, isGood) -> {};

    /** If it is not zero, each use takes that long, and fails. */
    Duration useTimeout;

    // Since the figures were taken last.
    private Waits responses = new Waits();
    private long served;
    private int largest;

    interface UseListener {
        void used(long nanos, int running, boolean isGood);
    }

    /** What clients saw for a while. */
    record Figures(double perSecond, double p99Millis, int largest) {}

    private record Use(double doneAt, long number, long askedAt, long begunAt, Lease<Object> lease) {}

    Clients(
            long seed,
            int clients,
            IntUnaryOperator knee,
            Duration useTimeout,
            Duration acquireTimeout,
            Consumer<PoolBuilder<Object>> settings) {
        random = new SplittableRandom(seed);
        this.knee = knee;
        this.useTimeout = useTimeout;
        PoolBuilder<Object> builder = Pool.builder((Factory<Object>) Object::new)
                .ticker(time)
                .maxWaiters(clients)
                .maxLifetime(Duration.ZERO)
                .acquireTimeout(acquireTimeout);
        settings.accept(builder);
        pool = Opening.simulated(builder.config(), random.split()::nextLong, time);
        for (int i = 0; i < clients; i++) {
            ask();
        }
    }

    /** Time goes by. */
    Figures run(Duration length) {
        long end = time.nanos() + length.toNanos();
        responses = new Waits();
        served = 0;
        largest = 0;
        while (time.nanos() < end) {
            step(end);
        }
        return new Figures(served / (length.toNanos() / 1e9), responses.percentile(0.99) / 1e6, largest);
    }

    private void step(long end) {
        long use = uses.isEmpty() ? SimulatedTime.NEVER : endOf(uses.peek());
        long next =
                Math.max(time.nanos(), Math.min(Math.min(use, end), Math.min(pool.nextHousekeeping(), time.next())));
        catchUp(next);
        time.goTo(next);
        if (use <= next) {
            finish(uses.remove());
        } else if (pool.nextHousekeeping() <= next) {
            pool.housekeep();
        }
        time.runDue();
        largest = Math.max(largest, uses.size());
    }

    private void ask() {
        long asked = time.nanos();
        CompletableFuture<Boolean> unused = pool.acquireAsync().handle((lease, failure) -> {
            if (lease == null) {
                time.execute(this::ask); // again, since its time was up
                return false;
            }
            catchUp(time.nanos());
            double work = useTimeout.isZero() ? MEAN_WORK_NANOS * (0.5 + random.nextDouble()) : useTimeout.toNanos();
            return uses.add(new Use(done + work, numbered++, asked, time.nanos(), lease));
        });
    }

    private void finish(Use use) {
        boolean isGood = useTimeout.isZero();
        listener.used(time.nanos() - use.begunAt, uses.size() + 1, isGood);
        responses.add(time.nanos() - use.askedAt);
        served += isGood ? 1 : 0;
        if (isGood) {
            use.lease.close();
        } else {
            use.lease.invalidate();
        }
        ask();
    }

    private double stretch() {
        if (!useTimeout.isZero()) {
            return 1;
        }
        double over = Math.max(1, (double) uses.size() / knee.applyAsInt((int) (time.nanos() / 1_000_000_000L)));
        return over * (1 + LOSS * Math.log(over) / Math.log(2));
    }

    private long endOf(Use use) {
        return doneUntil + (long) Math.ceil(Math.max(0, use.doneAt - done) * stretch());
    }

    private void catchUp(long instant) {
        done += uses.isEmpty() ? 0 : (instant - doneUntil) / stretch();
        doneUntil = instant;
    }

    @Override
    public void close() {
        time.close();
    }
}
