package dev.cenote.pool.internal.run;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one lock of a pool, with lists of what is to be done after it was given back.
 *
 * <p><b>Invariants:</b>
 *
 * <ol>
 *   <li>No user code runs under the lock (P9): whoever decides under it to start a task, tell a listener or complete a
 *       future adds an action, and {@link #unlock} runs the actions after it let go, on the same thread or on a given
 *       executor.
 *   <li>Threads are woken first and tasks come next, so that a callback that blocks holds up neither. Then listeners are
 *       told, in order, and a future is completed. The futures of several callers are completed by other threads ({@link
 *       Completions}), so that a dependent of one that blocks holds up neither the others nor the thread that unlocks.
 *   <li>Callbacks that lead to further callbacks nest no deeper than {@link #DEEPEST}, and so do tasks that an
 *       executor runs in place; past that they are queued for the outermost call on the same thread. So ten thousand
 *       futures whose callbacks release at once, or ten thousand objects made in place, need a bounded stack.
 *   <li>Whatever an action throws is logged, and the next one runs. One for which the thread has too little stack left
 *       runs on a thread of the pool's own.
 *   <li>No {@link StackOverflowError} comes between taking the lock and giving it back: {@link StackReserve}.
 *   <li>P5: a thread that is called under the lock ({@link #call}) finds what it was called for: that was written before, and is
 *       read after the wait. A wait may end early, so the thread looks again.
 * </ol>
 */
public final class PoolLock {

    private static final Logger LOG = LoggerFactory.getLogger(PoolLock.class);
    static final int DEEPEST = 16;
    private static final int FEW = 2;
    private static final int MOST_LOOKS = 200;
    private static final Executor IN_PLACE = Runnable::run;

    private final ReentrantLock lock;
    private final Supplier<Turn> turns;
    private final int looks;

    @SuppressWarnings(
            "ThreadLocalUsage") // one for each pool: pools nest in each other; it is removed when a thread is done
    private final ThreadLocal<Nesting> nesting = new ThreadLocal<>();

    private final AtomicInteger completing = new AtomicInteger();
    private BooleanSupplier invariant = () -> true; // set before the pool is used
    private Executor withMoreStack = Runnable::run; // set before the pool is used
    private Executor completers = Runnable::run; // set before the pool is used
    private @Nullable ArrayDeque<Runnable> tasks; // guarded by lock
    private @Nullable ArrayDeque<Runnable> callbacks; // guarded by lock
    private @Nullable ArrayDeque<Runnable> completions; // guarded by lock
    private @Nullable Turn called; // guarded by lock
    private @Nullable ArrayDeque<Turn> moreCalled; // guarded by lock

    private static final class Nesting {
        int depth;
        int taskDepth; // grows only where tasks run in place
        final ArrayDeque<Runnable> postponed = new ArrayDeque<>(FEW);
        final ArrayDeque<Runnable> postponedCompletions = new ArrayDeque<>(FEW);
        final ArrayDeque<Runnable> postponedTasks = new ArrayDeque<>(FEW);
    }

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

    /** Where actions go for which the thread at hand has too little stack left. */
    public void setWithMoreStack(Executor executor) {
        withMoreStack = executor;
    }

    /** Where the futures of several callers are completed; in place unless it is said. */
    public void setCompleting(Executor threads) {
        completers = threads;
    }

    /**
     * Takes the lock. It is held for less time than a wake-up takes, so one who finds it taken looks again, for a few
     * microseconds at most, before it parks: who is parked here is not in the queue yet, and is overtaken by all who run.
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

    private void unlock(Executor executor, int mostCompletedHere) {
        if (!isHeld()) {
            throw new IllegalMonitorStateException("bug: unlocked by a thread that does not hold it");
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
                next.call();
            }
            if (others != null) {
                others.forEach(Turn::call);
            }
        }
        if (executor == IN_PLACE && (first != null || then != null || last != null)) {
            runAll(first, then, last, mostCompletedHere);
        } else {
            if (first != null || then != null) {
                executor.execute(() -> runAll(first, then, null, mostCompletedHere));
            }
            complete(last, mostCompletedHere);
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

    /** Adds a listener to be told once the lock is free and all tasks are started. */
    public void tell(Runnable callback) {
        assert isHeld();
        callbacks = added(callbacks, callback);
    }

    /** Adds a caller's future to be completed once the lock is free and all tasks are started. */
    public void complete(Runnable completion) {
        assert isHeld();
        completions = added(completions, completion);
    }

    private static <E> ArrayDeque<E> added(@Nullable ArrayDeque<E> list, E element) {
        ArrayDeque<E> longer = list != null ? list : new ArrayDeque<>(FEW);
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

    /** Tells whether there is something to do that may serve one who is about to wait. */
    public boolean hasAfterwards() {
        assert isHeld();
        return tasks != null || callbacks != null || completions != null;
    }

    public boolean isHeld() {
        return lock.isHeldByCurrentThread();
    }

    /** Tells whether the calling thread is at work for this pool: in a listener, a callback, or a task run in place. */
    public boolean isAtWork() {
        return nesting.get() != null;
    }

    private void runAll(
            @Nullable ArrayDeque<Runnable> first,
            @Nullable ArrayDeque<Runnable> then,
            @Nullable ArrayDeque<Runnable> last,
            int mostCompletedHere) {
        Nesting here = nesting.get();
        if (here == null) {
            here = new Nesting();
            nesting.set(here);
        }
        here.depth++;
        try {
            start(first, here);
            if (here.depth > 2 * DEEPEST) { // where other threads complete, it does not come to that
                postpone(then, here.postponed);
                postpone(last, here.postponedCompletions);
            } else if (here.depth > DEEPEST) {
                postpone(then, here.postponed);
                complete(last, 0); // what is run further out may block
            } else {
                complete(last, mostCompletedHere);
                drain(then);
                drain(last);
            }
            while (here.depth == 1 && !(here.postponed.isEmpty() && here.postponedCompletions.isEmpty())) {
                complete(here.postponedCompletions, 1);
                drain(here.postponed);
                complete(here.postponedCompletions, 1);
                runNext(here.postponedCompletions);
            }
        } finally {
            if (--here.depth == 0) {
                nesting.remove();
            }
        }
    }

    private static void postpone(@Nullable ArrayDeque<Runnable> actions, ArrayDeque<Runnable> postponed) {
        if (actions != null) {
            postponed.addAll(actions);
        }
    }

    /** Takes all away and has other threads complete them, if there are more than that. */
    private void complete(@Nullable ArrayDeque<Runnable> futures, int mostHere) {
        if (futures == null || futures.size() <= mostHere) {
            return;
        }
        Completions shared = new Completions(futures, this::completeOne, completers, completing);
        futures.clear();
        shared.begin();
    }

    private void completeOne(Runnable completion) {
        ArrayDeque<Runnable> one = new ArrayDeque<>(FEW);
        one.add(completion);
        runAll(null, null, one, 1);
    }

    private void start(@Nullable ArrayDeque<Runnable> tasks, Nesting here) {
        if (tasks == null) {
            return;
        }
        if (here.taskDepth == DEEPEST) {
            here.postponedTasks.addAll(tasks);
            return;
        }
        here.taskDepth++;
        try {
            drain(tasks);
            if (here.taskDepth == 1) {
                drain(here.postponedTasks);
            }
        } finally {
            here.taskDepth--;
        }
    }

    private void drain(@Nullable ArrayDeque<Runnable> actions) {
        if (actions == null) {
            return;
        }
        while (!actions.isEmpty()) {
            runNext(actions);
        }
    }

    private void runNext(ArrayDeque<Runnable> actions) {
        Runnable action = actions.poll();
        if (action != null) {
            try {
                if (hasStack()) {
                    action.run();
                } else {
                    withMoreStack.execute(action);
                }
            } catch (Throwable thrown) {
                logSafely(thrown);
            }
        }
    }

    private static boolean hasStack() {
        try {
            StackReserve.ensureForAction();
            return true;
        } catch (StackOverflowError none) {
            return false;
        }
    }

    /** Logging runs user code too: the logger, and what the throwable says of itself. */
    private static void logSafely(Throwable thrown) {
        try {
            LOG.error("What was to be done after unlocking failed", thrown);
        } catch (Throwable again) {
            thrown.addSuppressed(again); // nobody is left to be told
        }
    }
}
