package dev.cenote.soak;

import dev.cenote.pool.PoolStats;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Looks ten times a second whether everybody gets on, and whether an object lies idle while somebody waits (P5). */
final class Watchdog implements Runnable {

    private static final long PERIOD_MILLIS = 100;
    private static final long BESIDE_IDLE_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** The longest an acquire may take, and some more. */
    private static final long STUCK_NANOS =
            Settings.ACQUIRE_TIMEOUT.plus(Worker.SLACK.multipliedBy(4)).toNanos();

    private final Soaking soaking;
    private final List<Worker> workers;
    private final long[] progress;
    private final long[] changedAtNanos;
    private long idleWhileWaitingSince; // 0 if not
    private int looks;

    Watchdog(Soaking soaking, List<Worker> workers) {
        this.soaking = soaking;
        this.workers = workers;
        progress = new long[workers.size()];
        changedAtNanos = new long[workers.size()];
        Arrays.fill(changedAtNanos, System.nanoTime());
    }

    @Override
    public void run() {
        try {
            while (!soaking.stage.isOver()) {
                TimeUnit.MILLISECONDS.sleep(PERIOD_MILLIS);
                long now = System.nanoTime();
                lookAtPool(now);
                lookAtWorkers(now);
                if (++looks % 10 == 0 && soaking.era().ledger().lost.get() > 0) {
                    System.gc(); // lest those leases that were dropped are found too late
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void lookAtPool(long now) {
        Era era = soaking.era();
        PoolStats stats = era.pool().stats();
        if (stats.idle() == 0
                || stats.waiters() == 0
                || soaking.isSuspended
                || era.pool().isClosed()) {
            idleWhileWaitingSince = 0;
            return;
        }
        if (idleWhileWaitingSince == 0) {
            idleWhileWaitingSince = now;
            return;
        }
        for (Worker worker : workers) {
            long since = worker.waitsSince;
            if (since != 0 && now - Math.max(since, idleWhileWaitingSince) > BESIDE_IDLE_NANOS) {
                soaking.violations.add("P5: " + worker + " has waited for " + (now - since) / 1_000_000
                        + " ms while objects lay idle: " + era.pool());
                idleWhileWaitingSince = 0;
                return;
            }
        }
    }

    private void lookAtWorkers(long now) {
        for (Worker worker : workers) {
            int i = worker.number;
            if (worker.progress != progress[i] || !soaking.stage.isFor(i)) {
                progress[i] = worker.progress;
                changedAtNanos[i] = now;
            } else if (now - changedAtNanos[i] > STUCK_NANOS) {
                changedAtNanos[i] = now;
                soaking.violations.add("progress: " + worker.trace() + "\nhas not got on for "
                        + TimeUnit.NANOSECONDS.toSeconds(STUCK_NANOS) + " s: "
                        + soaking.era().pool());
            }
        }
    }
}
