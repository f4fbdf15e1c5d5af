package dev.cenote.pool.internal;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/**
 * A user's executor on an {@link Interleaver}, of a kind that its seed picks: in place; a thread for each task; or one or
 * two threads, before which tasks queue. Some lose a task now and then, in silence, some refuse one, and some are shut down
 * once and lose all that queue.
 */
final class SimulatedExecutor implements Executor {

    private static final int IN_PLACE = 0;
    private static final int UNBOUNDED = 3;
    private static final int ONE_TASK_IN = 12;

    private final SplittableRandom random;
    private final Supplier<Interleaver> interleaver;
    private final int threads;
    private final int mischief; // 0: loses a task now and then; 1: refuses one; 2: is shut down; else none
    private final Queue<Runnable> queued = new ArrayDeque<>();
    private int busy;
    private boolean isShutDown;
    private int lost;

    SimulatedExecutor(SplittableRandom random, Supplier<Interleaver> interleaver) {
        this.random = random.split();
        this.interleaver = interleaver;
        threads = random.nextInt(UNBOUNDED + 1);
        mischief = random.nextInt(8);
    }

    @Override
    public void execute(Runnable task) {
        Interleaver turns = interleaver.get();
        if (!turns.isOn()) {
            turns.execute(task); // before and after the run it works well
        } else if (isShutDown || isNow(1)) {
            throw new RejectedExecutionException("refused");
        } else if (isNow(0)) {
            lost++;
        } else if (threads == IN_PLACE) {
            task.run();
        } else if (threads == UNBOUNDED || busy < threads) {
            busy++;
            turns.add(() -> work(task));
        } else {
            queued.add(task);
            if (isNow(2)) {
                isShutDown = true;
                lost += queued.size();
                queued.clear();
            }
        }
    }

    private boolean isNow(int kind) {
        return mischief == kind && random.nextInt(ONE_TASK_IN) == 0;
    }

    private void work(Runnable first) {
        for (Runnable task = first; task != null; task = queued.poll()) {
            task.run();
        }
        busy--;
    }

    boolean isInPlace() {
        return threads == IN_PLACE;
    }

    /** Every task begins as soon as it is there. */
    boolean isPrompt() {
        return threads == UNBOUNDED && mischief > 2;
    }

    boolean hasLostTasks() {
        return lost > 0;
    }

    @Override
    public String toString() {
        return "executor of " + (threads == UNBOUNDED ? "as many" : threads) + " threads, mischief " + mischief;
    }
}
