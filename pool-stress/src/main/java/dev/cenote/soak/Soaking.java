package dev.cenote.soak;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Recorder;

/**
 * The whole run. Pools follow each other; each is used for some rounds, and each round has phases with few, as many and
 * more threads than objects, and ends with a look at the quiet pool.
 */
final class Soaking {

    private static final int ROUNDS = 3;
    private static final Duration LONGEST_ROUND = Duration.ofSeconds(3);
    private static final long STOP_SECONDS = 30;

    final Stage stage = new Stage();
    final Violations violations = new Violations();
    final Faults faults;
    final Tally operations = new Tally();
    final Tally outcomes = new Tally();
    final Tally changes = new Tally();
    /** Plain acquires and releases, in bursts. */
    final LongAdder pairs = new LongAdder();
    /** How long every other acquire took, in nanoseconds. */
    final Recorder waits = Worker.recorder();

    volatile boolean isSuspended;
    /** How often creates that had not begun may have been given up, and others begun for them. */
    volatile int restarts;

    private final Soak options;
    private final Random random;
    private final List<Worker> workers = new ArrayList<>();
    private final long startedAtNanos = System.nanoTime();
    private final long endsAtNanos;
    private final Changes change;
    private final Quiet quiet = new Quiet(violations, changes);
    private final Heap heap;
    private volatile Era era;

    Soaking(Soak options) {
        this.options = options;
        faults = new Faults(options.faults());
        random = new Random(options.seed());
        change = new Changes(this, random);
        endsAtNanos = startedAtNanos + options.length().toNanos();
        heap = new Heap(options.length(), options.operations() > 0);
        for (int i = 0; i < options.threads(); i++) {
            workers.add(new Worker(i, random.nextLong(), this));
        }
    }

    Era era() {
        return era;
    }

    /** Acquires that got an object. */
    long acquires() {
        return pairs.sum() + operations.sum();
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startedAtNanos);
    }

    Heap heap() {
        return heap;
    }

    void interruptOne(Random which) {
        int active = stage.active();
        if (active > 0) {
            workers.get(which.nextInt(active)).interrupt();
        }
    }

    /** Runs until the time is up, the operations are done, or something did not hold. */
    void run() throws InterruptedException {
        Log.begin(violations, faults);
        open(1);
        Threads.start(workers, options.virtualThreads());
        Threads.start(new Watchdog(this, workers), "soak-watchdog");
        Threads.start(new Progress(this), "soak-progress");
        boolean isOver = false;
        while (!isOver) {
            for (int i = 0; i < ROUNDS && !isOver; i++) {
                isOver = !round() || isOver();
            }
            isOver |= !change();
            heap.look(elapsed(), isOver, violations);
            if (!isOver) {
                open(era.number() + 1);
            }
        }
        stage.end();
    }

    private boolean isOver() {
        return violations.count() > 0
                || System.nanoTime() - endsAtNanos >= 0
                || (options.operations() > 0 && acquires() >= options.operations());
    }

    private void open(int number) {
        era = Era.open(number, Settings.draw(random, number, options.size()), faults, violations);
        change.begin(era);
    }

    /** Few threads for half of the time, then as many as there are objects, then all; then none. False if one is stuck. */
    private boolean round() throws InterruptedException {
        long roundNanos = Math.min(LONGEST_ROUND.toNanos(), options.length().toNanos() / (8 * ROUNDS));
        if (!era.settings().isPlain()) {
            roundNanos /= 3; // slower, and not better for being longer
        }
        int few = 1 + random.nextInt(Math.max(1, options.size() / 2));
        phase(few, roundNanos / 2, 200);
        phase(options.size(), roundNanos / 4, 50);
        phase(options.threads(), roundNanos / 4, 15);
        if (!clears()) {
            return false;
        }
        faults.turn(false);
        change.settle(era);
        quiet.look(era);
        faults.turn(true);
        return true;
    }

    /** @param pauseMillis between two changes */
    private void phase(int threads, long nanos, int pauseMillis) throws InterruptedException {
        change.settle(era);
        stage.let(Math.min(threads, options.threads()));
        for (long end = System.nanoTime() + nanos; System.nanoTime() - end < 0; ) {
            TimeUnit.MILLISECONDS.sleep(1 + random.nextInt(pauseMillis));
            change.run(era);
        }
    }

    private boolean clears() throws InterruptedException {
        boolean isClear = stage.clear(workers.size(), STOP_SECONDS);
        if (!isClear) {
            violations.add("progress: no worker has come to rest for " + STOP_SECONDS + " s: " + era.pool());
        }
        return isClear;
    }

    /** Closes the pool, half of the time while it is in use, and half of those times without grace. */
    private boolean change() throws InterruptedException {
        boolean isInUse = random.nextBoolean() && violations.count() == 0;
        stage.let(isInUse ? options.threads() : 0);
        TimeUnit.MILLISECONDS.sleep(10);
        boolean isSudden = random.nextBoolean();
        era.close(isSudden ? Duration.ZERO : Duration.ofSeconds(1));
        changes.count("close" + (isInUse ? " in use" : "") + (isSudden ? ", without grace" : ""));
        return clears();
    }
}
