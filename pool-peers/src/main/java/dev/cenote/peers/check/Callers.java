package dev.cenote.peers.check;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Threads that use a pool. */
final class Callers {

    private final List<Thread> threads = new ArrayList<>();

    /** What a thread does; what it throws ends it. */
    Thread start(Callable<?> task) {
        Thread thread = new Thread(() -> {
            try {
                task.call();
            } catch (Exception e) {
                Thread.currentThread().interrupt(); // the check looks at what was done until then
            }
        });
        thread.setDaemon(true);
        thread.start();
        threads.add(thread);
        return thread;
    }

    /** Starts a thread, and comes back when it waits for something. */
    void startAndAwaitWait(Callable<?> task) throws InterruptedException {
        Thread thread = start(task);
        while (thread.getState() == Thread.State.NEW || thread.getState() == Thread.State.RUNNABLE) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        TimeUnit.MILLISECONDS.sleep(5); // it may have waited for a class to be loaded
    }

    void join(long millis) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (Thread thread : threads) {
            thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
        }
    }
}
