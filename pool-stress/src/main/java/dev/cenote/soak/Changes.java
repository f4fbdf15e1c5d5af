package dev.cenote.soak;

import dev.cenote.pool.PoolException;
import dev.cenote.pool.PoolLimits;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What is done to the pool while the workers use it. */
final class Changes {

    private static final long DRAIN_SECONDS = 5;
    /** After that nothing is begun any more that was decided under the old size; a task may begin late. */
    private static final long RESIZED_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Soaking soaking;
    private final Random random;
    private long resizedAtNanos;
    private int resizedTo;

    Changes(Soaking soaking, Random random) {
        this.soaking = soaking;
        this.random = random;
    }

    /** A new pool: nothing is left of what was done to the last one. */
    void begin(Era era) {
        resizedTo = era.size();
        resizedAtNanos = System.nanoTime() - RESIZED_NANOS;
    }

    /** One of them, at random. */
    void run(Era era) throws InterruptedException {
        noteResized(era);
        switch (random.nextInt(14)) {
            case 0, 1 -> resize(era);
            case 2 -> suspend(era);
            case 3 -> drain(era);
            case 4 -> warmUp(era);
            case 5 -> {
                restart();
                era.pool().invalidateAll();
                count("invalidateAll");
            }
            case 6 -> {
                restart();
                era.pool().invalidateAll(Duration.ofMillis(random.nextInt(300)));
                count("invalidateAll(over)");
            }
            case 7 -> {
                restart();
                era.pool().replaceFactory(era.anotherFactory());
                count("replaceFactory");
            }
            case 8, 9 -> era.executor().disturb(random);
            case 10, 11 -> hangAll(era);
            default -> {
                soaking.interruptOne(random);
                soaking.faults.tally.count("interrupt from outside");
            }
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes it
    private void restart() {
        soaking.restarts++;
    }

    private void count(String change) {
        soaking.changes.count(change);
    }

    private void resize(Era era) {
        if (resizedTo != era.ledger().bound()) {
            return; // the last one still counts
        }
        int least = soaking.stage.active() < era.size() ? soaking.stage.active() : 1; // few are to stay without a queue
        resize(era, least + random.nextInt(era.size() - least + 1));
        count("resize");
    }

    private void resize(Era era, int size) {
        era.ledger().bound(Math.max(size, resizedTo));
        int minIdle = Math.min(size, era.settings().minIdle());
        era.pool().resize(new PoolLimits(size, minIdle, era.settings().maxWaiters()));
        resizedTo = size;
        resizedAtNanos = System.nanoTime();
    }

    private void noteResized(Era era) {
        if (System.nanoTime() - resizedAtNanos >= RESIZED_NANOS) {
            era.ledger().bound(resizedTo);
        }
    }

    private void suspend(Era era) throws InterruptedException {
        soaking.isSuspended = true;
        era.pool().suspend();
        TimeUnit.MILLISECONDS.sleep(random.nextInt(20));
        era.pool().resume();
        soaking.isSuspended = false;
        count("suspend, resume");
    }

    /** Nothing exists when it is done; those leases that were dropped on purpose are all that may hinder it. */
    private void drain(Era era) throws InterruptedException {
        restart();
        soaking.isSuspended = true;
        CompletableFuture<Void> drained = era.pool().drain();
        try {
            drained.get(random.nextBoolean() ? DRAIN_SECONDS * 1000 : 1, TimeUnit.MILLISECONDS);
            int total = era.pool().stats().total();
            if (total != 0) {
                soaking.violations.add("drain has completed with " + total + " objects: " + era.pool());
            }
            count("drain");
        } catch (TimeoutException e) {
            count("drain, resumed before");
        } catch (ExecutionException e) {
            soaking.violations.add("drain failed with " + e.getCause());
        } finally {
            era.pool().resume();
            soaking.isSuspended = false;
        }
    }

    private void warmUp(Era era) throws InterruptedException {
        CompletableFuture<Void> warm = era.pool().warmUp(1 + random.nextInt(resizedTo));
        try {
            warm.get(random.nextInt(50), TimeUnit.MILLISECONDS);
            count("warmUp");
        } catch (TimeoutException e) {
            warm.cancel(false);
            count("warmUp, cancelled");
        } catch (ExecutionException | CancellationException e) {
            count("warmUp, failed");
        }
    }

    /** All calls of one kind hang for a while: the validator's more often, and all idle objects are to be validated then. */
    private void hangAll(Era era) {
        if (era.settings().isPlain() || era.faults().isHangingAnything()) {
            return;
        }
        String[] kinds = {"create", "destroy", "validator", "validator", "validator"};
        String kind = kinds[random.nextInt(kinds.length)];
        era.faults().hangAll(kind, TimeUnit.MILLISECONDS.toNanos(200 + random.nextInt(800)));
        if (kind.equals("validator")) {
            try {
                era.pool().tryAcquire().ifPresent(lease -> {
                    era.ledger().leases.increment();
                    lease.invalidate(new IOException(Faults.MESSAGE));
                });
            } catch (PoolException e) {
                return; // the breaker is open
            }
        }
    }

    /** Back to the full size. */
    void settle(Era era) {
        era.pool().resume();
        resize(era, era.size());
    }
}
