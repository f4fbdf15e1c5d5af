package dev.cenote.pool.internal;

import dev.cenote.pool.Ticker;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread of a pool: runs the housekeeper when the alarm says so. Whatever the housekeeper throws is logged, and
 * it runs again a second later.
 *
 * <p><b>Ordering:</b> {@code nextRun} is written under the lock, before the unpark; the thread reads it after each park.
 * A wake-up between its look and its park leaves a permit, so that the park returns at once.
 */
final class HousekeeperThread implements Alarm, Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(HousekeeperThread.class);
    private static final long AFTER_FAILURE_NANOS = Duration.ofSeconds(1).toNanos();

    private final Ticker ticker;
    private final Thread thread;
    private volatile long nextRun;
    private volatile boolean stopped;
    private LongConsumer housekeeper = now -> {}; // set before the thread starts

    HousekeeperThread(String poolName, Ticker ticker) {
        this.ticker = ticker;
        thread = new Thread(null, this, "cenote-" + poolName + "-housekeeper", 0, false);
        thread.setDaemon(true);
        nextRun = ticker.nanos();
    }

    void start(LongConsumer runOnce) {
        housekeeper = runOnce;
        thread.start();
    }

    @Override
    public void noLaterThan(long instant) {
        if (instant - nextRun < 0) {
            nextRun = instant;
            LockSupport.unpark(thread);
        }
    }

    @Override
    public void next(long instant) {
        nextRun = instant;
    }

    @Override
    public long lateness(long now) {
        return now - nextRun;
    }

    void stop() {
        stopped = true;
        LockSupport.unpark(thread);
    }

    @Override
    public void run() {
        while (!stopped) {
            long wait = nextRun - ticker.nanos();
            if (wait > 0) {
                LockSupport.parkNanos(this, wait);
                Thread.interrupted(); // nobody's business here, and it would keep the next park from parking
                continue;
            }
            try {
                housekeeper.accept(ticker.nanos());
            } catch (Throwable thrown) {
                nextRun = ticker.nanos() + AFTER_FAILURE_NANOS;
                log(thrown);
            }
        }
    }

    private static void log(Throwable thrown) {
        try {
            LOG.error("The housekeeper failed, and runs again in a second", thrown);
        } catch (Throwable again) {
            thrown.addSuppressed(again); // a logger that throws must not end the thread
        }
    }
}
