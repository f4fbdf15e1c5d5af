package dev.cenote.soak;

import dev.cenote.pool.Lease;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** All the ways to acquire an object and to end its lease, as they are meant to be used. */
final class Forms {

    private final Worker worker;

    Forms(Worker worker) {
        this.worker = worker;
    }

    /** One of them, at random. */
    void run(Era era) {
        switch (worker.random.nextInt(12)) {
            case 0 -> release(era, "acquire()", Settings.ACQUIRE_TIMEOUT, pool -> pool.acquire());
            case 1, 2 -> {
                Duration deadline = deadline();
                release(era, "acquire(timeout)", deadline, pool -> pool.acquire(deadline));
            }
            case 3 -> {
                Duration deadline = deadline();
                release(era, "acquireUninterruptibly", deadline, pool -> pool.acquireUninterruptibly(deadline));
            }
            case 4 ->
                release(
                        era,
                        "tryAcquire",
                        Duration.ZERO,
                        pool -> pool.tryAcquire().orElse(null));
            case 5, 6 -> {
                Duration deadline = deadline();
                release(era, "acquireAsync", deadline, pool -> acquireAsync(era, deadline));
            }
            case 7 -> releaseInCallback(era);
            case 8, 9 -> use(era);
            case 10 -> invalidate(era);
            default -> detach(era);
        }
    }

    /** From none to patient: an acquire that only waits shows a wake-up that was lost. */
    private Duration deadline() {
        return switch (worker.random.nextInt(4)) {
            case 0 -> Duration.ofMillis(worker.random.nextInt(5));
            case 1 -> Duration.ofMillis(worker.random.nextInt(200));
            default -> Settings.ACQUIRE_TIMEOUT;
        };
    }

    private void release(Era era, String form, Duration deadline, Worker.Way<Lease<Thing>> way) {
        worker.acquire(era, form, deadline, way).ifPresent(lease -> {
            worker.take(era, lease).ifPresent(worker::use);
            lease.close();
        });
    }

    private void releaseInCallback(Era era) {
        Duration deadline = deadline();
        worker.acquire(era, "acquireAsync, released where it is completed", deadline, pool -> {
            CompletableFuture<Lease<Thing>> future = pool.acquireAsync(deadline);
            CompletableFuture<Lease<Thing>> released = new CompletableFuture<>();
            future.whenComplete((lease, failure) -> {
                if (failure != null) {
                    released.completeExceptionally(failure);
                    return;
                }
                worker.take(era, lease).ifPresent(thing -> thing.letGo(worker.number));
                lease.close();
                released.complete(lease);
            });
            try {
                return outcome(released, deadline);
            } catch (InterruptedException interrupt) {
                era.ledger().unsure.increment();
                future.cancel(false);
                throw interrupt;
            }
        });
    }

    private Lease<Thing> acquireAsync(Era era, Duration deadline) throws InterruptedException, ExecutionException {
        CompletableFuture<Lease<Thing>> future = era.pool().acquireAsync(deadline);
        try {
            return outcome(future, deadline);
        } catch (InterruptedException interrupt) {
            era.ledger().unsure.increment();
            if (!future.cancel(false)) {
                future.thenAccept(Lease::close);
            }
            throw interrupt;
        }
    }

    private void use(Era era) {
        worker.acquire(
                era,
                "use",
                Settings.ACQUIRE_TIMEOUT,
                pool -> pool.withObject(thing -> {
                    thing.take(worker.number);
                    thing.letGo(worker.number);
                    return thing;
                }));
    }

    private void invalidate(Era era) {
        worker.acquire(era, "acquire and invalidate", Settings.ACQUIRE_TIMEOUT, pool -> pool.acquire())
                .ifPresent(lease -> {
                    worker.take(era, lease).ifPresent(worker::use);
                    lease.invalidate();
                });
    }

    /** The object goes out alive, and out of the count. */
    private void detach(Era era) {
        worker.acquire(era, "acquire and detach", Settings.ACQUIRE_TIMEOUT, pool -> pool.acquire())
                .ifPresent(lease -> worker.take(era, lease).ifPresent(thing -> {
                    if (!thing.tryLeave(worker.number)) {
                        return; // taken back by a close
                    }
                    era.ledger().detaching(thing.place, false);
                    try {
                        if (lease.detach() != thing) {
                            worker.violated("P2: detached another object than was leased");
                        }
                        thing.left();
                    } catch (IllegalStateException e) {
                        era.ledger().detaching(thing.place, true);
                        thing.stays(worker.number);
                        worker.noteDeadLease(era, e);
                    }
                }));
    }

    /** The future's outcome, which the pool owes by the deadline. */
    private static Lease<Thing> outcome(CompletableFuture<Lease<Thing>> future, Duration deadline)
            throws InterruptedException, ExecutionException {
        try {
            return future.get(deadline.plus(Worker.SLACK).plus(Worker.SLACK).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new ExecutionException("the future was never completed", new IllegalStateException(e));
        }
    }
}
