package dev.cenote.pool.internal;

import dev.cenote.pool.internal.run.Help;
import dev.cenote.pool.internal.run.Nanos;
import dev.cenote.pool.internal.slot.Slot;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the log is told of a close that takes time: who holds the leases. Guarded by the pool's lock. */
final class ShutdownLog {

    private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);
    private static final long TOLD_AFTER_NANOS = Duration.ofSeconds(1).toNanos();

    private final Engine<?> engine;
    private final String pool;
    private boolean isToTellWait;
    private long tellWaitAtNanos;

    ShutdownLog(Engine<?> engine) {
        this.engine = engine;
        pool = engine.config.name();
    }

    /** The pool begins to close. */
    void begin(long graceNanos) {
        int leased = engine.diagnosis.leased();
        if (leased > 0) {
            OldestHolders holders = engine.diagnosis.holders();
            engine.lock.afterwards(() -> LOG.info(
                    "Pool '{}' is closing: {} leases are out and have {}; the oldest are held by {}",
                    pool,
                    leased,
                    graceNanos == Nanos.FOREVER ? "all the time that they need" : graceNanos / 1_000_000 + " ms",
                    holders.get()));
        }
    }

    /** A thread waits for the end from now on. */
    void waiting() {
        isToTellWait = true;
        tellWaitAtNanos = engine.now() + TOLD_AFTER_NANOS;
        engine.alarm.noLaterThan(tellWaitAtNanos);
    }

    /** Tells, once, that a thread has waited for a while. */
    void tellWait(long now, boolean isOver) {
        if (isToTellWait && !isOver && Nanos.isPast(tellWaitAtNanos, now)) {
            isToTellWait = false;
            OldestHolders holders = engine.diagnosis.holders();
            int leased = engine.diagnosis.leased();
            int others = engine.slots.occupied() - leased;
            engine.lock.afterwards(() -> LOG.info(
                    "Pool '{}': close() waits for {} leases, the oldest held by {}, and for {} objects to be destroyed",
                    pool,
                    leased,
                    holders.get(),
                    others));
        }
    }

    /** When to tell that, or the given instant if that is earlier. */
    long next(long instant) {
        return isToTellWait ? Nanos.earlier(instant, tellWaitAtNanos) : instant;
    }

    /**
     * A thread that closes the pool while it holds a lease waits for itself until the grace is over. It is told, and waits all
     * the same: the holder of a lease is noted racily, and the thread may have given the lease to another one.
     */
    void warnOfOwnLease() {
        long self = Thread.currentThread().getId();
        boolean[] isHolder = new boolean[1];
        engine.slots.forEach(slot -> isHolder[0] |= slot.state() == Slot.LEASED && slot.holderId() == self);
        if (isHolder[0]) {
            LOG.warn(
                    "Pool '{}' is closed by a thread that has acquired a lease which has not ended: the close waits"
                            + " for that end, until the grace is over. Close the pool after the use, or call shutdown"
                            + Help.on("closed-by-a-holder"),
                    pool);
        }
    }
}
