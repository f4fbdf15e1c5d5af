package dev.cenote.pool.internal.run;

import dev.cenote.pool.PoolConfig;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pool's tasks: each is given to the executor once the pool's lock is free, and begins.
 *
 * <p><b>Invariants:</b>
 *
 * <ol>
 *   <li>Each task begins, and begins once: on the executor, or, if the executor has not begun it after {@link
 *       #BEGIN_NANOS} or a tenth of the caller's time, on a thread of the pool's own. So an executor that is busy, has been shut down or drops tasks, or
 *       whose threads all wait in this pool, costs a delay.
 *   <li>A task that the executor runs in place, on the thread that hands it over, runs there only if that thread needs it:
 *       a thread that releases, invalidates or closes does not make another caller's object. Else it runs on a thread of
 *       the pool's own.
 *   <li>A task that runs in place sees no interrupt that the thread came with; the thread finds it afterwards.
 * </ol>
 */
public final class Tasks {

    private static final Logger LOG = LoggerFactory.getLogger(Tasks.class);

    static final long BEGIN_NANOS = Duration.ofMillis(500).toNanos();
    private static final int FORGET_AT_FIRST = 64;

    private final PoolConfig<?> config;
    private final PoolLock lock;
    private final Alarm alarm;
    private final Executor executor;
    private final Executor ownThread;
    private final boolean isWatched;

    // Guarded by the lock.
    private final ArrayDeque<Task> handedOver = new ArrayDeque<>(2); // perhaps some that have begun, too
    private int forgetAt = FORGET_AT_FIRST;
    private boolean isForCaller;
    private boolean isForOthers;
    private boolean hasWarned;

    private final class Task implements Runnable {
        private final Once action;
        private final boolean mayRunInPlace;
        private final long beginByNanos;
        private volatile @Nullable Thread handingOver;

        Task(Runnable action, boolean mayRunInPlace, long beginByNanos) {
            this.action = new Once(action);
            this.mayRunInPlace = mayRunInPlace;
            this.beginByNanos = beginByNanos;
        }

        void handOver() {
            handingOver = Thread.currentThread();
            try {
                executor.execute(this);
            } finally {
                handingOver = null;
            }
        }

        @Override
        public void run() {
            boolean isInPlace = Thread.currentThread() == handingOver;
            if (isInPlace && !mayRunInPlace) {
                ownThread.execute(action);
            } else if (isInPlace) {
                undisturbed(action);
            } else {
                action.run();
            }
        }
    }

    /** Runs it on the user's thread, whose interrupt is not its business. */
    public static void undisturbed(Runnable action) {
        boolean wasInterrupted = Thread.interrupted();
        try {
            action.run();
        } finally {
            if (wasInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * @param executor begins them
     * @param ownThread begins, on a thread of the pool's own, what the executor does not
     */
    public Tasks(PoolConfig<?> config, PoolLock lock, Alarm alarm, Executor executor, Executor ownThread) {
        this.config = config;
        this.lock = lock;
        this.alarm = alarm;
        this.executor = executor;
        isWatched = config.executor() != null; // the pool's own begins each at once
        this.ownThread = ownThread;
    }

    /** What the action starts is for the calling thread, which may run it. */
    public void forCaller(Runnable action) {
        as(true, action);
    }

    /** What the action starts is for the calling thread, or not. */
    public void as(boolean forCaller, Runnable action) {
        assert lock.isHeld();
        boolean before = isForCaller;
        isForCaller = forCaller;
        try {
            action.run();
        } finally {
            isForCaller = before;
        }
    }

    /** The calling thread is at work for another pool, which user code of this one must not hold up. */
    public void forOthers(Runnable action) {
        assert lock.isHeld();
        isForOthers = true;
        try {
            action.run();
        } finally {
            isForOthers = false;
        }
    }

    /** Tells whether the calling thread is at work for another pool. */
    public boolean isForOthers() {
        assert lock.isHeld();
        return isForOthers;
    }

    /** Tells whether what is started now is for the calling thread. */
    public boolean isForCaller() {
        assert lock.isHeld();
        return isForCaller;
    }

    /**
     * Starts a task that brings somebody an object.
     *
     * @param callerNanos how much time the caller has for whom it is; {@link Nanos#FOREVER} if there is none
     */
    public void start(Runnable action, long callerNanos) {
        start(action, isForCaller, callerNanos);
    }

    /** Starts a task that ends what the calling thread gives up. */
    public void startHere(Runnable action) {
        start(action, true, Nanos.FOREVER);
    }

    /** Has the calling thread run a task once the lock is free. */
    public void onCaller(Runnable action) {
        lock.afterwards(() -> undisturbed(action));
    }

    private void start(Runnable action, boolean mayRunInPlace, long callerNanos) {
        assert lock.isHeld();
        long beginBy = config.ticker().nanos() + Math.min(BEGIN_NANOS, Math.max(BEGIN_NANOS / 50, callerNanos / 10));
        Task task = new Task(action, mayRunInPlace, beginBy);
        if (isWatched) {
            if (handedOver.size() >= forgetAt) {
                handedOver.removeIf(it -> it.action.hasBegun());
                forgetAt = Math.max(FORGET_AT_FIRST, 2 * handedOver.size());
            }
            handedOver.add(task);
            alarm.noLaterThan(beginBy);
        }
        lock.afterwards(task::handOver);
    }

    /** Begins, on threads of the pool's own, what the executor has not begun in time. */
    public void beginOverdue(long now) {
        assert lock.isHeld();
        handedOver.removeIf(task -> {
            boolean isOverdue = !task.action.hasBegun() && Nanos.isPast(task.beginByNanos, now);
            if (isOverdue) {
                warn();
                lock.afterwards(() -> ownThread.execute(task.action));
            }
            return isOverdue || task.action.hasBegun();
        });
    }

    private void warn() {
        if (!hasWarned) {
            hasWarned = true;
            lock.afterwards(() -> LOG.warn(
                    "Pool '{}': its executor {} did not begin a task in time; such tasks run on threads of the pool's"
                            + " own. The executor is too small or busy, drops tasks, or its threads wait in this pool"
                            + Help.on("executor"),
                    config.name(),
                    config.executor()));
        }
    }

    /** When the first that has not begun is overdue, or the given instant if that is earlier. */
    public long nextDeadline(long instant) {
        assert lock.isHeld();
        long earliest = instant;
        for (Task task : handedOver) {
            earliest = task.action.hasBegun() ? earliest : Nanos.earlier(earliest, task.beginByNanos);
        }
        return earliest;
    }
}
