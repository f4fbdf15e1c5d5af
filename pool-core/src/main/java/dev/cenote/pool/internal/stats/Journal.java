package dev.cenote.pool.internal.stats;

import dev.cenote.pool.DestroyReason;
import dev.cenote.pool.LeaseHolder;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolConfig;
import dev.cenote.pool.PoolLimits;
import dev.cenote.pool.PoolListener;
import dev.cenote.pool.Ticker;
import dev.cenote.pool.WaitResult;
import dev.cenote.pool.internal.run.Help;
import dev.cenote.pool.internal.run.PoolLock;
import dev.cenote.pool.internal.slot.Slot;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The one place that learns what happens to objects and callers: it counts it, and tells the log, the listener and the flight
 * recorder. What is told to nobody is counted by a method of {@link Counters}. A method is called under the pool's lock unless it
 * says otherwise; logs and listeners are told once the lock is free (P9).
 *
 * <p><b>Invariant:</b> what is counted as made, destroyed or detached is told to the listener exactly once, so that the
 * difference of births and deaths is what exists.
 */
public final class Journal {

    private static final long NOT_TIMED = -1;
    private static final long NANOS_IN_MILLI = 1_000_000;
    static final Logger LOG = LoggerFactory.getLogger(Pool.class);

    public final Counters counters = new Counters();
    private final Recorder recorder;
    private final String pool;
    private final PoolLock lock;
    private final GuardedListener listener;
    private @Nullable Outage outage; // none until a create fails; guarded by the lock
    private final Ticker ticker;
    private final int timedOneIn;
    private Level lifeLevel = Level.INFO;
    private ObjectListener tape = new ObjectListener() {}; // set before the pool is used

    public Journal(PoolConfig<?> config, PoolLock lock, Recorder recorder) {
        this.recorder = recorder;
        pool = config.name();
        this.lock = lock;
        listener = new GuardedListener(
                config.name(), config.listener() == PoolListener.NONE ? null : config.listener(), lock);
        ticker = config.ticker();
        timedOneIn = config.useTimes();
    }

    public void setTape(ObjectListener tape) {
        this.tape = tape;
    }

    // --- objects

    /** An object was made. */
    public void created(long tookNanos) {
        counters.created++;
        counters.createTimes.record(tookNanos);
        debug("an object was made, in {} ms", tookNanos / NANOS_IN_MILLI);
        tape.created(tookNanos);
        listener.tell(it -> it.created(Duration.ofNanos(tookNanos)));
    }

    /** An object was made that the pool has no place for any more. It counts as destroyed, and soon is. */
    public void createdLate(long tookNanos) {
        created(tookNanos);
        counters.destroyed(DestroyReason.LATE);
    }

    /** An object is gone. */
    public void destroyed(DestroyReason reason) {
        counters.destroyed(reason);
        tellDestroyed(reason);
    }

    /** What was made late is gone. */
    public void destroyedLate() {
        tellDestroyed(DestroyReason.LATE);
    }

    private void tellDestroyed(DestroyReason reason) {
        debug("an object was destroyed: {}", reason);
        listener.tell(it -> it.destroyed(reason));
    }

    public void detached() {
        counters.detached++;
        debug("an object was {}", "detached");
        listener.tell(it -> it.detached());
    }

    /** Called outside the lock. */
    public void destroyFailed(Throwable cause) {
        LOG.warn("Pool '{}': destroying an object failed" + Help.on("destroy-failed"), pool, cause);
        listener.tell(it -> it.destroyFailed(cause));
    }

    /** A validation or a reset has ended. */
    public void validated(long tookNanos) {
        counters.validationTimes.record(tookNanos);
        tape.validated(tookNanos);
    }

    public void validationFailed() {
        counters.validationFailures++;
        tape.validationFailed();
        listener.tell(it -> it.validationFailed());
    }

    public void faultReported(Throwable cause) {
        listener.tell(it -> it.faultReported(cause));
    }

    // --- calls of user code; called outside the lock, on the thread of the call

    public Recorder.Call creating(Slot<?> slot) {
        return recorder.create(pool, slot.index);
    }

    public Recorder.Call validating(Slot<?> slot, boolean isReset) {
        return recorder.validate(pool, slot.index, isReset);
    }

    public Recorder.Call destroying(DestroyReason reason) {
        return recorder.destroy(pool, reason);
    }

    // --- creates that fail

    public void createFailed() {
        counters.creationFailures++;
    }

    /**
     * A create has failed that the pool wanted.
     *
     * @param isOutage false if it was only interrupted, or began before the last success
     * @param next when the next try is; empty if creates do not fail, as far as is known
     */
    public void couldNotCreate(Throwable cause, boolean isOutage, long tookNanos, String next, long now) {
        if (next.isEmpty()) {
            debug("a create failed that began before the last success", cause);
        } else {
            Outage failing = outage != null ? outage : new Outage(pool, lock, counters, recorder);
            outage = failing;
            if (isOutage && failing.begin(cause, now)) {
                listener.tell(it -> it.outageBegan(cause));
            }
            failing.tell(cause, next, now);
        }
        tape.createFailed(tookNanos);
        listener.tell(it -> it.createFailed(cause));
    }

    /** The first object of the pool has been made, and can be used. */
    public void firstCreated(long tookNanos) {
        long millis = tookNanos / NANOS_IN_MILLI;
        lock.afterwards(
                () -> LOG.atLevel(lifeLevel).log("Pool '{}': the first object was made, in {} ms", pool, millis));
    }

    /** Tells whether an outage was told that has not ended. */
    public boolean isOutageTold() {
        return outage != null && outage.isOn();
    }

    /** Nobody has wanted an object for long: whether creates would still fail is not known. */
    public void forgetOutage() {
        if (outage != null && outage.isOn()) {
            Duration lasted = outage.forget();
            listener.tell(it -> it.outageEnded(lasted));
        }
    }

    /** An object was made, or objects are made in another way from now on. */
    public void endOutage(int waiters, long now) {
        if (outage != null && outage.isOn()) {
            Duration lasted = outage.end(waiters, now);
            listener.tell(it -> it.outageEnded(lasted));
        }
    }

    // --- leases

    /** Called outside the lock. */
    public void leakSuspected(LeaseHolder holder, boolean isLost, @Nullable Throwable acquired) {
        LOG.warn(
                (isLost
                                ? "Pool '{}': a lease of {} was never closed; its object is taken back"
                                : "Pool '{}': a lease is held by {}, and may be leaked")
                        + Help.on("leak"),
                pool,
                holder,
                acquired);
        listener.tell(it -> it.leakSuspected(holder, isLost, Optional.ofNullable(acquired)));
    }

    /** A lease was taken back. Called outside the lock. */
    public void revoked(LeaseHolder holder, String why) {
        recorder.revoked(pool, holder, why);
        listener.tell(it -> it.revoked(holder));
    }

    /** A lease begins. Called by its holder, or for it. */
    public void leased(Slot<?> slot, long leaseWord) {
        if (isTimed(leaseWord)) {
            slot.noteLeased(ticker.nanos());
        }
    }

    /** For how long a lease that is about to end was held; {@link #NOT_TIMED} if that is not measured. */
    public long held(Slot<?> slot, long leaseWord) {
        return isTimed(leaseWord) ? ticker.nanos() - slot.leasedAtNanos() : NOT_TIMED;
    }

    private boolean isTimed(long leaseWord) {
        return timedOneIn > 0 && Slot.generation(leaseWord) % timedOneIn == 0;
    }

    /** A lease has ended. Called by the one that ended it. */
    public void used(long heldNanos) {
        if (heldNanos != NOT_TIMED) {
            counters.useTimes.record(heldNanos);
            listener.tell(it -> it.used(Duration.ofNanos(heldNanos)));
        }
    }

    /** Called without the lock. */
    public void staleClose() {
        counters.staleCloses.increment();
        listener.tell(it -> it.staleClose());
    }

    // --- callers

    /** A caller that was in the queue has left it, or one has made its object itself. Called by the thread that brings it what it gets. */
    public void waited(long nanos, WaitResult result) {
        counters.waitTimes.record(nanos);
        listener.tell(it -> it.waited(Duration.ofNanos(nanos), result));
    }

    public void timedOut() {
        counters.timeouts++;
        listener.tell(it -> it.timedOut());
    }

    /** A caller was turned away because the queue was full. */
    public void refused(int waiters) {
        counters.refused++;
        lock.afterwards(() -> recorder.refused(pool, null, waiters));
        listener.tell(it -> it.refused());
    }

    /** A caller was turned away because no object can be made. */
    public void turnedAway(Throwable cause, int waiters) {
        failed(cause);
        lock.afterwards(() -> recorder.refused(pool, cause, waiters));
    }

    /** A caller failed because no object can be made. */
    public void failed(Throwable cause) {
        counters.failed++;
        listener.tell(it -> it.failed(cause));
    }

    // --- the pool

    /** Called outside the lock. */
    public void opened(PoolConfig<?> config) {
        if (LOG.isInfoEnabled()) {
            LOG.info("Pool '{}' is open, with the defaults but for {}", pool, config.changedSettings());
        }
    }

    /** It is one of many pools, which come and go: their lives are told at DEBUG. Called before it is used. */
    public void beQuiet() {
        lifeLevel = Level.DEBUG;
    }

    public void resized(PoolLimits limits) {
        debug("resized to {}", limits);
        listener.tell(it -> it.resized(limits));
    }

    public void suspended() {
        lock.afterwards(() -> LOG.info("Pool '{}' is suspended: callers wait until it is resumed", pool));
        listener.tell(it -> it.suspended());
    }

    public void resumed() {
        lock.afterwards(() -> LOG.info("Pool '{}' is resumed", pool));
        listener.tell(it -> it.resumed());
    }

    public void closing() {
        listener.tell(it -> it.closing());
    }

    /** Called outside the lock. */
    public void closed() {
        LOG.atLevel(lifeLevel).log("Pool '{}' is closed", pool);
        listener.tell(it -> it.closed());
    }

    private void debug(String what, Object detail) {
        if (LOG.isDebugEnabled()) {
            lock.afterwards(() -> LOG.debug("Pool '{}': " + what, pool, detail));
        }
    }
}
