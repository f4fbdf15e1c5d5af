package dev.cenote.pool.internal.stats;

import dev.cenote.pool.DestroyReason;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What has happened so far, as far as no slot tells it. Only this package writes it. The plain fields are guarded by the pool's lock,
 * and counted in the same critical section as the event, so they agree with the slots. The adders and the histograms need no lock.
 */
public final class Counters {

    public long created;
    public long detached;
    public long missed; // by callers that queued
    private long madeByCallers; // leases of objects that their callers made for themselves
    public long waited;
    public long timeouts;
    public long refused;
    public long failed;
    public long cancelled;
    public long creationFailures;
    public long validations;
    public long validationFailures;
    public long leaks;
    private @Nullable EnumMap<DestroyReason, long[]> destroyed; // none until one is

    /** Leases that ended before their callers had them, because the object was not valid. */
    public long notGiven;

    /** Not under the lock: validations on callers' threads. */
    public final LongAdder validatedByCallers = new LongAdder();

    /** Not under the lock: a stale close takes none. */
    public final LongAdder staleCloses = new LongAdder();

    /** Not under the lock: recorded by the threads that waited, when they are back. */
    public final Histogram waitTimes = new Histogram();

    /** Not under the lock: recorded by the threads that end leases. */
    public final Histogram useTimes = new Histogram();

    public final Histogram createTimes = new Histogram();
    public final Histogram validationTimes = new Histogram();
    public final RecentTimes recent = new RecentTimes();

    /** The times of all callers: those that were served at once waited for no time. */
    public BucketTimes waitTimes(long acquired, BucketTimes ofQueued) {
        return ofQueued.andZero(acquired - allMissed());
    }

    /** A caller that queued, since it found nothing ready, gets a lease. */
    public void served(boolean hadToWait) {
        missed++;
        waited += hadToWait ? 1 : 0;
    }

    /** A caller gets a lease of an object that it has made. */
    public void servedItself() {
        madeByCallers++;
    }

    /** Leases of callers that found nothing ready. */
    public long allMissed() {
        return missed + madeByCallers;
    }

    /** A caller has left by itself. */
    public void cancelled() {
        cancelled++;
    }

    /** A lease is reported as leaked, for the first time. */
    public void leaked() {
        leaks++;
    }

    /** A validation or a reset begins, or one of a new object has ended. */
    public void validates() {
        validations++;
    }

    /** The same on a caller's thread. Called without the lock. */
    public void validatesOnCaller() {
        validatedByCallers.increment();
    }

    /** A lease has ended before its caller had it, because the object was not valid. */
    public void notGiven() {
        notGiven++;
    }

    void destroyed(DestroyReason reason) {
        EnumMap<DestroyReason, long[]> counts = destroyed != null ? destroyed : new EnumMap<>(DestroyReason.class);
        counts.computeIfAbsent(reason, first -> new long[1])[0]++;
        destroyed = counts;
    }

    /** How many objects were destroyed so far for one of two reasons. */
    public long destroyed(DestroyReason one, DestroyReason other) {
        Map<DestroyReason, Long> counts = destroyedByReason();
        return counts.getOrDefault(one, 0L) + counts.getOrDefault(other, 0L);
    }

    public Map<DestroyReason, Long> destroyedByReason() {
        if (destroyed == null) {
            return Map.of();
        }
        EnumMap<DestroyReason, Long> counts = new EnumMap<>(DestroyReason.class);
        destroyed.forEach((reason, count) -> counts.put(reason, count[0]));
        return Collections.unmodifiableMap(counts);
    }
}
