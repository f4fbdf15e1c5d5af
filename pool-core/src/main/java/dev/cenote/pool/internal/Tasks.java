package dev.cenote.pool.internal;

import dev.cenote.pool.PoolConfig;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
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
 *       #BEGIN_NANOS}, on a thread of the pool's own. So an executor that is busy, has been shut down or drops tasks, or
 *       whose threads all wait in this pool, costs a delay.
 *   <li>A task that the executor runs in place, on the thread that hands it over, runs there only if that thread needs it:
 *       a thread that releases, invalidates or closes does not make another caller's object. Else it runs on a thread of
 *       the pool's own.
 *   <li>A task that runs in place sees no interrupt that the thread came with; the thread finds it afterwards.
 * </ol>
 */
final class Tasks {

    private static final Logger LOG = LoggerFactory.getLogger(Tasks.class);

    static final long BEGIN_NANOS = Duration.ofMillis(500).toNanos();

    private final PoolConfig<?> config;
    private final PoolLock lock;
    private final Alarm alarm;
    private final Executor executor;
    private final boolean isWatched;
    private Executor ownThread; // set before the pool is used

    // Guarded by the lock.
    private final ArrayDeque<Task> handedOver = new ArrayDeque<>(2); // the oldest first; those that have begun, too
    private boolean isForCaller;
    private boolean hasWarned;

    private final class Task implements Runnable {
        private final Runnable action;
        private final boolean mayRunInPlace;
        private final long beginByNanos;
        private final AtomicBoolean hasBegun = new AtomicBoolean();
        private volatile @Nullable Thread handingOver;

        Task(Runnable action, boolean mayRunInPlace, long beginByNanos) {
            this.action = action;
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
                ownThread.execute(this::begin);
            } else if (isInPlace) {
                boolean wasInterrupted = Thread.interrupted();
                try {
                    begin();
                } finally {
                    if (wasInterrupted) {
                        Thread.currentThread().interrupt();
                    }
                }
            } else {
                begin();
            }
        }

        void begin() {
            if (hasBegun.compareAndSet(false, true)) { // lost to another thread: an executor was late, or ran it twice
                action.run();
            }
        }
    }

    Tasks(PoolConfig<?> config, PoolLock lock, Alarm alarm, Workers workers) {
        this.config = config;
        this.lock = lock;
        this.alarm = alarm;
        executor = workers;
        isWatched = config.executor() != null; // the pool's own begins each at once
        ownThread = workers::executeOnOwnThread;
    }

    /** Where tasks run that the executor does not begin. */
    void setOwnThread(Executor ownThread) {
        this.ownThread = ownThread;
    }

    /** What the action starts is for the calling thread, which may run it. */
    void forCaller(Runnable action) {
        as(true, action);
    }

    /** What the action starts is for the calling thread, or not. */
    void as(boolean forCaller, Runnable action) {
        assert lock.isHeld();
        isForCaller = forCaller;
        try {
            action.run();
        } finally {
            isForCaller = false;
        }
    }

    /** Tells whether what is started now is for the calling thread. */
    boolean isForCaller() {
        assert lock.isHeld();
        return isForCaller;
    }

    /** Starts a task that brings somebody an object. */
    void start(Runnable action) {
        start(action, isForCaller);
    }

    /** Starts a task that ends what the calling thread gives up. */
    void startHere(Runnable action) {
        start(action, true);
    }

    private void start(Runnable action, boolean mayRunInPlace) {
        assert lock.isHeld();
        long beginBy = config.ticker().nanos() + BEGIN_NANOS;
        Task task = new Task(action, mayRunInPlace, beginBy);
        if (isWatched) {
            forgetBegun();
            handedOver.add(task);
            alarm.noLaterThan(beginBy);
        }
        lock.afterwards(task::handOver);
    }

    private void forgetBegun() {
        for (Task oldest = handedOver.peek(); oldest != null && oldest.hasBegun.get(); oldest = handedOver.peek()) {
            handedOver.poll();
        }
    }

    /** Begins, on threads of the pool's own, what the executor has not begun in time. */
    void beginOverdue(long now) {
        assert lock.isHeld();
        forgetBegun();
        for (Task oldest = handedOver.peek();
                oldest != null && Expiry.isPast(oldest.beginByNanos, now);
                oldest = handedOver.peek()) {
            handedOver.poll();
            Task late = oldest;
            if (!late.hasBegun.get()) {
                warn();
                lock.afterwards(() -> ownThread.execute(late::begin));
            }
        }
    }

    private void warn() {
        if (!hasWarned) {
            hasWarned = true;
            lock.afterwards(() -> LOG.warn(
                    "Pool '{}': its executor {} did not begin a task within {} ms; such tasks run on threads of the pool's"
                            + " own. The executor is too small or busy, drops tasks, or its threads wait in this pool",
                    config.name(),
                    config.executor(),
                    BEGIN_NANOS / 1_000_000));
        }
    }

    /** When the oldest that has not begun is overdue, or the given instant if that is earlier. */
    long nextDeadline(long instant) {
        assert lock.isHeld();
        forgetBegun();
        Task oldest = handedOver.peek();
        return oldest == null ? instant : Expiry.earlier(instant, oldest.beginByNanos);
    }
}
