package dev.cenote.pool.internal.run;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.time.Duration;
import java.util.Comparator;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that runs the housekeepers of all pools, each when its {@link HousekeeperAlarm} says so, and between them
 * looks for pools that nobody can reach any more. It begins when the first pool opens, and ends when the last one is
 * closed.
 *
 * <p><b>Invariants:</b>
 *
 * <ol>
 *   <li>The schedule is the thread's own. A thread that changes an alarm puts it among the changed ones, and wakes the thread if
 *       it would sleep for too long.
 *   <li>No lock is taken for that. So a thread that holds the lock of one pool waits for no other pool, and an error
 *       between two steps leaves no lock taken.
 *   <li>Whatever a housekeeper throws is logged, and it runs again a second later; the others run on.
 *   <li>There is a thread exactly while there are alarms that run ({@code alarms}, guarded by {@code life}).
 * </ol>
 *
 * <p><b>Ordering:</b> {@code wakesAtNanos} is written before the thread looks once more whether something has changed, and
 * read after something was put among the changed ones: one of the two sees the other.
 */
public final class HousekeeperThread implements Runnable {

    /** For all pools of this class's loader. */
    public static final HousekeeperThread SHARED = new HousekeeperThread("cenote-housekeeper");

    private static final Logger LOG = LoggerFactory.getLogger(HousekeeperThread.class);
    private static final long LATEST_NANOS = Duration.ofDays(1).toNanos(); // of a ticker that jumped
    private static final long LATE_NANOS = Duration.ofMillis(100).toNanos();
    /** So long after it has failed a housekeeper runs again. */
    static final long AFTER_FAILURE_NANOS = Duration.ofSeconds(1).toNanos();

    /** How often pools that nobody can reach are looked for, if nothing else is due. */
    private static final long LONGEST_SLEEP_NANOS = Duration.ofSeconds(10).toNanos();

    private final String name;
    private final ReentrantLock life = new ReentrantLock();
    private final Set<HousekeeperAlarm> alarms = ConcurrentHashMap.newKeySet(); // changed with life held
    private final ConcurrentLinkedQueue<HousekeeperAlarm> changed = new ConcurrentLinkedQueue<>();
    private final ReferenceQueue<Object> unreachable = new ReferenceQueue<>();
    private volatile @Nullable Thread thread; // changed with life held
    private volatile long wakesAtNanos;

    // The thread's own.
    private NavigableSet<HousekeeperAlarm> schedule = newSchedule();
    private long numbered;
    private boolean isLost; // whether the schedule is to be made anew
    /**
     * For how long in all the thread slept longer than it was to: the process stood still. A freeze that begins while the thread works is
     * not seen, since a pass that takes long looks the same; the thread works for a fraction of a thousandth of the time.
     */
    private volatile long stoodStillNanos;

    /** Tells that an owner can't be reached any more. Kept by the owner's alarm, or it would be collected itself. */
    private static final class Watch extends PhantomReference<Object> {
        final Runnable whenUnreachable;

        Watch(Object owner, ReferenceQueue<Object> queue, Runnable whenUnreachable) {
            super(owner, queue);
            this.whenUnreachable = whenUnreachable;
        }
    }

    public HousekeeperThread(String name) {
        this.name = name;
    }

    /** Has something done, once, when the owner can't be reached any more. The caller keeps the reference. */
    PhantomReference<Object> watch(Object owner, Runnable whenUnreachable) {
        return new Watch(owner, unreachable, whenUnreachable);
    }

    private static NavigableSet<HousekeeperAlarm> newSchedule() {
        Comparator<HousekeeperAlarm> earlier = (one, other) -> Long.signum(one.dueNanos - other.dueNanos);
        return new TreeSet<>(earlier.thenComparingLong(alarm -> alarm.number));
    }

    void add(HousekeeperAlarm alarm) {
        life.lock();
        try {
            if (thread == null || !thread.isAlive()) {
                Thread next = PoolThreads.newDaemon(name, null, this); // it must not keep a loader of an application
                wakesAtNanos = System.nanoTime();
                next.start();
                thread = next; // not before: where none can be had, the next pool tries again
            }
            alarms.add(alarm);
        } finally {
            life.unlock();
        }
        changed(alarm, 0);
    }

    void remove(HousekeeperAlarm alarm) {
        life.lock();
        try {
            alarms.remove(alarm);
            if (thread != null) {
                changed.add(alarm);
                LockSupport.unpark(thread);
            }
        } finally {
            life.unlock();
        }
    }

    /** An alarm is due earlier than it was: after so long. Does not block. */
    void changed(HousekeeperAlarm alarm, long leftNanos) {
        changed.add(alarm);
        if (System.nanoTime() + leftNanos - wakesAtNanos < 0) {
            LockSupport.unpark(thread);
        }
    }

    @Override
    public void run() {
        isLost = true;
        while (true) {
            try {
                if (isOver()) {
                    return;
                }
                step();
            } catch (Throwable thrown) { // not a housekeeper's: those are caught one by one
                isLost = true;
                tell(thrown);
                LockSupport.parkNanos(this, AFTER_FAILURE_NANOS);
            }
        }
    }

    private void step() {
        if (isLost) {
            schedule = newSchedule();
            changed.addAll(alarms);
            isLost = false;
        }
        takeChanges();
        lookForUnreachable();
        long wait = schedule.isEmpty()
                ? LONGEST_SLEEP_NANOS
                : Math.min(LONGEST_SLEEP_NANOS, schedule.first().dueNanos - System.nanoTime());
        if (wait > 0) {
            sleep(wait);
        } else {
            run(schedule.pollFirst());
        }
    }

    private static void tell(Throwable thrown) {
        try {
            log("The housekeepers' thread failed, and goes on in a second", thrown);
        } catch (Throwable again) {
            Thread.onSpinWait(); // there is no memory to tell it with; the thread goes on
        }
    }

    private void lookForUnreachable() {
        for (var next = unreachable.poll(); next != null; next = unreachable.poll()) {
            try {
                ((Watch) next).whenUnreachable.run();
            } catch (Throwable thrown) {
                log("A pool that nobody can reach was not closed", thrown);
            }
        }
    }

    /** Tells whether the calling thread is this one. */
    public boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    /** For how long in all the process stood still, as far as this thread noticed it. */
    long stoodStillNanos() {
        return stoodStillNanos;
    }

    private void sleep(long nanos) {
        wakesAtNanos = System.nanoTime() + nanos;
        if (changed.isEmpty()) {
            LockSupport.parkNanos(this, nanos);
            long late = System.nanoTime() - wakesAtNanos;
            if (late > LATE_NANOS) {
                stoodStillNanos = stoodStillNanos() + late; // written by this thread alone
            }
        }
        Thread.interrupted(); // nobody's business here, and it would keep the next park from parking
    }

    private boolean isOver() {
        if (!alarms.isEmpty()) {
            return false;
        }
        life.lock();
        try {
            if (!alarms.isEmpty()) {
                return false;
            }
            changed.clear();
            schedule = newSchedule();
            thread = null;
            return true;
        } finally {
            life.unlock();
        }
    }

    private void takeChanges() {
        for (HousekeeperAlarm alarm = changed.poll(); alarm != null; alarm = changed.poll()) {
            schedule.remove(alarm);
            plan(alarm, left(alarm));
        }
    }

    private static long left(HousekeeperAlarm alarm) {
        try {
            return alarm.leftNanos();
        } catch (Throwable thrown) { // a ticker must not, but this one is not the only pool
            log("The housekeeper failed, and runs again in a second", thrown);
            return AFTER_FAILURE_NANOS;
        }
    }

    private void run(HousekeeperAlarm alarm) {
        long left = AFTER_FAILURE_NANOS;
        try {
            left = alarm.runIfDue();
        } catch (Throwable thrown) {
            log("The housekeeper failed, and runs again in a second", thrown);
        }
        plan(alarm, left);
    }

    private void plan(HousekeeperAlarm alarm, long leftNanos) {
        if (!alarm.isStopped()) {
            alarm.dueNanos = System.nanoTime() + Math.max(-LATEST_NANOS, Math.min(leftNanos, Nanos.FOREVER));
            alarm.number = ++numbered;
            schedule.add(alarm);
        }
    }

    private static void log(String what, Throwable thrown) {
        try {
            LOG.error(what + Help.on("housekeeper-failed"), thrown);
        } catch (Throwable again) {
            SafeLog.add(thrown, again);
        }
    }
}
