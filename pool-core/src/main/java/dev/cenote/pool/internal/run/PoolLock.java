package dev.cenote.pool.internal.run;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one lock of a pool, with lists of what is to be done after it was given back.
 *
 * <p><b>Invariants:</b>
 *
 * <ol>
 *   <li>No user code runs under the lock (P9): a thread that decides under it to start a task, tell a listener or complete a
 *       future adds an action. {@link #unlock} runs the actions after it let go ({@link Afterwards}), on the same thread or on a
 *       given executor.
 *   <li>Waiting threads are called before anything else is done, so that a callback that blocks does not hold them up.
 *   <li>No {@link StackOverflowError} comes between taking the lock and giving it back: {@link StackReserve}.
 *   <li>P5: a thread that is called under the lock ({@link #call}) finds what it was called for: that was written before, and is
 *       read after the wait. A wait may end early, so the thread looks again.
 * </ol>
 */
public final class PoolLock {

    private static final int MOST_LOOKS = 200;
    private static final Executor IN_PLACE = Runnable::run;

    private final ReentrantLock lock;
    private final Supplier<Turn> turns;
    private final Afterwards afterwards = new Afterwards();
    private final int looks;

    private BooleanSupplier invariant = () -> true; // set before the pool is used
    private @Nullable Runnable lastStep; // set before the pool is used
    private @Nullable ArrayDeque<Runnable> tasks; // guarded by lock
    private @Nullable ArrayDeque<Runnable> callbacks; // guarded by lock
    private @Nullable ArrayDeque<Runnable> completions; // guarded by lock
    private @Nullable Turn called; // guarded by lock
    private @Nullable ArrayDeque<Turn> moreCalled; // guarded by lock

    public PoolLock() {
        this(new ReentrantLock(), Turn::new, Runtime.getRuntime().availableProcessors() > 1 ? MOST_LOOKS : 0);
    }

    /**
     * With a given lock, which may be one that decides who gets it when.
     *
     * @param looks how often to look whether the lock is free before parking for it
     */
    public PoolLock(ReentrantLock lock, Supplier<Turn> turns, int looks) {
        this.lock = lock;
        this.turns = turns;
        this.looks = looks;
    }

    /** What must be true whenever the lock is given back; looked at where assertions are enabled. */
    public void setInvariant(BooleanSupplier invariant) {
        this.invariant = invariant;
    }

    /** What is done last of all under the lock, each time that it is held. */
    public void setLastStep(Runnable step) {
        lastStep = step;
    }

    /** Where actions go for which the thread at hand has too little stack left. */
    public void setWithMoreStack(Executor executor) {
        afterwards.setWithMoreStack(executor);
    }

    /** Where the futures of several callers are completed; in place unless it is said. */
    public void setCompleting(Executor threads) {
        afterwards.setCompleting(threads);
    }

    /**
     * Takes the lock. It is held for less time than a wake-up takes, so a thread that finds it taken looks again, for a few
     * microseconds at most, before it parks: a thread that is parked here is not in the queue yet, and all running threads overtake it.
     */
    public void lock() {
        StackReserve.ensureForLock(); // an overflow under the lock would leave a step half done, or the lock taken
        assert !lock.isHeldByCurrentThread() : "bug: locked twice";
        for (int i = 0; i < looks; i++) {
            if (lock.tryLock()) {
                return;
            }
            Thread.onSpinWait();
        }
        lock.lock();
    }

    public void unlock() {
        unlock(IN_PLACE, 1);
    }

    /** Unlocks, and has the actions run by the given executor, if there are any, and all futures completed on other threads. */
    public void unlock(Executor executor) {
        unlock(executor, 0);
    }

    /** Unlocks, and has all futures completed on other threads, also if it is only one. */
    public void unlockCompletingNone() {
        unlock(IN_PLACE, 0);
    }

    /**
     * Unlocks, for a thread that is at work for another pool: it starts tasks. Listeners are told by the given executor, and all
     * futures are completed on other threads: user code of one pool must not hold up another pool.
     */
    public void unlockForOthers(Executor executor) {
        ArrayDeque<Runnable> then = callbacks;
        callbacks = null;
        if (then != null) {
            afterwards(() -> executor.execute(() -> afterwards.runAll(null, then, null, 0)));
        }
        unlock(IN_PLACE, 0);
    }

    private void unlock(Executor executor, int mostCompletedHere) {
        if (!isHeld()) {
            throw new IllegalMonitorStateException("bug: unlocked by a thread that does not hold it");
        }
        if (lastStep != null) {
            try {
                lastStep.run();
            } catch (Throwable thrown) { // it must not keep the lock taken
                afterwards(() -> Afterwards.logSafely("The last step before unlocking failed", thrown));
            }
        }
        ArrayDeque<Runnable> first = tasks;
        ArrayDeque<Runnable> then = callbacks;
        ArrayDeque<Runnable> last = completions;
        Turn next = called;
        ArrayDeque<Turn> others = moreCalled;
        tasks = null;
        callbacks = null;
        completions = null;
        called = null;
        moreCalled = null;
        try {
            assert invariant.getAsBoolean() : "bug: the pool's invariant is broken";
        } finally {
            lock.unlock();
            if (next != null) {
                call(next, others);
            }
        }
        if (executor == IN_PLACE && (first != null || then != null || last != null)) {
            afterwards.runAll(first, then, last, mostCompletedHere);
        } else {
            if (first != null || then != null) {
                executor.execute(() -> afterwards.runAll(first, then, null, mostCompletedHere));
            }
            afterwards.complete(last, mostCompletedHere);
        }
    }

    /** Whatever a call throws, say for want of memory, is logged, and the others are called. */
    private static void call(Turn first, @Nullable ArrayDeque<Turn> others) {
        for (Turn turn = first; turn != null; turn = others == null ? null : others.poll()) {
            try {
                turn.call();
            } catch (Throwable thrown) { // the thread looks again when its time is up
                Afterwards.logSafely("A waiting thread could not be called", thrown);
            }
        }
    }

    /** Does something under the lock. */
    public void run(Runnable action) {
        lock();
        try {
            action.run();
        } finally {
            unlock();
        }
    }

    /** Does something under the lock that succeeds or not. */
    public boolean test(BooleanSupplier action) {
        lock();
        try {
            return action.getAsBoolean();
        } finally {
            unlock();
        }
    }

    /** Adds a task to be started, or a line to be logged, once the lock is free. */
    public void afterwards(Runnable task) {
        assert isHeld();
        tasks = added(tasks, task);
    }

    /** Adds what is to be done before all other tasks once the lock is free: others wait for it. */
    public void firstOfAll(Runnable task) {
        assert isHeld();
        tasks = tasks != null ? tasks : new ArrayDeque<>(Afterwards.FEW);
        tasks.addFirst(task);
    }

    /** Adds a listener to be told once the lock is free, after the tasks. */
    public void tell(Runnable callback) {
        assert isHeld();
        callbacks = added(callbacks, callback);
    }

    /**
     * Adds a caller's future to be completed once the lock is free. If another thread completes it, there is no order between it
     * and the rest.
     */
    public void complete(Runnable completion) {
        assert isHeld();
        completions = added(completions, completion);
    }

    private static <E> ArrayDeque<E> added(@Nullable ArrayDeque<E> list, E element) {
        ArrayDeque<E> longer = list != null ? list : new ArrayDeque<>(Afterwards.FEW);
        longer.add(element);
        return longer;
    }

    /** A place for one thread to wait for what others do under this lock. */
    public Turn newTurn() {
        return turns.get();
    }

    /** Calls a thread once the lock is free. */
    public void call(Turn turn) {
        assert isHeld();
        if (called == null) {
            called = turn;
        } else {
            moreCalled = added(moreCalled, turn);
        }
    }

    /** Tells whether a thread is to be called once the lock is free. */
    public boolean isAboutToCall() {
        assert isHeld();
        return called != null;
    }

    /** Tells whether there is something to do that may serve a thread that is about to wait. */
    public boolean hasAfterwards() {
        assert isHeld();
        return tasks != null || callbacks != null || completions != null;
    }

    public boolean isHeld() {
        return lock.isHeldByCurrentThread();
    }

    /** Tells whether the calling thread is at work for this pool: in a listener, a callback, or a task run in place. */
    public boolean isAtWork() {
        return afterwards.isAtWork();
    }
}
