package dev.cenote.pool.jdbc.internal;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a pool has learned of its driver: which traits it sets back, which it does not, and what the end of a request does.
 *
 * <p>Racy on purpose: a habit that is seen too late costs one more look.
 */
final class DriverHabits {

    private static final Logger LOG = LoggerFactory.getLogger("dev.cenote.pool.jdbc");
    private static final long PAUSE_NANOS = 60_000_000_000L;

    private final AtomicInteger proven = new AtomicInteger();
    private final AtomicInteger told = new AtomicInteger();
    private final AtomicLong hookToldNanos = new AtomicLong(System.nanoTime() - PAUSE_NANOS);
    private volatile String pool = "?";
    private volatile boolean areRequestsKnown;
    private volatile boolean doRequestsReset;

    /** For messages. */
    void areOf(String name) {
        pool = name;
    }

    /** Whether the driver was seen to set it back. */
    boolean isProven(Trait trait) {
        return (proven.get() & trait.bit) != 0;
    }

    void noteProven(Trait trait) {
        if (!isProven(trait)) {
            proven.getAndAccumulate(trait.bit, (all, one) -> all | one);
        }
    }

    /** Whether the end of a request was looked at. */
    boolean areRequestsKnown() {
        return areRequestsKnown;
    }

    /** Whether the driver has its session as new when a request ends. */
    boolean doRequestsReset() {
        return doRequestsReset;
    }

    void noteRequests(boolean doReset) {
        doRequestsReset = doRequestsReset || doReset;
        areRequestsKnown = true;
    }

    /** Says once a pool that sessions are lost for what the driver does not set back. */
    void tellUnrestored(Trait trait, Exception why) {
        if ((told.getAndAccumulate(trait.bit, (all, one) -> all | one) & trait.bit) == 0) {
            LOG.warn(
                    "Pool '{}': {} can't be set back to what it was before a holder changed it, so each session in which that"
                            + " happens is destroyed; told once (see https://cenote.dev/help#not-set-back)",
                    pool,
                    trait,
                    why);
        }
    }

    /** Says at most once a minute that sessions are lost for the hook. */
    void tellHookFailed(Exception why) {
        long now = System.nanoTime();
        long last = hookToldNanos.get();
        if (now - last >= PAUSE_NANOS && hookToldNanos.compareAndSet(last, now)) {
            LOG.warn(
                    "Pool '{}': onReturn failed, and the session is destroyed; told at most once a minute"
                            + " (see https://cenote.dev/help#your-code-threw)",
                    pool,
                    why);
        }
    }
}
