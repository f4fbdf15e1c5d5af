package dev.cenote.soak;

import dev.cenote.pool.Lease;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/** What holders and waiters do wrong, or in a way that pools get wrong. */
final class Mischief {

    private final Worker worker;

    Mischief(Worker worker) {
        this.worker = worker;
    }

    /** One of them, at random. */
    void run(Era era) {
        switch (worker.random.nextInt(8)) {
            case 0 -> releaseTwice(era);
            case 1 -> endTwice(era);
            case 2 -> cancel(era);
            case 3 -> comeInterrupted(era);
            case 4 -> reportAFault(era);
            case 5 -> leak(era);
            case 6 -> overstay(era);
            default -> throwInUse(era);
        }
    }

    private Optional<Lease<Thing>> acquire(Era era) {
        return worker.acquire(era, "acquire, then a fault", Settings.ACQUIRE_TIMEOUT, pool -> pool.acquire());
    }

    /** The second close may meet the next owner's lease, and must not end it. */
    private void releaseTwice(Era era) {
        acquire(era).ifPresent(lease -> {
            worker.take(era, lease).ifPresent(worker::use);
            lease.close();
            LockSupport.parkNanos(worker.random.nextInt(50_000));
            lease.close();
            worker.countFault("release twice");
            mustBeDead(lease, "was released");
        });
    }

    private void endTwice(Era era) {
        acquire(era).ifPresent(lease -> {
            worker.take(era, lease).ifPresent(worker::use);
            lease.close();
            Thread.yield();
            lease.invalidate();
            worker.countFault("invalidate after release");
            try {
                lease.detach();
                worker.violated("P10: a lease that was released could be detached");
            } catch (IllegalStateException expected) {
                worker.countFault("detach after release");
            }
        });
    }

    private void mustBeDead(Lease<Thing> lease, String what) {
        try {
            lease.get();
            worker.violated("P10: a lease that " + what + " was alive");
        } catch (IllegalStateException expected) {
            return;
        }
    }

    /** A future that is cancelled, perhaps in the moment in which it is served. */
    private void cancel(Era era) {
        era.ledger().unsure.increment();
        worker.acquire(era, "acquireAsync, cancelled too late", Settings.ACQUIRE_TIMEOUT, pool -> {
                    CompletableFuture<Lease<Thing>> future = pool.acquireAsync();
                    if (worker.random.nextBoolean()) {
                        LockSupport.parkNanos(worker.random.nextInt(100_000));
                    }
                    if (future.cancel(false)) {
                        worker.countFault("cancel");
                        throw new CancellationException();
                    }
                    return future.get();
                })
                .ifPresent(Lease::close);
    }

    private void comeInterrupted(Era era) {
        worker.countFault("come interrupted");
        Thread.currentThread().interrupt();
        acquire(era).ifPresent(Lease::close);
        Thread.interrupted();
    }

    private void reportAFault(Era era) {
        acquire(era).ifPresent(lease -> {
            worker.take(era, lease).ifPresent(worker::use);
            worker.countFault("invalidate with a cause");
            lease.invalidate(new IOException("soak"));
        });
    }

    /** A lease that is dropped; only where the pool looks for such, and never so many that nothing is left. */
    private void leak(Era era) {
        if (!era.findsLeaks() || !era.ledger().mayLoseOne(era.size())) {
            return;
        }
        acquire(era).flatMap(lease -> worker.take(era, lease)).ifPresent(thing -> {
            era.ledger().lost.incrementAndGet();
            thing.forfeit(worker.number);
            worker.countFault("leak");
        });
    }

    /** A lease that is held for longer than it may: the pool takes it back. */
    private void overstay(Era era) {
        Duration most = era.settings().maxLeaseTime();
        if (most.isZero() || !era.ledger().mayLoseOne(era.size())) {
            return;
        }
        acquire(era)
                .ifPresent(lease -> worker.take(era, lease).ifPresent(thing -> {
                    era.ledger().lost.incrementAndGet();
                    thing.forfeit(worker.number);
                    worker.countFault("overstay");
                    long end = System.nanoTime() + most.plus(most.dividedBy(2)).toNanos();
                    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
                        LockSupport.parkNanos(left); // may come back at once, for a wake-up that is over
                        if (Thread.interrupted()) {
                            return;
                        }
                    }
                    mustBeDead(lease, "was held for half as long again as it may");
                    lease.close();
                }));
    }

    private void throwInUse(Era era) {
        era.ledger().unsure.increment();
        worker.acquire(era, "use", Settings.ACQUIRE_TIMEOUT, pool -> {
            try {
                return pool.withObject(thing -> {
                    thing.take(worker.number);
                    thing.letGo(worker.number);
                    throw new IOException("soak");
                });
            } catch (IOException e) {
                worker.countFault("use throws");
                return null;
            }
        });
    }
}
