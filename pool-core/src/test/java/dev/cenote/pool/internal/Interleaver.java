package dev.cenote.pool.internal;

import dev.cenote.pool.internal.run.Nanos;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks one at a time, each on a thread of its own. At each {@link #point} it decides by its seed who goes on; while
 * nobody can, the clock goes on to where somebody can. So a seed that fails, fails again, at the same step.
 */
final class Interleaver implements Executor {

    private static final int MOST_STEPS = 1_000_000;

    private final SplittableRandom random;
    private final FakeTicker ticker;
    private final int oneIn;
    private final Runnable whenNobodyCanGoOn;
    private final List<Task> tasks = new ArrayList<>();
    private final Semaphore over = new Semaphore(0);
    private int started;
    private int steps;
    private long trace;
    private @Nullable Task current;
    private @Nullable Throwable failure;

    private final class Task {
        final int number = started++;
        final Thread thread;
        private volatile boolean isItsTurn;
        /** What it waits for; null if it can go on. */
        @Nullable
        BooleanSupplier ready;

        /** When it can go on in any case; null if never. */
        @Nullable
        LongSupplier wakesAt;

        Task(Runnable action) {
            thread = new Thread(() -> run(action), "task-" + number);
            thread.setDaemon(true); // a run that failed leaves its tasks behind
        }

        private void run(Runnable action) {
            awaitTurn();
            try {
                action.run();
            } catch (Throwable thrown) {
                fail(thrown);
            }
            tasks.remove(this);
            pass();
        }

        void letGo() {
            isItsTurn = true;
            LockSupport.unpark(thread);
        }

        /** Leaves the interrupt flag alone all the time, since others look at it. */
        void awaitTurn() {
            while (!isItsTurn) {
                if (thread.isInterrupted()) {
                    Thread.yield(); // a park would return at once
                } else {
                    LockSupport.park(this);
                }
            }
            isItsTurn = false;
        }

        boolean canGoOn(long now) {
            return ready == null || ready.getAsBoolean() || (wakesAt != null && Nanos.isPast(wakesAt.getAsLong(), now));
        }

        @Override
        public String toString() {
            return thread.getName()
                    + (ready == null ? "" : " waits")
                    + (thread.isInterrupted() ? " interrupted" : "")
                    + Stream.of(thread.getStackTrace())
                            .filter(frame -> frame.getClassName().startsWith("dev.cenote.pool"))
                            .map(frame -> frame.getFileName() + ":" + frame.getLineNumber())
                            .toList();
        }
    }

    /**
     * @param whenNobodyCanGoOn looks at what must hold then
     */
    Interleaver(SplittableRandom random, FakeTicker ticker, Runnable whenNobodyCanGoOn) {
        this.random = random;
        this.ticker = ticker;
        this.whenNobodyCanGoOn = whenNobodyCanGoOn;
        oneIn = 1 << random.nextInt(5); // how often another one goes on
    }

    /** Runs until all tasks are over. */
    void run() throws InterruptedException {
        pass();
        if (!over.tryAcquire(5, TimeUnit.MINUTES)) {
            throw new AssertionError("a task neither ends nor lets others go on: " + this);
        }
        throwFailure();
    }

    /** Fails if something did that no caller was told of. */
    void throwFailure() {
        if (failure != null) {
            throw new AssertionError("at step " + trace, failure);
        }
    }

    /** Runs a check inside the engine, which may catch what it throws: a failure ends the run all the same. */
    void check(Runnable check) {
        try {
            check.run();
        } catch (Throwable thrown) {
            fail(thrown);
        }
    }

    private void fail(Throwable thrown) {
        failure = failure != null ? failure : thrown;
    }

    /** What has been decided so far. */
    long trace() {
        return trace;
    }

    /** Adds a task; where no task runs, runs it at once. */
    @Override
    public void execute(Runnable action) {
        if (tasks.isEmpty()) {
            action.run();
        } else {
            add(action);
        }
    }

    void add(Runnable action) {
        Task task = new Task(action);
        tasks.add(task);
        task.thread.start();
    }

    /** How many tasks are not over. */
    int left() {
        return tasks.size();
    }

    boolean isOn() {
        return current != null && current.thread == Thread.currentThread();
    }

    /** Another task may go on here. */
    void point() {
        if (isOn() && random.nextInt(oneIn) == 0) {
            yieldUntil(null, null);
        }
    }

    /** True once in so many times. */
    boolean chance(int oneIn) {
        return isOn() && random.nextInt(oneIn) == 0;
    }

    /** Goes on when that is so, or at that instant if there is one. */
    void await(BooleanSupplier ready, @Nullable LongSupplier wakesAt) {
        if (isOn()) {
            yieldUntil(ready, wakesAt);
        } else if (!ready.getAsBoolean()) {
            throw new AssertionError("nobody is left who could bring that about");
        }
    }

    /** Goes on that much later, or when interrupted. */
    void sleep(Duration time) throws InterruptedException {
        long end = ticker.nanos() + time.toNanos();
        Thread thread = Thread.currentThread();
        await(thread::isInterrupted, () -> end);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private void yieldUntil(@Nullable BooleanSupplier ready, @Nullable LongSupplier wakesAt) {
        Task here = Objects.requireNonNull(current);
        here.ready = ready;
        here.wakesAt = wakesAt;
        pass();
        here.awaitTurn();
        here.ready = null;
    }

    /** Lets one of those go on who can. */
    private void pass() {
        if (++steps == MOST_STEPS) {
            fail(new AssertionError("no end after " + steps + " steps: " + tasks));
        }
        if (tasks.isEmpty() || failure != null) {
            current = null;
            over.release();
            return;
        }
        List<Task> able = able();
        if (able.isEmpty()) {
            current = null; // so that what looks now does not yield
            try {
                whenNobodyCanGoOn.run();
                advanceToNext();
            } catch (Throwable thrown) {
                failure = thrown;
                over.release();
                return;
            }
            able = able();
        }
        Task next = able.get(random.nextInt(able.size()));
        trace = trace * 31 + next.number;
        current = next;
        next.letGo();
    }

    private List<Task> able() {
        long now = ticker.nanos();
        return tasks.stream().filter(task -> task.canGoOn(now)).toList();
    }

    private void advanceToNext() {
        long now = ticker.nanos();
        OptionalLong shortest = tasks.stream()
                .filter(task -> task.wakesAt != null)
                .mapToLong(task -> task.wakesAt.getAsLong() - now)
                .min();
        long step = shortest.orElseThrow(() -> new AssertionError("nobody can ever go on: " + tasks));
        ticker.advance(Duration.ofNanos(Math.max(0, step))); // the check may have let the clock jump
    }

    @Override
    public String toString() {
        return tasks.stream().map(task -> System.lineSeparator() + task).collect(Collectors.joining());
    }
}
