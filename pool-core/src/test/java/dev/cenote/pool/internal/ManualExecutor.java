package dev.cenote.pool.internal;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

/** Keeps tasks until the test runs them. */
public final class ManualExecutor implements Executor {

    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    public int size() {
        return tasks.size();
    }

    public void runNext() {
        Runnable task = tasks.poll();
        if (task == null) {
            throw new AssertionError("there is no task to run");
        }
        task.run();
    }

    /** Takes the next one away, for the test to run when it likes. */
    public Runnable takeNext() {
        return tasks.remove();
    }

    /** Runs all there are, and those that they add. */
    public void runAll() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }
}
