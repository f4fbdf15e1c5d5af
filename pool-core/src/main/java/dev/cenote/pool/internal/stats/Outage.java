package dev.cenote.pool.internal.stats;

import dev.cenote.pool.internal.run.Help;
import dev.cenote.pool.internal.run.Nanos;
import dev.cenote.pool.internal.run.PoolLock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The time in which a pool's creates fail, from the first failure to the next success, and what the log is told of it: each cause
 * once with its stack, then once a minute without it; from the ninth on, all others as one. Guarded by the pool's lock.
 */
final class Outage {

    private static final Logger LOG = Journal.LOG;
    private static final long TOLD_EACH_NANOS = Duration.ofMinutes(1).toNanos();
    private static final int MOST_CAUSES = 8;

    /** The key of all causes from the ninth on: messages with a number or a time in them would need a new key each time. */
    private static final String OTHER_CAUSES = "others";

    private final String pool;
    private final PoolLock lock;
    private final Counters counters;
    private final Recorder recorder;
    private CompletableFuture<Recorder.Ending> recording = new CompletableFuture<>();
    private @Nullable ConcurrentHashMap<String, Long>
            toldNanos; // by cause: when it was told last; none while creates succeed
    private boolean isOn;
    private long begunAtNanos;
    private long failedAtNanos; // last

    // The counts when it began.
    private long creationFailures;
    private long failed;
    private long timeouts;
    private long waited;

    Outage(String pool, PoolLock lock, Counters counters, Recorder recorder) {
        this.recorder = recorder;
        this.pool = pool;
        this.lock = lock;
        this.counters = counters;
    }

    boolean isOn() {
        return isOn;
    }

    /** A create has failed. True if it is the first one. */
    boolean begin(Throwable cause, long now) {
        if (isOn) {
            return false;
        }
        isOn = true;
        begunAtNanos = now;
        creationFailures = counters.creationFailures - 1; // this one is counted
        failed = counters.failed;
        timeouts = counters.timeouts;
        waited = counters.waited;
        CompletableFuture<Recorder.Ending> begun =
                new CompletableFuture<>(); // its end may be told by another thread, and sooner
        recording = begun;
        lock.afterwards(() -> begun.complete(recorder.outage(pool, cause)));
        return true;
    }

    /** Tells the log of a failure, unless it was told of the same one within the last minute. */
    void tell(Throwable cause, String next, long now) {
        ConcurrentHashMap<String, Long> known =
                isOn ? toldNanos : null; // a create that is only interrupted begins none
        ConcurrentHashMap<String, Long> told = known != null ? known : new ConcurrentHashMap<>();
        toldNanos = isOn ? told : null;
        failedAtNanos = now;
        long failures = counters.creationFailures - creationFailures;
        long seconds = isOn ? (now - begunAtNanos) / 1_000_000_000 : 0;
        lock.afterwards(() -> {
            String name = name(cause); // user code: not under the lock
            String key = told.size() < MOST_CAUSES || told.containsKey(name) ? name : OTHER_CAUSES;
            Long before = told.putIfAbsent(key, now);
            if (before == null) {
                LOG.warn(
                        "Pool '{}': an object could not be made; next try {}" + Help.on("create-failed"),
                        pool,
                        next,
                        cause);
            } else if (Nanos.isPast(before + TOLD_EACH_NANOS, now) && told.replace(key, before, now)) {
                LOG.warn(
                        "Pool '{}': objects could not be made for {} s: {} creates have failed, this one as before: {};"
                                + " next try {}" + Help.on("create-failed"),
                        pool,
                        seconds,
                        failures,
                        name,
                        next);
            } else {
                LOG.debug("Pool '{}': an object could not be made, as before: {}; next try {}", pool, name, next);
            }
        });
    }

    private static String name(Throwable cause) {
        String type = cause.getClass().getName();
        try {
            String message = cause.getMessage();
            return message == null ? type : type + ": " + message;
        } catch (Throwable thrown) {
            return type;
        }
    }

    /** It is over, and nobody has found out how it ended. Returns for how long creates have failed. */
    Duration forget() {
        long lastedNanos = failedAtNanos - begunAtNanos;
        over(0);
        lock.afterwards(() -> LOG.info(
                "Pool '{}': creates have failed for {} ms, and then nobody wanted an object; whether one can be made is"
                        + " found out now",
                pool,
                lastedNanos / 1_000_000));
        return Duration.ofNanos(lastedNanos);
    }

    /** What it has cost. */
    private record Toll(long creates, long failed, long timeouts, long waited) {}

    private Toll over(int waiters) {
        isOn = false;
        toldNanos = null;
        Toll toll = new Toll(
                counters.creationFailures - creationFailures,
                counters.failed - failed,
                counters.timeouts - timeouts,
                counters.waited - waited + waiters);
        CompletableFuture<Recorder.Ending> begun = recording;
        lock.afterwards(() -> {
            CompletableFuture<Void> unused =
                    begun.thenAccept(it -> it.ended(toll.creates, toll.failed, toll.timeouts, toll.waited));
        });
        return toll;
    }

    /** Returns how long it has lasted. */
    Duration end(int waiters, long now) {
        Toll toll = over(waiters);
        long lastedNanos = now - begunAtNanos;
        lock.afterwards(() -> LOG.info(
                "Pool '{}': objects can be made again, after {} ms in which {} creates failed, {} callers failed, {}"
                        + " timed out and {} waited",
                pool,
                lastedNanos / 1_000_000,
                toll.creates,
                toll.failed,
                toll.timeouts,
                toll.waited));
        return Duration.ofNanos(lastedNanos);
    }
}
