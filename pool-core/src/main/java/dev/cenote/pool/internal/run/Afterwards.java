package dev.cenote.pool.internal.run;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was decided under the lock of a pool and is done after it: tasks are started, then listeners are told, then futures are
 * completed.
 *
 * <p><b>Invariants:</b>
 *
 * <ol>
 *   <li>Tasks come first, so that a callback that blocks does not hold them up. Then listeners are told, in order, and a
 *       future is completed. The futures of several callers are completed by other threads ({@link Completions}), so that a
 *       dependent of one that blocks holds up neither the others nor the thread that unlocks.
 *   <li>Callbacks that lead to further callbacks nest no deeper than {@link #DEEPEST}, and so do tasks that an executor runs in
 *       place. Past that they are queued for the outermost call on the same thread. So ten thousand futures whose callbacks
 *       release at once, or ten thousand objects made in place, need a bounded stack.
 *   <li>Whatever an action throws is logged, and the next one runs. An action for which the thread has too little stack left
 *       runs on a thread of the pool's own.
 * </ol>
 */
final class Afterwards {

    private static final Logger LOG = LoggerFactory.getLogger(Afterwards.class);
    static final int DEEPEST = 16;
    static final int FEW = 2;

    @SuppressWarnings(
            "ThreadLocalUsage") // one for each pool: pools nest in each other; it is removed when a thread is done
    private final ThreadLocal<Nesting> nesting = new ThreadLocal<>();

    private final AtomicInteger completing = new AtomicInteger();
    private Executor withMoreStack = Runnable::run; // set before the pool is used
    private Executor completers = Runnable::run; // set before the pool is used

    private static final class Nesting {
        int depth;
        int taskDepth; // grows only where tasks run in place

        @Nullable
        ArrayDeque<Runnable> postponed; // none until something is

        @Nullable
        ArrayDeque<Runnable> postponedCompletions;

        @Nullable
        ArrayDeque<Runnable> postponedTasks;
    }

    /** Where actions go for which the thread at hand has too little stack left. */
    void setWithMoreStack(Executor executor) {
        withMoreStack = executor;
    }

    /** Where the futures of several callers are completed; in place unless it is said. */
    void setCompleting(Executor threads) {
        completers = threads;
    }

    /** Tells whether the calling thread is at work for this pool: in a listener, a callback, or a task run in place. */
    boolean isAtWork() {
        return nesting.get() != null;
    }

    void runAll(
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
                here.postponed = added(here.postponed, then);
                here.postponedCompletions = added(here.postponedCompletions, last);
            } else if (here.depth > DEEPEST) {
                here.postponed = added(here.postponed, then);
                complete(last, 0); // what is run further out may block
            } else {
                complete(last, mostCompletedHere);
                drain(then);
                drain(last);
            }
            while (here.depth == 1 && !(isEmpty(here.postponed) && isEmpty(here.postponedCompletions))) {
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

    private static @Nullable ArrayDeque<Runnable> added(
            @Nullable ArrayDeque<Runnable> list, @Nullable ArrayDeque<Runnable> more) {
        if (list == null || more == null) {
            return list == null ? more : list;
        }
        list.addAll(more);
        return list;
    }

    private static boolean isEmpty(@Nullable ArrayDeque<Runnable> actions) {
        return actions == null || actions.isEmpty();
    }

    /** Takes all away and has other threads complete them, if there are more than that. */
    void complete(@Nullable ArrayDeque<Runnable> futures, int mostHere) {
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
            here.postponedTasks = added(here.postponedTasks, tasks);
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
        while (!isEmpty(actions)) {
            runNext(actions);
        }
    }

    private void runNext(@Nullable ArrayDeque<Runnable> actions) {
        Runnable action = actions == null ? null : actions.poll();
        if (action != null) {
            try {
                if (hasStack()) {
                    action.run();
                } else {
                    withMoreStack.execute(action);
                }
            } catch (Throwable thrown) {
                logSafely("What was to be done after unlocking failed", thrown);
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

    static void logSafely(String what, Throwable thrown) {
        try {
            LOG.error(what + Help.on("your-code-threw"), thrown);
        } catch (Throwable again) {
            SafeLog.add(thrown, again);
        }
    }
}
