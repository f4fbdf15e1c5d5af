package dev.cenote.soak;

import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The executor that a pool is given: one that runs tasks in place, is often full, or loses tasks. */
final class GivenExecutor implements Executor {

    enum Kind {
        /** The pool has its own threads. */
        NONE,
        /** Drops or refuses a task now and then, and is shut down once. */
        LOSSY,
        /** One or two threads, which other tasks keep busy now and then; its queue may be full, too. */
        BUSY,
        /** Each task runs on the thread that hands it over. */
        IN_PLACE
    }

    /** A task is lost so many times as often as a call fails: there are fewer of them. */
    private static final double LOSSES = 5;

    private static final int SHORT_QUEUE = 4;

    private final Kind kind;
    private final Faults faults;
    private final ThreadPoolExecutor threads;
    private long busyUntilNanos = System.nanoTime();

    GivenExecutor(Kind kind, Random random, Faults faults) {
        this.kind = kind;
        this.faults = faults;
        int size = 1 + random.nextInt(2);
        boolean isShort = kind == Kind.BUSY && random.nextBoolean();
        BlockingQueue<Runnable> queue = isShort ? new ArrayBlockingQueue<>(SHORT_QUEUE) : new LinkedBlockingQueue<>();
        threads = new ThreadPoolExecutor(size, size, 0, TimeUnit.SECONDS, queue, task -> {
            Thread thread = new Thread(task, "soak-executor");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public void execute(Runnable task) {
        if (kind == Kind.IN_PLACE) {
            task.run();
            return;
        }
        if (kind == Kind.LOSSY && faults.isDue(LOSSES)) {
            if (faults.coin()) {
                faults.tally.count("executor drops a task");
                return;
            }
            faults.tally.count("executor refuses a task");
            throw new RejectedExecutionException(Faults.MESSAGE);
        }
        threads.execute(task);
    }

    /** Does it some mischief: other tasks keep each of its threads busy, or it is shut down. */
    void disturb(Random random) {
        if (kind == Kind.BUSY && System.nanoTime() - busyUntilNanos >= 0) {
            long millis = 100 + random.nextInt(1400);
            busyUntilNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
            for (int i = 0; i < threads.getCorePoolSize(); i++) {
                occupy(millis);
            }
        } else if (kind == Kind.LOSSY && random.nextInt(4) == 0 && !threads.isShutdown()) {
            faults.tally.count("executor is shut down");
            threads.shutdownNow();
        }
    }

    private void occupy(long millis) {
        try {
            threads.execute(() -> {
                try {
                    TimeUnit.MILLISECONDS.sleep(millis);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            faults.tally.count("executor is kept busy");
        } catch (RejectedExecutionException e) {
            faults.tally.count("executor has no room for other tasks");
        }
    }

    /** The pool has ended. */
    void end() {
        threads.shutdown();
    }
}
