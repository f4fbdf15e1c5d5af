package dev.cenote.soak;

import dev.cenote.pool.Lease;
import dev.cenote.pool.Pool;
import dev.cenote.pool.PoolException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Recorder;

/** One thread of the load: bursts of plain pairs, and between two of them one operation of another kind. */
final class Worker implements Runnable {

    /** How much later than its deadline an acquire may return. */
    static final Duration SLACK = Duration.ofSeconds(1);

    /** The most acquires that a burst counts at once. */
    static final int PAIRS = 256;

    private static final int CROWDED_PAIRS = 8;
    private static final long LONGEST_BURST_NANOS = TimeUnit.MICROSECONDS.toNanos(1000);
    private static final long LONGEST_CROWDED_BURST_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    final int number;
    final SplittableRandom random;
    private final Soaking soaking;
    private final Forms forms;
    private final Mischief mischief;

    /** Grows with each pair of a burst, and with each operation. Opaque: it has to be seen soon, and orders nothing. */
    private final AtomicLong progress = new AtomicLong();
    /** Whether it is in an acquire, or in a burst of them. While it is and makes no progress, it waits. */
    volatile boolean isAcquiring;

    private volatile Thread thread;

    private static final ThreadLocal<Worker> CURRENT = new ThreadLocal<>();
    /** Whether it runs the user's code itself, as it does where an executor runs tasks in place. */
    volatile boolean isInUserCode;

    private long userCodeBeganAtNanos;
    private long userCodeNanos; // in sum

    Worker(int number, long seed, Soaking soaking) {
        this.number = number;
        this.soaking = soaking;
        random = new SplittableRandom(seed);
        forms = new Forms(this);
        mischief = new Mischief(this);
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        CURRENT.set(this);
        try {
            while (!soaking.stage.isOver()) {
                if (!soaking.stage.isFor(number)) {
                    Thread.interrupted(); // whatever came late
                    soaking.stage.rest(number);
                    continue;
                }
                Era era = soaking.era();
                burst(era);
                if (era.faults().isDue()) {
                    mischief.run(era);
                } else {
                    forms.run(era);
                }
                getOn();
                Thread.yield(); // virtual threads are not preempted
            }
        } catch (Throwable unexpected) {
            violated(this + " died of " + unexpected + " at " + Arrays.toString(unexpected.getStackTrace()));
        }
    }

    /** Plain pairs for a random time; in a crowd it now and then gives way while it holds. */
    private void burst(Era era) {
        boolean isCrowded = soaking.stage.active() > era.size();
        long end = System.nanoTime() + random.nextLong(isCrowded ? LONGEST_CROWDED_BURST_NANOS : LONGEST_BURST_NANOS);
        isAcquiring = true;
        try {
            do {
                pairs(era, isCrowded);
            } while (System.nanoTime() - end < 0 && soaking.stage.isFor(number));
        } catch (PoolException | InterruptedException e) {
            noteFailure(e);
        } catch (IllegalStateException e) {
            noteDeadLease(era, e);
        } finally {
            isAcquiring = false;
            getOn(); // also after a failure: the next acquire is another wait
        }
    }

    private void pairs(Era era, boolean isCrowded) throws InterruptedException {
        long before = progress.getPlain();
        try {
            if (isCrowded) {
                crowdedPairs(era.pool());
            } else {
                pairs(era.pool());
            }
        } finally {
            long done = progress.getPlain() - before;
            soaking.pairs.add(done);
            era.ledger().leases.add(done);
        }
    }

    /** The hot loop. */
    private void pairs(Pool<Thing> pool) throws InterruptedException {
        for (int i = 0; i < PAIRS; i++) {
            Lease<Thing> lease = pool.acquire();
            Thing thing = lease.get();
            thing.take(number);
            thing.letGo(number);
            lease.close();
            getOn();
        }
    }

    private void crowdedPairs(Pool<Thing> pool) throws InterruptedException {
        for (int i = 1; i <= CROWDED_PAIRS; i++) {
            Lease<Thing> lease = pool.acquire();
            Thing thing = lease.get();
            thing.take(number);
            if (i == CROWDED_PAIRS) {
                Thread.yield();
            }
            thing.letGo(number);
            lease.close();
            getOn();
        }
    }

    private void getOn() {
        progress.setOpaque(progress.getPlain() + 1);
    }

    /** The factory or the validator begins; the worker on whose thread it does so, or null. */
    static Worker userCodeBegins() {
        Worker caller = CURRENT.get();
        if (caller != null) {
            caller.userCodeBeganAtNanos = System.nanoTime();
            caller.isInUserCode = true;
        }
        return caller;
    }

    static void userCodeEnds(Worker caller) {
        if (caller != null) {
            caller.userCodeNanos += System.nanoTime() - caller.userCodeBeganAtNanos;
            caller.isInUserCode = false;
        }
    }

    long progress() {
        return progress.getOpaque();
    }

    /** Some way to get a lease, or to get, use and release one; null or an exception if there is none. */
    interface Way<R> {
        R from(Pool<Thing> pool) throws InterruptedException, ExecutionException;
    }

    /** Acquires, and sees that the deadline is kept (P6). Nothing if there was no lease, for a reason that may be. */
    <R> Optional<R> acquire(Era era, String form, Duration deadline, Way<R> way) {
        long start = System.nanoTime();
        long ownBefore = userCodeNanos;
        isAcquiring = true;
        try {
            R got = way.from(era.pool());
            if (got == null) {
                soaking.outcomes.count("nothing to try");
                return Optional.empty();
            }
            soaking.operations.count(form);
            era.ledger().leases.increment();
            return Optional.of(got);
        } catch (PoolException | InterruptedException | CancellationException e) {
            noteFailure(e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof PoolException cause) {
                noteFailure(cause);
            } else {
                violated("P7: " + form + " failed with " + e.getCause());
            }
        } catch (IllegalStateException e) {
            noteDeadLease(era, e); // taken back before use() had its object
        } finally {
            long waited = System.nanoTime() - start;
            isAcquiring = false;
            getOn();
            soaking.waits.recordValue(waited);
            long own = era.settings().runsOnCaller() ? userCodeNanos - ownBefore : 0;
            if (waited - own > deadline.plus(SLACK).toNanos()) {
                violated("P6: " + form + " with a deadline of " + deadline.toMillis() + " ms returned after "
                        + waited / 1_000_000 + " ms");
            }
        }
        return Optional.empty();
    }

    /** The thing of a lease, in this worker's hands; nothing if the pool has taken it back, as it may. */
    Optional<Thing> take(Era era, Lease<Thing> lease) {
        try {
            Thing thing = lease.get();
            thing.take(number);
            return Optional.of(thing);
        } catch (IllegalStateException e) {
            noteDeadLease(era, e);
            return Optional.empty();
        }
    }

    /** Uses it for no, some or a lot of time, and lets go of it. */
    void use(Thing thing) {
        int kind = random.nextInt(64);
        if (kind == 0) {
            LockSupport.parkNanos(random.nextInt(1_000_000));
        } else if (kind < 8) {
            Thread.yield();
        }
        thing.letGo(number);
    }

    private void noteFailure(Exception failure) {
        soaking.outcomes.count(failure.getClass().getSimpleName());
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1)); // as a caller would that tries again
    }

    void noteDeadLease(Era era, IllegalStateException e) {
        if (!era.ledger().mayRevoke()) {
            violated("P10: a live lease was dead: " + e);
        }
    }

    void violated(String what) {
        soaking.violations.add(what);
    }

    void count(String operation) {
        soaking.operations.count(operation);
    }

    void countFault(String fault) {
        soaking.faults.tally.count(fault);
    }

    void interrupt() {
        thread.interrupt();
    }

    /** Where it is, for a report. */
    String trace() {
        StringBuilder trace = new StringBuilder(toString());
        for (StackTraceElement frame : thread.getStackTrace()) {
            trace.append("\n    at ").append(frame);
        }
        return trace.toString();
    }

    static Recorder recorder() {
        return new Recorder(TimeUnit.MINUTES.toNanos(10), 2);
    }

    @Override
    public String toString() {
        return "worker " + number;
    }
}
