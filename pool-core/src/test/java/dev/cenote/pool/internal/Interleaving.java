package dev.cenote.pool.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads that meet in an order which the test chooses. */
public final class Interleaving {

    /** A thread for each task. */
    static final Executor THREADS = Interleaving::started;

    private Interleaving() {}

    public static Thread started(Runnable task) {
        Thread thread = new Thread(task, "test-worker");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Starts a call on a thread of its own; the future tells what came of it. */
    static <R> CompletableFuture<R> calling(Call<R> call) {
        CompletableFuture<R> outcome = new CompletableFuture<>();
        started(() -> {
            try {
                outcome.complete(call.run());
            } catch (Throwable thrown) {
                outcome.completeExceptionally(thrown);
            }
        });
        return outcome;
    }

    /** What a test calls on another thread. */
    interface Call<R> {
        R run() throws Exception;
    }

    /** Waits until a thread can't go on until it is woken, or is done. */
    static Thread waiting(Thread thread) {
        Await.until(() -> thread.getState() == Thread.State.WAITING || !thread.isAlive());
        return thread;
    }

    /** Interrupts a thread that is parked in the queue, and waits until it is on its way out, as far as the lock. */
    static void interrupt(Thread parked) {
        parked.interrupt();
        waiting(parked);
    }

    /**
     * Has each step come as far as the pool's lock, or to its end, before the next begins; then they go on in this order,
     * with the threads that they woke or interrupted among them.
     */
    static void inTurn(TestPool test, Runnable... steps) {
        List<Thread> threads = new ArrayList<>();
        test.pool.engine().lock.lock();
        try {
            for (Runnable step : steps) {
                threads.add(waiting(started(step)));
            }
        } finally {
            test.pool.engine().lock.unlock();
        }
        threads.forEach(Interleaving::join);
    }

    /** Runs all at once, each on a thread of its own, and throws what one of them threw. */
    static void atOnce(Runnable... tasks) throws Exception {
        CyclicBarrier start = new CyclicBarrier(tasks.length);
        List<CompletableFuture<Void>> results = new ArrayList<>();
        for (Runnable task : tasks) {
            CompletableFuture<Void> result = new CompletableFuture<>();
            results.add(result);
            started(() -> {
                try {
                    start.await();
                    task.run();
                    result.complete(null);
                } catch (Throwable thrown) {
                    result.completeExceptionally(thrown);
                }
            });
        }
        for (CompletableFuture<Void> result : results) {
            result.get();
        }
    }

    static void join(Thread thread) {
        Await.until(() -> !thread.isAlive());
    }

    /** The first of these calls hangs, deaf to interrupts, until the test is over; the others do not. */
    static void hangOnFirst(AtomicInteger calls, CountDownLatch over) {
        if (calls.incrementAndGet() == 1) {
            awaitUninterruptibly(over);
        }
    }

    public static void awaitUninterruptibly(CountDownLatch latch) {
        boolean interrupted = false;
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
