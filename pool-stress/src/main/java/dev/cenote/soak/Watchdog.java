package dev.cenote.soak;

import dev.cenote.pool.PoolStats;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Looks ten times a second whether everybody gets on, and whether somebody waits who need not (P4, P5, P6).
 *
 * <p>Times are counted in looks: on a machine that has no time for the workers there is none for the watchdog either.
 */
final class Watchdog implements Runnable {

    private static final long PERIOD_MILLIS = 100;
    /** How long one may wait that nothing keeps from being served. */
    private static final int LONG_WAIT = looks(2000);
    /** How long anyone may wait. */
    private static final int LONGEST_WAIT =
            looks(Settings.ACQUIRE_TIMEOUT.plus(Worker.SLACK).toMillis());
    /** The longest an acquire may take, and some more. */
    private static final int STUCK =
            looks(Settings.ACQUIRE_TIMEOUT.plus(Worker.SLACK.multipliedBy(4)).toMillis());

    /** How long no task of those that are to begin may begin. */
    private static final int LATE_TASK =
            looks(Settings.TASK_DELAY.plus(Worker.SLACK).toMillis());

    private final Soaking soaking;
    private final List<Watched> watched;
    private final long overtakers;
    private Era era;
    private long leases;
    private int stillFor;
    private int idleBesideWaiterFor;
    private long begun;
    private int restarts;
    private int unbegunFor;
    private int looks;

    /** A worker, and for how many looks it has been where it is. */
    private static final class Watched {
        final Worker worker;
        long progress;
        int idleFor; // without progress
        int waitsFor;
        long leasesBefore;

        Watched(Worker worker) {
            this.worker = worker;
        }
    }

    Watchdog(Soaking soaking, List<Worker> workers) {
        this.soaking = soaking;
        watched = workers.stream().map(Watched::new).toList();
        overtakers = (long) Worker.PAIRS * workers.size(); // a burst counts so many at once, which may be from before
        era = soaking.era();
    }

    private static int looks(long millis) {
        return (int) (millis / PERIOD_MILLIS);
    }

    @Override
    public void run() {
        try {
            while (!soaking.stage.isOver()) {
                TimeUnit.MILLISECONDS.sleep(PERIOD_MILLIS);
                lookAtPool();
                watched.forEach(this::lookAt);
                if (++looks % 10 == 0 && soaking.era().ledger().lost.get() > 0) {
                    System.gc(); // lest those leases that were dropped are found too late
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Throwable unexpected) {
            Log.add("the watchdog died", unexpected);
        }
    }

    private void lookAtPool() {
        Era now = soaking.era();
        PoolStats stats = now.pool().stats();
        long leasesNow = now.ledger().leases.sum();
        boolean isOpen = !now.pool().isClosed();
        boolean hasIdle = stats.idle() > 0 && isOpen && !soaking.isSuspended;
        boolean isHeld = stats.leased() > now.ledger().lost.get(); // nobody else holds one for longer than a moment
        boolean mayGoOn = hasIdle || isHeld || !isOpen; // a closed pool serves nobody, but fails them at once
        stillFor = now == era && leasesNow == leases && mayGoOn ? stillFor + 1 : 0;
        idleBesideWaiterFor = now == era && hasIdle && stats.waiters() > 0 ? idleBesideWaiterFor + 1 : 0;
        lookAtTasks(now, stats);
        era = now;
        leases = leasesNow;
    }

    /** What the pool has under way is code that runs, or a task that has yet to begin. */
    private void lookAtTasks(Era now, PoolStats stats) {
        long begunNow = now.ledger().begun.sum();
        int restartsNow = soaking.restarts;
        int creating = restartsNow == restarts ? stats.creating() : 0; // these may have been begun anew
        boolean isUnderWay = creating + stats.validating() + stats.retiring() > 0;
        boolean isStill = now == era && begunNow == begun && now.ledger().calls() == 0;
        unbegunFor = isUnderWay && isStill ? unbegunFor + 1 : 0;
        begun = begunNow;
        restarts = restartsNow;
        if (unbegunFor >= LATE_TASK) {
            soaking.violations.add("P14: no task has begun for " + unbegunFor * PERIOD_MILLIS + " ms: " + now.pool());
            unbegunFor = 0;
        }
    }

    private void lookAt(Watched one) {
        Worker worker = one.worker;
        long progress = worker.progress();
        boolean isOn = progress != one.progress;
        one.progress = progress;
        one.idleFor = isOn || !soaking.stage.isFor(worker.number) ? 0 : one.idleFor + 1;
        if (isOn || !worker.isAcquiring) {
            one.waitsFor = 0;
            one.leasesBefore = leases;
        } else if (worker.isInUserCode && soaking.era().settings().runsOnCaller()) {
            return; // it does not wait, and neither does it get on
        } else if (++one.waitsFor >= LONG_WAIT) {
            lookAtWait(one);
        }
        if (one.idleFor > STUCK) {
            one.idleFor = 0;
            soaking.violations.add("progress: " + worker.trace() + "\nhas not got on for "
                    + STUCK * PERIOD_MILLIS / 1000 + " s: " + era.pool());
        }
    }

    /** It has waited for long: there must be a reason. A worker that was served and not told is not among the waiters. */
    private void lookAtWait(Watched one) {
        String why;
        if (idleBesideWaiterFor >= LONG_WAIT) {
            why = "P5: %s has waited for %d ms while objects lay idle: %s";
        } else if (leases - one.leasesBefore > overtakers) {
            why = "P4, P5: %s has waited for %d ms while others were served: %s";
        } else if (stillFor >= LONG_WAIT) {
            why = "P5: %s has waited for %d ms while objects lay idle, or were leased to nobody who goes on: %s";
        } else if (one.waitsFor > LONGEST_WAIT) {
            why = "P6: %s has waited for %d ms: %s";
        } else {
            return;
        }
        soaking.violations.add(String.format(why, one.worker, one.waitsFor * PERIOD_MILLIS, era.pool()));
        one.waitsFor = 0;
        stillFor = 0; // one is told of, not all that wait with it
        idleBesideWaiterFor = 0;
    }
}
