package dev.cenote.pool.internal;

import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * <b>What:</b> the one lock of a pool, with a list of what is to be done after it was given back.
 *
 * <p><b>Invariants:</b>
 *
 * <ol>
 *   <li>No user code runs under the lock (P9): whoever decides under it to start a task, complete a future or tell a
 *       listener adds an action, and {@link #unlock} runs the actions after it let go.
 *   <li>The actions of one critical section run in the order in which they were added, on the thread that unlocked.
 *   <li>Actions that unlock again nest no deeper than {@link #DEEPEST}; past that they are queued for the outermost
 *       call on the same thread. So ten thousand futures whose callbacks release at once need a bounded stack.
 *   <li>An action does not throw; what it calls is guarded where it is called.
 * </ol>
 */
final class PoolLock {

    private static final int DEEPEST = 16;
    private static final ThreadLocal<Nesting> NESTING = new ThreadLocal<>();

    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable ArrayDeque<Runnable> afterwards; // guarded by lock

    private static final class Nesting {
        int depth;
        final ArrayDeque<Runnable> postponed = new ArrayDeque<>();
    }

    void lock() {
        assert !lock.isHeldByCurrentThread() : "bug: locked twice";
        lock.lock();
    }

    void unlock() {
        ArrayDeque<Runnable> actions = afterwards;
        afterwards = null;
        lock.unlock();
        if (actions != null) {
            runAll(actions);
        }
    }

    /** Does something under the lock. */
    void run(Runnable action) {
        lock();
        try {
            action.run();
        } finally {
            unlock();
        }
    }

    /** Does something under the lock that succeeds or not. */
    boolean test(BooleanSupplier action) {
        lock();
        try {
            return action.getAsBoolean();
        } finally {
            unlock();
        }
    }

    /** Adds what is to be done once the lock is free. */
    void afterwards(Runnable action) {
        assert isHeld();
        if (afterwards == null) {
            afterwards = new ArrayDeque<>();
        }
        afterwards.add(action);
    }

    /** Tells whether the holder must unlock before it waits, lest the actions wait with it. */
    boolean hasAfterwards() {
        assert isHeld();
        return afterwards != null;
    }

    Condition newCondition() {
        return lock.newCondition();
    }

    boolean isHeld() {
        return lock.isHeldByCurrentThread();
    }

    /** Tells whether the calling thread is at work for a pool: in a listener, a callback, or a task run in place. */
    static boolean isAtWork() {
        return NESTING.get() != null;
    }

    private static void runAll(ArrayDeque<Runnable> actions) {
        Nesting nesting = NESTING.get();
        if (nesting == null) {
            nesting = new Nesting();
            NESTING.set(nesting);
        }
        if (nesting.depth == DEEPEST) {
            nesting.postponed.addAll(actions);
            return;
        }
        nesting.depth++;
        try {
            drain(actions);
            if (nesting.depth == 1) {
                drain(nesting.postponed);
            }
        } finally {
            if (--nesting.depth == 0) {
                NESTING.remove();
            }
        }
    }

    private static void drain(ArrayDeque<Runnable> actions) {
        for (Runnable action = actions.poll(); action != null; action = actions.poll()) {
            action.run();
        }
    }
}
