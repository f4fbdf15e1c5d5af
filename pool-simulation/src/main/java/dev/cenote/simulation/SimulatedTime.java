package dev.cenote.simulation;

import dev.cenote.pool.Ticker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * A clock that goes from event to event, and the tasks that take time by it. A task has a thread of its own, since it may sleep in
 * the middle of user code; but one thread goes on at a time: the task until it sleeps or ends, and then the one that called it.
 */
final class SimulatedTime implements Ticker, Executor, AutoCloseable {

    static final long NEVER = Long.MAX_VALUE;

    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "simulated-task");
        thread.setDaemon(true);
        return thread;
    });
    private final ArrayDeque<Runnable> begun = new ArrayDeque<>();
    private final PriorityQueue<Sleeper> sleepers =
            new PriorityQueue<>(Comparator.comparingLong(Sleeper::wakesAt).thenComparingLong(Sleeper::number));
    private final Semaphore callersTurn = new Semaphore(0);
    private long now;
    private long slept;
    private Throwable failure;

    private record Sleeper(long wakesAt, long number, Thread thread, Semaphore turn) {}

    @Override
    public long nanos() {
        return now;
    }

    void goTo(long instant) {
        if (instant < now) {
            throw new AssertionError("bug: from " + now + " back to " + instant);
        }
        now = instant;
    }

    @Override
    public void execute(Runnable task) {
        begun.add(task);
    }

    /** When the next task goes on. */
    long next() {
        return !begun.isEmpty() ? now : sleepers.isEmpty() ? NEVER : sleepers.peek().wakesAt;
    }

    /** Lets the tasks go on that are due, and those that were interrupted. */
    void runDue() {
        for (Runnable task = begun.poll(); task != null; task = begun.poll()) {
            Runnable next = task;
            threads.execute(() -> {
                try {
                    next.run();
                } catch (Throwable thrown) {
                    failure = thrown;
                } finally {
                    callersTurn.release();
                }
            });
            awaitTurn();
        }
        List<Sleeper> due = new ArrayList<>();
        sleepers.removeIf(sleeper -> {
            boolean isDue = sleeper.wakesAt <= now || sleeper.thread.isInterrupted();
            if (isDue) {
                due.add(sleeper);
            }
            return isDue;
        });
        due.sort(Comparator.comparingLong(Sleeper::wakesAt).thenComparingLong(Sleeper::number));
        for (Sleeper sleeper : due) {
            sleeper.turn.release();
            awaitTurn();
        }
    }

    private void awaitTurn() {
        callersTurn.acquireUninterruptibly();
        if (failure != null) {
            throw new AssertionError("a task failed", failure);
        }
    }

    /** The task that calls this goes on that much later, or when it is interrupted. */
    void sleep(long nanos) throws InterruptedException {
        if (threads.isShutdown()) {
            throw new InterruptedException();
        }
        if (nanos <= 0) {
            return;
        }
        Semaphore turn = new Semaphore(0);
        sleepers.add(new Sleeper(now + nanos, slept++, Thread.currentThread(), turn));
        callersTurn.release();
        turn.acquireUninterruptibly();
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    /** Ends the tasks that still sleep, one after the other. */
    @Override
    public void close() {
        threads.shutdownNow(); // interrupts them
        for (Sleeper sleeper = sleepers.poll(); sleeper != null; sleeper = sleepers.poll()) {
            sleeper.turn.release();
            callersTurn.acquireUninterruptibly();
        }
    }
}
