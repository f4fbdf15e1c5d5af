package dev.cenote.simulation;

import dev.cenote.pool.CreateFailedException;
import dev.cenote.pool.Factory;
import dev.cenote.pool.Fairness;
import dev.cenote.pool.IdleOrder;
import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolConfig;
import dev.cenote.pool.PoolFullException;
import dev.cenote.pool.PoolTimeoutException;
import dev.cenote.pool.internal.DefaultPool;
import dev.cenote.pool.internal.Opening;
import dev.cenote.simulation.Calls.Ending;
import java.time.Duration;
import java.util.Comparator;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

/**
 * Runs the pool itself, in simulated time, under the calls of a recording: each caller comes when it came then, and holds its lease
 * for the work that it had then. One replay is for one run; the same arguments give the same outcome.
 */
public final class Replay {

    private final Recording recording;
    private final Calls calls;
    private final Settings settings;
    private final double[] work;
    private final SplittableRandom random;
    private final SimulatedTime time = new SimulatedTime();
    private DefaultPool<Object> pool;

    // The server, and what it has done of each use that runs.
    private final Server server;
    private final PriorityQueue<Use> uses =
            new PriorityQueue<>(Comparator.comparingDouble(Use::doneAt).thenComparingInt(Use::call));
    private double done;
    private long doneUntil;

    // What becomes of each call.
    private final long[] waited;
    private final long[] held;
    private final Ending[] ending;
    private final Recording.Creates creates = new Recording.Creates();

    private int pending; // callers that wait
    private long begin = SimulatedTime.NEVER;

    /**
     * What is to be tried.
     *
     * @param maxSize the size
     * @param maxWaiters the bound of the queue
     * @param fairness the order of the queue
     * @param timeout how long callers wait; zero: as each did in the recording
     * @param createTime how long a create takes where the recording has none
     */
    public record Settings(int maxSize, int maxWaiters, Fairness fairness, Duration timeout, Duration createTime) {

        /**
         * The settings of the recorded pool, with another size.
         *
         * @param recording the recording
         * @param maxSize the size
         * @return the settings
         */
        public static Settings of(Recording recording, int maxSize) {
            Recording.Settings recorded = recording.settings();
            return new Settings(maxSize, recorded.maxWaiters(), recorded.fairness(), Duration.ZERO, Duration.ZERO);
        }

        /** Whether the recorded pool had them, but for the size. */
        boolean areThoseOf(Recording recording) {
            Recording.Settings recorded = recording.settings();
            return timeout.isZero() && maxWaiters == recorded.maxWaiters() && fairness.equals(recorded.fairness());
        }

        Settings withSize(int size) {
            return new Settings(size, maxWaiters, fairness, timeout, createTime);
        }
    }

    /** A lease that is out, and what the server will have done when it ends. */
    private record Use(double doneAt, int call, long begunAt, Lease<Object> lease) {}

    private Replay(Recording recording, Settings settings, Server server, double[] work, long seed) {
        this.recording = recording;
        this.settings = settings;
        this.server = server;
        this.work = work;
        calls = recording.calls();
        waited = new long[calls.size()];
        held = new long[calls.size()];
        ending = new Ending[calls.size()];
        random = new SplittableRandom(seed);
    }

    /**
     * Replays a recording with holds as they were recorded.
     *
     * @param recording what callers did
     * @param settings what is to be tried
     * @param seed of what is random: which create takes how long, and the jitter of lifetimes
     * @return what callers would have seen
     */
    public static Outcome run(Recording recording, Settings settings, long seed) {
        Server server = Server.unaffected();
        return run(recording, settings, server, Work.of(recording.calls(), server, seed), seed);
    }

    static Outcome run(Recording recording, Settings settings, Server server, double[] work, long seed) {
        return Outcome.of(observe(recording, settings, server, work, seed));
    }

    /** What a recording of the replay would be. */
    static Recording observe(Recording recording, Settings settings, Server server, double[] work, long seed) {
        return new Replay(recording, settings, server, work, seed).run();
    }

    private Recording run() {
        try (time) {
            pool = Opening.simulated(config(), random.split()::nextLong, time);
            warmUp();
            begin = time.nanos();
            doneUntil = begin;
            for (int next = 0; next < calls.size() || pending > 0 || !uses.isEmpty(); ) {
                long arrival = next < calls.size() ? begin + calls.arrived[next] : SimulatedTime.NEVER;
                if (step(arrival)) {
                    arrive(next++);
                    time.runDue();
                }
            }
            return new Recording(
                    recording.settings().withSize(settings.maxSize()),
                    new Calls(calls.arrived, waited, held, calls.timeout, ending),
                    creates,
                    Duration.ofNanos(Math.max(recording.length().toNanos(), time.nanos() - begin)),
                    0,
                    true);
        }
    }

    /** A pool that has run for a while has its objects. */
    private void warmUp() {
        CompletableFuture<Void> warm = pool.warmUp(settings.maxSize());
        time.runDue();
        while (!warm.isDone()) {
            step(SimulatedTime.NEVER);
        }
    }

    /** Goes to the next event. True if that is the arrival; anything else that is due then is done here. */
    private boolean step(long arrival) {
        long end = uses.isEmpty() ? SimulatedTime.NEVER : endOf(uses.peek());
        long housekeeping = pool.nextHousekeeping();
        long next = Math.min(Math.min(arrival, end), Math.min(housekeeping, time.next()));
        advance(Math.max(time.nanos(), next));
        if (end <= next) {
            Use use = uses.remove();
            held[use.call] = next - use.begunAt;
            use.lease.close();
        } else if (housekeeping <= next) {
            pool.housekeep();
        } else if (arrival <= next) {
            return true;
        }
        time.runDue();
        return false;
    }

    private long endOf(Use use) {
        return doneUntil + (long) Math.ceil(Math.max(0, use.doneAt - done) * server.stretch(uses.size()));
    }

    private void advance(long instant) {
        catchUp(instant);
        time.goTo(instant);
    }

    /** The server works until then on all uses that run. */
    private void catchUp(long instant) {
        if (!uses.isEmpty()) {
            done += (instant - doneUntil) / server.stretch(uses.size());
        }
        doneUntil = instant;
    }

    private void arrive(int call) {
        long arrived = time.nanos();
        boolean isAsRecorded = settings.timeout().isZero() || calls.timeout[call] == 0; // which does not wait
        long timeout = isAsRecorded ? calls.timeout[call] : settings.timeout().toNanos();
        pending++;
        CompletableFuture<Lease<Object>> future = pool.acquireAsync(Duration.ofNanos(timeout));
        if (calls.ending[call] == Ending.LEFT) {
            leaveLater(future, arrived + calls.waited[call]);
        }
        CompletableFuture<Boolean> unused = future.handle((lease, failure) -> {
            pending--;
            waited[call] = time.nanos() - arrived;
            ended(call, lease, failure);
            return true;
        });
    }

    private void leaveLater(CompletableFuture<?> future, long instant) {
        time.execute(() -> {
            try {
                time.sleep(instant - time.nanos());
                future.cancel(false);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // the replay is over
            }
        });
    }

    private void ended(int call, Lease<Object> lease, Throwable failure) {
        held[call] = Calls.NOTHING;
        if (lease != null) {
            catchUp(time.nanos());
            uses.add(new Use(done + work[call], call, time.nanos(), lease));
            ending[call] = calls.ending[call] == Ending.INHERITED ? Ending.INHERITED : Ending.LEASED;
        } else if (failure instanceof PoolTimeoutException) {
            ending[call] = Ending.TIMED_OUT;
        } else if (failure instanceof PoolFullException) {
            ending[call] = Ending.REFUSED;
        } else if (failure instanceof CreateFailedException) {
            ending[call] = Ending.FAILED;
        } else if (failure instanceof CancellationException) {
            ending[call] = Ending.LEFT;
        } else {
            throw new AssertionError("bug: a call of a replay ended in another way", failure);
        }
    }

    private PoolConfig<Object> config() {
        Recording.Settings recorded = recording.settings();
        return Pool.builder(new RecordedFactory())
                .name(recorded.name())
                .maxSize(settings.maxSize())
                .minIdle(Math.min(recorded.minIdle(), settings.maxSize()))
                .maxWaiters(settings.maxWaiters())
                .acquireTimeout(recorded.acquireTimeout())
                .idleTimeout(recorded.idleTimeout())
                .maxLifetime(recorded.maxLifetime())
                .lifetimeJitter(recorded.lifetimeJitter())
                .maxUses(recorded.maxUses())
                .maxConcurrentCreates(recorded.maxConcurrentCreates())
                .idleOrder(recorded.isFifo() ? IdleOrder.FIFO : IdleOrder.LIFO)
                .fairness(settings.fairness())
                .ticker(time)
                .config();
    }

    /** Makes objects as the recorded one did: as long as one of those took, and not at all while it failed. */
    private final class RecordedFactory implements Factory<Object> {
        private final long[] took = java.util.Arrays.stream(
                        recording.creates().took.toArray())
                .filter(nanos -> nanos >= 0)
                .toArray();
        private int recent = -1; // the create that was recorded last, by the clock

        @Override
        public Object create() throws InterruptedException {
            failIfRecorded();
            long needed = took.length == 0 ? settings.createTime().toNanos() : took[random.nextInt(took.length)];
            time.sleep(needed);
            long sinceBegin = time.nanos() - begin;
            if (sinceBegin >= 0) { // the pool is warm before anybody comes
                creates.at.add(sinceBegin);
                creates.took.add(needed);
            }
            return new Object();
        }

        /** Takes as long as the create did that failed in the recording at this time. */
        private void failIfRecorded() throws InterruptedException {
            Longs at = recording.creates().at;
            long sinceBegin = Math.max(-1, time.nanos() - begin);
            while (recent + 1 < at.size() && at.get(recent + 1) <= sinceBegin) {
                recent++;
            }
            long latest = recent < 0 ? 0 : recording.creates().took.get(recent);
            if (latest < 0) {
                time.sleep(Recording.Creates.FAILED - latest);
                throw new IllegalStateException("no object could be made at that time in the recording either");
            }
        }

        @Override
        public void destroy(Object object) {
            Objects.requireNonNull(object);
        }
    }
}
