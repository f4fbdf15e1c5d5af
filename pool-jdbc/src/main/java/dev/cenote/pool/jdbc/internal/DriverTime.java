package dev.cenote.pool.jdbc.internal;

import dev.cenote.pool.AdaptiveSizing;
import dev.cenote.pool.Ticker;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long the calls of one lease were within the driver, for an adaptive policy: the rest of the hold is what the holder did in
 * between. Only calls that may ask the server are counted.
 *
 * <p><b>Invariants:</b> time in which several calls are under way, by several threads or one within the other, counts once. Its
 * monitor guards all fields, and no other code runs under it.
 */
final class DriverTime {

    private static final Logger LOG = LoggerFactory.getLogger("dev.cenote.pool.jdbc");

    private static final long PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final AtomicLong TOLD_NANOS = new AtomicLong(System.nanoTime() - PAUSE_NANOS);

    private final AdaptiveSizing sizing;
    private final Ticker ticker;

    private int underWay; // calls
    private long sinceNanos; // some have been, without a break
    private long sumNanos;
    private boolean isAsked; // the server, for anything
    private boolean isFailed;

    DriverTime(AdaptiveSizing sizing, Ticker ticker) {
        this.sizing = sizing;
        this.ticker = ticker;
    }

    /** A call begins. */
    void begin() {
        long now = ticker.nanos();
        synchronized (this) {
            isAsked = true;
            if (underWay++ == 0) {
                sinceNanos = now;
            }
        }
    }

    /** A call ends, if it is timed. */
    static void end(@Nullable DriverTime time) {
        if (time != null) {
            time.end();
        }
    }

    private void end() {
        long now = ticker.nanos();
        synchronized (this) {
            if (--underWay == 0) {
                sumNanos += now - sinceNanos;
            }
        }
    }

    /** An exception of the driver: one of a dead connection, or that of a call whose time was up, is no answer. */
    void note(SQLException e, boolean isFatal) {
        if (isFatal || Faults.isTimeout(e)) {
            noteFailure();
        }
    }

    synchronized void noteFailure() {
        isFailed = true;
    }

    /** Tells the policy, unless the server was asked for nothing. A call that another thread has under way counts up to now. */
    void tell() {
        long now = ticker.nanos();
        long nanos;
        boolean isGood;
        synchronized (this) {
            if (!isAsked && !isFailed) {
                return;
            }
            nanos = sumNanos + (underWay > 0 ? now - sinceNanos : 0);
            isGood = !isFailed;
        }
        try {
            sizing.used(Duration.ofNanos(Math.max(0, nanos)), isGood); // a ticker may go back
        } catch (Throwable e) { // a close throws nothing
            long moment = System.nanoTime();
            long last = TOLD_NANOS.get();
            if (moment - last < PAUSE_NANOS || !TOLD_NANOS.compareAndSet(last, moment)) {
                return; // told at most once a minute
            }
            LOG.warn("the sizing policy failed (see https://cenote.dev/help#your-code-threw)", e);
        }
    }
}
